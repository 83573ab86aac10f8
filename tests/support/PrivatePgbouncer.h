// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFile>
#include <QString>
#include <QTemporaryDir>
#include <QUrl>

#include <cstdlib>

namespace hearth {

// A PgBouncer of this test's own, in transaction mode, before a PostgreSQL server of 127.0.0.1; it has three server
// connections for each database and role. The tool beside this file does the work.
class PrivatePgbouncer
{
public:
    // serverUrl: any URL of the server.
    explicit PrivatePgbouncer(const QString &serverUrl)
    {
        QFile::setPermissions(m_directory.path(), QFile::permissions(m_directory.path()) | QFile::ReadOther |
                                                      QFile::ExeOther | QFile::ReadGroup | QFile::ExeGroup);
        tool(QStringLiteral("create '%1' %2").arg(place()).arg(QUrl(serverUrl).port(5432)));
        QFile port(place() + QStringLiteral("/port"));
        if (!port.open(QIODevice::ReadOnly))
            qFatal("no private PgBouncer");
        m_port = QString::fromUtf8(port.readAll()).trimmed().toInt();
    }
    ~PrivatePgbouncer() { tool(QStringLiteral("destroy '%1'").arg(place())); }
    PrivatePgbouncer(const PrivatePgbouncer &) = delete;
    PrivatePgbouncer &operator=(const PrivatePgbouncer &) = delete;

    // The same database by way of the pooler.
    QString through(const QString &serverUrl) const
    {
        QUrl url(serverUrl);
        url.setPort(m_port);
        return url.toString(QUrl::FullyEncoded);
    }

private:
    QString place() const { return m_directory.filePath(QStringLiteral("pooler")); }
    static void tool(const QString &arguments)
    {
        // Not QProcess: ThreadSanitizer aborts there.
        const QString line = QStringLiteral("'%1' %2 >/dev/null").arg(QStringLiteral(HEARTH_PGBOUNCER_TOOL), arguments);
        if (std::system(line.toLocal8Bit().constData()) != 0)
            qFatal("tests/support/pgbouncer %s failed", qPrintable(arguments));
    }

    QTemporaryDir m_directory;
    int m_port = 0;
};

// The URL with one more option.
inline QString withOption(const QString &url, const QString &option)
{
    return url + (QUrl(url).hasQuery() ? u'&' : u'?') + option;
}

} // namespace hearth
