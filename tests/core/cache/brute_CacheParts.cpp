// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// The parts of the engine that are easiest to get wrong, each alone against a model that is obviously right, in long
// random lives of small ones: the table of lines (a map of keys), the wheel (a set of deadlines), the walk (a set of
// keys, each seen once). The scripts on TtlCache see them only through a lock's batches and a cache's habits; here
// every budget, every tick border and every mixture of key lengths comes, and a walk meets a table that grows and
// shrinks.
#include "core/cache/CacheShard.h"
#include "core/cache/ExpiryWheel.h"
#include "core/cache/LineTable.h"
#include "tests/support/ManualClock.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

using Random = std::mt19937_64;

// A table with the lists that it tells of its moves. Everything is in the one list of each.
struct Parts {
    LineStore store{1}; // shard 1 of two: a mistaken stride shows
    ExpiryLists expiry{store, 1, ExpiryWheel::listCount};
    EvictionLists eviction{store, 1, 2};
    LineTable table{store, 1, expiry, eviction};
};

bool fails(const std::string &wrong, const char *part, std::uint64_t seed, int step)
{
    if (!wrong.empty())
        std::printf("FAIL: %s, seed %llu, step %d: %s\n", part, static_cast<unsigned long long>(seed), step,
                    wrong.c_str());
    return !wrong.empty();
}

// ---- the table

std::string keyOf(std::uint64_t number)
{
    static constexpr std::size_t lengths[] = {6, 24, 25, 31, 56, 57, 120, 1024};
    std::string key = std::to_string(number) + "-";
    key.resize(std::max(key.size(), lengths[number % std::size(lengths)]), 'x');
    return key;
}

class TableLife
{
public:
    explicit TableLife(std::uint64_t seed)
        : m_random(seed)
        , m_keys(1 + m_random() % 200)
    {
    }

    std::string step()
    {
        const std::string key = keyOf(m_random() % m_keys);
        if (m_random() % 32 == 0)
            m_isEbb = !m_isEbb;
        for (std::uint64_t times = m_random() % 8; times > 0; --times) {
            const std::string other = keyOf(m_random() % m_keys);
            m_isEbb ? erase(other) : change(other);
        }
        if (m_random() % 2 == 0)
            giveUp();
        if (std::string wrong = compareWatched(); !wrong.empty())
            return wrong;
        if (m_watched == noLine || m_random() % 128 == 0)
            watch(m_parts.table.find(HashedKey(key)));
        return compare();
    }

private:
    void change(const std::string &key)
    {
        EntryWords words;
        words.payload = {++m_version, ~m_version};
        words.deadline = MonotonicTime(std::chrono::nanoseconds(m_version));
        words.cachedAt = words.deadline;
        LineIndex entry = m_parts.table.find(HashedKey(key));
        if (entry == noLine) {
            entry = m_parts.table.insert(HashedKey(key), words);
            m_parts.expiry.append(0, entry);
            m_parts.eviction.append(0, entry);
        } else {
            m_parts.table.replace(entry, words);
        }
        m_model[key] = m_version;
    }
    void erase(const std::string &key)
    {
        const LineIndex entry = m_parts.table.find(HashedKey(key));
        if (entry == noLine)
            return;
        m_parts.expiry.remove(entry);
        m_parts.eviction.remove(entry);
        m_parts.table.erase(entry, m_parts.table.hash(entry));
        m_model.erase(key);
    }

    void giveUp()
    {
        for (std::uint64_t times = m_random() % 64; times > 0 && m_parts.table.shrink(); --times) {}
        if (m_random() % 2 == 0)
            while (m_parts.store.releaseFrom(m_parts.table.homeCount())) {}
    }

    // A reader that is very slow: as long as it may believe what it read, it is there.
    void watch(LineIndex entry)
    {
        m_watched = entry;
        if (entry != noLine && !m_parts.table.line(entry).read(m_seen))
            m_watched = noLine;
    }
    std::string compareWatched() const
    {
        if (m_watched == noLine || !m_parts.table.line(m_watched).isStill(m_seen.version))
            return {};
        LineCopy now;
        const bool isSame = m_parts.table.line(m_watched).read(now) && now.key == m_seen.key &&
                            now.payload == m_seen.payload && now.deadline == m_seen.deadline &&
                            now.facts.keySize() == m_seen.facts.keySize();
        return isSame ? std::string() : "a version came again";
    }

