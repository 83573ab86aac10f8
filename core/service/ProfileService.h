// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/cache/SingleFlight.h"
#include "core/cache/TtlCache.h"
#include "core/profiles/PackedProfile.h"
#include "core/profiles/Profile.h"
#include "core/profiles/ProfileRepository.h"
#include "core/profiles/ProfileTexts.h"
#include "core/service/ServedProfile.h"
#include "core/service/StripedHistogram.h"
#include "core/telemetry/EventLog.h"
#include "core/telemetry/LatencyHistogram.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace hearth {

// By identity. All that is in one cache is packed by one ProfileTexts.
using ProfileCache = TtlCache<PackedProfile>;

// What to do about a user whom the database does not know.
enum class UnknownUser : std::uint8_t {
    NotFound,      // an error: look-ups by support, simulated traffic
    CreateDefault, // a default profile: room, token and agent paths, as DEFAULT_PROFILES says
};

// DEFAULT_PROFILES
enum class DefaultProfiles : std::uint8_t { Store, CacheOnly, Off };

struct ProfileServiceSettings {
    static constexpr std::chrono::seconds minimumTtl{1};
    static constexpr std::chrono::seconds maximumTtl{30 * 24 * 3600};

    std::chrono::seconds ttl{1800};
    DefaultProfiles defaultProfiles = DefaultProfiles::Store;
};

// What the service counted beside the cache's own counters. 64-bit, monotonic.
struct ServiceCounters {
    std::uint64_t loads = 0;        // queries for a get or a refresh that were answered or failed
    std::uint64_t loadFailures = 0; // those that failed; "no such user" is an answer
    std::uint64_t coalesced = 0;    // gets that waited for the query of another
    std::uint64_t warmed = 0;
    std::uint64_t profilesCreated = 0;
    std::uint64_t uncacheable = 0; // loaded, but not cached, because the table of texts has no place for theirs
    std::chrono::nanoseconds databaseTime{};
};

// The read path: cache → single flight → repository → cache. The one place that decides what a user's profile is.
//
// Thread-safe. Asynchronous: a hit is answered on the calling thread before get returns, without an allocation or a
// lock of the service; everything else on the thread that finished the load. No lock is held while a callback runs.
// Every callback runs exactly once; after stop() with ShuttingDown. Errors: NotFound, and those of ProfileRepository.
// Ownership: borrows everything it is given; all of it must outlive the service and its last callback.
class ProfileService
{
public:
    using Answer = std::function<void(Result<ServedProfile>)>;

    ProfileService(const Clock &clock, ProfileCache &cache, ProfileTexts &texts, ProfileRepository &repository,
                   EventLog &events, ProfileServiceSettings settings);
    ~ProfileService();

    // A counted read: a hit from the cache, else from the database, and then cached.
    void get(const ProfileId &id, UnknownUser unknown, Answer answer);
    // Reloads from the database whatever is cached, by a query that is sent after this call. Not counted as a get.
    // Returns also: NotFound, and then nothing is cached any more.
    void refresh(const ProfileId &id, Answer answer);
    // The row as it is now, past the cache: nothing is cached, counted as a get or created.
    void readDatabase(const ProfileId &id, Completion<LoadedProfile> done);
    // Stores rows that a warm-up loaded under these generations; the TTL is shortened by up to a tenth, differently
    // for each user, so that they do not all expire together.
    struct WarmRow {
        Profile profile;
        Generation generation = 0;
    };
    struct WarmStored {
        std::size_t stored = 0;
        std::size_t uncacheable = 0; // of those that were not
    };
    WarmStored storeWarmed(const std::vector<WarmRow> &rows, const QueryTiming &timing);

    // Force the expiry: the entries stay, as expired, and what is being loaded now is not stored.
    // Returns: how many active entries became expired. One event for the whole call.
    std::uint64_t expire(const std::vector<ProfileId> &ids, const std::string &who);
    std::uint64_t expireAll(const std::string &who);
    // Returns: how many there were.
    std::uint64_t remove(const std::vector<ProfileId> &ids, const std::string &who);

    ProfileServiceSettings settings() const;
    // Applies to newly cached entries. A TTL outside the limits is refused, with a warning in the log.
    void setTtl(std::chrono::seconds ttl);

    ServiceCounters counters() const;
    const StripedHistogram &hitLatency() const;
    const LatencyHistogram &loadLatency() const; // the query itself, queueing excluded
    std::size_t loadsInFlight() const;

    // Whether a get would be a hit now. Quiet.
    bool isActive(const ProfileId &id) const;

    // From here on every get that misses and every waiting caller gets ShuttingDown. Returns when no callback runs
    // but those of hits, which run inside their callers' own get. Must not be called from a callback.
    void stop();

private:
    class Impl;
    const std::unique_ptr<Impl> m_impl;
};

} // namespace hearth
