// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/CacheShard.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace hearth {

namespace {

std::uint64_t reversed(std::uint64_t bits)
{
    constexpr std::uint64_t ones = 0x5555555555555555;
    constexpr std::uint64_t twos = 0x3333333333333333;
    constexpr std::uint64_t fours = 0x0f0f0f0f0f0f0f0f;
    bits = (bits >> 1 & ones) | (bits & ones) << 1;
    bits = (bits >> 2 & twos) | (bits & twos) << 2;
    bits = (bits >> 4 & fours) | (bits & fours) << 4;
    return __builtin_bswap64(bits);
}

std::chrono::nanoseconds saturatedDifference(MonotonicTime later, MonotonicTime earlier)
{
    MonotonicTime::rep difference = 0;
    if (__builtin_sub_overflow(later.time_since_epoch().count(), earlier.time_since_epoch().count(), &difference))
        return later < earlier ? std::chrono::nanoseconds::min() : std::chrono::nanoseconds::max();
    return std::chrono::nanoseconds(difference);
}

} // namespace

CacheShard::CacheShard(const Shared &shared, unsigned number, std::size_t expected, std::size_t marks)
    : m_clock(shared.clock)
    , m_capacity(shared.capacity)
    , m_hits(shared.hits)
    , m_table(shared.store, number, m_expiryLists, m_evictionLists)
    , m_expiryLists(shared.store, number, ExpiryWheel::listCount)
    , m_evictionLists(shared.store, number, EvictionQueues::listCount)
    , m_wheel(m_table, m_expiryLists, shared.clock.now())
    , m_queues(m_table, m_evictionLists, expected)
    , m_marks(marks)
    , m_ghosts(marks)
{
}

// ---- one key

PayloadLookup CacheShard::get(const HashedKey &key)
{
    MutexLock lock(m_mutex);
    PayloadLookup lookup;
    lookup.generation = m_marks.generation(key.hash);
    const LineIndex entry = m_table.find(key);
    if (entry == noLine) {
        lookup.missReason = m_ghosts.reason(key.hash);
    } else if (isExpired(entry, m_clock.now())) {
        lookup.missReason = m_table.line(entry).facts().isForced() ? MissReason::Invalidated : MissReason::Expired;
    } else {
        Line &line = m_table.line(entry);
        line.noteHit(line.version(), m_hits.add());
        lookup.isHit = true;
        lookup.payload = line.payload();
        lookup.deadline = line.deadline();
        return lookup;
    }
    ++m_counters.missesByReason[static_cast<std::size_t>(lookup.missReason)];
    return lookup;
}

std::optional<PayloadEntry> CacheShard::peek(const HashedKey &key) const
{
    MutexLock lock(m_mutex);
    const LineIndex entry = m_table.find(key);
    if (entry == noLine)
        return std::nullopt;
    return PayloadEntry{m_table.line(entry).payload(), factsOf(entry)};
}

std::optional<PutResult> CacheShard::put(const HashedKey &key, const Payload &payload, const PutOptions &options)
{
    m_table.prefetch(LineTable::home(key.hash, m_table.homeCount())); // its lines are there, whoever makes it grow
    MutexLock lock(m_mutex);
    m_marks.prefetch(key.hash);
    const LineIndex present = m_table.find(key);
    if (const auto refused = refusal(key, present, options)) {
        ++m_counters.refusedPuts;
        return refused;
    }
    if (present == noLine && !takePlace(LineTable::linesOf(key.text.size())))
        return std::nullopt;
    store(key, present, payload, options);
    ++m_counters.puts;
    m_counters.replacements += present == noLine ? 0 : 1;
    if (present == noLine)
        m_ghosts.forget(key.hash);
    return PutResult::Stored;
}

// Why a put must not be stored. Returns: nothing when it may be.
std::optional<PutResult> CacheShard::refusal(const HashedKey &key, LineIndex present, const PutOptions &options) const
{
    if (key.isTooLong() || m_capacity.isTooSmallFor(LineTable::linesOf(key.text.size())))
        return PutResult::TooLarge;
    if (options.generation != m_marks.generation(key.hash))
        return PutResult::Superseded;
    const auto readAt = options.readAt.time_since_epoch().count();
    if (present != noLine ? !m_table.line(present).facts().isForced() && readAt < m_table.side(present).cachedAt
                          : options.readAt < m_marks.newestReadGone(key.hash))
        return PutResult::Older;
    return std::nullopt;
}