    std::string compare()
    {
        LineTable &table = m_parts.table;
        if (std::string wrong = table.checkInvariants(); !wrong.empty())
            return wrong;
        std::size_t lines = 0;
        for (const auto &[key, version] : m_model) {
            lines += LineTable::linesOf(key.size());
            const LineIndex entry = table.find(HashedKey(key));
            if (entry == noLine)
                return "a key is lost";
            KeyBuffer buffer;
            if (table.key(entry, buffer) != key)
                return "an entry does not know its key";
            if (table.line(entry).payload() != Payload{version, ~version} ||
                table.side(entry).cachedAt != static_cast<MonotonicTime::rep>(version) ||
                table.line(entry).deadline().time_since_epoch().count() != static_cast<MonotonicTime::rep>(version))
                return "an entry holds what is not its own";
        }
        if (lines != table.usedLines())
            return "lines are lost";
        if (table.find(HashedKey(keyOf(m_keys + m_random() % 8))) != noLine)
            return "a key is there that never came";
        return compareLists();
    }
    std::string compareLists()
    {
        std::set<LineIndex> inExpiry;
        std::set<LineIndex> inEviction;
        for (LineIndex entry = m_parts.expiry.isEmpty(0) ? noLine : m_parts.expiry.first(0); entry != noLine;
             entry = m_parts.expiry.after(entry)) {
            if (!inExpiry.insert(entry).second)
                return "a list goes in a circle";
        }
        for (LineIndex entry = m_parts.eviction.isEmpty(0) ? noLine : m_parts.eviction.first(0); entry != noLine;
             entry = m_parts.eviction.after(entry)) {
            if (!inEviction.insert(entry).second)
                return "a list goes in a circle";
        }
        std::set<LineIndex> entries;
        for (const auto &[key, version] : m_model)
            entries.insert(m_parts.table.find(HashedKey(key)));
        return inExpiry == entries && inEviction == entries ? std::string() : "a list did not follow a move";
    }

    Random m_random;
    const std::uint64_t m_keys;
    Parts m_parts;
    std::map<std::string, std::uint64_t> m_model;
    std::uint64_t m_version = 0;
    bool m_isEbb = false; // entries go; else they come
    LineIndex m_watched = noLine;
    LineCopy m_seen;
};

// ---- the wheel

class WheelLife
{
public:
    explicit WheelLife(std::uint64_t seed)
        : m_random(seed)
        , m_now(startOf(seed))
    {
    }

    std::string step()
    {
        const std::uint64_t choice = m_random() % 16;
        if (choice < 4)
            add();
        else if (choice < 7)
            change();
        else if (choice == 7)
            remove();
        else if (choice == 8)
            force();
        else if (choice < 11)
            pass();
        else
            return settle(choice == 15 ? ~std::size_t{0} : m_random() % 5);
        return m_wheel.checkInvariants(m_model.size());
    }

private:
    struct Expected {
        MonotonicTime deadline;
        bool isForced = false;
    };
    static MonotonicTime startOf(std::uint64_t seed)
    {
        static constexpr MonotonicTime starts[] = {
            MonotonicTime(), MonotonicTime(10h), MonotonicTime::max() - 20min,
            MonotonicTime(std::chrono::nanoseconds((std::int64_t{1} << 44) - 5))};
        return starts[seed % std::size(starts)];
    }
    // Near borders of ticks and of rings, far away, past, before all time and at its end.
    MonotonicTime deadline()
    {
        constexpr std::int64_t tick = 1 << 20;
        const std::int64_t now = m_now.time_since_epoch().count();
        switch (m_random() % 12) {
        case 0:
            return MonotonicTime::max();
        case 1:
            return MonotonicTime::min();
        case 2:
            return MonotonicTime(std::chrono::nanoseconds(-1));
        case 3:
            return m_now;
        default:
            break;
        }
        const std::int64_t span = std::int64_t{1} << m_random() % 44;
        std::int64_t at = 0;
        if (__builtin_add_overflow(now, static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(span)), &at))
            return MonotonicTime::max();
        if (m_random() % 3 == 0)
            at = at / tick * tick;
        at += at < MonotonicTime::max().time_since_epoch().count() ? static_cast<std::int64_t>(m_random() % 3) - 1 : 0;
        if (m_random() % 8 == 0)
            at -= span;
        return MonotonicTime(std::chrono::nanoseconds(at));
    }
    LineIndex find(std::uint64_t number) const { return m_parts.table.find(HashedKey(std::to_string(number))); }
    // Returns: the number of one that is there, or of none.
    std::uint64_t any()
    {
        const auto from = m_model.lower_bound(m_random() % (m_next + 1));
        return from == m_model.end() ? m_next : from->first;
    }

    void add()
    {
        EntryWords words;
        words.deadline = deadline();
        const LineIndex entry = m_parts.table.insert(HashedKey(std::to_string(m_next)), words);
        m_wheel.add(entry);
        m_parts.eviction.append(0, entry);
        m_model[m_next++] = {words.deadline};
    }
    void change()
    {
        const std::uint64_t number = any();
        if (number == m_next)
            return;
        const LineIndex entry = find(number);
        const MonotonicTime before = m_parts.table.line(entry).deadline();
        EntryWords words;
        words.deadline = deadline();
        m_parts.table.replace(entry, words);
        m_wheel.change(entry, before);
        m_model[number] = {words.deadline};
    }
    void remove()
    {
        const std::uint64_t number = any();
        if (number == m_next)
            return;
        const LineIndex entry = find(number);
        m_wheel.remove(entry);
        m_parts.eviction.remove(entry);
        m_parts.table.erase(entry, m_parts.table.hash(entry));
        m_parts.table.shrink();
        m_model.erase(number);
    }
    void force()
    {
        const std::uint64_t number = any();
        if (number == m_next)
            return;
        Line &line = m_parts.table.line(find(number));
        line.setFacts(line.facts().setForced(true));
        m_wheel.force(find(number));
        m_model[number].isForced = true;
    }
    void pass()
    {
        const std::int64_t span = std::int64_t{1} << m_random() % 44;
        const auto left = (MonotonicTime::max() - m_now).count();
        const std::int64_t elapsed = std::max<std::int64_t>(span - static_cast<std::int64_t>(m_random() % 3), 0);
        m_now += std::chrono::nanoseconds(std::min(elapsed, left));
    }

    // What is due is expired, at any time; once through, what is expired is due.
    std::string settle(std::size_t budget)
    {
        const std::size_t before = budget;
        const bool isThrough = m_wheel.settle(m_now, budget);
        if (budget > before)
            return "a budget grew";
        std::uint64_t expired = 0;
        for (const auto &[number, expected] : m_model) {
            const bool isDue = m_parts.table.line(find(number)).facts().isDue();
            const bool isExpired = expected.isForced || m_now > expected.deadline;
            expired += isExpired ? 1 : 0;
            if (isDue && !isExpired)
                return "an active entry is among the expired";
            if (isThrough && isExpired && !isDue)
                return "an expired entry was not found";
        }
        if (isThrough && m_wheel.expired() != expired)
            return "the expired were miscounted";
        if (before == ~std::size_t{0} && !isThrough)
            return "no budget is enough";
        return m_wheel.checkInvariants(m_model.size());
    }

    Random m_random;
    MonotonicTime m_now;
    Parts m_parts;
    ExpiryWheel m_wheel{m_parts.table, m_parts.expiry, m_now};
    std::map<std::uint64_t, Expected> m_model;
    std::uint64_t m_next = 0;
};

