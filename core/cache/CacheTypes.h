// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string_view>

// The words of the cache: values that its callers see.
namespace hearth {

// Why a get was a miss.
enum class MissReason : std::uint8_t {
    NotSeen,     // never cached, or so long ago that nobody remembers
    Expired,     // cached, but older than its TTL
    Invalidated, // its expiry was forced, or it was removed on purpose
    Evicted,     // it had to make room
    LoadFailed,  // the last load of this key failed, so there was nothing to cache
};
inline constexpr std::size_t missReasonCount = 5;
std::string_view toString(MissReason reason); // "not_seen", "expired", "invalidated", "evicted", "load_failed"

// Why an entry left.
enum class RemovalCause : std::uint8_t {
    Expired, // a cleanup took it
    Removed, // remove(): by hand, or because the database said that there is no such row
    Evicted, // it had to make room
};
inline constexpr std::size_t removalCauseCount = 3;

// Where a cached value came from.
enum class EntrySource : std::uint8_t {
    Database, // loaded for a get that missed
    Created,  // a default profile made here
    WarmUp,   // loaded before anybody asked
    Refresh,  // reloaded on request
};
std::string_view toString(EntrySource source); // "database", "created", "warmup", "refresh"

// Counts the invalidations of a key. A load takes it before it asks the database; put refuses a value whose
// generation is no longer current, because it may have been read before the invalidation.
using Generation = std::uint64_t;

// How a value is to be kept.
struct PutOptions {
    std::chrono::nanoseconds ttl{};
    MonotonicTime readAt{};    // when the query was sent: the age counts from here
    Generation generation = 0; // of the key, taken before the query was sent
    EntrySource source = EntrySource::Database;
    std::chrono::nanoseconds loadTime{}; // how long the load took; zero where there was none
};

enum class PutResult : std::uint8_t {
    Stored,
    Superseded, // invalidated since the generation was taken: not stored, and not to be served
    Older,      // the cache holds, or held until it left by itself, a newer read of this key: not stored
    TooLarge,   // the key is longer than keys may be, or does not fit into the bound of the memory: not stored
};

// What the cache knows of an entry beside its value. Immutable value.
struct EntryFacts {
    MonotonicTime cachedAt{};            // when the query was sent
    MonotonicTime deadline{};            // active while now <= deadline
    std::chrono::nanoseconds ttl{};      // from the one to the other
    std::chrono::nanoseconds loadTime{}; // to four digits
    std::uint64_t hits = 0;              // exact up to 1,023, approximate beyond
    EntrySource source = EntrySource::Database;
    bool forced = false; // its expiry was forced: expired whatever the deadline was, and never served stale
};

// What a cleanup may leave.
struct CleanupOptions {
    // Entries that expired by themselves (not by force) no longer ago than this stay: they can still be served when the
    // database cannot be asked.
    std::chrono::nanoseconds keepExpiredFor{0};
    // Asked every 64 entries: what is not done then stays for the next cleanup.
    std::stop_token stop{};
};

// What a cleanup did. All of it counted by the run itself.
struct CleanupResult {
    std::uint64_t before = 0; // entries, active and expired, when it began
    std::uint64_t removed = 0;
    std::uint64_t after = 0;     // entries when it ended
    std::uint64_t keptStale = 0; // expired ones that stayed, as the options say
    std::uint64_t examined = 0;  // entries it had to look at: follows what was removed, not what is cached
};

// Counters since construction; 64-bit, monotonic. Each event moves exactly one of them, these are the rules:
//   a get that returns a value          hits
//   a get that returns none             misses[reason]
//   a put that stored                   puts
//     over an entry that was there      also replacements
//   an entry that leaves                removals[cause]
//   a put that did not store            refusedPuts
// So puts - replacements - sum of removals = entries. In a snapshot taken under load hits + misses <= gets.
struct CacheCounters {
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    std::array<std::uint64_t, missReasonCount> missesByReason{};
    std::uint64_t puts = 0;
    std::uint64_t replacements = 0;
    std::uint64_t refusedPuts = 0;
    std::array<std::uint64_t, removalCauseCount> removals{};

    std::uint64_t misses() const;
    CacheCounters &operator+=(const CacheCounters &other);
};

// How many entries there are. active + expired = total.
struct CacheSize {
    std::uint64_t active = 0;
    std::uint64_t expired = 0;

    std::uint64_t total() const { return active + expired; }
};

} // namespace hearth
