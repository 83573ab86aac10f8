// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/base/SeqPoint.h"
#include "core/cache/CacheTypes.h"
#include "core/cache/Capacity.h"
#include "core/cache/GhostTable.h"
#include "core/cache/HashedKey.h"
#include "core/cache/KeyMarks.h"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hearth {

// The answer of TtlCache::get.
template <class Value>
struct CacheLookup {
    std::optional<Value> value;                  // set: a hit
    MissReason missReason = MissReason::NotSeen; // why, when there is no value
    Generation generation = 0;                   // of a miss: to be carried by the load that follows it
    MonotonicTime deadline{};                    // of a hit
};

// An entry as TtlCache::peek shows it.
template <class Value>
struct CacheEntry {
    Value value;
    EntryFacts facts;
};

// What one lock hold of a walk did.
struct BatchResult {
    std::uint64_t examined = 0; // entries looked at
    std::uint64_t changed = 0;  // removed, or made to expire
    bool isLast = true;
};

// One part of a TtlCache: the keys of one range of hashes, under one lock. DESIGN.md says why it is built this way.
//
// Thread-safe: each public function takes the lock itself, and touches at most batchSize entries while it holds it.
// Values are destroyed outside the lock. Ownership: borrows the clock and the capacity, which must outlive the shard.
template <class Value>
class CacheShard
{
public:
    CacheShard(const Clock &clock, Capacity &capacity)
        : m_clock(clock)
        , m_capacity(capacity)
    {
    }

    CacheLookup<Value> get(const HashedKey &key);
    std::optional<CacheEntry<Value>> peek(const HashedKey &key) const;
    // Swaps the value in; what was there before comes back in it. Returns: nothing when there is no room.
    std::optional<PutResult> put(const HashedKey &key, Value &value, const PutOptions &options);

    Generation generation(const HashedKey &key) const;
    bool expire(const HashedKey &key);
    bool remove(const HashedKey &key);
    bool removeIfReadBefore(const HashedKey &key, MonotonicTime readAt);
    void noteLoadFailure(const HashedKey &key);

    // Bumps every key. Returns: a mark for expireBatch, so that it spares what was put since.
    std::uint64_t bumpAll();
    // Expires the entries of the next slots that were put before the mark; their generations were bumped already.
    BatchResult expireBatch(std::size_t &slot, std::uint64_t putBefore);
    // Expires the entries of the next slots that the predicate picks, bumping their generations.
    template <class Pick>
    BatchResult expireBatchIf(std::size_t &slot, const Pick &pick);
    BatchResult removeExpiredBatch();
    // Frees one place. Returns: false when there is no entry.
    bool evictNearest();
    // The place in the eviction order of the entry that would be evicted; the end of time when there is none. A hint.
    MonotonicTime nearestRank() const
    {
        return MonotonicTime(std::chrono::nanoseconds(m_nearestRank.load(std::memory_order_relaxed)));
    }

    // Its cost follows what has expired since the last count.
    std::uint64_t countExpired();
    CacheCounters counters() const;
    template <class Visit>
    void forEach(const Visit &visit) const;
    std::string checkInvariants() const;

    static constexpr std::size_t batchSize = 64;

private:
    struct Node {
        Value value;
        EntryFacts facts;
        const StoredKey *key = nullptr;
        MonotonicTime rank{};     // the deadline; the beginning of time once its expiry was forced
        std::uint64_t serial = 0; // of its last put in this shard
        std::size_t slot = 0;     // stays the same until it leaves
    };
    struct Position {
        MonotonicTime rank{};
        std::uint64_t serial = 0;
        Node *node = nullptr; // not compared, so that a position can outlive its node as a cursor

        friend bool operator<(const Position &left, const Position &right)
        {
            return std::pair(left.rank, left.serial) < std::pair(right.rank, right.serial);
        }
    };
    using Map = std::unordered_map<StoredKey, Node, KeyHash, KeyEqual>;
    using NodeHandle = typename Map::node_type;

    static bool isExpired(const Node &node, MonotonicTime now)
    {
        return node.facts.forced || now > node.facts.deadline;
    }
    static Position positionOf(Node &node) { return {node.rank, node.serial, &node}; }

