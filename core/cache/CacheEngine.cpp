// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/CacheEngine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <deque>
#include <thread>

namespace hearth {

namespace {

// Below so many entries a shard is not worth its overhead, and its queues are too short to choose well.
constexpr std::size_t leastPerShard = 4096;
constexpr std::size_t mostShards = 64;
// All shards together. That the marks of two keys are one happens to one of so many pairs.
constexpr std::size_t keyMarks = 65536;

unsigned shardBitsFor(std::size_t maxEntries)
{
    const std::size_t shards = std::clamp<std::size_t>(maxEntries / leastPerShard, 1, mostShards);
    return static_cast<unsigned>(std::bit_width(shards)) - 1;
}

// The share of a line in the table that is always free, and in what is beside the lines, included.
constexpr std::size_t bytesPerLine = LineStore::bytesPerLine * 33 / 32 + 1;

// One at least, and no more than anybody has memory for: what is sized by the bound must not overflow.
std::size_t allowed(std::size_t maxEntries)
{
    return std::clamp<std::size_t>(maxEntries, 1, std::size_t{1} << 32);
}

} // namespace

CacheEngine::CacheEngine(const Clock &clock, std::size_t maxEntries)
    : m_clock(clock)
    , m_shardBits(shardBitsFor(maxEntries))
    , m_store(m_shardBits)
    , m_capacity(allowed(maxEntries))
    , m_maxEntries(allowed(maxEntries))
{
    for (unsigned number = 0; number < 1U << m_shardBits; ++number)
        m_shards.push_back(std::make_unique<CacheShard>(CacheShard::Shared{clock, m_capacity, m_store, m_hits}, number,
                                                        expectedPerShard(m_maxEntries), keyMarks >> m_shardBits));
}

std::size_t CacheEngine::expectedPerShard(std::size_t maxEntries) const
{
    return std::max<std::size_t>(maxEntries >> m_shardBits, 1);
}

// ---- reading

// Decides about a line that was found. The clock is asked after that, so what was found is not older than it seems.
bool CacheEngine::take(Line *line, const LineCopy &copy, PayloadLookup &lookup)
{
    if (!line || copy.facts.isForced() || m_clock.hasPassed(copy.deadline))
        return false;
    line->noteHit(copy.version, m_hits.add());
    lookup.isHit = true;
    lookup.payload = copy.payload;
    lookup.deadline = copy.deadline;
    return true;
}

PayloadLookup CacheEngine::get(std::string_view key)
{
    const HashedKey hashed(key);
    LineCopy copy;
    PayloadLookup lookup;
    if (take(shard(hashed).find(hashed, copy), copy, lookup))
        return lookup;
    return getLocked(hashed);
}

// Not found, or no longer valid: the shard knows why, or finds it after all.
PayloadLookup CacheEngine::getLocked(const HashedKey &key)
{
    HEARTH_SEQ_POINT("TtlCache.get.locked");
    return shard(key).get(key);
}

// All lines are asked for before the first is looked at, so their ways from memory overlap; and so do those of the next
// lines of chains.
void CacheEngine::getBatch(std::span<const std::string_view> keys, std::span<PayloadLookup> lookups)
{
    std::array<std::optional<HashedKey>, batchSize> hashed;
    for (std::size_t at = 0; at < keys.size(); ++at) {
        hashed[at].emplace(keys[at]);
        shard(*hashed[at]).prefetch(*hashed[at]);
    }
    for (std::size_t at = 0; at < keys.size(); ++at)
        shard(*hashed[at]).prefetchNext(*hashed[at]);
    for (std::size_t at = 0; at < keys.size(); ++at) {
        LineCopy copy;
        lookups[at] = PayloadLookup();
        if (!take(shard(*hashed[at]).find(*hashed[at], copy), copy, lookups[at]))
            lookups[at] = getLocked(*hashed[at]);
    }
}

std::optional<PayloadEntry> CacheEngine::peek(std::string_view key) const
{
    const HashedKey hashed(key);
    return shard(hashed).peek(hashed);
}

// ---- changing one

PutResult CacheEngine::put(std::string_view key, const Payload &payload, const PutOptions &options)
{
    const HashedKey hashed(key);
    CacheShard &own = shard(hashed);
    for (;;) {
        if (const std::optional<PutResult> result = own.put(hashed, payload, options))
            return *result;
        HEARTH_SEQ_POINT("TtlCache.put.full");
        evictFor(own);
    }
}

// Makes room in the shard that wants it, or, when that has none, in the next that has.
void CacheEngine::evictFor(const CacheShard &wanting)
{
    const auto own =
        std::find_if(m_shards.begin(), m_shards.end(), [&](const auto &part) { return part.get() == &wanting; });
    const auto evict = [](const auto &part) { return part->evict(); };
    if (std::none_of(own, m_shards.end(), evict) && std::none_of(m_shards.begin(), own, evict))
        std::this_thread::yield(); // others have taken all places and are about to fill them
}

Generation CacheEngine::generation(std::string_view key) const
{
    const HashedKey hashed(key);
    return shard(hashed).generation(hashed);
}

Generations CacheEngine::generations() const
{
    std::vector<std::vector<Generation>> parts;
    for (const auto &part : m_shards)
        parts.push_back(part->generations());
    return Generations(std::move(parts));
}

bool CacheEngine::expire(std::string_view key)
{
    const HashedKey hashed(key);
    return shard(hashed).expire(hashed);
}

bool CacheEngine::undoExpire(std::string_view key, Generation generation)
{
    const HashedKey hashed(key);
    return shard(hashed).undoExpire(hashed, generation);
}

bool CacheEngine::remove(std::string_view key)
{
    const HashedKey hashed(key);
    return shard(hashed).remove(hashed);
}

bool CacheEngine::removeIfReadBefore(std::string_view key, MonotonicTime readAt)
{
    const HashedKey hashed(key);
    return shard(hashed).removeIfReadBefore(hashed, readAt);
}

void CacheEngine::noteLoadFailure(std::string_view key)
{
    const HashedKey hashed(key);
    shard(hashed).noteLoadFailure(hashed);
}

// ---- walks

std::uint64_t CacheEngine::expireIf(const PayloadPick &pick)
{
    std::uint64_t expired = 0;
    for (const auto &part : m_shards) {
        CacheShard::WalkPosition position = 0;
        do {
            expired += part->expireBatchIf(position, pick);
        } while (position != 0);
    }
    return expired;
}

std::uint64_t CacheEngine::expireAll()
{
    std::uint64_t expired = 0;
    for (const auto &part : m_shards) {
        const MonotonicTime bumped = part->bumpAll();
        HEARTH_SEQ_POINT("TtlCache.expireAll.betweenBatches");
        CacheShard::WalkPosition position = 0;
        do {
            expired += part->expireBatch(position, bumped);
        } while (position != 0);
    }
    return expired;
}

void CacheEngine::forEach(const PayloadVisit &visit) const
{
    for (const auto &part : m_shards) {
        CacheShard::WalkPosition position = 0;
        do {
            part->visitBatch(position, visit);
        } while (position != 0);
    }
}

// ---- leaving

CleanupResult CacheEngine::cleanup(const CleanupOptions &options)
{
    CleanupResult result;
    result.before = m_capacity.entries();
    for (const auto &part : m_shards) {
        part->beginCleanUp();
        while (!options.stop.stop_requested() && !part->cleanUpBatch(options, result))
            HEARTH_SEQ_POINT("TtlCache.cleanup.betweenBatches");
        HEARTH_SEQ_POINT("TtlCache.cleanup.betweenBatches");
    }
    result.after = m_capacity.entries();
    giveMemoryBack(options.stop);
    return result;
}

// To the system: lines that were needed for entries that have left.
void CacheEngine::giveMemoryBack(const std::stop_token &stop)
{
    for (const auto &part : m_shards) {
        while (!stop.stop_requested() && !part->shrinkBatch()) {}
    }
    bool isMore = true;
    while (isMore && !stop.stop_requested()) {
        // No shard may begin to use what is given back.
        LineIndex used = 0;
        std::deque<MutexLock> locks;
        for (const auto &part : m_shards) {
            locks.emplace_back(part->mutex());
            used = std::max(used, part->lines());
        }
        isMore = m_store.releaseFrom(used);
    }
}

void CacheEngine::setMaxEntries(std::size_t maxEntries)
{
    const std::size_t limit = allowed(maxEntries);
    MutexLock lock(m_resizeMutex);
    for (const auto &part : m_shards)
        part->setExpected(expectedPerShard(limit));
    if (limit > m_maxEntries)
        m_maxEntries = limit;
    m_capacity.setEntryLimit(limit);
    evictOverdrawn();
    m_maxEntries = limit;
    giveMemoryBack({});
}

void CacheEngine::setMaxBytes(std::size_t maxBytes)
{
    const auto isMore = [](std::size_t one, std::size_t other) { return one == 0 || (other != 0 && one > other); };
    MutexLock lock(m_resizeMutex);
    if (isMore(maxBytes, m_maxBytes))
        m_maxBytes = maxBytes;
    m_capacity.setLineLimit(maxBytes == 0 ? UINT64_MAX : maxBytes / bytesPerLine);
    evictOverdrawn();
    m_maxBytes = maxBytes;
    giveMemoryBack({});
}

// One of each shard in turn, so that all stay about equally full.
void CacheEngine::evictOverdrawn()
{
    while (m_capacity.isOverdrawn()) {
        HEARTH_SEQ_POINT("TtlCache.resize.betweenEvictions");
        bool isAny = false;
        for (const auto &part : m_shards)
            isAny = (m_capacity.isOverdrawn() && part->evict()) || isAny;
        if (!isAny)
            std::this_thread::yield(); // a put has taken a place and is about to fill it
    }
}

// ---- numbers

CacheSize CacheEngine::size() const
{
    CacheSize size;
    for (const auto &part : m_shards)
        size.expired += part->countExpired();
    const std::uint64_t total = m_capacity.entries();
    size.expired = std::min(size.expired, total);
    size.active = total - size.expired;
    return size;
}

CacheCounters CacheEngine::counters() const
{
    CacheCounters sum;
    for (const auto &part : m_shards)
        sum += part->counters();
    sum.hits = m_hits.sum();
    sum.gets = sum.hits + sum.misses();
    return sum;
}

std::size_t CacheEngine::bytes() const
{
    return m_capacity.lines() * bytesPerLine;
}

std::string CacheEngine::checkInvariants() const
{
    for (std::size_t index = 0; index < m_shards.size(); ++index) {
        if (std::string wrong = m_shards[index]->checkInvariants(); !wrong.empty())
            return "shard " + std::to_string(index) + ": " + wrong;
    }
    std::uint64_t entries = 0;
    std::uint64_t lines = 0;
    bool astray = false;
    for (const auto &part : m_shards) {
        CacheShard::WalkPosition position = 0;
        do {
            part->visitBatch(position, [&](std::string_view key, const Payload &, const EntryFacts &) {
                ++entries;
                lines += LineTable::linesOf(key.size());
                astray = astray || &shard(HashedKey(key)) != part.get();
            });
        } while (position != 0);
    }
    if (astray)
        return "an entry is in a shard that is not its own";
    if (entries != m_capacity.entries() || lines != m_capacity.lines())
        return "there are " + std::to_string(entries) + " entries in " + std::to_string(lines) + " lines, but " +
               std::to_string(m_capacity.entries()) + " and " + std::to_string(m_capacity.lines()) + " were counted";
    if (entries > m_maxEntries)
        return "there are more entries than allowed";
    if (m_maxBytes != 0 && bytes() > m_maxBytes)
        return "the entries take more memory than allowed";
    return {};
}

} // namespace hearth
