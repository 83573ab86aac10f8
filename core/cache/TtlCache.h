// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/base/SeqPoint.h"
#include "core/cache/CacheShard.h"
#include "core/cache/CacheTypes.h"
#include "core/cache/Capacity.h"
#include "core/cache/HashedKey.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace hearth {

// A bounded map from key to value in which every entry carries a deadline.
//
// Thread-safe: all members may be called from any thread; no foreign code runs under a lock, except the visitor of
// forEach and the predicate of expireIf, which must not call back into the cache.
// Values are returned by copy; keep Value small (a shared_ptr to something immutable), default-constructible,
// swappable. Expiry is lazy: an entry past its deadline is never returned by get, but stays visible as expired until it
// is replaced, removed, evicted or cleaned up. Reading does not extend the TTL. Bounds count entries, at least one.
// When full, a put evicts the entry that is nearest to its deadline. Looking (peek, forEach, size, counters) changes
// nothing: no counter, no hit, no order. What is remembered of absent keys is bounded (KeyMarks, GhostTable): now and
// then a put is refused that could have been stored, because of what happened to another key; never the other way
// round. Ownership: borrows the clock, which must outlive the cache.
template <class Value>
class TtlCache
{
public:
    using Lookup = CacheLookup<Value>; // value, missReason, generation, deadline
    using Entry = CacheEntry<Value>;   // value, facts

    TtlCache(const Clock &clock, std::size_t maxEntries);

    // The value if it is present and not past its deadline. Counted.
    // The reason of a miss is Expired or Invalidated while the expired entry is there, also after a failed load of it;
    // for an absent key it is what happened last: how its entry left, or that a load failed.
    Lookup get(std::string_view key);
    // The entry, active or expired. Quiet.
    std::optional<Entry> peek(std::string_view key) const;

    // Stores the value until options.readAt + options.ttl, replacing what is there. Of two equal readAt the later put
    // stays. Older also when a newer read of the key was here and left by itself; after an invalidation only the
    // generation counts.
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
    // Forgets the entry only if it is no newer than readAt (a load that found no row): no generation is bumped, but
    // what was read before readAt is not stored any more. Returns: whether there was one.
    bool removeIfReadBefore(std::string_view key, MonotonicTime readAt);
    // Remembers that a load of this key failed, for the reason of the next miss.
    void noteLoadFailure(std::string_view key);

    // Removes what is expired at the moment of its decision, each under its lock.
    CleanupResult cleanup();

    // Under load the parts are a moment apart; the total never exceeds the bound.
    CacheSize size() const;
    CacheCounters counters() const;
    // Visits every entry once, quietly, shard by shard; entries that come or go meanwhile may be missed, one that is
    // replaced meanwhile is not.
    void forEach(const std::function<void(std::string_view key, const Value &, const EntryFacts &)> &visit) const;

    std::size_t maxEntries() const { return m_maxEntries; }
    // When it returns, no more than that many are left.
    void setMaxEntries(std::size_t maxEntries);

    // Whether the inner structures agree with each other; for tests, while nothing else runs.
    // Returns: empty, or what is wrong.
    std::string checkInvariants() const;

private:
    using Shard = CacheShard<Value>;
    static constexpr std::size_t shardCount = 16;
    static constexpr unsigned shardBits = 4;
    static_assert(shardCount == std::size_t{1} << shardBits);

    Shard &shard(const HashedKey &key) const { return *m_shards[key.hash >> (64 - shardBits)]; }
    bool evictNearest();

    Capacity m_capacity;
    std::atomic<std::size_t> m_maxEntries;                   // what is promised: published when it is kept
    std::array<std::unique_ptr<Shard>, shardCount> m_shards; // Constant after construction; each has its lock.
    Mutex m_resizeMutex; // taken before any other, so that one resize ends before the next
};

template <class Value>
TtlCache<Value>::TtlCache(const Clock &clock, std::size_t maxEntries)
    : m_capacity(std::max<std::size_t>(maxEntries, 1))
    , m_maxEntries(std::max<std::size_t>(maxEntries, 1))
{
    for (auto &part : m_shards)
        part = std::make_unique<Shard>(clock, m_capacity);
}

template <class Value>
typename TtlCache<Value>::Lookup TtlCache<Value>::get(std::string_view key)
{
    const HashedKey hashed(key);
    return shard(hashed).get(hashed);
}

template <class Value>
std::optional<typename TtlCache<Value>::Entry> TtlCache<Value>::peek(std::string_view key) const
{
    const HashedKey hashed(key);
    return shard(hashed).peek(hashed);
}

template <class Value>
PutResult TtlCache<Value>::put(std::string_view key, Value value, const PutOptions &options)
{
    const HashedKey hashed(key);
    for (;;) {
        if (const std::optional<PutResult> result = shard(hashed).put(hashed, value, options))
            return *result;
        HEARTH_SEQ_POINT("TtlCache.put.full");
        evictNearest();
    }
}

