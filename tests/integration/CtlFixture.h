// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QTemporaryDir>

#include <memory>

namespace hearth {

inline constexpr int longestCall = 60'000; // ms

// How one call of a program ended.
struct CtlAnswer {
    int code = -1; // -1: not by itself
    QString out;
    QString err;

    QJsonObject json() const { return QJsonDocument::fromJson(out.toUtf8()).object(); }
};

// The program hearthctl in a home of its own, whose environment names nothing of the person who runs the test.
class CtlFixture
{
public:
    CtlFixture()
        : environment(QProcessEnvironment::systemEnvironment())
    {
        const QStringList names = environment.keys();
        for (const QString &name : names) {
            if (name.startsWith("CACHE_") || name.startsWith("DATABASE_") || name.startsWith("HEARTH_") ||
                name.startsWith("PG") || name == "NO_COLOR" || name == "DISPLAY")
                environment.remove(name);
        }
        environment.insert("HOME", home.path());
        environment.insert("XDG_DATA_HOME", home.filePath("data"));
        environment.insert("XDG_CONFIG_HOME", home.filePath("config"));
        environment.insert("LC_ALL", "C.UTF-8");
    }

    std::unique_ptr<QProcess> start(const QStringList &arguments, const QByteArray &input = {}) const
    {
        auto program = std::make_unique<QProcess>();
        program->setProcessEnvironment(environment);
        program->start(HEARTHCTL_PROGRAM, arguments);
        program->write(input);
        program->closeWriteChannel();
        return program;
    }
    static CtlAnswer finish(QProcess &program)
    {
        CtlAnswer answer;
        if (!program.waitForFinished(longestCall))
            program.kill();
        else if (program.exitStatus() == QProcess::NormalExit)
            answer.code = program.exitCode();
        answer.out = QString::fromUtf8(program.readAllStandardOutput());
        answer.err = QString::fromUtf8(program.readAllStandardError());
        return answer;
    }
    CtlAnswer call(const QStringList &arguments, const QByteArray &input = {}) const
    {
        return finish(*start(arguments, input));
    }
    // The words of a line, for tests whose rows are command lines.
    CtlAnswer say(const QString &line) const { return call(line.split(' ', Qt::SkipEmptyParts)); }

    QTemporaryDir home;
    QProcessEnvironment environment;
};

// What stands in an SQLite file: whether a program left it as it was.
class SqliteFile
{
public:
    explicit SqliteFile(QString path)
        : m_path(std::move(path))
        , m_name(QStringLiteral("ctl-%1").arg(++counter()))
    {
        QSqlDatabase database = QSqlDatabase::addDatabase("QSQLITE", m_name);
        database.setDatabaseName(m_path);
        if (!database.open())
            qFatal("%s", qPrintable(database.lastError().text()));
    }
    ~SqliteFile() { QSqlDatabase::removeDatabase(m_name); }
    SqliteFile(const SqliteFile &) = delete;
    SqliteFile &operator=(const SqliteFile &) = delete;

    QString url() const { return "sqlite://" + m_path; }
    QString run(const QString &sql)
    {
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        if (!query.exec(sql))
            qFatal("%s: %s", qPrintable(sql), qPrintable(query.lastError().text()));
        return query.next() ? query.value(0).toString() : QString();
    }
    // Every value of every table, the counters of SQLite included.
    QString content()
    {
        QString text;
        for (const char *table : {"user_profiles", "rooms", "voice_avatars", "sqlite_sequence"}) {
            QSqlQuery query(QSqlDatabase::database(m_name, false));
            query.exec(QStringLiteral("select * from %1 order by 1").arg(QString::fromLatin1(table)));
            while (query.next()) {
                for (int column = 0; column < query.record().count(); ++column)
                    text += query.value(column).toString() + '|';
                text += '\n';
            }
        }
        return text;
    }

private:
    static int &counter()
    {
        static int value = 0;
        return value;
    }
    const QString m_path;
    const QString m_name;
};

} // namespace hearth
