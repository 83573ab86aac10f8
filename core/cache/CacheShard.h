// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/cache/CacheTypes.h"
#include "core/cache/Capacity.h"
#include "core/cache/EvictionQueues.h"
#include "core/cache/ExpiryWheel.h"
#include "core/cache/GhostTable.h"
#include "core/cache/HashedKey.h"
#include "core/cache/HitCounters.h"
#include "core/cache/KeyMarks.h"
#include "core/cache/LineTable.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// The answer of a get.
struct PayloadLookup {
    bool isHit = false;
    Payload payload{};
    MonotonicTime deadline{};                    // of a hit
    MissReason missReason = MissReason::NotSeen; // of a miss, and:
    Generation generation = 0;
};

// An entry as peek shows it.
struct PayloadEntry {
    Payload payload{};
    EntryFacts facts;
};

using PayloadVisit = std::function<void(std::string_view key, const Payload &, const EntryFacts &)>;
using PayloadPick = std::function<bool(std::string_view key, const Payload &, const EntryFacts &)>;

// One part of a cache: the keys of one range of hashes. DESIGN.md says why it is built this way.
//
// Thread-safe. find() takes no lock; each other function takes the lock itself, and touches at most batchSize entries
// while it holds it. Ownership: borrows the clock, the capacity, the store and the counters, which must outlive it.
class CacheShard
{
public:
    struct Shared {
        const Clock &clock;
        Capacity &capacity;
        LineStore &store;
        HitCounters &hits;
    };
    // expected: how many entries the bound allows a shard on the average. marks: how many stripes it remembers
    // absent keys in.
    CacheShard(const Shared &shared, unsigned number, std::size_t expected, std::size_t marks);

    // Which of 2^bits shards has the keys with this hash.
    static std::size_t numberOf(std::uint64_t hash, unsigned bits) { return (hash >> 32) >> (32 - bits); }
    // Returns: the line of which the copy is, or null when the key was not found, which does not mean that it is
    // absent.
    Line *find(const HashedKey &key, LineCopy &copy) const;
    // For a find() that follows: asks for the memory of its first line, and, once that is there, of the second.
    void prefetch(const HashedKey &key) const { __builtin_prefetch(&firstLine(key)); }
    void prefetchNext(const HashedKey &key) const
    {
        const Line &first = firstLine(key);
        const LineIndex next = first.facts().next();
        if (next != noLine && first.key() != key.words)
            __builtin_prefetch(&m_table.line(next));
    }

    PayloadLookup get(const HashedKey &key);
    std::optional<PayloadEntry> peek(const HashedKey &key) const;
    // Returns: nothing when there is no room, and none could be made by touching a batch of entries.
    // Throws std::bad_alloc; then nothing has changed.
    std::optional<PutResult> put(const HashedKey &key, const Payload &payload, const PutOptions &options);

    Generation generation(const HashedKey &key) const;
    std::vector<Generation> generations() const;
    bool expire(const HashedKey &key);
    bool undoExpire(const HashedKey &key, Generation generation);
    bool remove(const HashedKey &key);
    bool removeIfReadBefore(const HashedKey &key, MonotonicTime readAt);
    void noteLoadFailure(const HashedKey &key);

    // Bumps every key. Returns: when.
    MonotonicTime bumpAll();
    // A walk passes every entry that is there from its beginning to its end once, whatever moves meanwhile: it goes
    // along the bits of the hash, last bit first, in which the chains never change their order, however often one is
    // split or two are joined. It begins at 0 and has ended when it is there again.
    using WalkPosition = std::uint64_t;
    // Expires those that were read until then; their generations were bumped already. Returns: how many became expired.
    std::uint64_t expireBatch(WalkPosition &position, MonotonicTime readUntil);
    // Expires those that the predicate picks, bumping their generations. Returns: how many became expired.
    std::uint64_t expireBatchIf(WalkPosition &position, const PayloadPick &pick);
    void visitBatch(WalkPosition &position, const PayloadVisit &visit) const;

    // Whatever earlier cleanups left is looked at again.
    void beginCleanUp();
    // Returns: whether there is no more to do. Adds to the result.
    bool cleanUpBatch(const CleanupOptions &options, CleanupResult &result);
    // Frees one place. Returns: false when there is no entry.
    bool evict();
    // Gives up lines that are not needed. Returns: whether there is no more to do.
    bool shrinkBatch();
    void setExpected(std::size_t expected);

