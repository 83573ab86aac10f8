// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PostgresUserReader.h"

#include "core/base/SeqPoint.h"
#include "core/storage/PostgresDialect.h"
#include "core/storage/ProfileRows.h"
#include "core/storage/UserStatements.h"

namespace hearth {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto patienceWithCancelled = 500ms;

// Of pg_type: what PostgreSQL sends as microseconds since 2000.
constexpr std::int64_t timestampType = 1114;
constexpr std::int64_t timestamptzType = 1184;

// Each statement sees what is committed when it begins: no row is older than the moment at which it was sent.
constexpr const char *beginReading = "begin isolation level read committed read only; set local statement_timeout = 0";

const UserGroupWords &words()
{
    static const UserGroupWords said{QStringLiteral("::text"), QStringLiteral("current_setting('hearth.language')"),
                                     QStringLiteral("current_setting('hearth.limit')::bigint")};
    return said;
}

QString fromSelection(const UserSelection &selection)
{
    return fromUserGroup(selection.group, words()) + (isWhole(selection) ? QString() : newestUsers(words()));
}

// Those whose identity ProfileId::parse() takes.
const QString &validOnly()
{
    static const QString condition =
        QStringLiteral("user_identity <> '' and char_length(user_identity) <= 255 and user_identity collate \"C\" !~"
                       " case getdatabaseencoding() when 'UTF8' then '[\\x01-\\x1f\\x7f-\\u009f]'"
                       " else '[\\x01-\\x1f\\x7f]' end");
    return condition;
}

} // namespace

PostgresUserReader::PostgresUserReader(const DatabaseOptions &options, const WakeUp &wakeUp, WasStopped wasStopped)
    : m_options(options)
    , m_session(wakeUp, std::move(wasStopped))
{
}

PostgresSession::SteadyTime PostgresUserReader::answerBy() const
{
    return SteadyClock::now() + m_options.timeout;
}

Result<SqlRows> PostgresUserReader::query(const QString &sql, const std::vector<std::string> &values)
{
    return m_session.query(sql.toUtf8().constData(), values, answerBy());
}

Result<PostgresUserReader::Tables> PostgresUserReader::begin(const UserSelection &selection)
{
    const bool wasOpen = m_session.isOpen();
    Result<Tables> begun = beginOnce(selection);
    if (begun || !wasOpen || !m_session.isBroken())
        return begun;
    m_session.close(); // it died while it was idle
    return beginOnce(selection);
}

Result<PostgresUserReader::Tables> PostgresUserReader::beginOnce(const UserSelection &selection)
{
    if (!m_session.isOpen()) {
        if (Result<void> open = m_session.open(m_options.url, answerBy()); !open)
            return open.error();
    }
    if (auto begun = m_session.query(beginReading, {}, answerBy()); !begun)
        return begun.error();
    const auto *speakers = std::get_if<SpeakersOf>(&selection.group);
    const bool needsRooms = std::holds_alternative<HostsOfActiveRooms>(selection.group);
    const Result<SqlRows> found =
        query(QStringLiteral("select set_config('hearth.limit', $1, true), set_config('hearth.language', $2, true), %1,"
                             " (select a.atttypid::bigint from pg_attribute a where a.attrelid = t"
                             "   and a.attname = 'updated_at' and not a.attisdropped), %2"
                             " from (select 'user_profiles'::regclass::oid as t) as profiles")
                  .arg(PostgresDialect::traitsColumns(),
                       needsRooms ? QStringLiteral("row_security_active('rooms')") : QStringLiteral("false")),
              {std::to_string(effectiveLimit(selection)), speakers ? speakers->languageCode : std::string()});
    if (!found)
        return found.error();
    Tables tables;
    tables.rowSecurity = found->boolean(0, 2).value_or(false);
    tables.rowVersions = found->boolean(0, 3).value_or(false);
    const std::int64_t type = found->integer(0, 4).value_or(0);
    if (type == timestampType || type == timestamptzType)
        tables.updateTime = UpdateTime::MicrosecondsSince2000;
    tables.roomSecurity = found->boolean(0, 5).value_or(false);
    return tables;
}

