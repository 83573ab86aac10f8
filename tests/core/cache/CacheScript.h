// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cache/TtlCache.h"
#include "tests/core/cache/CheckedValue.h"
#include "tests/core/cache/ReferenceCache.h"
#include "tests/support/ManualClock.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// Reads bytes as operations, does each to a TtlCache and to a ReferenceCache, and compares all that can be seen of
// both. Any bytes are a script: a fuzzer, a generator of random numbers or a file may bring them.
//
// Where the face leaves the cache a choice, the reference follows it and only the limits of the choice are checked: who
// is evicted (one for each place that is needed, never while there is room), puts refused because keys share a mark
// (never when nothing happened to any key since the load began), and reasons of misses that were forgotten.
//
// Not synchronized; one script, one run.
class CacheScript
{
public:
    explicit CacheScript(std::span<const std::uint8_t> bytes)
        : m_bytes(bytes)
        , m_clock(startOf(take()))
        , m_keyMask(std::array<std::uint8_t, 4>{3, 15, 63, 255}.at(take() % 4))
        , m_cache(m_clock, boundOf(take()))
    {
    }

    // Returns: empty, or at which step what was wrong.
    std::string run()
    {
        while (!m_bytes.empty() && m_wrong.empty()) {
            m_now = m_clock.now();
            step();
            ++m_steps;
            compareAll();
        }
        return m_wrong;
    }

    // What was left to the cache's choice in this run.
    struct Choices {
        std::uint64_t puts = 0;            // that the reference would have stored
        std::uint64_t refusedByChance = 0; // of these
        std::uint64_t absentMisses = 0;    // whose reason the reference knows
        std::uint64_t forgottenReasons = 0;
        std::uint64_t evicted = 0;
        std::uint64_t mostEntries = 0;

        Choices &operator+=(const Choices &other)
        {
            puts += other.puts;
            refusedByChance += other.refusedByChance;
            absentMisses += other.absentMisses;
            forgottenReasons += other.forgottenReasons;
            evicted += other.evicted;
            mostEntries = std::max(mostEntries, other.mostEntries);
            return *this;
        }
    };
    const Choices &choices() const { return m_choices; }

private:
    using Nanoseconds = std::chrono::nanoseconds;
    // A query on its way, as the cache and as the reference number generations.
    struct Load {
        std::string key;
        Generation generation = 0;
        Generation modelGeneration = 0;
        MonotonicTime readAt{};
        std::uint64_t bumpsBefore = 0; // of any key
    };

    std::uint8_t take()
    {
        if (m_bytes.empty())
            return 0;
        const std::uint8_t byte = m_bytes.front();
        m_bytes = m_bytes.subspan(1);
        return byte;
    }