    std::optional<PutResult> refusalLocked(const HashedKey &key, const Node *present, const PutOptions &options) const
        HEARTH_REQUIRES(m_mutex);
    Node &insertLocked(const HashedKey &key) HEARTH_REQUIRES(m_mutex);
    void fillLocked(Node &node, Value &value, const PutOptions &options) HEARTH_REQUIRES(m_mutex);
    bool forceLocked(Node &node) HEARTH_REQUIRES(m_mutex);
    NodeHandle detachLocked(typename Map::iterator entry, RemovalCause cause, MissReason reason)
        HEARTH_REQUIRES(m_mutex);
    void rankLocked(Node &node, MonotonicTime rank) HEARTH_REQUIRES(m_mutex);
    void unrankLocked(Node &node) HEARTH_REQUIRES(m_mutex);
    bool isCountedLocked(const Position &position) const HEARTH_REQUIRES(m_mutex)
    {
        return !(m_lastCounted < position);
    }
    void publishNearestLocked() HEARTH_REQUIRES(m_mutex);
    bool countBatchLocked() HEARTH_REQUIRES(m_mutex);
    std::string checkNodeLocked(const StoredKey &key, const Node &node) const HEARTH_REQUIRES(m_mutex);

    const Clock &m_clock; // Constant after construction.
    Capacity &m_capacity; // Synchronizes itself.
    std::atomic<MonotonicTime::rep> m_nearestRank = MonotonicTime::max().time_since_epoch().count();

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    Map m_entries HEARTH_GUARDED_BY(m_mutex);
    std::set<Position> m_byDeadline HEARTH_GUARDED_BY(m_mutex); // forced ones first
    // What has expired stays so while it stays where it is: all up to here was counted, and need not be again.
    Position m_lastCounted HEARTH_GUARDED_BY(m_mutex){MonotonicTime::min(), 0, nullptr}; // serials begin at 1
    std::uint64_t m_countedExpired HEARTH_GUARDED_BY(m_mutex) = 0;
    std::vector<Node *> m_slots HEARTH_GUARDED_BY(m_mutex); // for walks that pause; null where one left
    std::vector<std::size_t> m_freeSlots HEARTH_GUARDED_BY(m_mutex);
    std::uint64_t m_nextSerial HEARTH_GUARDED_BY(m_mutex) = 1;
    KeyMarks m_marks HEARTH_GUARDED_BY(m_mutex);
    GhostTable m_ghosts HEARTH_GUARDED_BY(m_mutex);
    CacheCounters m_counters HEARTH_GUARDED_BY(m_mutex);
};

template <class Value>
CacheLookup<Value> CacheShard<Value>::get(const HashedKey &key)
{
    MutexLock lock(m_mutex);
    CacheLookup<Value> lookup;
    lookup.generation = m_marks.generation(key.hash);
    ++m_counters.gets;

    const auto entry = m_entries.find(key);
    if (entry == m_entries.end()) {
        lookup.missReason = m_ghosts.reason(key.hash);
    } else if (Node &node = entry->second; isExpired(node, m_clock.now())) {
        lookup.missReason = node.facts.forced ? MissReason::Invalidated : MissReason::Expired;
    } else {
        ++m_counters.hits;
        ++node.facts.hits;
        lookup.value = node.value;
        lookup.deadline = node.facts.deadline;
        return lookup;
    }
    ++m_counters.missesByReason[static_cast<std::size_t>(lookup.missReason)];
    return lookup;
}

template <class Value>
std::optional<CacheEntry<Value>> CacheShard<Value>::peek(const HashedKey &key) const
{
    MutexLock lock(m_mutex);
    const auto entry = m_entries.find(key);
    if (entry == m_entries.end())
        return std::nullopt;
    return CacheEntry<Value>{entry->second.value, entry->second.facts};
}