void CacheShard::store(const HashedKey &key, LineIndex present, const Payload &payload, const PutOptions &options)
{
    EntryWords words;
    words.cachedAt = options.readAt;
    words.deadline = saturatedSum(options.readAt, options.ttl);
    words.loadTime = options.loadTime;
    words.source = options.source;
    words.payload = payload;
    if (present != noLine) {
        const MonotonicTime before = m_table.line(present).deadline();
        m_table.replace(present, words);
        return m_wheel.change(present, before);
    }
    LineIndex entry = noLine;
    try {
        entry = m_table.insert(key, words);
    } catch (...) {
        m_capacity.giveBack(LineTable::linesOf(key.text.size()));
        throw;
    }
    m_wheel.add(entry);
    m_queues.add(entry, key.hash);
    ++m_entries;
}

Generation CacheShard::generation(const HashedKey &key) const
{
    MutexLock lock(m_mutex);
    return m_marks.generation(key.hash);
}

std::vector<Generation> CacheShard::generations() const
{
    MutexLock lock(m_mutex);
    return m_marks.generations();
}

bool CacheShard::expire(const HashedKey &key)
{
    MutexLock lock(m_mutex);
    m_marks.bump(key.hash);
    const LineIndex entry = m_table.find(key);
    return entry != noLine && force(entry);
}

// Returns: whether it was active.
bool CacheShard::force(LineIndex entry)
{
    if (m_table.line(entry).facts().isForced())
        return false;
    const bool wasActive = !isExpired(entry, m_clock.now());
    setForced(entry, true);
    m_wheel.force(entry);
    return wasActive;
}

bool CacheShard::undoExpire(const HashedKey &key, Generation generation)
{
    MutexLock lock(m_mutex);
    const LineIndex entry = m_table.find(key);
    if (entry == noLine || generation != m_marks.generation(key.hash) || !m_table.line(entry).facts().isForced())
        return false;
    setForced(entry, false);
    m_wheel.remove(entry);
    m_wheel.add(entry);
    return !isExpired(entry, m_clock.now());
}

void CacheShard::setForced(LineIndex entry, bool forced)
{
    Line &line = m_table.line(entry);
    const Usage usage = line.usage();
    {
        Line::Edit edit(line);
        edit.setFacts(line.facts().setForced(forced));
    }
    line.setUsage(usage);
}

bool CacheShard::remove(const HashedKey &key)
{
    MutexLock lock(m_mutex);
    m_marks.bump(key.hash);
    const LineIndex entry = m_table.find(key);
    if (entry == noLine)
        return false;
    drop(entry, key.hash, RemovalCause::Removed, MissReason::Invalidated);
    return true;
}

bool CacheShard::removeIfReadBefore(const HashedKey &key, MonotonicTime readAt)
{
    MutexLock lock(m_mutex);
    const LineIndex entry = m_table.find(key);
    if (entry != noLine && m_table.side(entry).cachedAt > readAt.time_since_epoch().count())
        return false;
    m_marks.noteReadGone(key.hash, readAt); // that there was no row is a read too
    if (entry == noLine)
        return false;
    drop(entry, key.hash, RemovalCause::Removed, MissReason::Invalidated);
    return true;
}

void CacheShard::noteLoadFailure(const HashedKey &key)
{
    MutexLock lock(m_mutex);
    if (m_table.find(key) == noLine)
        m_ghosts.remember(key.hash, MissReason::LoadFailed);
}

bool CacheShard::isExpired(LineIndex entry, MonotonicTime now) const
{
    const Line &line = m_table.line(entry);
    return line.facts().isForced() || now > line.deadline();
}

EntryFacts CacheShard::factsOf(LineIndex entry) const
{
    const Line &line = m_table.line(entry);
    EntryFacts facts;
    facts.cachedAt = MonotonicTime(std::chrono::nanoseconds(m_table.side(entry).cachedAt));
    facts.deadline = line.deadline();
    facts.ttl = saturatedDifference(facts.deadline, facts.cachedAt);
    facts.loadTime = line.facts().loadTime();
    facts.hits = line.usage().hits();
    facts.source = line.facts().source();
    facts.forced = line.facts().isForced();
    return facts;
}

