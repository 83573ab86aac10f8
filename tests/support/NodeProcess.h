// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/server/RawClient.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <memory>

namespace hearth {

// The program hearthd, on a port and in a home of its own, whose environment names nothing of the person who runs the
// test; and one client of it. Not synchronized.
class NodeProcess
{
public:
    static constexpr int longestWait = 60'000; // ms

    struct Answer {
        int status = 0; // 0: none came
        QJsonObject json;
        QString text;
        QString type;
        QString cache; // X-Cache
        QString retryAfter;
        QString allow;
        QString location;
    };

    NodeProcess()
        : environment(QProcessEnvironment::systemEnvironment())
    {
        const QStringList names = environment.keys();
        for (const QString &name : names) {
            if (name.startsWith("CACHE_") || name.startsWith("DATABASE_") || name.startsWith("HEARTH_") ||
                name.startsWith("LIVEKIT_") || name.startsWith("PG") || name == "DISPLAY")
                environment.remove(name);
        }
        environment.insert("HOME", home.path());
        environment.insert("XDG_DATA_HOME", home.filePath("data"));
    }
    ~NodeProcess() { stop(); }
    NodeProcess(const NodeProcess &) = delete;
    NodeProcess &operator=(const NodeProcess &) = delete;

    // On a port of its own, unless told. Returns: whether it said that it listens.
    bool start(const QStringList &arguments, quint16 port = 0)
    {
        m_program = std::make_unique<QProcess>();
        m_program->setProcessEnvironment(environment);
        m_program->start(HEARTHD_PROGRAM,
                         QStringList{"--listen", QStringLiteral("127.0.0.1:%1").arg(port)} + arguments);
        QByteArray line;
        while (!line.endsWith('\n') && m_program->waitForReadyRead(longestWait))
            line += m_program->readAllStandardOutput();
        static const QRegularExpression listening(R"(^listening on http://127\.0\.0\.1:(\d+)\n$)");
        const auto match = listening.match(QString::fromUtf8(line));
        m_port = static_cast<quint16>(match.captured(1).toUInt());
        m_client = std::make_unique<RawClient>(m_port);
        return match.hasMatch();
    }
    bool startReady(const QStringList &arguments)
    {
        return start(arguments) && QTest::qWaitFor([this] { return get("/readyz").status == 200; }, longestWait);
    }
    // Returns: the exit code; -1 when it did not end by itself, or was not started.
    int stop()
    {
        m_client.reset();
        if (!m_program)
            return -1;
        m_program->terminate();
        const bool ended = m_program->waitForFinished(longestWait) && m_program->exitStatus() == QProcess::NormalExit;
        log += m_program->readAllStandardError();
        const int code = ended ? m_program->exitCode() : -1;
        m_program.reset();
        return code;
    }

    Answer ask(const QString &method, const QString &target, const QByteArray &body = {},
               const QByteArray &headers = {})
    {
        QByteArray request = method.toUtf8() + ' ' + target.toUtf8() + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
        if (!token.isEmpty())
            request += "Authorization: Bearer " + token.toUtf8() + "\r\n";
        if (!body.isEmpty()) {
            if (!headers.contains("Content-Type"))
                request += "Content-Type: application/json\r\n";
            request += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
        }
        const RawClient::Response response = m_client->ask((request + "\r\n" + body).toStdString());
        if (response.closes() || response.status == 0)
            m_client = std::make_unique<RawClient>(m_port);
        const auto header = [&](const char *name) { return QString::fromStdString(response.header(name)); };
        const QByteArray text = QByteArray::fromStdString(response.body);
        return {response.status,         QJsonDocument::fromJson(text).object(),
                QString::fromUtf8(text), header("Content-Type"),
                header("X-Cache"),       header("Retry-After"),
                header("Allow"),         header("Location")};
    }
    Answer get(const QString &target, const QByteArray &headers = {}) { return ask("GET", target, {}, headers); }
    Answer post(const QString &target, const QByteArray &body = {}) { return ask("POST", target, body); }
    quint16 port() const { return m_port; }
    bool isStarted() const { return m_program != nullptr; }
    qint64 processId() const { return m_program ? m_program->processId() : 0; }
    QJsonObject stats() { return get("/api/v1/rooms/cache/stats").json["cache_stats"].toObject(); }
    // Of one kind, the oldest first.
    QJsonArray events(const QString &kind) { return get("/api/v1/events?kind=" + kind).json["events"].toArray(); }
    QJsonObject lastEvent(const QString &kind)
    {
        const QJsonArray found = events(kind);
        return found.isEmpty() ? QJsonObject() : found.last().toObject();
    }

    QTemporaryDir home;
    QProcessEnvironment environment;
    QString token;  // shown with each request; empty: none
    QByteArray log; // what it wrote to stderr, once it was stopped

private:
    std::unique_ptr<QProcess> m_program;
    std::unique_ptr<RawClient> m_client;
    quint16 m_port = 0;
};

inline QString pathOf(const QString &prefix, const QString &identity)
{
    return prefix + QString::fromLatin1(QUrl::toPercentEncoding(identity));
}

} // namespace hearth
