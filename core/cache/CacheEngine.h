// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/cache/CacheShard.h"
#include "core/cache/CacheTypes.h"
#include "core/cache/Capacity.h"
#include "core/cache/Generations.h"
#include "core/cache/HitCounters.h"
#include "core/cache/LineStore.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// What TtlCache does, for values of 16 bytes whatever they mean. Its functions are those of TtlCache, where they are
// explained. Thread-safe.
class CacheEngine
{
public:
    CacheEngine(const Clock &clock, std::size_t maxEntries);

    PayloadLookup get(std::string_view key);
    // At most batchSize keys.
    void getBatch(std::span<const std::string_view> keys, std::span<PayloadLookup> lookups);
    std::optional<PayloadEntry> peek(std::string_view key) const;
    PutResult put(std::string_view key, const Payload &payload, const PutOptions &options);

    Generation generation(std::string_view key) const;
    Generations generations() const;
    bool expire(std::string_view key);
    bool undoExpire(std::string_view key, Generation generation);
    std::uint64_t expireIf(const PayloadPick &pick);
    std::uint64_t expireAll();
    bool remove(std::string_view key);
    bool removeIfReadBefore(std::string_view key, MonotonicTime readAt);
    void noteLoadFailure(std::string_view key);
    CleanupResult cleanup(const CleanupOptions &options);

    CacheSize size() const;
    CacheCounters counters() const;
    void forEach(const PayloadVisit &visit) const;

    std::size_t maxEntries() const { return m_maxEntries; }
    void setMaxEntries(std::size_t maxEntries);
    std::size_t maxBytes() const { return m_maxBytes; }
    void setMaxBytes(std::size_t maxBytes);
    std::size_t bytes() const;

    std::string checkInvariants() const;
    unsigned shardCount() const { return static_cast<unsigned>(m_shards.size()); }

    static constexpr std::size_t batchSize = 16;

private:
    CacheShard &shard(const HashedKey &key) const { return *m_shards[CacheShard::numberOf(key.hash, m_shardBits)]; }
    bool take(Line *line, const LineCopy &copy, PayloadLookup &lookup);
    PayloadLookup getLocked(const HashedKey &key);
    void evictFor(const CacheShard &wanting);
    void evictOverdrawn();
    void giveMemoryBack(const std::stop_token &stop);
    std::size_t expectedPerShard(std::size_t maxEntries) const;

    const Clock &m_clock; // Constant after construction, and on no line that is written.
    const unsigned m_shardBits;
    std::vector<std::unique_ptr<CacheShard>> m_shards;
    LineStore m_store; // These synchronize themselves.
    alignas(64) Capacity m_capacity;
    HitCounters m_hits;

    std::atomic<std::size_t> m_maxEntries; // what is promised: published when it is kept
    std::atomic<std::size_t> m_maxBytes = 0;
    Mutex m_resizeMutex; // taken before any other, so that one change of a bound ends before the next
};

} // namespace hearth