void CacheShard::drop(LineIndex entry, std::uint64_t hash, RemovalCause cause, MissReason reason)
{
    const std::size_t lines = LineTable::linesOf(m_table.line(entry).facts().keySize());
    // After an invalidation the generation decides, not the age.
    if (reason != MissReason::Invalidated)
        m_marks.noteReadGone(hash, MonotonicTime(std::chrono::nanoseconds(m_table.side(entry).cachedAt)));
    m_ghosts.remember(hash, reason);
    ++m_counters.removals[static_cast<std::size_t>(cause)];
    m_wheel.remove(entry);
    m_queues.remove(entry);
    m_table.erase(entry, hash);
    --m_entries;
    m_capacity.giveBack(lines);
}

// ---- walks

template <class Visit>
void CacheShard::walk(WalkPosition &position, const Visit &visit) const
{
    struct Stop {
        LineIndex home;
        WalkPosition from;
        bool isPart; // the walk was in the middle of these when the home was joined with another
    };
    constexpr std::size_t most = 32; // homes at a time; a chain has one and a half entries on the average
    std::array<Stop, most> stops;
    std::size_t count = 0;
    const LineIndex homes = m_table.homeCount();
    const LineIndex whole =
        std::bit_floor(homes); // so many bits count for all homes, one more for those that were split
    do {
        const LineIndex home = LineTable::home(reversed(position), homes);
        const bool isSplit = (home & (whole - 1)) < homes - whole;
        const auto bits = static_cast<unsigned>(std::bit_width(whole) - 1) + (isSplit ? 1 : 0);
        const WalkPosition start = reversed(home);
        stops[count++] = {home, position, position != start};
        m_table.prefetch(home);
        position = bits == 0 ? 0 : start + (WalkPosition{1} << (64 - bits));
    } while (position != 0 && count < most);

    for (std::size_t at = 0; at < count; ++at) {
        if (const LineIndex next = m_table.line(stops[at].home).facts().next(); next != noLine)
            m_table.prefetch(next);
    }
    for (std::size_t at = 0; at < count; ++at) {
        const Stop &stop = stops[at];
        if (m_table.line(stop.home).facts().kind() != LineKind::Head)
            continue;
        for (LineIndex entry = stop.home; entry != noLine; entry = m_table.line(entry).facts().next()) {
            if (!stop.isPart || reversed(m_table.hash(entry)) >= stop.from)
                visit(entry);
        }
    }
}

void CacheShard::visitBatch(WalkPosition &position, const PayloadVisit &visit) const
{
    MutexLock lock(m_mutex);
    KeyBuffer buffer;
    walk(position, [&](LineIndex entry) HEARTH_REQUIRES(m_mutex) {
        visit(m_table.key(entry, buffer), m_table.line(entry).payload(), factsOf(entry));
    });
}

MonotonicTime CacheShard::bumpAll()
{
    MutexLock lock(m_mutex);
    m_marks.bumpAll();
    return m_clock.now();
}

// What was put since the bump carries the new generation, so it was read later, at the same moment at the earliest.
std::uint64_t CacheShard::expireBatch(WalkPosition &position, MonotonicTime readUntil)
{
    MutexLock lock(m_mutex);
    std::uint64_t expired = 0;
    walk(position, [&](LineIndex entry) HEARTH_REQUIRES(m_mutex) {
        if (m_table.side(entry).cachedAt <= readUntil.time_since_epoch().count())
            expired += force(entry) ? 1 : 0;
    });
    return expired;
}

std::uint64_t CacheShard::expireBatchIf(WalkPosition &position, const PayloadPick &pick)
{
    MutexLock lock(m_mutex);
    std::uint64_t expired = 0;
    KeyBuffer buffer;
    walk(position, [&](LineIndex entry) HEARTH_REQUIRES(m_mutex) {
        if (!pick(m_table.key(entry, buffer), m_table.line(entry).payload(), factsOf(entry)))
            return;
        m_marks.bump(m_table.hash(entry));
        expired += force(entry) ? 1 : 0;
    });
    return expired;
}

// ---- leaving

void CacheShard::beginCleanUp()
{
    MutexLock lock(m_mutex);
    m_wheel.takeBack();
}

