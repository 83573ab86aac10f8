// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QHostAddress>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

#include <functional>
#include <memory>

namespace hearth {

// An HTTP server on the loopback that answers what a test says, right or wrong, and notes what it was asked.
class ScriptedServer : public QObject
{
public:
    struct Request {
        QByteArray method;
        QByteArray target;
        QByteArray head;
        QByteArray body;

        QByteArray header(const QByteArray &name) const
        {
            for (const QByteArray &line : head.split('\n')) {
                const qsizetype colon = line.indexOf(':');
                if (line.left(colon).trimmed().compare(name, Qt::CaseInsensitive) == 0)
                    return line.mid(colon + 1).trimmed();
            }
            return {};
        }
    };
    struct Answer {
        QByteArray bytes; // empty: it never answers
        bool closes = false;
    };
    using Script = std::function<Answer(const Request &)>;

    // A server of Qt's TLS may take the place of the plain one.
    explicit ScriptedServer(std::unique_ptr<QTcpServer> server = std::make_unique<QTcpServer>(),
                            const QHostAddress &address = QHostAddress(QStringLiteral("127.0.0.1")))
        : m_server(std::move(server))
    {
        m_server->listen(address);
        connect(m_server.get(), &QTcpServer::pendingConnectionAvailable, this, [this] {
            while (QTcpSocket *socket = m_server->nextPendingConnection()) {
                ++connections;
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
                read(socket);
            }
        });
    }

    quint16 port() const { return m_server->serverPort(); }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port())); }
    // "GET /api/v1/node": what it begins with; the longest one counts.
    void on(const QByteArray &route, Script script) { m_scripts[route] = std::move(script); }
    void on(const QByteArray &route, const Answer &answer)
    {
        on(route, [answer](const Request &) { return answer; });
    }
    qsizetype count(const QByteArray &route) const
    {
        return std::count_if(requests.begin(), requests.end(), [&](const Request &request) {
            return (request.method + ' ' + request.target).startsWith(route);
        });
    }

    static Answer json(const QByteArray &body, int status = 200, const QByteArray &headers = {})
    {
        return typed("application/json", body, status, headers);
    }
    static Answer problem(int status, const QByteArray &detail, const QByteArray &headers = {})
    {
        return typed("application/problem+json",
                     R"({"type":"about:blank","title":"no","status":)" + QByteArray::number(status) + R"(,"detail":")" +
                         detail + R"(","success":false})",
                     status, headers);
    }
    static Answer typed(const QByteArray &type, const QByteArray &body, int status = 200,
                        const QByteArray &headers = {})
    {
        return {"HTTP/1.1 " + QByteArray::number(status) + " Some Words\r\nContent-Type: " + type +
                "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n" + headers + "\r\n" + body};
    }

    QList<Request> requests;
    int connections = 0;

private:
    void read(QTcpSocket *socket)
    {
        QByteArray &buffer = m_buffers[socket];
        buffer += socket->readAll();
        while (true) {
            const qsizetype end = buffer.indexOf("\r\n\r\n");
            if (end < 0)
                return;
            Request request;
            request.head = buffer.left(end);
            const QList<QByteArray> first = request.head.left(request.head.indexOf('\r')).split(' ');
            request.method = first.value(0);
            request.target = first.value(1);
            const qsizetype length = request.header("Content-Length").toLongLong();
            if (buffer.size() < end + 4 + length)
                return;
            request.body = buffer.mid(end + 4, length);
            buffer.remove(0, end + 4 + length);
            requests << request;
            if (!answer(socket, request))
                return;
        }
    }

    // Returns: whether the connection goes on.
    bool answer(QTcpSocket *socket, const Request &request)
    {
        const QByteArray line = request.method + ' ' + request.target;
        QByteArray best;
        for (auto script = m_scripts.begin(); script != m_scripts.end(); ++script) {
            if (line.startsWith(script.key()) && script.key().size() >= best.size())
                best = script.key();
        }
        const Script script = m_scripts.value(best);
        const Answer answer = script ? script(request) : problem(404, "no such path");
        socket->write(answer.bytes);
        if (!answer.closes)
            return true;
        m_buffers.remove(socket);
        socket->disconnectFromHost();
        return false;
    }

    std::unique_ptr<QTcpServer> m_server;
    QHash<QByteArray, Script> m_scripts;
    QHash<QTcpSocket *, QByteArray> m_buffers;
};

} // namespace hearth