    static MonotonicTime startOf(std::uint8_t byte)
    {
        static constexpr MonotonicTime end = MonotonicTime::max();
        static constexpr std::array<MonotonicTime, 4> starts{MonotonicTime(std::chrono::hours(10)), MonotonicTime(),
                                                             end - std::chrono::seconds(1), end};
        return starts.at(byte % starts.size());
    }
    static std::size_t boundOf(std::uint8_t byte)
    {
        return std::array<std::size_t, 8>{1, 2, 3, 5, 17, 100, 300, 10'000}.at(byte % 8);
    }
    static Nanoseconds ttlOf(std::uint8_t byte)
    {
        using namespace std::chrono_literals;
        return std::array<Nanoseconds, 16>{
            30min,     1s,   1ms, 1us,  1ns,   0ns,  -1ns, -1s, Nanoseconds::max(), Nanoseconds::min(),
            100 * 24h, 999s, 64s, 64ms, 4096s, 100us}
            .at(byte % 16);
    }
    static Nanoseconds stepOf(std::uint8_t byte)
    {
        using namespace std::chrono_literals;
        const Nanoseconds unit =
            std::array<Nanoseconds, 8>{1ns, 1us, 1ms, 1s, 64s, 30min, 8766h, 10 * 8766h}.at(byte % 8);
        return unit * (1 + byte / 64);
    }

    std::string key() { return keyOf(take() & m_keyMask); }
    // Keys of all lengths at which a layout may change its mind, alike but for one byte: the first, the last, or a NUL.
    static std::string keyOf(std::uint8_t byte);
    static std::string bulkKeyOf(unsigned number) { return "bulk user number " + std::to_string(number); }

    void step();
    void stepOnAll(std::uint8_t operation);
    void stepOnTime();

    void get(const std::string &key);
    Load beginLoad(const std::string &key);
    void endLoad(const Load &load, Nanoseconds ttl);
    void checkRefusal(const Load &load, PutResult expected, PutResult told);
    void noteWhoLeft(std::size_t room);
    void expire(const std::string &key);
    void expireSome(std::uint8_t byte);
    void expireAll();
    void remove(const std::string &key);
    void removeIfReadBefore(const std::string &key, MonotonicTime readAt);
    void cleanUp();
    void insertMany();
    void removeMany();
    void setMaxEntries(std::size_t bound);

    void compareAll();
    void compareCounters();
    void compareEntries();
    void compareEntry(std::string_view key, const ReferenceCache::Entry *expected, const CheckedValue &value,
                      const EntryFacts &facts);
    void expect(bool holds, std::string_view claim)
    {
        if (!holds && m_wrong.empty())
            m_wrong = "step " + std::to_string(m_steps) + ", " + m_doing + ": not true that " + std::string(claim);
    }

    std::span<const std::uint8_t> m_bytes;
    ManualClock m_clock;
    const std::uint8_t m_keyMask;
    TtlCache<CheckedValue> m_cache;
    ReferenceCache m_model;
    std::array<std::optional<Load>, 8> m_loads;
    MonotonicTime m_now{};
    MonotonicTime m_newestReadGone = MonotonicTime::min(); // of any key that left by itself
    std::uint64_t m_bumps = 0;                             // of any key
    std::uint32_t m_lastVersion = 0;
    std::uint64_t m_steps = 0;
    std::string m_doing;
    std::string m_wrong;
    Choices m_choices;
};

inline std::string CacheScript::keyOf(std::uint8_t byte)
{
    static constexpr std::array<std::size_t, 16> lengths{8,  24,  25, 1,  31, 32, 255,  1020,
                                                         33, 256, 23, 64, 2,  48, 5000, 0};
    const std::size_t length = lengths.at(byte % lengths.size());
    const unsigned variant = byte / lengths.size(); // 0..15
    std::string key(length, 'k');
    if (key.empty())
        return key;
    const char letter = static_cast<char>('a' + variant / 3);
    if (variant % 3 == 0)
        key.back() = letter;
    else if (variant % 3 == 1)
        key.front() = letter;
    else
        key[length / 2] = static_cast<char>(variant / 3); // NUL and its neighbours
    return key;
}

inline void CacheScript::step()
{
    const std::uint8_t operation = take() % 32;
    if (operation >= 21)
        return stepOnAll(operation);
    if (operation < 6) {
        get(key());
    } else if (operation < 11) { // a load that takes no time
        const Load load = beginLoad(key());
        endLoad(load, ttlOf(take()));
    } else if (operation < 13) {
        const std::uint8_t slot = take();
        m_loads.at(slot % 8) = beginLoad(key());
    } else if (operation < 16) {
        const std::uint8_t choice = take();
        if (const auto &load = m_loads.at(choice % 8))
            endLoad(*load, ttlOf(choice / 8));
    } else if (operation < 18) {
        expire(key());
    } else if (operation == 18) {
        remove(key());
    } else if (operation == 19) {
        const std::uint8_t slot = take();
        const auto &load = m_loads.at(slot % 8);
        const std::string which = key();
        removeIfReadBefore(which, slot >= 128 && load ? load->readAt : m_now);
    } else {
        m_doing = "noteLoadFailure";
        const std::string which = key();
        m_cache.noteLoadFailure(which);
        m_model.noteLoadFailure(which);
    }
}

inline void CacheScript::stepOnAll(std::uint8_t operation)
{
    if (operation < 26)
        stepOnTime();
    else if (operation == 26)
        cleanUp();
    else if (operation == 27)
        expireSome(take());
    else if (operation == 28 && take() < 64)
        expireAll();
    else if (operation == 29)
        insertMany();
    else if (operation == 30)
        removeMany();
    else if (operation == 31)
        setMaxEntries(boundOf(take()));
}

inline void CacheScript::stepOnTime()
{
    m_doing = "advance";
    m_clock.advance(std::min(stepOf(take()), MonotonicTime::max() - m_now));
    m_now = m_clock.now();
}

inline void CacheScript::get(const std::string &key)
{
    m_doing = "get";
    const auto [hit, reason] = m_model.get(key, m_now);
    const auto lookup = m_cache.get(key);
    if (hit) {
        expect(lookup.value.has_value(), "an active entry is a hit");
        expect(!lookup.value || *lookup.value == hit->value, "a hit is the value last put");
        expect(!lookup.value || lookup.deadline == hit->facts.deadline, "a hit carries its deadline");
        m_model.countHit(key);
        return;
    }
    expect(!lookup.value, "what is absent or expired is a miss");
    expect(lookup.generation == m_cache.generation(key), "a miss carries the current generation");
    const bool known = !m_model.find(key) && reason != MissReason::NotSeen;
    const bool forgotten = known && lookup.missReason == MissReason::NotSeen;
    m_choices.absentMisses += known ? 1 : 0;
    m_choices.forgottenReasons += forgotten ? 1 : 0;
    expect(lookup.missReason == reason || forgotten, "a miss has its reason, or it was forgotten");
    m_model.countMiss(lookup.missReason);
}

inline CacheScript::Load CacheScript::beginLoad(const std::string &key)
{
    m_doing = "generation";
    return {key, m_cache.generation(key), m_model.generation(key), m_now, m_bumps};
}

inline void CacheScript::endLoad(const Load &load, Nanoseconds ttl)
{
    m_doing = "put";
    PutOptions options;
    options.ttl = ttl;
    options.readAt = load.readAt;
    options.generation = load.modelGeneration;
    options.source = static_cast<EntrySource>(m_lastVersion % 4);
    options.loadTime = std::chrono::milliseconds(m_lastVersion % 1000);
    const CheckedValue value(static_cast<std::uint32_t>(load.key.size()), ++m_lastVersion);

    const PutResult expected = m_model.judge(load.key, options);
    PutOptions toCache = options;
    toCache.generation = load.generation;
    const bool needsPlace = !m_model.find(load.key) && m_model.entries().size() >= m_cache.maxEntries();
    const PutResult told = m_cache.put(load.key, value, toCache);

    m_choices.puts += expected == PutResult::Stored ? 1 : 0;
    if (told != PutResult::Stored) {
        checkRefusal(load, expected, told);
        m_model.countRefusal();
        return;
    }
    expect(expected == PutResult::Stored, "what was superseded or is older is not stored");
    if (needsPlace)
        noteWhoLeft(m_cache.maxEntries() - 1);
    m_model.put(load.key, value, options);
}

// A refusal that the reference does not see may come of another key that shares the mark, and of nothing else.
inline void CacheScript::checkRefusal(const Load &load, PutResult expected, PutResult told)
{
    if (expected == told)
        return;
    m_choices.refusedByChance += expected == PutResult::Stored ? 1 : 0;
    if (told == PutResult::Superseded)
        expect(m_bumps != load.bumpsBefore,
               "a put is superseded only if something was invalidated since its load began");
    else
        expect(load.readAt < m_newestReadGone, "a put is older only if something newer was there");
}

// Asks for each entry of the reference whether it is still there, and tells the reference of those who are not.
// Room is for how many of them there was.
inline void CacheScript::noteWhoLeft(std::size_t room)
{
    std::vector<std::string> gone;
    for (const auto &[key, entry] : m_model.entries()) {
        if (!m_cache.peek(key))
            gone.push_back(key);
    }
    expect(gone.size() + std::min(room, m_model.entries().size()) == m_model.entries().size(),
           "one is evicted for each place that is needed, and no more");
    m_choices.evicted += gone.size();
    for (const std::string &key : gone) {
        m_newestReadGone = std::max(m_newestReadGone, m_model.find(key)->facts.cachedAt);
        m_model.evicted(key, m_now);
    }
}

inline void CacheScript::expire(const std::string &key)
{
    m_doing = "expire";
    ++m_bumps;
    expect(m_cache.expire(key) == m_model.expire(key, m_now), "expire tells whether an active entry became expired");
}

inline void CacheScript::expireSome(std::uint8_t byte)
{
    m_doing = "expireIf";
    std::set<std::string> seen;
    std::vector<std::string> picked;
    const std::uint32_t modulus = 1 + byte % 8;
    const std::uint64_t expired =
        m_cache.expireIf([&](std::string_view key, const CheckedValue &value, const EntryFacts &facts) {
            const std::string text(key);
            expect(seen.insert(text).second, "expireIf asks about each entry once");
            compareEntry(key, m_model.find(text), value, facts);
            if (value.version() % modulus == byte / 32U % modulus)
                picked.push_back(text);
            return value.version() % modulus == byte / 32U % modulus;
        });
    expect(seen.size() == m_model.entries().size(), "expireIf asks about every entry");
    std::uint64_t expected = 0;
    for (const std::string &key : picked)
        expected += m_model.expire(key, m_now) ? 1 : 0;
    m_bumps += picked.size();
    expect(expired == expected, "expireIf tells how many active entries became expired");
}

inline void CacheScript::expireAll()
{
    m_doing = "expireAll";
    ++m_bumps;
    expect(m_cache.expireAll() == m_model.expireAll(m_now), "expireAll tells how many active entries became expired");
}

inline void CacheScript::remove(const std::string &key)
{
    m_doing = "remove";
    ++m_bumps;
    expect(m_cache.remove(key) == m_model.remove(key), "remove tells whether there was an entry");
}

inline void CacheScript::removeIfReadBefore(const std::string &key, MonotonicTime readAt)
{
    m_doing = "removeIfReadBefore";
    m_newestReadGone = std::max(m_newestReadGone, readAt);
    expect(m_cache.removeIfReadBefore(key, readAt) == m_model.removeIfReadBefore(key, readAt),
           "removeIfReadBefore tells whether there was an entry that was no newer");
}

inline void CacheScript::cleanUp()
{
    m_doing = "cleanup";
    for (const auto &[key, entry] : m_model.entries()) {
        if (ReferenceCache::isExpired(entry, m_now))
            m_newestReadGone = std::max(m_newestReadGone, entry.facts.cachedAt);
    }
    const std::uint64_t before = m_model.entries().size();
    const CleanupResult result = m_cache.cleanup();
    expect(result.removed == m_model.cleanup(m_now), "a cleanup removes what is expired, and tells the number");
    expect(result.before == before && result.after == before - result.removed, "a cleanup tells before and after");
}

inline void CacheScript::insertMany()
{
    const unsigned first = take() % 16 * 64U;
    const unsigned count = m_cache.maxEntries() > 1000 ? take() * 4U : take() / 8U;
    const Nanoseconds ttl = ttlOf(take());
    for (unsigned number = first; number < first + count && m_wrong.empty(); ++number)
        endLoad(beginLoad(bulkKeyOf(number)), ttl);
    m_doing += " (of many)";
}

inline void CacheScript::removeMany()
{
    const unsigned first = take() % 16 * 64U;
    const unsigned count = take() * 4U;
    for (unsigned number = first; number < first + count; ++number)
        remove(bulkKeyOf(number));
}

inline void CacheScript::setMaxEntries(std::size_t bound)
{
    m_doing = "setMaxEntries";
    m_cache.setMaxEntries(bound);
    expect(m_cache.maxEntries() == bound, "the bound is the one that was set");
    noteWhoLeft(bound);
}

inline void CacheScript::compareAll()
{
    m_choices.mostEntries = std::max<std::uint64_t>(m_choices.mostEntries, m_model.entries().size());
    compareEntries();
    compareCounters(); // after looking: looking is not counted
    const std::string wrong = m_cache.checkInvariants();
    expect(wrong.empty(), "the inner structures agree: " + wrong);
}

inline void CacheScript::compareCounters()
{
    const CacheCounters have = m_cache.counters();
    const CacheCounters &want = m_model.counters();
    expect(have.gets == want.gets && have.hits == want.hits, "gets and hits are counted");
    expect(have.missesByReason == want.missesByReason, "misses are counted by their reason");
    expect(have.puts == want.puts && have.replacements == want.replacements, "puts and replacements are counted");
    expect(have.refusedPuts == want.refusedPuts, "refused puts are counted");
    expect(have.removals == want.removals, "removals are counted by their cause");

    const CacheSize size = m_cache.size();
    const CacheSize right = m_model.size(m_now);
    expect(size.active == right.active && size.expired == right.expired, "active and expired entries are counted");
    expect(size.total() <= m_cache.maxEntries(), "the bound holds");
}

inline void CacheScript::compareEntries()
{
    std::size_t visited = 0;
    m_cache.forEach([&](std::string_view key, const CheckedValue &value, const EntryFacts &facts) {
        ++visited;
        compareEntry(key, m_model.find(std::string(key)), value, facts);
    });
    expect(visited == m_model.entries().size(), "a visit sees every entry once");
    for (const auto &[key, entry] : m_model.entries()) {
        const auto seen = m_cache.peek(key);
        expect(seen.has_value(), "an entry stays until it is removed, cleaned up or must make room");
        if (seen)
            compareEntry(key, &entry, seen->value, seen->facts);
    }
    for (unsigned byte = 0; byte <= m_keyMask; byte += 7) {
        const std::string key = keyOf(static_cast<std::uint8_t>(byte));
        expect(m_cache.peek(key).has_value() == (m_model.find(key) != nullptr), "only what was put is there");
    }
}

// The hits of an entry may be approximate: whether there were any is not.
inline void CacheScript::compareEntry(std::string_view key, const ReferenceCache::Entry *expected,
                                      const CheckedValue &value, const EntryFacts &facts)
{
    expect(expected != nullptr, "only what was put is there");
    if (!expected)
        return;
    const EntryFacts &want = expected->facts;
    expect(value.isWhole() && value.key() == key.size() && value == expected->value,
           "an entry holds the value last put");
    expect(facts.cachedAt == want.cachedAt, "an entry knows when its query was sent");
    expect(facts.deadline == want.deadline, "an entry knows its deadline");
    if (want.ttl == want.deadline - want.cachedAt) // else time ends before the TTL does
        expect(facts.ttl == want.ttl, "an entry knows its TTL");
    expect(facts.forced == want.forced, "an entry knows whether its expiry was forced");
    expect(facts.source == want.source, "an entry knows where it came from");
    expect(facts.loadTime <= want.loadTime && want.loadTime - facts.loadTime <= want.loadTime / 8192,
           "an entry knows how long its load took, to four digits");
    expect((facts.hits == 0) == (want.hits == 0) && facts.hits <= want.hits, "an entry knows whether it was hit");
}

} // namespace hearth
