// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/cache/CacheEngine.h"
#include "core/cache/CacheTypes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace hearth {

// The answer of TtlCache::get.
template <class Value>
struct CacheLookup {
    std::optional<Value> value;                  // set: a hit
    MonotonicTime deadline{};                    // of the hit
    MissReason missReason = MissReason::NotSeen; // why, when there is no value
    Generation generation = 0;                   // of a miss: to be carried by the load that follows it
};

// An entry as TtlCache::peek shows it.
template <class Value>
struct CacheEntry {
    Value value;
    EntryFacts facts;
};

// A bounded map from key to value in which every entry carries a deadline.
//
// Thread-safe: all members may be called from any thread; no foreign code runs under a lock, except the visitor of
// forEach and the predicate of expireIf, which must not call back into the cache. A get that hits takes no lock and
// allocates nothing; it writes nothing but its thread's counter and the entry's own.
// Values are trivially copyable and have at most 16 bytes: an entry is one cache line, returned by copy. Keys are
// bytes, at most 1,024 of them; up to 24 fit into the line. Expiry is lazy: an entry past its deadline is never
// returned by get, but stays visible as expired until it is replaced, removed, evicted or cleaned up. Reading does not
// extend the TTL. Bounds count entries (at least one) and bytes. When full, a put evicts what is least likely to be
// asked for again (EvictionQueues), expired entries first as far as they are known. Looking (peek, forEach, size,
// counters) changes nothing: no counter, no hit, no order. What is remembered of absent keys is bounded (KeyMarks,
// GhostTable): now and then a put is refused that could have been stored, because of what happened to another key;
// never the other way round. Ownership: borrows the clock, which must outlive the cache.
template <class Value>
class TtlCache
{
    static_assert(std::is_trivially_copyable_v<Value> && sizeof(Value) <= sizeof(Payload));

public:
    using Lookup = CacheLookup<Value>;
    using Entry = CacheEntry<Value>;

    TtlCache(const Clock &clock, std::size_t maxEntries)
        : m_engine(clock, maxEntries)
    {
    }

    // The value if it is present and not past its deadline. Counted.
    // The reason of a miss is Expired or Invalidated while the expired entry is there, also after a failed load of it;
    // for an absent key it is what happened last: how its entry left, or that a load failed.
    Lookup get(std::string_view key) { return lookupOf(m_engine.get(key)); }
    // A get of each key, the memory of several asked for at once. Calls visit(index, lookup) in the order of the keys.
    template <class Visit>
    void getMany(std::span<const std::string_view> keys, const Visit &visit);
    // The entry, active or expired. Quiet.
    std::optional<Entry> peek(std::string_view key) const;

    // Throws std::bad_alloc; then the cache is as before.
    // Stores the value until options.readAt + options.ttl, replacing what is there. Of two equal readAt the later put
    // stays. Older also when a newer read of the key was here and left by itself; after an invalidation only the
    // generation counts.
    PutResult put(std::string_view key, const Value &value, const PutOptions &options)
    {
        return m_engine.put(key, payloadOf(value), options);
    }

    // The generation to be carried by a load that does not follow a get (a warm-up, a refresh).
    Generation generation(std::string_view key) const { return m_engine.generation(key); }
    // Those of all keys: to be taken before a query that finds who knows whom.
    Generations generations() const { return m_engine.generations(); }
    // What was read of this key before now is not to be stored. Works on absent keys too. The entry stays, as expired.
    // Returns: whether an active entry became expired.
    bool expire(std::string_view key) { return m_engine.expire(key); }
    // Takes a forced expiry back, unless the key was invalidated or reloaded since: generation is that after expire().
    // Returns: whether the entry is active again.
    bool undoExpire(std::string_view key, Generation generation) { return m_engine.undoExpire(key, generation); }
    // expire() for every entry that the predicate picks. Returns: how many active entries became expired.
    std::uint64_t expireIf(const std::function<bool(std::string_view key, const Value &, const EntryFacts &)> &pick);
    // expire() for everything, also for the absent. Returns: how many active entries became expired.
    std::uint64_t expireAll() { return m_engine.expireAll(); }
    // Forgets the entry, bumping the generation. Returns: whether there was one.
    bool remove(std::string_view key) { return m_engine.remove(key); }
    // Forgets the entry only if it is no newer than readAt (a load that found no row): no generation is bumped, but
    // what was read before readAt is not stored any more. Returns: whether there was one.
    bool removeIfReadBefore(std::string_view key, MonotonicTime readAt)
    {
        return m_engine.removeIfReadBefore(key, readAt);
    }
    // Remembers that a load of this key failed, for the reason of the next miss.
    void noteLoadFailure(std::string_view key) { m_engine.noteLoadFailure(key); }