    // Its cost follows what has expired since the last count.
    std::uint64_t countExpired();
    // Without the hits.
    CacheCounters counters() const;
    std::string checkInvariants() const;

    // For LineStore::releaseFrom, which needs that no shard changes.
    Mutex &mutex() const { return m_mutex; }
    LineIndex lines() const { return m_table.homeCount(); }

    static constexpr std::size_t batchSize = 64;

private:
    static constexpr int maximumSteps = 32; // of a reader along a chain; who needs more asks under the lock
    const Line &firstLine(const HashedKey &key) const
    {
        return m_table.line(LineTable::home(key.hash, m_table.homeCount()));
    }
    bool isExpired(LineIndex entry, MonotonicTime now) const HEARTH_REQUIRES(m_mutex);
    EntryFacts factsOf(LineIndex entry) const HEARTH_REQUIRES(m_mutex);
    std::optional<PutResult> refusal(const HashedKey &key, LineIndex present, const PutOptions &options) const
        HEARTH_REQUIRES(m_mutex);
    void store(const HashedKey &key, LineIndex present, const Payload &payload, const PutOptions &options)
        HEARTH_REQUIRES(m_mutex);
    void setForced(LineIndex entry, bool forced) HEARTH_REQUIRES(m_mutex);
    bool force(LineIndex entry) HEARTH_REQUIRES(m_mutex);
    bool takePlace(std::size_t lines) HEARTH_REQUIRES(m_mutex);
    void dropVictim(std::size_t &budget) HEARTH_REQUIRES(m_mutex);
    bool mayStay(LineIndex entry, MonotonicTime now, const CleanupOptions &options) const HEARTH_REQUIRES(m_mutex);
    void drop(LineIndex entry, std::uint64_t hash, RemovalCause cause, MissReason reason) HEARTH_REQUIRES(m_mutex);
    template <class Visit>
    void walk(WalkPosition &position, const Visit &visit) const HEARTH_REQUIRES(m_mutex);

    const Clock &m_clock; // Constant after construction; these four synchronize themselves.
    Capacity &m_capacity;
    HitCounters &m_hits;
    LineTable m_table; // its readers need no lock, its writers m_mutex

    mutable Mutex m_mutex; // State below, and what changes in m_table, is protected by m_mutex.
    ExpiryLists m_expiryLists HEARTH_GUARDED_BY(m_mutex);
    EvictionLists m_evictionLists HEARTH_GUARDED_BY(m_mutex);
    ExpiryWheel m_wheel HEARTH_GUARDED_BY(m_mutex);
    EvictionQueues m_queues HEARTH_GUARDED_BY(m_mutex);
    KeyMarks m_marks HEARTH_GUARDED_BY(m_mutex);
    GhostTable m_ghosts HEARTH_GUARDED_BY(m_mutex);
    CacheCounters m_counters HEARTH_GUARDED_BY(m_mutex); // all but the hits
    std::uint64_t m_entries HEARTH_GUARDED_BY(m_mutex) = 0;
};

// What it finds is so: the key's entry was in this line when the version was looked at again. What it does not find may
// just be on its way from one line to another.
inline Line *CacheShard::find(const HashedKey &key, LineCopy &copy) const
{
    LineIndex index = LineTable::home(key.hash, m_table.homeCount());
    LineKind expected = LineKind::Head;
    for (int step = 0; step < maximumSteps; ++step) {
        Line &line = m_table.line(index);
        if (!line.read(copy))
            continue;
        if (copy.facts.kind() != expected)
            return nullptr;
        if (copy.isOf(key)) {
            if (!key.isLong())
                return &line;
            HEARTH_SEQ_POINT("TtlCache.get.rest");
            const bool isOurs = m_table.hasRest(copy, key);
            if (!line.isStill(copy.version))
                continue;
            if (isOurs)
                return &line;
        }
        index = copy.facts.next();
        if (index == noLine)
            return nullptr;
        expected = LineKind::Member;
    }
    return nullptr;
}

} // namespace hearth
