// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/profiles/Profile.h"
#include "core/profiles/VoiceCatalog.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// Called exactly once, on any thread, never under a lock of ours; possibly before the asking function returns.
template <class T>
using Completion = std::function<void(Result<T>)>;

// How a query went. queueTime: from asking until it was sent; queryTime: from sent to answered.
struct QueryTiming {
    MonotonicTime sentAt{};
    std::chrono::nanoseconds queueTime{};
    std::chrono::nanoseconds queryTime{};
    std::uint32_t sharedBy = 1; // look-ups that this one query answered, when it was asked for several
};

// What the database said about one user: a profile, or that there is no such row.
struct LoadedProfile {
    std::optional<Profile> profile;
    QueryTiming timing;
};

// What it said about several: those that exist, in no particular order; who is not in there has no row.
struct LoadedProfiles {
    std::vector<Profile> profiles;
    QueryTiming timing;
};

// Which rows exist, and the version of each as it is now: the row is as it was read when that equals
// Profile::rowVersion. In no particular order; who is not in there has no row.
struct RowVersions {
    struct Row {
        ProfileId id;
        std::uint32_t version = 0;
    };
    std::vector<Row> rows;
    QueryTiming timing;
};

// What became of insertIfAbsent.
struct InsertedProfile {
    Profile profile; // as stored: ours, or that of whoever was first
    bool inserted = false;
    QueryTiming timing;
};

// The fields of a row that are to be changed; what is not set stays as it is.
struct ProfileChanges {
    std::optional<std::string> nativeLanguage{};
    std::optional<std::string> voiceId{};       // empty: none any more, the language's default voice is meant
    std::optional<std::string> voiceProvider{}; // empty: none any more
    std::optional<bool> formalTone{};
    std::optional<bool> preserveEmotion{};

    bool isEmpty() const { return *this == ProfileChanges(); }
    friend bool operator==(const ProfileChanges &, const ProfileChanges &) = default;
};

// A row that was changed.
struct WrittenProfile {
    Profile profile; // as it is stored now, whatever triggers made of it
    QueryTiming timing;
};

// Whether a write that failed so may have been done all the same.
inline bool mayHaveBeenWritten(ErrorCode code)
{
    return code == ErrorCode::Timeout || code == ErrorCode::BadData || code == ErrorCode::Internal ||
           code == ErrorCode::ShuttingDown;
}

// Whether an answer with this error says that there is no use in asking for the next user either.
inline bool concernsEveryUser(ErrorCode code)
{
    return code == ErrorCode::Unavailable || code == ErrorCode::ShuttingDown || code == ErrorCode::SchemaMismatch ||
           code == ErrorCode::PermissionDenied;
}

// Where profiles are kept: the port that the service reads and writes through.
//
// Thread-safe. Asynchronous: every function returns at once, the answer comes through the completion within the hard
// timeout. A row that is not there is an answer, not an error.
// Errors: Timeout, Unavailable, Overloaded, SchemaMismatch, PermissionDenied, BadData, ShuttingDown.
// Of a write, they tell whether it may have been done (mayHaveBeenWritten): one whose connection died under it, or
// whose answer was not waited for any longer, is a Timeout; Unavailable says that it was not done.
class ProfileRepository
{
public:
    virtual ~ProfileRepository() = default;

    virtual void find(const ProfileId &id, Completion<LoadedProfile> done) = 0;
    // In one query. At most 1,000 ids at a time.
    virtual void findMany(std::vector<ProfileId> ids, Completion<LoadedProfiles> done) = 0;
    // Whether rows that were read earlier are still as they were, in one query. At most 1,000 ids at a time.
    // Here by reading the rows; override it where less will do.
    virtual void versions(std::vector<ProfileId> ids, Completion<RowVersions> done)
    {
        findMany(std::move(ids), [done = std::move(done)](const Result<LoadedProfiles> &loaded) {
            if (!loaded)
                return done(loaded.error());
            RowVersions versions{{}, loaded->timing};
            for (const Profile &profile : loaded->profiles)
                versions.rows.push_back({profile.identity, profile.rowVersion});
            done(std::move(versions));
        });
    }
    // insert … on conflict do nothing, then the row that is there. Never sent twice: the second time it would find its
    // own row, and call it somebody else's.
    // Returns also: PermissionDenied, when the role may only read.
    virtual void insertIfAbsent(Profile profile, Completion<InsertedProfile> done) = 0;
    // Changes fields of a row and the time of its update, in one statement. When the language is changed and no voice
    // is named, a voice that was only the old language's default goes, so that the new one's is meant. May be sent
    // twice, where the first connection turns out to be dead: the result is the same. Returns also: NotFound;
    // PermissionDenied, when the role may only read, or row level security hides the row.
    virtual void update(const ProfileId &id, ProfileChanges changes, Completion<WrittenProfile> done) = 0;

    // The users whose rows were updated (or, where that is unknown, created) last, newest first, at most limit.
    virtual void recentIds(std::size_t limit, Completion<std::vector<ProfileId>> done) = 0;
    // How many profiles there are.
    virtual void count(Completion<std::int64_t> done) = 0;
    // The rows of voice_avatars; none when there is no such table.
    virtual void voices(Completion<std::vector<Voice>> done) = 0;
};

} // namespace hearth