template <class Value>
std::optional<PutResult> CacheShard<Value>::put(const HashedKey &key, Value &value, const PutOptions &options)
{
    MutexLock lock(m_mutex);
    const auto entry = m_entries.find(key);
    Node *present = entry == m_entries.end() ? nullptr : &entry->second;
    if (const auto refusal = refusalLocked(key, present, options)) {
        ++m_counters.refusedPuts;
        return refusal;
    }
    if (!present && !m_capacity.tryTake())
        return std::nullopt;

    ++m_counters.puts;
    if (present) {
        ++m_counters.replacements;
        unrankLocked(*present);
    }
    fillLocked(present ? *present : insertLocked(key), value, options);
    m_ghosts.forget(key.hash);
    return PutResult::Stored;
}

// Why a put must not be stored. Returns: nothing when it may be.
template <class Value>
std::optional<PutResult> CacheShard<Value>::refusalLocked(const HashedKey &key, const Node *present,
                                                          const PutOptions &options) const
{
    if (options.generation != m_marks.generation(key.hash))
        return PutResult::Superseded;
    if (present ? !present->facts.forced && options.readAt < present->facts.cachedAt
                : options.readAt < m_marks.newestReadGone(key.hash))
        return PutResult::Older;
    return std::nullopt;
}

template <class Value>
typename CacheShard<Value>::Node &CacheShard<Value>::insertLocked(const HashedKey &key)
{
    const auto entry = m_entries.try_emplace(StoredKey(key)).first;
    Node &node = entry->second;
    node.key = &entry->first;
    if (m_freeSlots.empty()) {
        node.slot = m_slots.size();
        m_slots.push_back(&node);
    } else {
        node.slot = m_freeSlots.back();
        m_freeSlots.pop_back();
        m_slots[node.slot] = &node;
    }
    return node;
}

template <class Value>
void CacheShard<Value>::fillLocked(Node &node, Value &value, const PutOptions &options)
{
    std::swap(node.value, value);
    node.facts = EntryFacts();
    node.facts.cachedAt = options.readAt;
    node.facts.deadline = saturatedSum(options.readAt, options.ttl);
    node.facts.ttl = options.ttl;
    node.facts.loadTime = options.loadTime;
    node.facts.source = options.source;
    node.serial = m_nextSerial++;
    rankLocked(node, node.facts.deadline);
}

template <class Value>
void CacheShard<Value>::rankLocked(Node &node, MonotonicTime rank)
{
    node.rank = rank;
    m_byDeadline.insert(positionOf(node));
    m_countedExpired += isCountedLocked(positionOf(node)) ? 1 : 0;
    publishNearestLocked();
}

template <class Value>
void CacheShard<Value>::unrankLocked(Node &node)
{
    m_byDeadline.erase(positionOf(node));
    m_countedExpired -= isCountedLocked(positionOf(node)) ? 1 : 0;
}

template <class Value>
void CacheShard<Value>::publishNearestLocked()
{
    const MonotonicTime nearest = m_byDeadline.empty() ? MonotonicTime::max() : m_byDeadline.begin()->rank;
    m_nearestRank.store(nearest.time_since_epoch().count(), std::memory_order_relaxed);
}

template <class Value>
Generation CacheShard<Value>::generation(const HashedKey &key) const
{
    MutexLock lock(m_mutex);
    return m_marks.generation(key.hash);
}

template <class Value>
bool CacheShard<Value>::expire(const HashedKey &key)
{
    MutexLock lock(m_mutex);
    m_marks.bump(key.hash);
    const auto entry = m_entries.find(key);
    return entry != m_entries.end() && forceLocked(entry->second);
}

// Returns: whether it was active.
template <class Value>
bool CacheShard<Value>::forceLocked(Node &node)
{
    if (node.facts.forced)
        return false;
    const bool wasActive = !isExpired(node, m_clock.now());
    unrankLocked(node);
    node.facts.forced = true;
    rankLocked(node, MonotonicTime::min());
    return wasActive;
}

template <class Value>
bool CacheShard<Value>::remove(const HashedKey &key)
{
    NodeHandle gone;
    MutexLock lock(m_mutex);
    m_marks.bump(key.hash);
    const auto entry = m_entries.find(key);
    if (entry == m_entries.end())
        return false;
    gone = detachLocked(entry, RemovalCause::Removed, MissReason::Invalidated);
    return true;
}

