// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlProfileRepository.h"

#include "core/storage/ProfileRows.h"
#include "core/storage/ProfileStatements.h"
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace hearth {

namespace {

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

QVariant textOrNull(const std::string &text)
{
    return text.empty() ? QVariant(QMetaType(QMetaType::QString)) : QVariant(textOf(text));
}

QVariant limitValue(std::size_t limit)
{
    return qlonglong(std::min<std::size_t>(limit, std::size_t(std::numeric_limits<std::int32_t>::max())));
}

Result<std::optional<Profile>> findOne(SqlConnection &connection, const ProfileStatements &statements,
                                       const std::string &id)
{
    const Result<SqlRows> rows = connection.query(statements.find, {textOf(id)});
    if (!rows)
        return rows.error();
    if (rows->isEmpty()) {
        if (Result<void> visible = checkVisibility(connection, statements); !visible)
            return visible.error();
        return std::optional<Profile>();
    }
    Result<Profile> profile = profileOf(*rows, 0);
    if (!profile)
        return profile.error();
    return std::optional(*std::move(profile));
}

// list: as listOf() makes it; invalid where nobody is asked for.
Result<SqlRows> queryListed(SqlConnection &connection, const ProfileStatements &statements, const QString &sql,
                            const QVariant &list)
{
    if (!list.isValid())
        return SqlRows();
    Result<SqlRows> rows = connection.query(sql, {list});
    if (rows && rows->isEmpty()) {
        if (Result<void> visible = checkVisibility(connection, statements); !visible)
            return visible.error();
    }
    return rows;
}

Result<std::vector<Profile>> findListed(SqlConnection &connection, const ProfileStatements &statements,
                                        const QVariant &list)
{
    const Result<SqlRows> rows = queryListed(connection, statements, statements.findMany, list);
    if (!rows)
        return rows.error();
    std::vector<Profile> profiles;
    profiles.reserve(rows->size());
    for (std::size_t row = 0; row < rows->size(); ++row) {
        if (Result<Profile> profile = profileOf(*rows, row))
            profiles.push_back(*std::move(profile));
    }
    return profiles;
}

Result<RowVersions> versionsListed(SqlConnection &connection, const ProfileStatements &statements, const QVariant &list)
{
    RowVersions versions;
    if (!connection.traits().rowVersions) { // their content stands for it
        const Result<std::vector<Profile>> profiles = findListed(connection, statements, list);
        if (!profiles)
            return profiles.error();
        for (const Profile &profile : *profiles)
            versions.rows.push_back({profile.identity, profile.rowVersion});
        return versions;
    }
    const Result<SqlRows> rows = queryListed(connection, statements, statements.versions, list);
    if (!rows)
        return rows.error();
    for (std::size_t row = 0; row < rows->size(); ++row) {
        if (Result<ProfileId> id = ProfileId::parse(rows->text(row, IdentityColumn).value_or("")))
            versions.rows.push_back({*std::move(id), std::uint32_t(rows->integer(row, 1).value_or(0))});
    }
    return versions;
}

// What a write is told that this role may not do. The storage as a whole stays usable for reading.
Error writeDenied(const SqlConnection &connection, const Error &error)
{
    if (connection.traits().rowSecurity)
        return {ErrorCode::PermissionDenied,
                "Row level security does not let this role change this row of user_profiles: " + error.detail +
                    " Use a role with BYPASSRLS (Supabase: the service role), or add a policy that lets it write."};
    return {ErrorCode::PermissionDenied,
            "This database role may only read user_profiles: " + error.detail +
                " Grant it insert and update on the table, or name a role in DATABASE_URL that may write."};
}

Result<InsertedProfile> insertOne(SqlConnection &connection, const ProfileStatements &statements,
                                  const Profile &profile)
{
    if (connection.traits().rowSecurity) {
        if (Result<void> visible = checkVisibility(connection, statements); !visible)
            return visible.error(); // they may all exist: a default would hide what they are
    }
    QVariant updatedAt{QMetaType(QMetaType::LongLong)};
    if (profile.updatedAt)
        updatedAt = qlonglong(profile.updatedAt->time_since_epoch().count());
    const Result<SqlRows> rows =
        connection.query(statements.insertIfAbsent,
                         {textOf(profile.identity.text()), textOf(profile.nativeLanguage), textOrNull(profile.voiceId),
                          textOrNull(profile.voiceProvider), profile.formalTone, profile.preserveEmotion, updatedAt});
    if (!rows && rows.error().code == ErrorCode::PermissionDenied) {
        const Result<void> visible = checkVisibility(connection, statements); // it may have been switched on since
        return visible ? writeDenied(connection, rows.error()) : visible.error();
    }
    if (!rows)
        return rows.error();
    if (!rows->isEmpty()) {
        Result<Profile> stored = profileOf(*rows, 0);
        if (!stored)
            return stored.error();
        return InsertedProfile{*std::move(stored), true, {}};
    }
    Result<std::optional<Profile>> present = findOne(connection, statements, profile.identity.text());
    if (!present)
        return present.error();
    if (!*present)
        return Error{ErrorCode::Unavailable, "The profile was removed while it was being stored; try again."};
    return InsertedProfile{**std::move(present), false, {}};
}

// Why no row was changed.
Error nothingUpdated(SqlConnection &connection, const ProfileStatements &statements, const std::string &id)
{
    if (connection.traits().rowSecurity) {
        const Result<std::optional<Profile>> present = findOne(connection, statements, id);
        if (!present)
            return present.error();
        if (*present)
            return writeDenied(connection, {ErrorCode::PermissionDenied, "it may be read only."});
    }
    return Error{ErrorCode::NotFound, "There is no such user in the database."};
}

Result<WrittenProfile> updateOne(SqlConnection &connection, const ProfileStatements &statements, const ProfileId &id,
                                 const ProfileChanges &changes)
{
    const ProfileStatements::Update update = statements.update(id, changes);
    const Result<SqlRows> rows = connection.query(update.statement, update.values);
    if (!rows)
        return rows.error().code == ErrorCode::PermissionDenied ? writeDenied(connection, rows.error()) : rows.error();
    if (rows->isEmpty())
        return nothingUpdated(connection, statements, id.text());
    Result<Profile> stored = profileOf(*rows, 0);
    if (!stored)
        return stored.error();
    return WrittenProfile{*std::move(stored), {}};
}

// Whether a write was begun, so that its failure can say whether it may have been done. Thread-safe.
class WriteProgress
{
public:
    // Returns: false when nobody waits for the write any more; then it must not be done.
    bool begin()
    {
        Step expected = Step::Waiting;
        return m_step.compare_exchange_strong(expected, Step::Begun) || expected == Step::Begun;
    }
    // Of a write that failed.
    Error failure(const Error &error)
    {
        Step expected = Step::Waiting;
        const bool wasBegun = !m_step.compare_exchange_strong(expected, Step::GivenUp);
        if (wasBegun && error.code == ErrorCode::Unavailable)
            return {ErrorCode::Timeout,
                    error.detail + " Whether the profile was stored is not known: read it before trying again."};
        if (!wasBegun && mayHaveBeenWritten(error.code) && error.code != ErrorCode::ShuttingDown)
            return {ErrorCode::Unavailable, error.detail + " Nothing was stored."};
        return error;
    }

private:
    enum class Step : std::uint8_t { Waiting, Begun, GivenUp };
    std::atomic<Step> m_step = Step::Waiting;
};

Result<std::vector<Voice>> allVoices(SqlConnection &connection, const ProfileStatements &statements)
{
    const Result<SqlRows> rows = connection.query(statements.voices);
    if (!rows) {
        // No such table, or one of another shape or not for us: the built-in voices do.
        const bool isElsewhere =
            rows.error().code == ErrorCode::SchemaMismatch || rows.error().code == ErrorCode::PermissionDenied;
        return isElsewhere ? Result<std::vector<Voice>>(std::vector<Voice>()) : rows.error();
    }
    std::vector<Voice> voices;
    for (std::size_t row = 0; row < rows->size(); ++row) {
        const auto text = [&](std::size_t column) { return rows->text(row, column).value_or(""); };
        voices.push_back({text(0), text(1), text(2), text(3), text(4), text(5), text(6)});
    }
    std::erase_if(voices, [](const Voice &voice) { return voice.id.empty(); });
    return voices;
}

// A completion that takes the value without its timing.
template <class T>
auto withoutTiming(Completion<T> done)
{
    return [done = std::move(done)](Result<T> result, const QueryTiming &) { done(std::move(result)); };
}

// A completion whose value carries the timing in itself.
template <class T>
auto withTiming(Completion<T> done)
{
    return [done = std::move(done)](Result<T> result, const QueryTiming &timing) {
        if (result)
            result->timing = timing;
        done(std::move(result));
    };
}

using FormsPtr = std::shared_ptr<const ProfileStatementForms>;

// One look-up. Its answer has a place of its own, so that a late query has where to write.
class FindTask final : public SqlTask
{
public:
    using Answer = std::shared_ptr<LoadedProfile>;

    FindTask(ProfileId wanted, FormsPtr statements, SqlBatchPtr together, Completion<LoadedProfile> done)
        : FindTask(std::make_shared<LoadedProfile>(), std::move(wanted), std::move(statements), std::move(together),
                   std::move(done))
    {
    }
    const ProfileId id;
    const Answer answer;

private:
    FindTask(Answer place, ProfileId wanted, FormsPtr statements, SqlBatchPtr together, Completion<LoadedProfile> done)
        : SqlTask(
              SqlRepeat::Safe,
              [place, text = wanted.text(), forms = std::move(statements)](SqlConnection &connection) -> Result<void> {
                  Result<std::optional<Profile>> found = findOne(connection, forms->of(connection.traits()), text);
                  if (!found)
                      return found.error();
                  place->profile = *std::move(found);
                  return {};
              },
              [place, done = std::move(done)](const Result<void> &result, const QueryTiming &timing) {
                  if (!result)
                      return done(result.error());
                  place->timing = timing;
                  done(std::move(*place));
              },
              std::move(together))
        , id(std::move(wanted))
        , answer(std::move(place))
    {
    }
};

// Look-ups that waited, answered by one query.
class FindBatch final : public SqlBatch
{
public:
    FindBatch(FormsPtr statements, const SqlDialect &dialect)
        : m_statements(std::move(statements))
        , m_dialect(dialect)
    {
    }

    Result<void> run(SqlConnection &connection, const SqlTasks &tasks) const override
    {
        std::vector<ProfileId> ids;
        ids.reserve(tasks.size());
        for (const SqlTaskPtr &task : tasks)
            ids.push_back(static_cast<const FindTask &>(*task).id);
        const Result<std::vector<Profile>> found =
            findListed(connection, m_statements->of(connection.traits()), m_dialect.listValue(ids));
        if (!found)
            return found.error();
        std::unordered_map<std::string_view, const Profile *> byId;
        for (const Profile &profile : *found)
            byId.emplace(profile.identity.text(), &profile);
        for (const SqlTaskPtr &task : tasks) {
            const auto &find = static_cast<const FindTask &>(*task);
            if (task->isAnswered())
                continue; // it is late, and its answer is somebody else's
            const auto row = byId.find(find.id.text());
            find.answer->profile = row == byId.end() ? std::nullopt : std::optional(*row->second);
        }
        return {};
    }

private:
    const FormsPtr m_statements;
    const SqlDialect &m_dialect; // the dispatcher's, which outlives its tasks
};

} // namespace

SqlProfileRepository::SqlProfileRepository(SqlExecutorPool &pool)
    : m_pool(pool)
    , m_statements(std::make_shared<const ProfileStatementForms>(pool.dialect()))
    , m_findBatch(std::make_shared<const FindBatch>(m_statements, pool.dialect()))
{
}

SqlProfileRepository::~SqlProfileRepository() = default;

QVariant SqlProfileRepository::listOf(const std::vector<ProfileId> &ids) const
{
    return ids.empty() ? QVariant() : m_pool.dialect().listValue(ids);
}

void SqlProfileRepository::find(const ProfileId &id, Completion<LoadedProfile> done)
{
    m_pool.submit(std::make_shared<FindTask>(id, m_statements, m_findBatch, std::move(done)));
}

void SqlProfileRepository::findMany(std::vector<ProfileId> ids, Completion<LoadedProfiles> done)
{
    m_pool.run<LoadedProfiles>(
        SqlRepeat::Safe,
        [statements = m_statements, list = listOf(ids)](SqlConnection &connection) -> Result<LoadedProfiles> {
            Result<std::vector<Profile>> profiles = findListed(connection, statements->of(connection.traits()), list);
            if (!profiles)
                return profiles.error();
            return LoadedProfiles{*std::move(profiles), {}};
        },
        withTiming(std::move(done)));
}

void SqlProfileRepository::versions(std::vector<ProfileId> ids, Completion<RowVersions> done)
{
    m_pool.run<RowVersions>(
        SqlRepeat::Safe,
        [statements = m_statements, list = listOf(ids)](SqlConnection &connection) {
            return versionsListed(connection, statements->of(connection.traits()), list);
        },
        withTiming(std::move(done)));
}

void SqlProfileRepository::insertIfAbsent(Profile profile, Completion<InsertedProfile> done)
{
    write<InsertedProfile>(
        SqlRepeat::Never,
        [statements = m_statements, profile = std::move(profile)](SqlConnection &connection) {
            return insertOne(connection, statements->of(connection.traits()), profile);
        },
        std::move(done));
}

void SqlProfileRepository::update(const ProfileId &id, ProfileChanges changes, Completion<WrittenProfile> done)
{
    write<WrittenProfile>(
        SqlRepeat::Safe,
        [statements = m_statements, id, changes = std::move(changes)](SqlConnection &connection) {
            return updateOne(connection, statements->of(connection.traits()), id, changes);
        },
        std::move(done));
}

template <class T>
void SqlProfileRepository::write(SqlRepeat repeat, std::function<Result<T>(SqlConnection &)> work, Completion<T> done)
{
    const auto progress = std::make_shared<WriteProgress>();
    m_pool.run<T>(
        repeat,
        [progress, work = std::move(work)](SqlConnection &connection) -> Result<T> {
            return progress->begin() ? work(connection) : Result<T>(shuttingDown());
        },
        [progress, done = withTiming(std::move(done))](const Result<T> &result, const QueryTiming &timing) {
            done(result ? result : Result<T>(progress->failure(result.error())), timing);
        });
}

void SqlProfileRepository::recentIds(std::size_t limit, Completion<std::vector<ProfileId>> done)
{
    m_pool.run<std::vector<ProfileId>>(
        SqlRepeat::Safe,
        [statements = m_statements, limit](SqlConnection &connection) -> Result<std::vector<ProfileId>> {
            const Result<SqlRows> rows =
                connection.query(statements->of(connection.traits()).recentIds, {limitValue(limit)});
            return rows ? Result<std::vector<ProfileId>>(idsOf(*rows)) : rows.error();
        },
        withoutTiming(std::move(done)));
}

void SqlProfileRepository::count(Completion<std::int64_t> done)
{
    m_pool.run<std::int64_t>(
        SqlRepeat::Safe,
        [statements = m_statements](SqlConnection &connection) -> Result<std::int64_t> {
            const Result<SqlRows> rows = connection.query(statements->of(connection.traits()).count);
            if (!rows)
                return rows.error();
            return rows->isEmpty() ? 0 : rows->integer(0, 0).value_or(0);
        },
        withoutTiming(std::move(done)));
}

void SqlProfileRepository::voices(Completion<std::vector<Voice>> done)
{
    m_pool.run<std::vector<Voice>>(
        SqlRepeat::Safe,
        [statements = m_statements](SqlConnection &connection) {
            return allVoices(connection, statements->of(connection.traits()));
        },
        withoutTiming(std::move(done)));
}

} // namespace hearth
