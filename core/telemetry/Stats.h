// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/telemetry/DatabaseStatus.h"
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
struct Stats {
    std::uint64_t activeEntries = 0;
    std::uint64_t expiredEntries = 0;
    std::uint64_t maxEntries = 0;
    std::uint64_t gets = 0;
    std::uint64_t hits = 0; // stale ones included
    std::uint64_t staleServed = 0;
    std::array<std::uint64_t, statsMissReasonCount> missesByReason{};
    std::uint64_t loads = 0; // queries for one user that were answered or failed
    std::uint64_t loadFailures = 0;
    std::uint64_t coalesced = 0; // misses that waited for the query of another
    std::uint64_t evictions = 0;
    std::uint64_t expiredRemoved = 0;
    std::uint64_t warmed = 0;
    std::optional<Percentiles> hitLatency;   // since the start
    std::optional<Percentiles> loadLatency;  // the database's, queueing excluded
    std::chrono::nanoseconds databaseTime{}; // all queries together
    std::chrono::seconds uptime{};
    std::chrono::seconds ttl{};
    std::chrono::seconds cleanupInterval{};
    std::chrono::milliseconds untilCleanup{};
    DatabaseStatus database;

    std::uint64_t misses() const;
    std::uint64_t totalEntries() const { return activeEntries + expiredEntries; }
    // Returns: nullopt without gets.
    std::optional<double> hitRate() const;
    // Gets that needed no query: hits, and misses that waited for the query of another.
    std::uint64_t queriesSaved() const { return hits + coalesced; }
};

// One second of a node's life. Immutable value. Counts are of that second, entries at its end.
struct Sample {
    std::uint64_t seq = 0;
    WallTime time{};
    std::uint64_t activeEntries = 0;
    std::uint64_t expiredEntries = 0;
    std::chrono::nanoseconds length{std::chrono::seconds(1)}; // how long the "second" really was
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    std::array<std::uint64_t, statsMissReasonCount> missesByReason{};
    std::uint64_t loads = 0;
    std::uint64_t loadFailures = 0;
    std::optional<Percentiles> hitLatency;
    std::optional<Percentiles> loadLatency;
    bool databaseReachable = false;
};

} // namespace hearth
