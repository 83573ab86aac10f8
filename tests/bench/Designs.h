// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cache/TtlCache.h"
#include "core/profiles/PackedProfile.h"
#include "tests/bench/Workload.h"

#include <QCache>
#include <QHash>
#include <QMutex>
#include <QReadWriteLock>
#include <QString>

#include <absl/container/flat_hash_map.h>
#include <absl/strings/string_view.h>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <libcuckoo/cuckoohash_map.hh>
#include <memory>
#include <mutex>
#include <oneapi/tbb/concurrent_hash_map.h>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <tsl/robin_map.h>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

// The real cache and its peers behind one face. Thread-safe, all of them:
//   Payload what it keeps under a key: the shared_ptr that people write, or the same profile in sixteen bytes
//   put     stores a payload for so long
//   read    hashes the key, finds, compares the expiry with the clock, takes the payload, reads one field of it.
//           Returns: the field, -1 for a miss
//   removeExpired (where `cleans`)   Returns: how many
//   readMany, snapshot, stats (where `isOurs`)
// The peers have no bound (but QCache, which is given one that never binds), no statistics, no generations, no reasons
// of misses; TtlCache does its whole job.
namespace hearth::bench {

inline constexpr int miss = -1;
inline int fieldOf(const ProfilePtr &profile)
{
    return profile->formalTone ? 1 : 0;
}
inline int fieldOf(const PackedProfile &profile)
{
    return profile.formalTone() ? 1 : 0;
}
template <class Payload>
int fieldOf(const std::optional<Payload> &found)
{
    return found ? fieldOf(*found) : miss;
}

// Made anew for each put, as a load does: a row becomes a profile, which is packed where it is kept so.
template <class Payload>
Payload makePayload(std::uint32_t index)
{
    if constexpr (std::is_same_v<Payload, PackedProfile>)
        return makePacked(index);
    else
        return makeProfile(index);
}

// The batch get, or, of an engine that has none, one get after the other.
template <class Cache, class Visit>
void getMany(Cache &cache, std::span<const std::string_view> keys, const Visit &visit)
{
    if constexpr (requires { cache.getMany(keys, visit); }) {
        cache.getMany(keys, visit);
    } else {
        for (std::size_t at = 0; at < keys.size(); ++at)
            visit(at, cache.get(keys[at]));
    }
}

class Ours
{
public:
    using Payload = PackedProfile;
    static constexpr const char *name = "TtlCache";
    static constexpr bool cleans = true;
    static constexpr bool isOurs = true;

    Ours(const Clock &clock, std::size_t entries)
        : m_clock(clock)
        , m_cache(clock, entries)
    {
    }

    bool put(std::string_view key, Payload payload, std::chrono::nanoseconds ttl)
    {
        PutOptions options;
        options.ttl = ttl;
        options.readAt = m_clock.now();
        return m_cache.put(key, payload, options) == PutResult::Stored;
    }
    int read(std::string_view key) { return fieldOf(m_cache.get(key).value); }
    // Returns: how many were hits; the fields are added to the sum.
    std::size_t readMany(std::span<const std::string_view> keys, int &sum)
    {
        std::size_t hits = 0;
        getMany(m_cache, keys, [&](std::size_t, const TtlCache<Payload>::Lookup &lookup) {
            hits += lookup.value ? 1 : 0;
            sum += fieldOf(lookup.value);
        });
        return hits;
    }
    std::uint64_t removeExpired() { return m_cache.cleanup().removed; }
    // Everything, copied out, as a table of entries is made. Returns: how many.
    std::size_t snapshot(std::size_t expected) const
    {
        struct Row {
            std::string key;
            Payload payload;
            EntryFacts facts;
        };
        std::vector<Row> rows;
        rows.reserve(expected);
        m_cache.forEach([&rows](std::string_view key, const Payload &payload, const EntryFacts &facts) {
            rows.push_back({std::string(key), payload, facts});
        });
        return rows.size();
    }
    // What a sampler asks for once a second. Returns: something that needs all of it.
    std::uint64_t stats() const { return m_cache.size().total() + m_cache.counters().gets; }

private:
    const Clock &m_clock;
    TtlCache<Payload> m_cache;
};

// What the peers keep under a key.
template <class Payload>
struct Kept {
    Payload payload{};
    MonotonicTime deadline{};
};
using KeptShared = Kept<ProfilePtr>;

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// What somebody writes first.
class NaiveMap
{
public:
    using Payload = ProfilePtr;
    static constexpr const char *name = "naive";
    static constexpr bool isOurs = false;
    static constexpr bool cleans = true;

