// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlConnection.h"

#include "core/base/SeqPoint.h"

#include <QRandomGenerator>
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
        m_native = postgres::nativeConnection(database);
        if (m_native) {
            m_interrupter->arm(m_native);
            m_plain = m_plain || postgres::isBehindPooler(m_native);
            m_namePrefix = "hearth_" + QByteArray::number(QRandomGenerator::system()->generate64(), 36) + '_';
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
    m_prepared.clear();
    m_names.clear(); // the server forgets them with the connection
    m_interrupter->disarm();
    m_native = nullptr;
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
    return m_native ? postgres::hasHungUp(m_native) : isBroken();
}

bool SqlConnection::isBroken() const
{
    return m_native ? postgres::isBroken(m_native) : !databaseOf(m_name).isOpen();
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
    if (!m_native)
        return runPrepared(sql, values);
    if (!m_plain) {
        Result<SqlRows> rows = runNamed(sql, values);
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

Result<SqlRows> SqlConnection::runNamed(const QString &sql, const QVariantList &values)
{
    for (bool isRepeated = false;; isRepeated = true) {
        auto named = m_names.find(sql);
        if (named == m_names.end()) {
            if (const auto refused = nameStatement(sql))
                return resultOf(*refused);
            named = m_names.find(sql);
        }
        auto answer = postgres::executePrepared(m_native, named->second, values);
        const auto *error = std::get_if<postgres::NativeError>(&answer);
        if (!error)
            return resultOf(std::move(answer));
        // A pooler that we were not told about gave this statement to another server connection: do without preparing.
        if (error->sqlState == QLatin1String("26000")) {
            m_plain = true;
            m_names.clear();
            return Error{ErrorCode::Unavailable, "The prepared statement is gone."};
        }
        // A column has got another type meanwhile: nothing was done, so it is prepared anew.
        if (error->sqlState != QLatin1String("0A000") || isRepeated)
            return resultOf(std::move(answer));
        postgres::forgetPrepared(m_native, named->second);
        m_names.erase(named);
    }
}

std::optional<postgres::NativeError> SqlConnection::nameStatement(const QString &sql)
{
    const QByteArray name = m_namePrefix + QByteArray::number(++m_nameCount);
    auto refused = postgres::prepare(m_native, name, sql);
    if (!refused)
        m_names.emplace(sql, name);
    return refused;
}

Result<SqlRows> SqlConnection::runPlain(const QString &sql, const QVariantList &values)
{
    if (!m_native)
        return failed(QStringLiteral("the connection is closed"), {});
    return resultOf(postgres::execute(m_native, sql, values));
}

Result<SqlRows> SqlConnection::resultOf(postgres::Answer answer)
{
    if (auto *rows = std::get_if<SqlRows>(&answer))
        return std::move(*rows);
    const auto &error = std::get<postgres::NativeError>(answer);
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
