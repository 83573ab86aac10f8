// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cache/CacheTypes.h"
#include "tests/core/cache/CheckedValue.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace hearth {

// What a TtlCache must answer, written to be obviously right: a map, one thread, everything by looking at all of it.
// It remembers every key for ever, and does not choose whom to evict: it is told who left.
//
// Not synchronized.
class ReferenceCache
{
public:
    struct Entry {
        CheckedValue value;
        EntryFacts facts;
    };

    static bool isExpired(const Entry &entry, MonotonicTime now)
    {
        return entry.facts.forced || now > entry.facts.deadline;
    }

    const Entry *find(const std::string &key) const
    {
        const auto known = m_entries.find(key);
        return known == m_entries.end() ? nullptr : &known->second;
    }
    const std::map<std::string, Entry> &entries() const { return m_entries; }

    // Returns: the entry that is a hit, or nothing and why.
    std::pair<const Entry *, MissReason> get(const std::string &key, MonotonicTime now) const
    {
        const Entry *entry = find(key);
        if (!entry) {
            const auto mark = m_marks.find(key);
            return {nullptr, mark == m_marks.end() ? MissReason::NotSeen : mark->second.gone};
        }
        if (!isExpired(*entry, now))
            return {entry, MissReason::NotSeen};
        return {nullptr, entry->facts.forced ? MissReason::Invalidated : MissReason::Expired};
    }
    void countHit(const std::string &key)
    {
        ++m_counters.gets;
        ++m_counters.hits;
        ++m_entries.at(key).facts.hits;
    }
    void countMiss(MissReason reason)
    {
        ++m_counters.gets;
        ++m_counters.missesByReason.at(static_cast<std::size_t>(reason));
    }

    Generation generation(const std::string &key) const
    {
        const auto mark = m_marks.find(key);
        return m_bumpsOfAll + (mark == m_marks.end() ? 0 : mark->second.bumps);
    }
    // What a put would answer.
    PutResult judge(const std::string &key, const PutOptions &options) const
    {
        if (key.size() > longestKey)
            return PutResult::TooLarge;
        if (options.generation != generation(key))
            return PutResult::Superseded;
        const auto mark = m_marks.find(key);
        return mark != m_marks.end() && options.readAt < mark->second.newestRead ? PutResult::Older : PutResult::Stored;
    }
    void put(const std::string &key, CheckedValue value, const PutOptions &options)
    {
        ++m_counters.puts;
        m_counters.replacements += m_entries.contains(key) ? 1 : 0;
        m_entries[key] = {value,
                          {options.readAt, saturatedSum(options.readAt, options.ttl), options.ttl, options.loadTime, 0,
                           options.source, false}};
        m_marks[key].newestRead = options.readAt;
        m_marks[key].gone = MissReason::NotSeen;
    }
    void countRefusal() { ++m_counters.refusedPuts; }

    bool expire(const std::string &key, MonotonicTime now)
    {
        bump(key);
        const auto entry = m_entries.find(key);
        return entry != m_entries.end() && force(entry->second, now);
    }
    std::uint64_t expireAll(MonotonicTime now)
    {
        ++m_bumpsOfAll;
        for (auto &[key, mark] : m_marks)
            mark.newestRead = MonotonicTime::min();
        return static_cast<std::uint64_t>(
            std::count_if(m_entries.begin(), m_entries.end(), [&](auto &named) { return force(named.second, now); }));
    }
    bool remove(const std::string &key)
    {
        bump(key);
        return take(key, RemovalCause::Removed, MissReason::Invalidated);
    }
    bool removeIfReadBefore(const std::string &key, MonotonicTime readAt)
    {
        const Entry *entry = find(key);
        if (entry && entry->facts.cachedAt > readAt)
            return false;
        m_marks[key].newestRead = std::max(m_marks[key].newestRead, readAt);
        return take(key, RemovalCause::Removed, MissReason::Invalidated);
    }
    void noteLoadFailure(const std::string &key)
    {
        if (!find(key))
            m_marks[key].gone = MissReason::LoadFailed;
    }

    std::uint64_t cleanup(MonotonicTime now)
    {
        std::uint64_t removed = 0;
        for (auto entry = m_entries.begin(); entry != m_entries.end();) {
            const auto [key, what] = *entry++;
            if (isExpired(what, now))
                removed += take(key, RemovalCause::Expired, reasonOf(what)) ? 1 : 0;
        }
        return removed;
    }
    // Told: this one had to make room. What had expired anyway was not lost by that.
    void evicted(const std::string &key, MonotonicTime now)
    {
        const Entry &entry = m_entries.at(key);
        take(key, RemovalCause::Evicted, isExpired(entry, now) ? reasonOf(entry) : MissReason::Evicted);
    }

    CacheSize size(MonotonicTime now) const
    {
        CacheSize size;
        for (const auto &[key, entry] : m_entries)
            ++(isExpired(entry, now) ? size.expired : size.active);
        return size;
    }
    const CacheCounters &counters() const { return m_counters; }

    static constexpr std::size_t longestKey = 1024;

private:
    struct Mark {
        Generation bumps = 0;
        MonotonicTime newestRead = MonotonicTime::min(); // since the last invalidation, present or gone
        MissReason gone = MissReason::NotSeen;
    };

    static MissReason reasonOf(const Entry &entry)
    {
        return entry.facts.forced ? MissReason::Invalidated : MissReason::Expired;
    }
    void bump(const std::string &key)
    {
        ++m_marks[key].bumps;
        m_marks[key].newestRead = MonotonicTime::min();
    }
    static bool force(Entry &entry, MonotonicTime now)
    {
        const bool wasActive = !isExpired(entry, now);
        entry.facts.forced = true;
        return wasActive;
    }
    bool take(const std::string &key, RemovalCause cause, MissReason reason)
    {
        if (!m_entries.contains(key))
            return false;
        ++m_counters.removals.at(static_cast<std::size_t>(cause));
        m_marks[key].gone = reason;
        m_entries.erase(key);
        return true;
    }

    std::map<std::string, Entry> m_entries;
    std::map<std::string, Mark> m_marks;
    Generation m_bumpsOfAll = 0;
    CacheCounters m_counters;
};

} // namespace hearth
