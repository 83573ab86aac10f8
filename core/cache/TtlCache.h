// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/cache/CacheTypes.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hearth
{

// A bounded map from key to value in which every entry carries a deadline.
//
// Thread-safe: all members may be called from any thread; no foreign code runs under a lock, except the visitor of
// forEach and the predicate of expireIf, which must not call back into the cache.
// Values are returned by copy; keep Value small (a shared_ptr to something immutable).
// Expiry is lazy: an entry past its deadline is never returned by get, but stays visible as expired until it is
// replaced, removed, evicted or cleaned up. Reading does not extend the TTL.
// Bounds count entries. When full, a put evicts the entry that is nearest to its deadline.
// Looking (peek, forEach, size, counters) changes nothing: no counter, no hit, no order.
// Ownership: borrows the clock, which must outlive the cache.
template <class Value>
class TtlCache
{
public:
    struct Lookup {
        std::optional<Value> value;                  // set: a hit
        MissReason missReason = MissReason::NotSeen; // why, when there is no value
        Generation generation = 0;                   // to be carried by the load that follows a miss
        EntryFacts facts;                            // of the hit
    };
    struct Entry {
        Value value;
        EntryFacts facts;
    };

    TtlCache(const Clock &clock, std::size_t maxEntries);

    // The value if it is present and not past its deadline. Counted.
    Lookup get(std::string_view key);
    // The entry, active or expired. Quiet.
    std::optional<Entry> peek(std::string_view key) const;

    // Stores the value until options.readAt + options.ttl, replacing what is there.
    PutResult put(std::string_view key, Value value, const PutOptions &options);

    // The generation to be carried by a load that does not follow a get (a warm-up, a refresh).
    Generation generation(std::string_view key) const;
    // What was read of this key before now is not to be stored. Works on absent keys too. The entry stays, as expired.
    // Returns: whether an active entry became expired.
    bool expire(std::string_view key);
    // expire() for every entry that the predicate picks. Returns: how many active entries became expired.
    std::uint64_t expireIf(const std::function<bool(std::string_view key, const Value &, const EntryFacts &)> &pick);
    // expire() for everything, also for the absent. Returns: how many active entries became expired.
    std::uint64_t expireAll();
    // Forgets the entry, bumping the generation. Returns: whether there was one.
    bool remove(std::string_view key);
    // Forgets the entry only if it is no newer than readAt (a load that found no row): no generation is bumped.
    bool removeIfReadBefore(std::string_view key, MonotonicTime readAt);
    // Remembers that a load of this key failed, for the reason of the next miss.
    void noteLoadFailure(std::string_view key);

    // Removes what is expired at the moment of its decision, each under its lock.
    CleanupResult cleanup();

    CacheSize size() const;
    CacheCounters counters() const;
    // Visits every entry once, quietly, shard by shard; entries that come or go meanwhile may be missed.
    void forEach(const std::function<void(std::string_view key, const Value &, const EntryFacts &)> &visit) const;

    std::size_t maxEntries() const;
    void setMaxEntries(std::size_t maxEntries);

    // Whether the inner structures agree with each other; for tests. Returns: empty, or what is wrong.
    std::string checkInvariants() const;
};

} // namespace hearth