// Evicts the entry that is nearest to its deadline, of all shards. Returns: false when there was none.
template <class Value>
bool TtlCache<Value>::evictNearest()
{
    const auto sooner = [](const auto &left, const auto &right) { return left->nearestRank() < right->nearestRank(); };
    if ((*std::min_element(m_shards.begin(), m_shards.end(), sooner))->evictNearest())
        return true;
    // The hint was outdated, or all that is left never expires.
    return std::any_of(m_shards.begin(), m_shards.end(), [](const auto &part) { return part->evictNearest(); });
}

template <class Value>
Generation TtlCache<Value>::generation(std::string_view key) const
{
    const HashedKey hashed(key);
    return shard(hashed).generation(hashed);
}

template <class Value>
bool TtlCache<Value>::expire(std::string_view key)
{
    const HashedKey hashed(key);
    return shard(hashed).expire(hashed);
}

template <class Value>
std::uint64_t
TtlCache<Value>::expireIf(const std::function<bool(std::string_view key, const Value &, const EntryFacts &)> &pick)
{
    std::uint64_t expired = 0;
    for (const auto &part : m_shards) {
        BatchResult batch{0, 0, false};
        for (std::size_t slot = 0; !batch.isLast; expired += batch.changed)
            batch = part->expireBatchIf(slot, pick);
    }
    return expired;
}

template <class Value>
std::uint64_t TtlCache<Value>::expireAll()
{
    std::uint64_t expired = 0;
    for (const auto &part : m_shards) {
        const std::uint64_t putBefore = part->bumpAll();
        HEARTH_SEQ_POINT("TtlCache.expireAll.betweenBatches");
        BatchResult batch{0, 0, false};
        for (std::size_t slot = 0; !batch.isLast; expired += batch.changed)
            batch = part->expireBatch(slot, putBefore);
    }
    return expired;
}

template <class Value>
bool TtlCache<Value>::remove(std::string_view key)
{
    const HashedKey hashed(key);
    return shard(hashed).remove(hashed);
}

template <class Value>
bool TtlCache<Value>::removeIfReadBefore(std::string_view key, MonotonicTime readAt)
{
    const HashedKey hashed(key);
    return shard(hashed).removeIfReadBefore(hashed, readAt);
}

template <class Value>
void TtlCache<Value>::noteLoadFailure(std::string_view key)
{
    const HashedKey hashed(key);
    shard(hashed).noteLoadFailure(hashed);
}

template <class Value>
CleanupResult TtlCache<Value>::cleanup()
{
    CleanupResult result;
    result.before = m_capacity.taken();
    for (const auto &part : m_shards) {
        BatchResult batch{0, 0, false};
        while (!batch.isLast) {
            batch = part->removeExpiredBatch();
            result.removed += batch.changed;
            result.examined += batch.examined;
            HEARTH_SEQ_POINT("TtlCache.cleanup.betweenBatches");
        }
    }
    result.after = m_capacity.taken();
    return result;
}

template <class Value>
CacheSize TtlCache<Value>::size() const
{
    CacheSize size;
    for (const auto &part : m_shards)
        size.expired += part->countExpired();
    const std::uint64_t total = m_capacity.taken();
    size.expired = std::min(size.expired, total);
    size.active = total - size.expired;
    return size;
}

template <class Value>
CacheCounters TtlCache<Value>::counters() const
{
    CacheCounters sum;
    for (const auto &part : m_shards)
        sum += part->counters();
    return sum;
}

template <class Value>
void TtlCache<Value>::forEach(
    const std::function<void(std::string_view key, const Value &, const EntryFacts &)> &visit) const
{
    for (const auto &part : m_shards)
        part->forEach(visit);
}

template <class Value>
void TtlCache<Value>::setMaxEntries(std::size_t maxEntries)
{
    const std::size_t limit = std::max<std::size_t>(maxEntries, 1);
    MutexLock lock(m_resizeMutex);
    if (limit > m_maxEntries)
        m_maxEntries = limit;
    m_capacity.setLimit(limit);
    while (m_capacity.isOverdrawn()) {
        if (!evictNearest())
            std::this_thread::yield(); // a put has taken a place and is about to fill it
    }
    m_maxEntries = limit;
}

template <class Value>
std::string TtlCache<Value>::checkInvariants() const
{
    for (std::size_t index = 0; index < shardCount; ++index) {
        if (std::string wrong = m_shards[index]->checkInvariants(); !wrong.empty())
            return "shard " + std::to_string(index) + ": " + wrong;
    }
    std::uint64_t entries = 0;
    bool astray = false;
    for (const auto &part : m_shards) {
        part->forEach([&](std::string_view key, const Value &, const EntryFacts &) {
            ++entries;
            astray = astray || &shard(HashedKey(key)) != part.get();
        });
    }
    if (astray)
        return "an entry is in a shard that is not its own";
    if (entries != m_capacity.taken())
        return "there are " + std::to_string(entries) + " entries, but " + std::to_string(m_capacity.taken()) +
               " places are taken";
    if (entries > m_maxEntries)
        return "there are more entries than allowed";
    return {};
}

} // namespace hearth