template <class Value>
bool CacheShard<Value>::removeIfReadBefore(const HashedKey &key, MonotonicTime readAt)
{
    NodeHandle gone;
    MutexLock lock(m_mutex);
    const auto entry = m_entries.find(key);
    if (entry != m_entries.end() && entry->second.facts.cachedAt > readAt)
        return false;
    m_marks.noteReadGone(key.hash, readAt); // that there was no row is a read too
    if (entry == m_entries.end())
        return false;
    gone = detachLocked(entry, RemovalCause::Removed, MissReason::Invalidated);
    return true;
}

template <class Value>
void CacheShard<Value>::noteLoadFailure(const HashedKey &key)
{
    MutexLock lock(m_mutex);
    if (!m_entries.contains(key))
        m_ghosts.remember(key.hash, MissReason::LoadFailed);
}

template <class Value>
typename CacheShard<Value>::NodeHandle CacheShard<Value>::detachLocked(typename Map::iterator entry, RemovalCause cause,
                                                                       MissReason reason)
{
    Node &node = entry->second;
    unrankLocked(node);
    m_slots[node.slot] = nullptr;
    m_freeSlots.push_back(node.slot);
    // After an invalidation the generation decides, not the age.
    if (reason != MissReason::Invalidated)
        m_marks.noteReadGone(node.key->hash, node.facts.cachedAt);
    m_ghosts.remember(node.key->hash, reason);
    ++m_counters.removals[static_cast<std::size_t>(cause)];
    publishNearestLocked();
    NodeHandle gone = m_entries.extract(entry);
    m_capacity.giveBack();
    return gone;
}

template <class Value>
std::uint64_t CacheShard<Value>::bumpAll()
{
    MutexLock lock(m_mutex);
    m_marks.bumpAll();
    return m_nextSerial;
}

template <class Value>
BatchResult CacheShard<Value>::expireBatch(std::size_t &slot, std::uint64_t putBefore)
{
    MutexLock lock(m_mutex);
    BatchResult result;
    const std::size_t end = std::min(slot + batchSize, m_slots.size());
    for (; slot < end; ++slot) {
        Node *node = m_slots[slot];
        if (!node || node->serial >= putBefore)
            continue;
        ++result.examined;
        result.changed += forceLocked(*node) ? 1 : 0;
    }
    result.isLast = slot >= m_slots.size();
    return result;
}

template <class Value>
template <class Pick>
BatchResult CacheShard<Value>::expireBatchIf(std::size_t &slot, const Pick &pick)
{
    MutexLock lock(m_mutex);
    BatchResult result;
    const std::size_t end = std::min(slot + batchSize, m_slots.size());
    for (; slot < end; ++slot) {
        Node *node = m_slots[slot];
        if (!node)
            continue;
        ++result.examined;
        if (!pick(node->key->text, node->value, node->facts))
            continue;
        m_marks.bump(node->key->hash);
        result.changed += forceLocked(*node) ? 1 : 0;
    }
    result.isLast = slot >= m_slots.size();
    return result;
}

template <class Value>
BatchResult CacheShard<Value>::removeExpiredBatch()
{
    std::vector<NodeHandle> gone;
    gone.reserve(batchSize);
    MutexLock lock(m_mutex);
    BatchResult result;
    const MonotonicTime now = m_clock.now();
    while (result.changed < batchSize && !m_byDeadline.empty()) {
        const Node &node = *m_byDeadline.begin()->node;
        ++result.examined;
        if (!isExpired(node, now))
            break;
        const MissReason reason = node.facts.forced ? MissReason::Invalidated : MissReason::Expired;
        gone.push_back(detachLocked(m_entries.find(*node.key), RemovalCause::Expired, reason));
        ++result.changed;
    }
    result.isLast = result.changed < batchSize;
    return result;
}