    NaiveMap(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        KeptShared kept{std::move(profile), m_clock.now() + ttl};
        const std::lock_guard lock(m_mutex);
        if (const auto entry = m_map.find(key); entry != m_map.end())
            std::swap(entry->second, kept); // what was there is destroyed after the lock
        else
            m_map.emplace(key, std::move(kept));
        return true;
    }
    int read(std::string_view key) { return fieldOf(get(key)); }
    // Looks at everything under the lock.
    std::uint64_t removeExpired()
    {
        const std::lock_guard lock(m_mutex);
        const MonotonicTime now = m_clock.now();
        return std::erase_if(m_map, [now](const auto &entry) { return now > entry.second.deadline; });
    }

private:
    std::optional<ProfilePtr> get(std::string_view key)
    {
        const std::lock_guard lock(m_mutex);
        const auto entry = m_map.find(key);
        if (entry == m_map.end() || m_clock.now() > entry->second.deadline)
            return std::nullopt;
        return entry->second.payload;
    }

    const Clock &m_clock;
    std::mutex m_mutex;
    std::unordered_map<std::string, KeptShared, TextHash, std::equal_to<>> m_map;
};

// What somebody who knows Qt writes.
class QtHash
{
public:
    using Payload = ProfilePtr;
    static constexpr const char *name = "QHash";
    static constexpr bool isOurs = false;
    static constexpr bool cleans = false;

    QtHash(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        const QString text = textOf(key);
        KeptShared kept{std::move(profile), m_clock.now() + ttl};
        const QWriteLocker lock(&m_lock);
        std::swap(m_hash[text], kept);
        return true;
    }
    int read(std::string_view key) { return fieldOf(get(textOf(key))); }

private:
    static QString textOf(std::string_view key)
    {
        return QString::fromLatin1(key.data(), static_cast<qsizetype>(key.size()));
    }
    std::optional<ProfilePtr> get(const QString &key)
    {
        const QReadLocker lock(&m_lock);
        const auto entry = m_hash.constFind(key);
        if (entry == m_hash.cend() || m_clock.now() > entry->deadline)
            return std::nullopt;
        return entry->payload;
    }

    const Clock &m_clock;
    QReadWriteLock m_lock;
    QHash<QString, KeptShared> m_hash;
};

// What Qt itself calls a cache: bounded, least recently used out first; reading moves the entry.
class QtCache
{
public:
    using Payload = ProfilePtr;
    static constexpr const char *name = "QCache";
    static constexpr bool isOurs = false;
    static constexpr bool cleans = false;

    QtCache(const Clock &clock, std::size_t entries)
        : m_clock(clock)
        , m_cache(static_cast<qsizetype>(entries))
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        const QString text = QString::fromLatin1(key.data(), static_cast<qsizetype>(key.size()));
        auto *kept = new KeptShared{std::move(profile), m_clock.now() + ttl};
        const QMutexLocker lock(&m_mutex);
        return m_cache.insert(text, kept);
    }
    int read(std::string_view key)
    {
        return fieldOf(get(QString::fromLatin1(key.data(), static_cast<qsizetype>(key.size()))));
    }

private:
    std::optional<ProfilePtr> get(const QString &key)
    {
        const QMutexLocker lock(&m_mutex);
        const KeptShared *kept = m_cache.object(key);
        if (!kept || m_clock.now() > kept->deadline)
            return std::nullopt;
        return kept->payload;
    }

    const Clock &m_clock;
    QMutex m_mutex;
    QCache<QString, KeptShared> m_cache;
};

class TbbMap
{
public:
    using Payload = ProfilePtr;
    static constexpr const char *name = "TBB";
    static constexpr bool isOurs = false;
    static constexpr bool cleans = false;

    TbbMap(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        KeptShared kept{std::move(profile), m_clock.now() + ttl};
        Map::accessor entry;
        m_map.insert(entry, key);
        std::swap(entry->second, kept);
        return true;
    }
    int read(std::string_view key) { return fieldOf(get(key)); }

private:
    struct HashCompare {
        using is_transparent = void;
        std::size_t hash(std::string_view text) const { return TextHash()(text); }
        bool equal(std::string_view left, std::string_view right) const { return left == right; }
    };
    using Map = tbb::concurrent_hash_map<std::string, KeptShared, HashCompare>;

    std::optional<ProfilePtr> get(std::string_view key)
    {
        Map::const_accessor entry;
        if (!m_map.find(entry, key) || m_clock.now() > entry->second.deadline)
            return std::nullopt;
        return entry->second.payload;
    }

    const Clock &m_clock;
    Map m_map;
};

class CuckooMap
{
public:
    using Payload = ProfilePtr;
    static constexpr const char *name = "libcuckoo";
    static constexpr bool isOurs = false;
    static constexpr bool cleans = false;

