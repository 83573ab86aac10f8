// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PostgresDialect.h"

#include "core/storage/PostgresErrors.h"
#include "core/storage/SchemaScript.h"
#include "core/storage/SqlConnection.h"

#include <algorithm>

namespace hearth {

namespace {

// Two nodes that start together create one after the other. "Hearth" in hexadecimal.
constexpr const char *lockSchema = "select pg_advisory_xact_lock(79600447582312)";

// libpq's connection string: a value in quotes, with quotes and backslashes escaped.
QString conninfoValue(const std::string &value)
{
    QString quoted = QString::fromStdString(value);
    quoted.replace(u'\\', QLatin1String("\\\\")).replace(u'\'', QLatin1String("\\'"));
    return u'\'' + quoted + u'\'';
}

QString tablesQuery(const std::vector<TableScript> &tables)
{
    QStringList columns;
    for (const TableScript &script : tables)
        columns += QStringLiteral("to_regclass('%1') is not null").arg(script.table);
    return QStringLiteral("select ") + columns.join(QLatin1String(", "));
}

// Returns: those that the database does not have.
Result<std::vector<TableScript>> missingTables(SqlConnection &connection)
{
    const std::vector<TableScript> tables = schemaScript(DatabaseKind::Postgres);
    Result<SqlRows> rows = connection.execute(tablesQuery(tables));
    if (!rows)
        return rows.error();
    std::vector<TableScript> missing;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if (!rows->boolean(0, i).value_or(false))
            missing.push_back(tables[i]);
    }
    return missing;
}

Result<void> createWhatIsMissing(SqlConnection &connection)
{
    if (auto locked = connection.execute(QLatin1String(lockSchema)); !locked)
        return locked.error();
    const Result<std::vector<TableScript>> missing = missingTables(connection); // another node may have been faster
    if (!missing)
        return missing.error();
    for (const TableScript &script : *missing) {
        if (auto created = connection.execute(script.statement); !created)
            return created.error();
    }
    return {};
}

std::string namesOf(const std::vector<TableScript> &tables)
{
    QStringList names;
    for (const TableScript &script : tables)
        names += script.table;
    return names.join(QLatin1String(", ")).toStdString();
}

void addNotice(DatabaseAccess &access, const std::string &sentence)
{
    if (!access.notice.empty())
        access.notice += ' ';
    access.notice += sentence;
}

} // namespace

PostgresDialect::PostgresDialect(const DatabaseOptions &options)
    : m_url(options.url)
    , m_timeout(options.timeout)
{
}

void PostgresDialect::configure(QSqlDatabase &database) const
{
    database.setHostName(QString::fromStdString(m_url.host()));
    database.setPort(m_url.port());
    database.setDatabaseName(QString::fromStdString(m_url.database()));
    database.setUserName(QString::fromStdString(m_url.user()));
    database.setPassword(QString::fromStdString(m_url.password()));

    QStringList options;
    for (const auto &[key, value] : m_url.libpqOptions())
        options += QString::fromStdString(key) + u'=' + conninfoValue(value);
    if (!m_url.libpqOptions().contains("connect_timeout")) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(m_timeout).count();
        options += QStringLiteral("connect_timeout=%1").arg(std::max<qlonglong>(2, seconds)); // libpq's least is 2
    }
    // A network that went away under an idle connection is noticed by the kernel, after a minute.
    options += {QStringLiteral("keepalives_idle=30"), QStringLiteral("keepalives_interval=10"),
                QStringLiteral("keepalives_count=3")};
    database.setConnectOptions(options.join(u';'));
}

QStringList PostgresDialect::sessionSetup() const
{
    return {QStringLiteral("set statement_timeout = %1").arg(m_timeout.count())};
}

std::optional<SqlFailure> PostgresDialect::makeReady(SqlConnection &connection, bool createMissing,
                                                     DatabaseAccess &access) const
{
    const Result<std::vector<TableScript>> missing = missingTables(connection);
    if (!missing)
        return connection.lastFailure();
    if (!missing->empty() && createMissing) {
        if (auto failure = createTables(connection, access))
            return failure;
    }
    return inspectRights(connection, access);
}