Result<std::uint64_t> PostgresUserReader::count(const UserSelection &selection)
{
    const Result<Tables> tables = begin(selection);
    if (!tables)
        return tables.error();
    // Only where the limit cuts some off is it of interest which, and worth putting millions in order.
    const auto countOf = [this](const QString &from) {
        return query(QStringLiteral("select count(*), count(*) filter (where ") + validOnly() +
                     QStringLiteral(") from (select user_identity::text as user_identity") + from +
                     QStringLiteral(") as chosen"));
    };
    Result<SqlRows> rows = countOf(fromUserGroup(selection.group, words()));
    if (rows && !isWhole(selection) && std::uint64_t(rows->integer(0, 0).value_or(0)) > effectiveLimit(selection))
        rows = countOf(fromSelection(selection));
    if (!rows)
        return rows.error();
    const std::int64_t count = rows->isEmpty() ? 0 : rows->integer(0, 1).value_or(0);
    if (count == 0) {
        if (Result<void> visible = checkVisibility(*tables); !visible)
            return visible.error();
    }
    static_cast<void>(query(QStringLiteral("commit")));
    return std::uint64_t(count);
}

Result<std::uint64_t> PostgresUserReader::read(const UserSelection &selection, const UserReading &reading)
{
    const Result<Tables> tables = begin(selection);
    if (!tables)
        return tables.error();
    const PostgresDialect dialect(m_options);
    const bool isRaw = tables->updateTime == UpdateTime::MicrosecondsSince2000;
    QString columns = QStringLiteral("user_identity::text");
    if (!reading.ids)
        columns += QStringLiteral(", native_language::text, voice_avatar_id::text, voice_provider::text,"
                                  " formal_tone::text, preserve_emotion::text, ") +
                   (isRaw ? QStringLiteral("updated_at") : dialect.epochMilliseconds(QStringLiteral("updated_at"))) +
                   (tables->rowVersions ? QStringLiteral(", xmin") : QStringLiteral(", 0::integer"));
    if (!reading.begin())
        return Error{ErrorCode::Cancelled, "It was stopped."};
    HEARTH_SEQ_POINT("PostgresUserReader.copy");
    ProfilePortion portion(reading);
    const QString statement = QStringLiteral("copy (select ") + columns + fromSelection(selection) +
                              QStringLiteral(") to stdout (format binary)");
    if (Result<void> copied = copy(statement, tables->updateTime, reading, portion); !copied)
        return copied.error();
    if (portion.given() == 0) {
        if (Result<void> visible = checkVisibility(*tables); !visible)
            return visible.error();
    }
    static_cast<void>(query(QStringLiteral("commit")));
    return portion.given();
}

Result<void> PostgresUserReader::copy(const QString &statement, UpdateTime time, const UserReading &reading,
                                      ProfilePortion &portion)
{
    BinaryCopy rows(reading.ids ? 1U : std::size_t(ProfileColumnCount));
    const Result<void> copied =
        m_session.copy(statement.toUtf8().constData(), m_options.timeout, [&](std::string_view message) {
            rows.feed(message);
            while (const auto *row = rows.nextRow()) {
                if (!portion.add(*row, time))
                    return false;
            }
            return !rows.isMalformed();
        });
    if (rows.isMalformed())
        return Error{ErrorCode::Unavailable, "The database sent what is no COPY of profiles."};
    if (!copied)
        return copied;
    return portion.flush() ? Result<void>() : Error{ErrorCode::Cancelled, "It was stopped."};
}

Result<bool> PostgresUserReader::isAnyVisible(const char *sql)
{
    const Result<SqlRows> rows = query(QString::fromLatin1(sql));
    if (!rows)
        return rows.error();
    return !rows->isEmpty() && rows->boolean(0, 0).value_or(true);
}

Result<void> PostgresUserReader::checkVisibility(const Tables &tables)
{
    if (tables.rowSecurity) {
        const Result<bool> visible = isAnyVisible("select exists(select 1 from user_profiles)");
        if (!visible)
            return visible.error();
        if (!*visible)
            return everyRowIsHidden();
    }
    if (tables.roomSecurity) {
        const Result<bool> visible = isAnyVisible("select exists(select 1 from rooms)");
        if (!visible)
            return visible.error();
        if (!*visible)
            return Error{ErrorCode::PermissionDenied,
                         "Row level security hides every row of rooms from this role, so no host can be found. Use a "
                         "role with BYPASSRLS (Supabase: the service role), or add a policy that lets it read."};
    }
    return {};
}

void PostgresUserReader::recover()
{
    m_session.abandon(SteadyClock::now() + patienceWithCancelled);
}

} // namespace hearth
