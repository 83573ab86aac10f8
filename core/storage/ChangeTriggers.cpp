// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/ChangeTriggers.h"

#include "core/storage/SchemaScript.h"
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/TriggerScript.h"

#include <QStringList>

namespace hearth {

namespace {

constexpr const char *installFile = "postgres-triggers.sql";
constexpr const char *removeFile = "postgres-triggers-remove.sql";

Result<void> checkTable(SqlConnection &connection)
{
    const Result<SqlRows> rows = connection.execute(QStringLiteral(
        "select relkind in ('r', 'p') from pg_catalog.pg_class where oid = to_regclass('user_profiles')"));
    if (!rows)
        return rows.error();
    if (rows->isEmpty())
        return Error{ErrorCode::SchemaMismatch, "The table user_profiles is missing, so it cannot have triggers."};
    if (!rows->boolean(0, 0).value_or(false))
        return Error{
            ErrorCode::InvalidArgument,
            "user_profiles is a view or a foreign table, which cannot tell of changes; put the triggers on the "
            "table behind it by hand, or leave it at polling."};
    return {};
}

Result<void> runStatements(SqlConnection &connection, const QStringList &statements)
{
    // Whoever holds the table is not held up for long by our waiting for it.
    QStringList all{QStringLiteral("set local lock_timeout = '3s'")};
    for (const QString &statement : all + statements) {
        if (auto rows = connection.execute(statement); !rows)
            return rows.error();
    }
    return {};
}

Result<bool> runInTransaction(SqlConnection &connection, const QStringList &statements)
{
    if (Result<void> table = checkTable(connection); !table)
        return table.error();
    if (auto begun = connection.execute(QStringLiteral("begin")); !begun)
        return begun.error();
    const Result<void> done = runStatements(connection, statements);
    const auto ended = connection.execute(done ? QStringLiteral("commit") : QStringLiteral("rollback"));
    if (!done)
        return done.error();
    if (!ended)
        return ended.error();
    return true;
}

} // namespace

ChangeTriggers::ChangeTriggers(SqlExecutorPool &pool)
    : m_pool(pool)
{
}

std::string ChangeTriggers::installSql()
{
    return schemaFile(installFile).toStdString();
}

std::string ChangeTriggers::removeSql()
{
    return schemaFile(removeFile).toStdString();
}

void ChangeTriggers::areInstalled(Completion<bool> done) const
{
    if (m_pool.dialect().driverName() != QLatin1String("QPSQL"))
        return done(false);
    m_pool.run<bool>(
        SqlRepeat::Safe,
        [](SqlConnection &connection) -> Result<bool> {
            const Result<SqlRows> rows = connection.query(QLatin1String(triggers::areInstalledQuery));
            if (!rows)
                return rows.error();
            return !rows->isEmpty() && rows->boolean(0, 0).value_or(false);
        },
        [done = std::move(done)](Result<bool> result, const QueryTiming &) { done(std::move(result)); });
}

void ChangeTriggers::install(Completion<void> done) const
{
    runScript(installFile, std::move(done));
}

void ChangeTriggers::remove(Completion<void> done) const
{
    runScript(removeFile, std::move(done));
}

void ChangeTriggers::runScript(const char *file, Completion<void> done) const
{
    if (m_pool.dialect().driverName() != QLatin1String("QPSQL"))
        return done(Error{ErrorCode::InvalidArgument,
                          "An SQLite database cannot tell of changes; what is in use is re-checked instead."});
    m_pool.run<bool>(
        SqlRepeat::Never,
        [statements = statementsOf(schemaFile(file))](SqlConnection &connection) {
            return runInTransaction(connection, statements);
        },
        [done = std::move(done)](const Result<bool> &result, const QueryTiming &) {
            done(result ? Result<void>() : result.error());
        });
}

} // namespace hearth