    // Removes what is expired at the moment of its decision, each under its lock, as far as it may not stay; then gives
    // memory that is not needed any more back to the system.
    CleanupResult cleanup(const CleanupOptions &options = {}) { return m_engine.cleanup(options); }

    // Exact for the moment when the shards are asked. Under load the parts are a moment apart; the total never exceeds
    // the bound.
    CacheSize size() const { return m_engine.size(); }
    CacheCounters counters() const { return m_engine.counters(); }
    // Visits every entry once, quietly, shard by shard; entries that come or go meanwhile may be missed, others are
    // not.
    void forEach(const std::function<void(std::string_view key, const Value &, const EntryFacts &)> &visit) const;

    std::size_t maxEntries() const { return m_engine.maxEntries(); }
    // When it returns, no more than that many are left. From 1 to 2^32; what is outside means the nearest.
    void setMaxEntries(std::size_t maxEntries) { m_engine.setMaxEntries(maxEntries); }
    // Of memory for entries; 0: no bound.
    std::size_t maxBytes() const { return m_engine.maxBytes(); }
    // When it returns, no more than that is used for entries. A key that alone needs more is refused as TooLarge.
    void setMaxBytes(std::size_t maxBytes) { m_engine.setMaxBytes(maxBytes); }
    // What the entries take, index and bookkeeping included.
    std::size_t bytes() const { return m_engine.bytes(); }

    // Into so many parts the keys are divided, each with a lock for its writers.
    unsigned shardCount() const { return m_engine.shardCount(); }
    // Whether the inner structures agree with each other; for tests, while nothing else runs.
    // Returns: empty, or what is wrong.
    std::string checkInvariants() const { return m_engine.checkInvariants(); }

private:
    static Payload payloadOf(const Value &value)
    {
        Payload payload{};
        std::memcpy(payload.data(), &value, sizeof value);
        return payload;
    }
    static Value valueOf(const Payload &payload)
    {
        std::array<std::byte, sizeof(Value)> bytes;
        std::memcpy(bytes.data(), payload.data(), bytes.size());
        return std::bit_cast<Value>(bytes);
    }
    static Lookup lookupOf(const PayloadLookup &found)
    {
        Lookup lookup{std::nullopt, found.deadline, found.missReason, found.generation};
        if (found.isHit)
            lookup.value = valueOf(found.payload);
        return lookup;
    }

    CacheEngine m_engine;
};

template <class Value>
template <class Visit>
void TtlCache<Value>::getMany(std::span<const std::string_view> keys, const Visit &visit)
{
    std::array<PayloadLookup, CacheEngine::batchSize> found;
    for (std::size_t from = 0; from < keys.size(); from += found.size()) {
        const auto some = keys.subspan(from, std::min(found.size(), keys.size() - from));
        m_engine.getBatch(some, found);
        for (std::size_t at = 0; at < some.size(); ++at)
            visit(from + at, lookupOf(found[at]));
    }
}

template <class Value>
std::optional<CacheEntry<Value>> TtlCache<Value>::peek(std::string_view key) const
{
    const std::optional<PayloadEntry> entry = m_engine.peek(key);
    if (!entry)
        return std::nullopt;
    return Entry{valueOf(entry->payload), entry->facts};
}

template <class Value>
std::uint64_t
TtlCache<Value>::expireIf(const std::function<bool(std::string_view key, const Value &, const EntryFacts &)> &pick)
{
    return m_engine.expireIf([&pick](std::string_view key, const Payload &payload, const EntryFacts &facts) {
        return pick(key, valueOf(payload), facts);
    });
}

template <class Value>
void TtlCache<Value>::forEach(
    const std::function<void(std::string_view key, const Value &, const EntryFacts &)> &visit) const
{
    m_engine.forEach([&visit](std::string_view key, const Payload &payload, const EntryFacts &facts) {
        visit(key, valueOf(payload), facts);
    });
}

} // namespace hearth
