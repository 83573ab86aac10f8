// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/cache/TtlCache.h"
#include "core/profiles/PackedProfile.h"
#include "core/profiles/ProfileRepository.h"
#include "core/service/CacheJournal.h"
#include "core/service/FailedLoads.h"
#include "core/service/Landing.h"
#include "core/service/ProfilePacker.h"
#include "core/service/ProfileServiceSettings.h"
#include "core/service/ServiceCounters.h"
#include "core/service/UnknownUsers.h"
#include "core/service/WarmStored.h"
#include "core/telemetry/LatencyHistogram.h"

#include <atomic>
#include <chrono>
#include <limits>
#include <optional>
#include <string>

namespace hearth {

// By identity. All that is in one cache is packed by one ProfileTexts.
using ProfileCache = TtlCache<PackedProfile>;

// What an answer of the database means for the cache, and what the cache may still give when there is no answer.
//
// Thread-safe. Ownership: borrows everything that it is given.
class CachedProfiles
{
public:
    CachedProfiles(const Clock &clock, ProfileCache &cache, ProfileTexts &texts, EventLog &events,
                   const ProfileServiceSettings &settings);

    // A query for one user, and under what it was asked.
    struct Question {
        ProfileId id;
        Generation generation = 0;
        MonotonicTime askedAt{};
        EntrySource source = EntrySource::Database;
    };
    Landing settle(const Question &question, const Result<LoadedProfile> &loaded);
    Landing settleCreation(const Question &question, const Result<InsertedProfile> &inserted,
                           const QueryTiming &absence);
    // A default profile that is only cached, on the word of the query that found no row.
    Landing cacheDefault(const Question &question, const QueryTiming &absence);
    // newsDetail: of the event and the log line; null: there are none.
    WarmOutcome storeWarmed(const Profile &profile, Generation generation, const QueryTiming &timing,
                            const std::string *newsDetail);

    // A row as it was written, whose options carry the generation that this invalidation leaves. What was read before
    // is not stored after it. Returns: Found, or Superseded where the row may not be the last one: nothing is active.
    Landing storeWritten(const Profile &profile, const PutOptions &options);

    // Until now. From here on nobody is unknown, and no row of a warm-up that was asked for before is stored.
    void changesWereMissed();

    // What a get would give now, quietly.
    std::optional<PackedProfile> active(const ProfileId &id) const;
    // What may be given although a load failed: an active entry, or one that expired by itself (not by force) no longer
    // ago than the grace.
    struct Fallback {
        PackedProfile profile;
        bool isStale = false;
    };
    std::optional<Fallback> fallback(const ProfileId &id) const;
    // Whether a load failed within the last minute because of the database, not because of one row.
    bool areLoadsFailing() const;
    Landing found(const PackedProfile &packed) const;
    Question question(const ProfileId &id, Generation generation, EntrySource source = EntrySource::Database) const
    {
        return {id, generation, clock.now(), source};
    }

    std::chrono::seconds ttl() const { return std::chrono::seconds(ttlSeconds.load(std::memory_order_relaxed)); }
    std::chrono::seconds grace() const { return std::chrono::seconds(graceSeconds.load(std::memory_order_relaxed)); }

    const Clock &clock;
    ProfileCache &cache;
    ProfilePacker pack;
    CacheJournal journal;
    UnknownUsers unknown;
    FailedLoads failing;
    ServiceTallies tallies;
    LatencyHistogram loadLatency;
    std::atomic<std::chrono::seconds::rep> ttlSeconds;
    std::atomic<std::chrono::seconds::rep> graceSeconds;

private:
    Landing settleAbsence(const Question &question, const QueryTiming &timing);
    Landing settleFailure(const Question &question, const Error &error);
    Landing store(const Profile &profile, const PutOptions &options, const std::string &detail);
    Landing serveUncached(const Profile &profile, const PutOptions &options);
    bool holdsExpired(const ProfileId &id) const;
    void countQuery(const QueryTiming &timing);

    std::atomic<bool> m_saidReadOnly = false;
    std::atomic<MonotonicTime::rep> m_missedUntil{std::numeric_limits<MonotonicTime::rep>::min()};
    std::atomic<MonotonicTime::rep> m_lastTrouble{std::numeric_limits<MonotonicTime::rep>::min()};
};

// Whether an answer that failed so may be made up for by a stale entry: the load failed, the question was in order.
bool isFailedLoad(ErrorCode code);

} // namespace hearth
