// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/profiles/ProfileRepository.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/service/CachedProfiles.h"
#include "core/service/OpenQueries.h"
#include "core/service/Refreshes.h"
#include "core/service/ServedProfile.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>

namespace hearth {

// Writes profiles: the database first, then the cache with the row as it is stored. What was being read before the
// answer is neither stored nor served after it. Where something else happened to the user meanwhile (another write, a
// change by others, a newer read), so that the written row may not be the last word, it is read once more.
//
// Thread-safe. Callers are answered outside every lock, on the thread that answered the query. Ownership: borrows
// everything.
class ProfileWrites
{
public:
    using Answer = std::function<void(Result<ServedProfile>)>;

    // voices: null where only the built-in ones are known. doubtFor: how long after its failure a write may still be
    // done.
    ProfileWrites(CachedProfiles &cached, ProfileRepository &repository, OpenQueries &queries, Refreshes &refreshes,
                  const VoiceDirectory *voices, std::chrono::nanoseconds doubtFor);

    // The caller is inside the gate.
    void create(Profile profile, const std::string &who, Answer answer);
    void update(const ProfileId &id, ProfileChanges changes, const std::string &who, Answer answer);
    // Invalidates once more whose write was given up so long ago that it is over, done or not.
    void settleDoubts(MonotonicTime now);

private:
    // A write that is out, and under what it was sent.
    struct Write {
        ProfileId id;
        Generation generation = 0;
        MonotonicTime askedAt{};
        EntrySource source = EntrySource::Database;
        std::string who;
        std::string what; // "created", "changed formal_tone"
        Answer answer;
    };
    struct Doubt {
        ProfileId id;
        MonotonicTime until{};
    };
    static constexpr std::size_t mostDoubts = 10'000;

    Write begin(const ProfileId &id, EntrySource source, const std::string &who, std::string what, Answer answer);
    void created(const Write &write, const Result<InsertedProfile> &inserted);
    void updated(const Write &write, const Result<WrittenProfile> &written);
    void stored(const Write &write, const Profile &profile, const QueryTiming &timing);
    void failed(const Write &write, const Error &error);
    void invalidate(const ProfileId &id);
    void forgetRow(const Write &write);
    std::shared_ptr<const VoiceCatalog> catalog() const;

    CachedProfiles &m_cached;
    ProfileRepository &m_repository;
    OpenQueries &m_queries;
    Refreshes &m_refreshes;
    const VoiceDirectory *const m_voices;
    const std::chrono::nanoseconds m_doubtFor;

    Mutex m_mutex;                                         // State below is protected by m_mutex.
    std::deque<Doubt> m_doubts HEARTH_GUARDED_BY(m_mutex); // the oldest first
};

} // namespace hearth