std::optional<SqlFailure> PostgresDialect::createTables(SqlConnection &connection, DatabaseAccess &access) const
{
    connection.clearFailure();
    Result<void> created;
    if (auto begun = connection.execute(QStringLiteral("begin")); !begun)
        created = begun.error();
    else
        created = createWhatIsMissing(connection);
    std::optional<SqlFailure> failure = connection.lastFailure();
    if (!connection.execute(created ? QStringLiteral("commit") : QStringLiteral("rollback")))
        return connection.lastFailure();
    if (failure && failure->kind == SqlFailureKind::Lost)
        return failure;
    connection.clearFailure();

    // A role that may not create is no failure as long as user_profiles is there: the caller looks next.
    const Result<std::vector<TableScript>> missing = missingTables(connection);
    if (!missing)
        return connection.lastFailure();
    if (missing->empty())
        return std::nullopt;
    if (missing->front().table == QLatin1String("user_profiles")) {
        return SqlFailure{SqlFailureKind::Unusable,
                          {ErrorCode::SchemaMismatch, "The table user_profiles is missing in the database " +
                                                          m_url.database() + ", and this role may not create it."},
                          "Create it (resources/schema/postgres.sql), or give the role the right to create tables."};
    }
    addNotice(access, "Missing in the database, and this role may not create it: " + namesOf(*missing) + ".");
    return std::nullopt;
}

std::optional<SqlFailure> PostgresDialect::inspectRights(SqlConnection &connection, DatabaseAccess &access) const
{
    const Result<SqlRows> rights = connection.execute(
        QStringLiteral("select (has_table_privilege(t, 'INSERT') or has_any_column_privilege(t, 'INSERT'))"
                       "   and coalesce((select bool_and(has_sequence_privilege(d.objid, 'USAGE')) from pg_depend d"
                       "     join pg_class c on c.oid = d.objid and c.relkind = 'S'"
                       "     where d.refobjid = t and d.deptype = 'a'), true)"
                       "   and not pg_is_in_recovery() and not current_setting('transaction_read_only')::boolean, ") +
        traitsColumns() + QStringLiteral(" from (select 'user_profiles'::regclass::oid as t) as profiles"));
    if (!rights)
        return connection.lastFailure();
    if (!rights->boolean(0, 0).value_or(true))
        addNotice(access, "The role may only read: default profiles are cached, not stored.");

    access.traits.rowSecurity = rights->boolean(0, 1).value_or(false);
    access.traits.rowVersions = rights->boolean(0, 2).value_or(false);
    if (!access.traits.rowSecurity)
        return std::nullopt;
    const Result<SqlRows> visible = connection.execute(QStringLiteral("select exists(select 1 from user_profiles)"));
    if (!visible)
        return connection.lastFailure();
    if (!visible->boolean(0, 0).value_or(true))
        addNotice(access,
                  "Row level security hides every row of user_profiles from this role: nobody can be found. Use "
                  "a role with BYPASSRLS (Supabase: the service role), or add a policy that lets it read.");
    return std::nullopt;
}

QString PostgresDialect::anyRowVisible() const
{
    return QStringLiteral("select case when row_security_active('user_profiles')"
                          " then exists(select 1 from user_profiles) else true end");
}

QString PostgresDialect::traitsColumns()
{
    // A view has no xmin, and a role that may read some columns only may not read it.
    return QStringLiteral("row_security_active(t),"
                          " (select relkind = 'r' from pg_class where oid = t) and has_table_privilege(t, 'SELECT')");
}

SqlFailure PostgresDialect::openFailure(const QString &text, const QString &) const
{
    return postgres::openFailure(m_url, text);
}

SqlFailure PostgresDialect::hangFailure() const
{
    return postgres::hangFailure(m_url, m_timeout);
}

SqlFailure PostgresDialect::queryFailure(const QString &text, const QString &code, bool isBroken) const
{
    return postgres::queryFailure(m_url, m_timeout, text, code, isBroken);
}

QString PostgresDialect::epochMilliseconds(const QString &column) const
{
    return QStringLiteral("case when isfinite(%1) then round(extract(epoch from %1) * 1000)::bigint end").arg(column);
}

QString PostgresDialect::timeFromEpochMilliseconds() const
{
    return QStringLiteral("to_timestamp(?::bigint / 1000.0)");
}

QString PostgresDialect::currentTime() const
{
    return QStringLiteral("now()");
}

QString PostgresDialect::isOneOf(const QString &column) const
{
    return column + QLatin1String(" = any(?::text[])");
}

QVariant PostgresDialect::listValue(const std::vector<ProfileId> &ids) const
{
    QString list = QStringLiteral("{");
    for (const ProfileId &id : ids) {
        QString element = QString::fromStdString(id.text());
        element.replace(u'\\', QLatin1String("\\\\")).replace(u'"', QLatin1String("\\\""));
        list += (list.size() > 1 ? QLatin1String(",\"") : QLatin1String("\"")) + element + u'"';
    }
    return list + u'}';
}

} // namespace hearth
