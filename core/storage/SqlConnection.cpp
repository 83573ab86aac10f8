// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlConnection.h"

#include "core/base/SeqPoint.h"
#include "core/storage/PostgresNative.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>

#include <atomic>

namespace hearth {

namespace {

QString nextConnectionName()
{
    static std::atomic<unsigned> counter = 0;
    return QStringLiteral("hearth-%1").arg(++counter);
}

QSqlDatabase databaseOf(const QString &name)
{
    return QSqlDatabase::database(name, false);
}

bool holdsNul(const QVariantList &values)
{
    for (const QVariant &value : values) {
        if (value.typeId() == QMetaType::QString && value.toString().contains(QChar(u'\0')))
            return true;
    }
    return false;
}

} // namespace

SqlConnection::SqlConnection(const SqlDialect &dialect, std::shared_ptr<ConnectionInterrupter> interrupter)
    : m_dialect(dialect)
    , m_interrupter(std::move(interrupter))
{
}

SqlConnection::~SqlConnection()
{
    close();
}

std::optional<SqlFailure> SqlConnection::open()
{
    close();
    m_failure.reset();
    if (auto failure = m_dialect.prepareStorage())
        return failure;
    const QString name = nextConnectionName();
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(m_dialect.driverName(), name);
        m_name = name;
        m_plain = m_dialect.usesPlainQueries();
        if (database.isValid())
            m_dialect.configure(database);
        if (!database.open()) {
            const QSqlError error = database.lastError();
            SqlFailure failure = m_dialect.openFailure(
                error.databaseText().isEmpty() ? error.driverText() : error.databaseText(), error.nativeErrorCode());
            database = QSqlDatabase();
            close();
            return failure;
        }
        if (m_dialect.driverName() == QLatin1String("QPSQL")) {
            pg_conn *native = postgres::nativeConnection(database);
            m_interrupter->arm(native);
            m_plain = m_plain || postgres::isBehindPooler(native);
        }
    }
    // What is set behind a pooler would stay on a server connection that is somebody else's next.
    for (const QString &statement : m_plain ? QStringList() : m_dialect.sessionSetup()) {
        if (!execute(statement)) {
            const std::optional<SqlFailure> failure = m_failure;
            close();
            return failure;
        }
    }
    return std::nullopt;
}

void SqlConnection::close()
{
    if (!m_name.isEmpty() && isBroken()) {
        // Statements that outlive their driver do not try to tell a dead server that they are gone.
        QSqlDatabase::removeDatabase(m_name);
        m_name.clear();
    }
    m_prepared.clear(); // may speak to the server: the interrupter must still be armed
    m_interrupter->disarm();
    if (m_name.isEmpty())
        return;
    databaseOf(m_name).close();
    QSqlDatabase::removeDatabase(m_name);
    m_name.clear();
}

bool SqlConnection::hasHungUp() const
{
    if (!isOpen())
        return true;
    pg_conn *native = postgres::nativeConnection(databaseOf(m_name));
    return native ? postgres::hasHungUp(native) : isBroken();
}

bool SqlConnection::isBroken() const
{
    const QSqlDatabase database = databaseOf(m_name);
    if (!database.isOpen())
        return true;
    return m_dialect.driverName() == QLatin1String("QPSQL") && postgres::isBroken(postgres::nativeConnection(database));
}

Result<SqlRows> SqlConnection::query(const QString &sql, const QVariantList &values)
{
    HEARTH_SEQ_POINT("SqlConnection.query");
    if (m_beforeQuery) {
        if (const Result<void> go = m_beforeQuery(); !go)
            return go.error();
    }
    if (holdsNul(values))
        return Error{ErrorCode::BadData, "A text with the character U+0000 cannot be stored or looked up."};
    if (!m_plain) {
        Result<SqlRows> rows = runPrepared(sql, values);
        if (rows || !m_plain)
            return rows;
    }
    return runPlain(sql, values);
}

Result<SqlRows> SqlConnection::execute(const QString &sql)
{
    if (m_plain)
        return runPlain(sql, {});
    QSqlQuery query(databaseOf(m_name));
    if (!query.exec(sql))
        return failed(query);
    return rowsOf(query);
}

Result<SqlRows> SqlConnection::runPrepared(const QString &sql, const QVariantList &values)
{
    QSqlQuery *query = prepared(sql);
    if (!query)
        return m_failure ? m_failure->error : Error{ErrorCode::Internal, "A statement could not be prepared."};
    for (qsizetype i = 0; i < values.size(); ++i)
        query->bindValue(int(i), values[i]);
    if (query->exec())
        return rowsOf(*query);

    const QString code = query->lastError().nativeErrorCode();
    // A pooler that we were not told about gave this statement to another server connection: do without preparing.
    if (code == QLatin1String("26000") || code == QLatin1String("42P05")) {
        m_plain = true;
        m_prepared.clear();
        return Error{ErrorCode::Unavailable, "The prepared statement is gone."};
    }
    Error error = failed(*query);
    // A statement whose table was changed underneath is prepared anew next time.
    m_prepared.erase(sql);
    return error;
}

QSqlQuery *SqlConnection::prepared(const QString &sql)
{
    if (const auto found = m_prepared.find(sql); found != m_prepared.end())
        return found->second.get();
    auto query = std::make_unique<QSqlQuery>(databaseOf(m_name));
    query->setForwardOnly(m_dialect.driverName() == QLatin1String("QSQLITE")); // it has no server to stream from
    if (!query->prepare(sql)) {
        failed(*query);
        return nullptr;
    }
    return m_prepared.emplace(sql, std::move(query)).first->second.get();
}

Result<SqlRows> SqlConnection::rowsOf(QSqlQuery &query)
{
    const int columns = query.isSelect() ? query.record().count() : 0;
    SqlRows rows{std::size_t(columns)};
    while (query.next()) {
        for (int column = 0; column < columns; ++column)
            rows.append(query.value(column));
    }
    if (query.lastError().isValid())
        return failed(query);
    query.finish();
    return rows;
}

Result<SqlRows> SqlConnection::runPlain(const QString &sql, const QVariantList &values)
{
    pg_conn *native = postgres::nativeConnection(databaseOf(m_name));
    if (!native)
        return failed(QStringLiteral("the connection is closed"), {});
    auto result = postgres::execute(native, sql, values);
    if (auto *rows = std::get_if<SqlRows>(&result))
        return std::move(*rows);
    const auto &error = std::get<postgres::NativeError>(result);
    return failed(error.text, error.sqlState);
}

Error SqlConnection::failed(const QSqlQuery &query)
{
    const QSqlError error = query.lastError();
    return failed(error.databaseText().isEmpty() ? error.driverText() : error.databaseText(), error.nativeErrorCode());
}

Error SqlConnection::failed(const QString &text, const QString &code)
{
    m_failure = m_dialect.queryFailure(text, code, isBroken());
    return m_failure->error;
}

} // namespace hearth