    CuckooMap(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        KeptShared kept{std::move(profile), m_clock.now() + ttl};
        const auto replace = [&kept](KeptShared &present) { std::swap(present, kept); };
        if (!m_map.update_fn(key, replace))
            m_map.upsert(std::string(key), replace, kept);
        return true;
    }
    int read(std::string_view key)
    {
        std::optional<ProfilePtr> found;
        m_map.find_fn(key, [&](const KeptShared &kept) {
            if (m_clock.now() <= kept.deadline)
                found = kept.payload;
        });
        return fieldOf(found);
    }

private:
    const Clock &m_clock;
    libcuckoo::cuckoohash_map<std::string, KeptShared, TextHash, std::equal_to<>> m_map;
};

// 64 maps, each with a lock of its own that readers share; the hash is computed once. Text is what the map looks up by.
template <class Map, class Text, class Value>
class Sharded
{
public:
    using Payload = Value;
    static constexpr bool isOurs = false;
    static constexpr bool cleans = false;

    Sharded(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, Payload payload, std::chrono::nanoseconds ttl)
    {
        Kept<Payload> kept{std::move(payload), m_clock.now() + ttl};
        const Text text(key.data(), key.size());
        const std::size_t hash = m_hash(text);
        Shard &shard = shardOf(hash);
        const std::unique_lock lock(shard.mutex);
        std::swap(shard.map[std::string(key)], kept);
        return true;
    }
    int read(std::string_view key) { return fieldOf(get(key)); }

private:
    struct alignas(64) Shard {
        std::shared_mutex mutex;
        Map map;
    };

    Shard &shardOf(std::size_t hash) { return m_shards[hash >> 58]; }
    std::optional<Payload> get(std::string_view key)
    {
        const Text text(key.data(), key.size());
        const std::size_t hash = m_hash(text);
        Shard &shard = shardOf(hash);
        const std::shared_lock lock(shard.mutex);
        const auto entry = shard.map.find(text, hash);
        if (entry == shard.map.end() || m_clock.now() > entry->second.deadline)
            return std::nullopt;
        return entry->second.payload;
    }

    const Clock &m_clock;
    typename Map::hasher m_hash;
    std::array<Shard, 64> m_shards;
};

template <class Payload>
using AbslMap = absl::flat_hash_map<std::string, Kept<Payload>>;
template <class Payload>
using RobinMap = tsl::robin_map<std::string, Kept<Payload>, TextHash, std::equal_to<>>;

class ShardedAbsl : public Sharded<AbslMap<ProfilePtr>, absl::string_view, ProfilePtr>
{
public:
    static constexpr const char *name = "absl";
    using Sharded::Sharded;
};

class ShardedRobin : public Sharded<RobinMap<ProfilePtr>, std::string_view, ProfilePtr>
{
public:
    static constexpr const char *name = "robin-map";
    using Sharded::Sharded;
};

// The same two with what TtlCache keeps, so that the small value alone does not make the difference.
class PackedAbsl : public Sharded<AbslMap<PackedProfile>, absl::string_view, PackedProfile>
{
public:
    static constexpr const char *name = "absl packed";
    using Sharded::Sharded;
};

class PackedRobin : public Sharded<RobinMap<PackedProfile>, std::string_view, PackedProfile>
{
public:
    static constexpr const char *name = "robin packed";
    using Sharded::Sharded;
};

using AllDesigns =
    std::tuple<Ours, NaiveMap, QtHash, QtCache, TbbMap, CuckooMap, ShardedAbsl, ShardedRobin, PackedAbsl, PackedRobin>;

// Calls body.operator()<Design>() for each.
template <class Body, class... Design>
void forEachDesign(const Body &body, std::type_identity<std::tuple<Design...>>)
{
    (body.template operator()<Design>(), ...);
}
template <class Body>
void forEachDesign(const Body &body)
{
    forEachDesign(body, std::type_identity<AllDesigns>());
}

template <class Design>
void putOrExit(Design &design, std::uint32_t index, KeyLength length, std::chrono::nanoseconds ttl)
{
    const Key key(index, length);
    if (!design.put(key.text(), makePayload<typename Design::Payload>(index), ttl)) {
        std::fprintf(stderr, "bench_cache: %s refused %s\n", Design::name, std::string(key.text()).c_str());
        std::exit(1);
    }
}

// Every design gets the same fill: each key once, in scattered order, its payload made when it is put.
template <class Design>
std::unique_ptr<Design> filled(const Clock &clock, std::size_t entries, KeyLength length = KeyLength::Twelve)
{
    auto design = std::make_unique<Design>(clock, entries);
    for (const std::uint32_t index : fillOrder(entries))
        putOrExit(*design, index, length, longTtl);
    return design;
}

} // namespace hearth::bench
