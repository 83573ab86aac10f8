// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/telemetry/DatabaseStatus.h"
#include "core/telemetry/InvalidationState.h"
#include "core/telemetry/LatencyHistogram.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hearth {

// The reasons for misses, in the order of MissReason (core/cache); telemetry knows them only by position and name.
inline constexpr std::size_t statsMissReasonCount = 5;
inline constexpr std::array<std::string_view, statsMissReasonCount> statsMissReasonNames{
    "not_seen", "expired", "invalidated", "evicted", "load_failed"};

// The counters of a node since it started, and its settings of the moment: what "cache_stats" answers. Immutable value.
// hits + misses = gets: each get is a hit (stale or not) or a miss of one reason.
struct Stats {
    std::uint64_t activeEntries = 0;
    std::uint64_t expiredEntries = 0;
    std::uint64_t maxEntries = 0;
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;        // stale ones included
    std::uint64_t staleServed = 0; // hits by an expired entry, because the load failed
    std::array<std::uint64_t, statsMissReasonCount> missesByReason{}; // stale ones not included
    std::uint64_t loads = 0; // queries for one user that were answered or failed
    std::uint64_t loadFailures = 0;
    std::uint64_t coalesced = 0;    // misses that waited for the query of another
    std::uint64_t negativeHits = 0; // misses that needed no query: the user is known to be unknown
    std::uint64_t refreshedAhead = 0;
    std::uint64_t changedByOthers = 0; // entries that expired or left because others changed their rows
    std::uint64_t evictions = 0;
    std::uint64_t expiredRemoved = 0;
    std::uint64_t keptStale = 0; // expired entries that the last cleanup left, because the database cannot be asked
    std::uint64_t warmed = 0;
    std::uint64_t uncacheable = 0; // profiles that were loaded but not cached: there is no place for their texts
    std::optional<Percentiles> hitLatency;   // since the start, of hits that are not stale
    std::optional<Percentiles> loadLatency;  // the database's, queueing excluded
    std::chrono::nanoseconds databaseTime{}; // all queries together; of a failed one, from asking to failing
    std::chrono::seconds uptime{};
    std::chrono::seconds ttl{};
    std::chrono::seconds cleanupInterval{};
    std::chrono::milliseconds untilCleanup{};
    std::chrono::seconds staleGrace{}; // how long past its TTL an entry may be served when loads fail
    DatabaseStatus database;
    InvalidationState changes; // how changes by others become known

    std::uint64_t misses() const;
    std::uint64_t totalEntries() const { return activeEntries + expiredEntries; }
    // Returns: nullopt without gets.
    std::optional<double> hitRate() const;
    // Gets that needed no query: hits, misses that waited for the query of another, and users known to be unknown.
    // Of the stale, some needed one, which failed.
    std::uint64_t queriesSaved() const { return hits + coalesced + negativeHits; }
};

// One second of a node's life, or several of them as one (SampleSum.h). Immutable value. Counts are of that time,
// entries at its end.
struct Sample {
    std::uint64_t seq = 0; // of several seconds: the last one's
    WallTime time{};
    std::uint64_t activeEntries = 0;
    std::uint64_t expiredEntries = 0;
    std::chrono::nanoseconds length{std::chrono::seconds(1)}; // how long the "second" really was
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    std::uint64_t staleServed = 0;
    std::array<std::uint64_t, statsMissReasonCount> missesByReason{};
    std::uint64_t loads = 0;
    std::uint64_t loadFailures = 0;
    std::uint64_t evictions = 0;
    std::optional<Percentiles> hitLatency;
    std::optional<Percentiles> loadLatency;
    bool databaseReachable = false;
    bool startsRun = false;   // the node was started: what lies between it and the sample before was not recorded
    std::uint32_t merged = 1; // of how many seconds it is the sum

    // Whether nothing is missing between the two, so that its length tells how far they are apart.
    bool follows(const Sample &before) const { return !startsRun && seq == before.seq + merged; }
};

} // namespace hearth