template <class Value>
bool CacheShard<Value>::evictNearest()
{
    NodeHandle gone;
    MutexLock lock(m_mutex);
    if (m_byDeadline.empty())
        return false;
    const Node &node = *m_byDeadline.begin()->node;
    // What had expired anyway was not lost by making room.
    const MissReason reason = node.facts.forced                ? MissReason::Invalidated
                              : isExpired(node, m_clock.now()) ? MissReason::Expired
                                                               : MissReason::Evicted;
    gone = detachLocked(m_entries.find(*node.key), RemovalCause::Evicted, reason);
    return true;
}

template <class Value>
std::uint64_t CacheShard<Value>::countExpired()
{
    for (;;) {
        HEARTH_SEQ_POINT("TtlCache.size.betweenBatches");
        MutexLock lock(m_mutex);
        if (!countBatchLocked())
            return m_countedExpired;
    }
}

// Returns: whether there may be more to count.
template <class Value>
bool CacheShard<Value>::countBatchLocked()
{
    const MonotonicTime now = m_clock.now();
    std::size_t counted = 0;
    for (auto position = m_byDeadline.upper_bound(m_lastCounted); position != m_byDeadline.end(); ++position) {
        if (counted == batchSize || !isExpired(*position->node, now))
            break;
        m_lastCounted = *position;
        ++counted;
    }
    m_countedExpired += counted;
    return counted == batchSize;
}

template <class Value>
CacheCounters CacheShard<Value>::counters() const
{
    MutexLock lock(m_mutex);
    return m_counters;
}

template <class Value>
template <class Visit>
void CacheShard<Value>::forEach(const Visit &visit) const
{
    for (std::size_t slot = 0;;) {
        MutexLock lock(m_mutex);
        for (const std::size_t end = std::min(slot + batchSize, m_slots.size()); slot < end; ++slot) {
            if (const Node *node = m_slots[slot])
                visit(node->key->text, node->value, node->facts);
        }
        if (slot >= m_slots.size())
            return;
    }
}

template <class Value>
std::string CacheShard<Value>::checkInvariants() const
{
    MutexLock lock(m_mutex);
    if (m_byDeadline.size() != m_entries.size())
        return "the deadline index has another size than the map";
    if (m_slots.size() != m_entries.size() + m_freeSlots.size())
        return "slots are neither used nor free";
    std::uint64_t removed = 0;
    for (const std::uint64_t ofCause : m_counters.removals)
        removed += ofCause;
    if (m_counters.puts - m_counters.replacements - removed != m_entries.size())
        return "puts - replacements - removals is not the number of entries";
    if (m_counters.hits + m_counters.misses() != m_counters.gets)
        return "hits + misses is not gets";
    const MonotonicTime nearest = m_byDeadline.empty() ? MonotonicTime::max() : m_byDeadline.begin()->rank;
    if (nearest != nearestRank())
        return "the published nearest deadline is not the nearest";
    if (std::distance(m_byDeadline.begin(), m_byDeadline.upper_bound(m_lastCounted)) !=
        static_cast<std::ptrdiff_t>(m_countedExpired))
        return "the expired were miscounted";
    for (const auto &[key, node] : m_entries) {
        if (std::string wrong = checkNodeLocked(key, node); !wrong.empty())
            return key.text + ": " + wrong;
    }
    return {};
}

template <class Value>
std::string CacheShard<Value>::checkNodeLocked(const StoredKey &key, const Node &node) const
{
    if (node.key != &key || key.hash != HashedKey(key.text).hash)
        return "the node does not know its key";
    if (node.slot >= m_slots.size() || m_slots[node.slot] != &node)
        return "the slot does not hold the node";
    const auto position = m_byDeadline.find({node.rank, node.serial, nullptr});
    if (position == m_byDeadline.end() || position->node != &node)
        return "the deadline index does not hold the node";
    if (node.rank != (node.facts.forced ? MonotonicTime::min() : node.facts.deadline))
        return "the rank is not the deadline";
    if (node.facts.deadline != saturatedSum(node.facts.cachedAt, node.facts.ttl))
        return "the deadline is not cachedAt + ttl";
    if (m_ghosts.reason(key.hash) != MissReason::NotSeen)
        return "a present key has a ghost";
    return {};
}

} // namespace hearth
