// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cache/TtlCache.h"
#include "tests/bench/Workload.h"

#include <QHash>
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
#include <shared_mutex>
#include <string>
#include <string_view>
#include <tsl/robin_map.h>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>

// The real cache and its peers behind one face. Thread-safe, all of them:
//   put    stores a profile for so long
//   read   hashes the key, finds, compares the expiry with the clock, takes the profile, reads one field of it.
//          Returns: the field, -1 for a miss
//   removeExpired (where `cleans`)   Returns: how many
// The peers have no bound, no statistics, no generations, no reasons of misses; TtlCache does its whole job.
namespace hearth::bench {

inline constexpr int miss = -1;
inline int fieldOf(const Profile &profile)
{
    return profile.formalTone ? 1 : 0;
}

class Ours
{
public:
    static constexpr const char *name = "TtlCache";
    static constexpr bool cleans = true;

    Ours(const Clock &clock, std::size_t entries)
        : m_clock(clock)
        , m_cache(clock, entries)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        PutOptions options;
        options.ttl = ttl;
        options.readAt = m_clock.now();
        return m_cache.put(key, std::move(profile), options) == PutResult::Stored;
    }
    int read(std::string_view key)
    {
        const auto lookup = m_cache.get(key);
        return lookup.value ? fieldOf(**lookup.value) : miss;
    }
    std::uint64_t removeExpired() { return m_cache.cleanup().removed; }

private:
    const Clock &m_clock;
    TtlCache<ProfilePtr> m_cache;
};

// What the peers keep under a key.
struct Kept {
    ProfilePtr profile;
    MonotonicTime deadline{};
};

inline int fieldOf(const ProfilePtr &profile)
{
    return profile ? fieldOf(*profile) : miss;
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

// What somebody writes first.
class NaiveMap
{
public:
    static constexpr const char *name = "naive";
    static constexpr bool cleans = true;

    NaiveMap(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        Kept kept{std::move(profile), m_clock.now() + ttl};
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
    ProfilePtr get(std::string_view key)
    {
        const std::lock_guard lock(m_mutex);
        const auto entry = m_map.find(key);
        if (entry == m_map.end() || m_clock.now() > entry->second.deadline)
            return nullptr;
        return entry->second.profile;
    }

    const Clock &m_clock;
    std::mutex m_mutex;
    std::unordered_map<std::string, Kept, TextHash, std::equal_to<>> m_map;
};

// What somebody who knows Qt writes.
class QtHash
{
public:
    static constexpr const char *name = "QHash";
    static constexpr bool cleans = false;

    QtHash(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        const QString text = textOf(key);
        Kept kept{std::move(profile), m_clock.now() + ttl};
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
    ProfilePtr get(const QString &key)
    {
        const QReadLocker lock(&m_lock);
        const auto entry = m_hash.constFind(key);
        if (entry == m_hash.cend() || m_clock.now() > entry->deadline)
            return nullptr;
        return entry->profile;
    }

    const Clock &m_clock;
    QReadWriteLock m_lock;
    QHash<QString, Kept> m_hash;
};

class TbbMap
{
public:
    static constexpr const char *name = "TBB";
    static constexpr bool cleans = false;

    TbbMap(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        Kept kept{std::move(profile), m_clock.now() + ttl};
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
    using Map = tbb::concurrent_hash_map<std::string, Kept, HashCompare>;

    ProfilePtr get(std::string_view key)
    {
        Map::const_accessor entry;
        if (!m_map.find(entry, key) || m_clock.now() > entry->second.deadline)
            return nullptr;
        return entry->second.profile;
    }

    const Clock &m_clock;
    Map m_map;
};

class CuckooMap
{
public:
    static constexpr const char *name = "libcuckoo";
    static constexpr bool cleans = false;

    CuckooMap(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        Kept kept{std::move(profile), m_clock.now() + ttl};
        const auto replace = [&kept](Kept &present) { std::swap(present, kept); };
        if (!m_map.update_fn(key, replace))
            m_map.upsert(std::string(key), replace, kept);
        return true;
    }
    int read(std::string_view key)
    {
        ProfilePtr profile;
        m_map.find_fn(key, [&](const Kept &kept) {
            if (m_clock.now() <= kept.deadline)
                profile = kept.profile;
        });
        return fieldOf(profile);
    }

private:
    const Clock &m_clock;
    libcuckoo::cuckoohash_map<std::string, Kept, TextHash, std::equal_to<>> m_map;
};

// 64 maps, each with a lock of its own that readers share; the hash is computed once. Text is what the map looks up by.
template <class Map, class Text>
class Sharded
{
public:
    static constexpr bool cleans = false;

    Sharded(const Clock &clock, std::size_t)
        : m_clock(clock)
    {
    }

    bool put(std::string_view key, ProfilePtr profile, std::chrono::nanoseconds ttl)
    {
        Kept kept{std::move(profile), m_clock.now() + ttl};
        Shard &shard = shardOf(m_hash(Text(key.data(), key.size())));
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
    ProfilePtr get(std::string_view key)
    {
        const Text text(key.data(), key.size());
        const std::size_t hash = m_hash(text);
        Shard &shard = shardOf(hash);
        const std::shared_lock lock(shard.mutex);
        const auto entry = shard.map.find(text, hash);
        if (entry == shard.map.end() || m_clock.now() > entry->second.deadline)
            return nullptr;
        return entry->second.profile;
    }

    const Clock &m_clock;
    typename Map::hasher m_hash;
    std::array<Shard, 64> m_shards;
};

class ShardedAbsl : public Sharded<absl::flat_hash_map<std::string, Kept>, absl::string_view>
{
public:
    static constexpr const char *name = "absl";
    using Sharded::Sharded;
};

class ShardedRobin : public Sharded<tsl::robin_map<std::string, Kept, TextHash, std::equal_to<>>, std::string_view>
{
public:
    static constexpr const char *name = "robin-map";
    using Sharded::Sharded;
};

using AllDesigns = std::tuple<Ours, NaiveMap, QtHash, TbbMap, CuckooMap, ShardedAbsl, ShardedRobin>;

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

// Every design gets the same fill: each key once, in scattered order, its profile made when it is put.
template <class Design>
std::unique_ptr<Design> filled(const Clock &clock, std::size_t entries)
{
    auto design = std::make_unique<Design>(clock, entries);
    for (const std::uint32_t index : fillOrder(entries)) {
        if (!design->put(Key(index).text(), makeProfile(index), longTtl)) {
            std::fprintf(stderr, "bench_cache: %s refused %s\n", Design::name, std::string(Key(index).text()).c_str());
            std::exit(1);
        }
    }
    return design;
}

} // namespace hearth::bench
