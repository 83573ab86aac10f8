// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/CacheTypes.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <numeric>

namespace hearth {

// What the service counted beside the cache's own counters. 64-bit, monotonic. The rules:
//   a get that the cache could not answer, but a stale entry did    staleByReason[reason of the cache's miss]
//     for people that is a hit, and stale
//   every other get that the cache could not answer                 missesByReason, both when it is answered: only then
//     is it known which of the two it is
//   a get that waited for the query of another, and was not stale   coalesced; a miss
//   a get of a user who is known to be unknown                      negativeHits; a miss that needed no query
//   a query that was answered or failed, whoever asked              loads, and loadFailures when it failed
struct ServiceCounters {
    std::uint64_t loads = 0;        // queries for a get or a refresh that were answered or failed
    std::uint64_t loadFailures = 0; // those that failed; "no such user" is an answer
    std::uint64_t coalesced = 0;
    std::uint64_t negativeHits = 0;
    std::array<std::uint64_t, missReasonCount> missesByReason{};
    std::array<std::uint64_t, missReasonCount> staleByReason{};
    std::uint64_t refreshedAhead = 0;  // entries in use that were reloaded before they expired
    std::uint64_t changedByOthers = 0; // entries that left or expired because their rows were changed by others
    std::uint64_t warmed = 0;
    std::uint64_t profilesCreated = 0;
    std::uint64_t profilesUpdated = 0;
    std::uint64_t uncacheable = 0; // loaded, but not cached, because the table of texts has no place for theirs
    std::chrono::nanoseconds databaseTime{}; // of all queries; of one that failed, from asking to failing

    std::uint64_t staleServed() const
    {
        return std::accumulate(staleByReason.begin(), staleByReason.end(), std::uint64_t(0));
    }
};

// The same while it is being counted. Thread-safe.
struct ServiceTallies {
    using Count = std::atomic<std::uint64_t>;

    static void add(Count &count, std::uint64_t more = 1) { count.fetch_add(more, std::memory_order_relaxed); }
    // After the cache counted the get: who reads these first sees the get, too.
    void addStale(MissReason reason)
    {
        staleByReason[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_release);
    }
    void addMiss(MissReason reason)
    {
        missesByReason[static_cast<std::size_t>(reason)].fetch_add(1, std::memory_order_release);
    }
    void addDatabaseTime(std::chrono::nanoseconds time)
    {
        databaseNanoseconds.fetch_add(time.count(), std::memory_order_relaxed);
    }
    ServiceCounters counters() const;

    Count loads = 0;
    Count loadFailures = 0;
    Count coalesced = 0;
    Count negativeHits = 0;
    std::array<Count, missReasonCount> missesByReason{};
    std::array<Count, missReasonCount> staleByReason{};
    Count refreshedAhead = 0;
    Count changedByOthers = 0;
    Count warmed = 0;
    Count profilesCreated = 0;
    Count profilesUpdated = 0;
    std::atomic<std::int64_t> databaseNanoseconds = 0;
};

} // namespace hearth
