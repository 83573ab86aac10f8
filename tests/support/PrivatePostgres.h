// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QFile>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QString>
#include <QTemporaryDir>
#include <QUrl>
#include <QVariant>

#include <cstdlib>
#include <map>
#include <memory>
#include <string>

namespace hearth {

// Says SQL to a PostgreSQL server by a connection of its own, on the calling thread.
class PostgresSql
{
public:
    explicit PostgresSql(const QString &url)
        : m_name(QStringLiteral("test-sql-%1").arg(++counter()))
    {
        const QUrl parts(url);
        QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), m_name);
        database.setHostName(parts.host());
        database.setPort(parts.port(5432));
        database.setUserName(parts.userName());
        database.setPassword(parts.password());
        database.setDatabaseName(parts.path().mid(1));
        if (!database.open())
            qFatal("%s", qPrintable(database.lastError().text()));
    }
    ~PostgresSql() { QSqlDatabase::removeDatabase(m_name); }
    PostgresSql(const PostgresSql &) = delete;
    PostgresSql &operator=(const PostgresSql &) = delete;

    // Returns: the first column of the first row as text. Ends the test when it fails.
    QString run(const QString &sql)
    {
        QSqlQuery query(QSqlDatabase::database(m_name, false));
        if (!query.exec(sql))
            qFatal("%s: %s", qPrintable(sql), qPrintable(query.lastError().text()));
        return query.next() ? query.value(0).toString() : QString();
    }

private:
    static int &counter()
    {
        static int value = 0;
        return value;
    }
    const QString m_name;
};

// The URL of another database (and role, password "hearth") on the same server.
inline QString otherDatabase(const QString &url, const QString &database, const QString &user = {})
{
    QUrl parts(url);
    parts.setPath(u'/' + database);
    if (!user.isEmpty()) {
        parts.setUserName(user);
        parts.setPassword(QStringLiteral("hearth"));
    }
    return parts.toString(QUrl::FullyEncoded);
}

// A database of its own on a server that is there; dropped at the end.
class ScratchDatabase
{
public:
    // owner: a role of that server, which will own it.
    ScratchDatabase(const QString &adminUrl, const QString &owner)
        : m_adminUrl(adminUrl)
        , m_name(QStringLiteral("scratch_%1_%2").arg(QCoreApplication::applicationPid()).arg(++counter()))
    {
        PostgresSql(m_adminUrl).run(QStringLiteral("create database %1 owner %2").arg(m_name, owner));
    }
    ~ScratchDatabase() { PostgresSql(m_adminUrl).run(QStringLiteral("drop database %1 with (force)").arg(m_name)); }
    ScratchDatabase(const ScratchDatabase &) = delete;
    ScratchDatabase &operator=(const ScratchDatabase &) = delete;

    // As that role (the admin by default).
    QString url(const QString &user = {}) const { return otherDatabase(m_adminUrl, m_name, user); }
    QString run(const QString &sql) const { return PostgresSql(url()).run(sql); }

private:
    static int &counter()
    {
        static int value = 0;
        return value;
    }
    const QString m_adminUrl;
    const QString m_name;
};

// A PostgreSQL server of this test's own, in a temporary directory: it may be killed, stopped, paused.
// The tool beside this file does the work (as the user postgres where we are root).
class PrivatePostgres
{
public:
    PrivatePostgres()
    {
        QFile::setPermissions(m_directory.path(), QFile::permissions(m_directory.path()) | QFile::ReadOther |
                                                      QFile::ExeOther | QFile::ReadGroup | QFile::ExeGroup);
        tool(QStringLiteral("create"), m_directory.filePath(QStringLiteral("server")));
        QFile environment(m_directory.filePath(QStringLiteral("server/environment")));
        if (!environment.open(QIODevice::ReadOnly))
            qFatal("no private PostgreSQL server");
        for (const QString &line : QString::fromUtf8(environment.readAll()).split(u'\n')) {
            const qsizetype equals = line.indexOf(u'=');
            if (equals > 0)
                m_values[line.left(equals)] = line.mid(equals + 1);
        }
    }
    ~PrivatePostgres() { tool(QStringLiteral("destroy"), m_directory.filePath(QStringLiteral("server"))); }
    PrivatePostgres(const PrivatePostgres &) = delete;
    PrivatePostgres &operator=(const PrivatePostgres &) = delete;

    QString url() const { return m_values.at(QStringLiteral("HEARTH_TEST_POSTGRES_URL")); } // the role "hearth"
    QString adminUrl() const { return m_values.at(QStringLiteral("HEARTH_TEST_POSTGRES_ADMIN_URL")); }

    void start() { control("start"); }
    void stop() { control("stop"); }
    void kill() { control("kill"); }   // kill -9
    void pause() { control("pause"); } // SIGSTOP
    void resume() { control("resume"); }

private:
    void control(const char *command)
    {
        tool(QString::fromLatin1(command), m_values.at(QStringLiteral("HEARTH_TEST_POSTGRES_DATA")));
    }
    static void tool(const QString &command, const QString &argument)
    {
        // Not QProcess: ThreadSanitizer aborts there.
        const QString line =
            QStringLiteral("'%1' %2 '%3' >/dev/null").arg(QStringLiteral(HEARTH_POSTGRES_TOOL), command, argument);
        if (std::system(line.toLocal8Bit().constData()) != 0)
            qFatal("tests/support/postgres %s failed", qPrintable(command));
    }

    QTemporaryDir m_directory;
    std::map<QString, QString> m_values;
};

} // namespace hearth
