// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"

#include <QVariant>

#include <cstdint>
#include <functional>
#include <memory>

namespace hearth {

class SqlBatch;
class SqlConnection;
class SqlExecutorPool;
class ProfileStatementForms;
enum class SqlRepeat : std::uint8_t;

// Profiles in the table user_profiles of PostgreSQL or SQLite, voices in voice_avatars.
//
// Thread-safe. Single look-ups that have to wait for a connection are fetched together, by one query, each with its own
// answer and timing. Rows are read tolerantly: nulls take their defaults, unknown languages and voices are kept. A row
// whose identity is no valid one is left out of lists. Profile::rowVersion is xmin where the table has it; elsewhere
// (SQLite, a view, a role that may read some columns only) it is a hash of the row's fields, which tells a change as
// well, but not one that was taken back. Where row level security hides every row, "there is no such user" cannot be
// known: PermissionDenied. An update is sent again when the connection was dead, an insert is not. Ownership: borrows
// the pool, which must outlive it. It may go while jobs are running.
class SqlProfileRepository final : public ProfileRepository
{
public:
    explicit SqlProfileRepository(SqlExecutorPool &pool);
    ~SqlProfileRepository() override;

    void find(const ProfileId &id, Completion<LoadedProfile> done) override;
    void findMany(std::vector<ProfileId> ids, Completion<LoadedProfiles> done) override;
    void versions(std::vector<ProfileId> ids, Completion<RowVersions> done) override;
    void insertIfAbsent(Profile profile, Completion<InsertedProfile> done) override;
    void update(const ProfileId &id, ProfileChanges changes, Completion<WrittenProfile> done) override;
    void recentIds(std::size_t limit, Completion<std::vector<ProfileId>> done) override;
    void count(Completion<std::int64_t> done) override;
    void voices(Completion<std::vector<Voice>> done) override;

private:
    // A job whose failure says whether it may have been done.
    template <class T>
    void write(SqlRepeat repeat, std::function<Result<T>(SqlConnection &)> work, Completion<T> done);
    QVariant listOf(const std::vector<ProfileId> &ids) const; // invalid when empty

    SqlExecutorPool &m_pool;
    const std::shared_ptr<const ProfileStatementForms> m_statements; // jobs hold them too
    const std::shared_ptr<const SqlBatch> m_findBatch;
};

} // namespace hearth
