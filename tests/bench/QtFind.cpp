// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/QtFind.h"

#include <QSqlDatabase>
#include <QUrl>
#include <QVariant>

namespace hearth::bench {

namespace {

constexpr const char *name = "bench find";

} // namespace

QtFind::QtFind(const std::string &url, const QString &statement)
{
    const QUrl parts(QString::fromStdString(url));
    QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QPSQL"), QString::fromLatin1(name));
    database.setHostName(parts.host());
    database.setPort(parts.port());
    database.setUserName(parts.userName());
    database.setPassword(parts.password());
    database.setDatabaseName(parts.path().mid(1));
    database.setConnectOptions(QStringLiteral("sslmode=disable"));
    if (!database.open())
        std::abort();
    m_query = std::make_unique<QSqlQuery>(database);
    m_query->setForwardOnly(true);
    if (!m_query->prepare(statement))
        std::abort();
}

QtFind::~QtFind()
{
    m_query.reset();
    QSqlDatabase::removeDatabase(QString::fromLatin1(name));
}

RawProfile QtFind::find(const std::string &identity)
{
    m_query->bindValue(0, QString::fromStdString(identity));
    if (!m_query->exec() || !m_query->next())
        std::abort();
    const auto text = [this](int column) { return m_query->value(column).toString().toStdString(); };
    return {text(0),
            text(1),
            text(2),
            text(3),
            m_query->value(4).toBool(),
            m_query->value(5).toBool(),
            m_query->value(6).toLongLong(),
            m_query->value(7).toUInt()};
}

} // namespace hearth::bench