bool CacheShard::cleanUpBatch(const CleanupOptions &options, CleanupResult &result)
{
    MutexLock lock(m_mutex);
    const MonotonicTime now = m_clock.now();
    const std::uint64_t inVain = m_wheel.touchedInVain();
    std::size_t budget = batchSize;
    bool isSettled = false;
    while (budget > 0) {
        const LineIndex entry = m_wheel.firstExpired();
        if (entry == noLine) {
            if (isSettled)
                break;
            isSettled = m_wheel.settle(now, budget);
            continue;
        }
        --budget;
        ++result.examined;
        if (mayStay(entry, now, options)) {
            m_wheel.putAside(entry);
            ++result.keptStale;
            continue;
        }
        const bool isForced = m_table.line(entry).facts().isForced();
        drop(entry, m_table.hash(entry), RemovalCause::Expired,
             isForced ? MissReason::Invalidated : MissReason::Expired);
        ++result.removed;
    }
    result.examined += m_wheel.touchedInVain() - inVain;
    return isSettled && m_wheel.firstExpired() == noLine;
}

// Whether an entry that has expired is left by a cleanup.
bool CacheShard::mayStay(LineIndex entry, MonotonicTime now, const CleanupOptions &options) const
{
    const Line &line = m_table.line(entry);
    if (line.facts().isForced())
        return false;
    // The clock may have gone back; what is active after all stays anyway.
    return now <= saturatedSum(line.deadline(), std::max(options.keepExpiredFor, std::chrono::nanoseconds(0)));
}

bool CacheShard::evict()
{
    MutexLock lock(m_mutex);
    if (m_entries == 0)
        return false;
    std::size_t budget = batchSize;
    dropVictim(budget);
    return true;
}

// Takes a place for an entry, of others of this shard if need be. Returns: false when that is not enough, or would
// touch too many at once.
bool CacheShard::takePlace(std::size_t lines)
{
    std::size_t budget = batchSize;
    while (!m_capacity.tryTake(lines)) {
        if (m_entries == 0 || budget == 0)
            return false;
        dropVictim(budget);
    }
    return true;
}

// The budget counts the entries that are touched.
void CacheShard::dropVictim(std::size_t &budget)
{
    // What had expired anyway is not lost by making room.
    LineIndex victim = m_wheel.firstExpired();
    if (victim == noLine)
        victim = m_wheel.firstPutAside();
    --budget;
    if (victim == noLine)
        victim = m_queues.victim(budget);
    const std::uint64_t hash = m_table.hash(victim);
    const MissReason reason = m_table.line(victim).facts().isForced() ? MissReason::Invalidated
                              : isExpired(victim, m_clock.now())      ? MissReason::Expired
                                                                      : MissReason::Evicted;
    if (reason == MissReason::Evicted)
        m_queues.remember(victim, hash);
    drop(victim, hash, RemovalCause::Evicted, reason);
}

bool CacheShard::shrinkBatch()
{
    constexpr int most = 16; // each touches a chain or two
    MutexLock lock(m_mutex);
    for (int step = 0; step < most; ++step) {
        if (!m_table.shrink())
            return true;
    }
    return false;
}

void CacheShard::setExpected(std::size_t expected)
{
    MutexLock lock(m_mutex);
    m_queues.setCapacity(expected);
}

// ---- numbers

std::uint64_t CacheShard::countExpired()
{
    const MonotonicTime now = m_clock.now();
    for (;;) {
        HEARTH_SEQ_POINT("TtlCache.size.betweenBatches");
        MutexLock lock(m_mutex);
        std::size_t budget = batchSize;
        if (m_wheel.settle(now, budget))
            return m_wheel.expired();
    }
}

CacheCounters CacheShard::counters() const
{
    MutexLock lock(m_mutex);
    return m_counters;
}

std::string CacheShard::checkInvariants() const
{
    MutexLock lock(m_mutex);
    std::uint64_t removed = 0;
    for (const std::uint64_t ofCause : m_counters.removals)
        removed += ofCause;
    if (m_counters.puts - m_counters.replacements - removed != m_entries)
        return "puts - replacements - removals is not the number of entries";
    if (std::string wrong = m_table.checkInvariants(); !wrong.empty())
        return wrong;
    if (std::string wrong = m_wheel.checkInvariants(m_entries); !wrong.empty())
        return wrong;
    return m_queues.checkInvariants(m_entries);
}

} // namespace hearth