// ---- the walk

// A step is one walk, with changes after each lock hold. Those who are there from its beginning to its end are seen
// once.
class WalkLife
{
public:
    explicit WalkLife(std::uint64_t seed)
        : m_random(seed)
        , m_keys(std::uint64_t{32} << seed % 8)
    {
    }

    std::string step()
    {
        std::set<std::string> stayed = m_present;
        std::map<std::string, int> seen;
        m_isEbb = m_random() % 2 == 0;
        CacheShard::WalkPosition position = 0;
        do {
            int touched = 0;
            m_shard.visitBatch(position, [&](std::string_view key, const Payload &, const EntryFacts &) {
                ++seen[std::string(key)];
                ++touched;
            });
            if (touched > static_cast<int>(CacheShard::batchSize))
                return "a lock hold visits " + std::to_string(touched);
            for (std::uint64_t changes = m_random() % m_keys; changes > 0; --changes)
                change(stayed);
            LineIndex lines = m_shard.lines();
            for (std::uint64_t batches = m_random() % 32; batches > 0 && !m_shard.shrinkBatch(); --batches) {
                if (lines - m_shard.lines() > CacheShard::batchSize)
                    return "a lock hold gives up " + std::to_string(lines - m_shard.lines()) + " lines";
                lines = m_shard.lines();
            }
        } while (position != 0);

        for (const std::string &key : stayed) {
            if (seen[key] != 1)
                return "who was there throughout was seen " + std::to_string(seen[key]) + " times";
        }
        return m_shard.checkInvariants();
    }

private:
    void change(std::set<std::string> &stayed)
    {
        const std::string key = keyOf(m_random() % m_keys);
        if (m_random() % 8 == 0 ? !m_isEbb : m_isEbb) {
            m_shard.remove(HashedKey(key));
            m_present.erase(key);
            stayed.erase(key);
            return;
        }
        PutOptions options;
        options.readAt = m_clock.now();
        options.generation = m_shard.generation(HashedKey(key));
        options.ttl = 1h;
        if (m_shard.put(HashedKey(key), {}, options) == PutResult::Stored)
            m_present.insert(key);
    }

    Random m_random;
    const std::uint64_t m_keys;
    ManualClock m_clock;
    Capacity m_capacity{1'000'000};
    LineStore m_store{0};
    HitCounters m_hits;
    CacheShard m_shard{{m_clock, m_capacity, m_store, m_hits}, 0, 4000, 1024};
    std::set<std::string> m_present;
    bool m_isEbb = false;
};

template <class Life>
bool live(const char *part, int lives, int steps)
{
    for (int seed = 1; seed <= lives; ++seed) {
        Life life(static_cast<std::uint64_t>(seed));
        for (int step = 0; step < steps; ++step) {
            if (fails(life.step(), part, static_cast<std::uint64_t>(seed), step))
                return false;
        }
    }
    return true;
}

} // namespace

// An argument is the number of lives of each.
int main(int argc, char **argv)
{
    const int lives = argc > 1 ? std::atoi(argv[1]) : 10;
    const bool good = live<TableLife>("table", lives, 500) && live<WheelLife>("wheel", lives, 1500) &&
                      live<WalkLife>("walk", lives, 20);
    std::printf("%d lives: %s\n", lives, good ? "PASS" : "FAIL");
    return good ? 0 : 1;
}
