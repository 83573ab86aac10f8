// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Threads ask one cache about a few keys while others make its tables grow and shrink; what they were answered must
// have been possible for each key in some order (KeyHistory). Then the same with caches that are broken on purpose:
// each must be found out. A plain program, so that ThreadSanitizer needs no suppressions. Bounded by steps, fixed
// seeds.
//
// Moments come from one atomic counter, which also orders the threads' memory a little; what goes wrong only without
// that is for stress_TtlCache and ThreadSanitizer to find.
#include "core/cache/TtlCache.h"
#include "tests/core/cache/CheckedValue.h"
#include "tests/core/cache/KeyHistory.h"
#include "tests/support/ManualClock.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

using Kind = KeyOperation::Kind;
constexpr std::size_t keyCount = 3;
constexpr std::size_t threadCount = 4;

struct Answer {
    std::optional<CheckedValue> value;
    Generation generation = 0;
};

// The cache that is asked: as it is. The broken ones are further down.
class Honest
{
public:
    explicit Honest(const Clock &clock)
        : m_cache(clock, 1'000'000)
    {
    }
    virtual ~Honest() = default;

    virtual Answer get(const std::string &key)
    {
        const auto lookup = m_cache.get(key);
        return {lookup.value, lookup.generation};
    }
    Generation generation(const std::string &key) { return m_cache.generation(key); }
    virtual PutResult put(const std::string &key, CheckedValue value, const PutOptions &options)
    {
        return m_cache.put(key, value, options);
    }
    virtual void expire(const std::string &key) { m_cache.expire(key); }
    virtual void remove(const std::string &key) { m_cache.remove(key); }

    TtlCache<CheckedValue> &cache() { return m_cache; }

protected:
    TtlCache<CheckedValue> m_cache;
};

// Each thread's own view of one round: nothing is shared but the counter and the cache.
struct Recorder {
    std::array<std::vector<KeyOperation>, keyCount> operations;
    std::string wrong;
};

struct Round {
    ManualClock clock;
    std::unique_ptr<Honest> subject;
    std::vector<std::string> names;
    std::atomic<std::uint64_t> moment = 1;
    std::atomic<std::uint32_t> lastVersion = 0;
    std::atomic<int> working = static_cast<int>(threadCount);
    std::vector<Recorder> recorders = std::vector<Recorder>(threadCount);
};

// Names whose generations are their own: keys share them now and then.
std::vector<std::string> unrelatedNames(TtlCache<CheckedValue> &cache)
{
    std::vector<std::string> names;
    for (int number = 0; names.size() < keyCount; ++number) {
        const std::string name = number % 2 == 0 ? "user" + std::to_string(number)
                                                 : std::string(100, 'l') + std::to_string(number); // a long one
        const Generation before = cache.generation(name);
        for (const std::string &other : names)
            cache.expire(other);
        if (cache.generation(name) == before)
            names.push_back(name);
    }
    return names;
}

class Worker
{
public:
    Worker(Round &round, std::size_t thread, unsigned seed)
        : m_round(round)
        , m_recorder(round.recorders[thread])
        , m_random(seed * 31 + static_cast<unsigned>(thread))
    {
    }

    void run(int steps)
    {
        for (int step = 0; step < steps; ++step) {
            const std::size_t key = m_random() % keyCount;
            const auto dice = m_random() % 100;
            if (dice < 65)
                look(key);
            else if (dice < 80)
                refresh(key);
            else if (dice < 98)
                invalidate(key, dice < 90);
            else
                invalidateAll();
        }
        --m_round.working;
    }

private:
    // Somebody else's turn, sometimes: with few processors threads seldom meet by themselves.
    void pauseSometimes()
    {
        if (m_random() % 4 == 0)
            std::this_thread::yield();
    }

    void look(std::size_t key)
    {
        KeyOperation get;
        get.begin = ++m_round.moment;
        const Answer answer = m_round.subject->get(m_round.names[key]);
        get.end = ++m_round.moment;
        get.kind = answer.value ? Kind::Hit : Kind::Miss;
        get.version = answer.value ? answer.value->version() : 0;
        if (answer.value && !answer.value->isWhole())
            m_recorder.wrong = "a value is torn";
        if (answer.value && answer.value->key() != key)
            m_recorder.wrong = "a value belongs to another key";
        m_recorder.operations.at(key).push_back(get);
        if (!answer.value && m_random() % 2 == 0)
            load(key, answer.generation, get.begin);
    }

    void refresh(std::size_t key)
    {
        const std::uint64_t begin = ++m_round.moment;
        load(key, m_round.subject->generation(m_round.names[key]), begin);
    }

    void load(std::size_t key, Generation generation, std::uint64_t loadBegin)
    {
        KeyOperation put;
        put.loadBegin = loadBegin;
        put.loadEnd = ++m_round.moment;
        m_round.clock.advance(1ns);
        PutOptions options;
        options.generation = generation;
        options.readAt = m_round.clock.now();
        options.ttl = 24h;
        put.readAt = static_cast<std::uint64_t>(options.readAt.time_since_epoch().count());
        put.version = ++m_round.lastVersion;
        pauseSometimes();

        put.begin = ++m_round.moment;
        const PutResult result = m_round.subject->put(
            m_round.names[key], CheckedValue(static_cast<std::uint32_t>(key), put.version), options);
        put.end = ++m_round.moment;
        put.kind = result == PutResult::Stored  ? Kind::Stored
                   : result == PutResult::Older ? Kind::Older
                                                : Kind::Superseded;
        m_recorder.operations.at(key).push_back(put);
    }

    void invalidate(std::size_t key, bool byExpiry)
    {
        KeyOperation invalidate;
        invalidate.kind = Kind::Invalidate;
        invalidate.begin = ++m_round.moment;
        byExpiry ? m_round.subject->expire(m_round.names[key]) : m_round.subject->remove(m_round.names[key]);
        invalidate.end = ++m_round.moment;
        m_recorder.operations.at(key).push_back(invalidate);
        pauseSometimes();
    }

    void invalidateAll()
    {
        KeyOperation invalidate;
        invalidate.kind = Kind::Invalidate;
        invalidate.begin = ++m_round.moment;
        m_round.subject->cache().expireAll();
        invalidate.end = ++m_round.moment;
        for (auto &ofKey : m_recorder.operations)
            ofKey.push_back(invalidate);
    }

    Round &m_round;
    Recorder &m_recorder;
    std::mt19937 m_random;
};

// Others that share nothing with the watched keys that is kept of absent keys.
std::vector<std::string> unrelatedOthers(Round &round)
{
    TtlCache<CheckedValue> &cache = round.subject->cache();
    const auto generations = [&] {
        std::array<Generation, keyCount> all{};
        for (std::size_t key = 0; key < keyCount; ++key)
            all.at(key) = cache.generation(round.names[key]);
        return all;
    };
    std::vector<std::string> others;
    auto before = generations();
    for (int number = 0; others.size() < 4096; ++number) {
        const std::string name = "other" + std::to_string(number);
        cache.expire(name);
        if (generations() == before)
            others.push_back(name);
        else
            before = generations();
    }
    return others;
}

// Others come and go by the hundred, so that entries move and their places go to others.
void makeOthersComeAndGo(Round &round, const std::vector<std::string> &others)
{
    TtlCache<CheckedValue> &cache = round.subject->cache();
    for (std::uint32_t number = 0; round.working > 0; number = (number + 1) % 4096) {
        const std::string &name = others[number];
        PutOptions options;
        options.generation = cache.generation(name);
        options.readAt = round.clock.now();
        options.ttl = -1ns;
        cache.put(name, CheckedValue(100 + number, 1), options);
        if (number % 512 == 511)
            cache.cleanup();
    }
}

template <class Subject>
std::string play(unsigned seed, int steps)
{
    Round round;
    round.subject = std::make_unique<Subject>(round.clock);
    round.names = unrelatedNames(round.subject->cache());
    const std::vector<std::string> others = unrelatedOthers(round);
    // A read stops between its two looks now and then, so that the world has time to change.
    std::atomic<unsigned> reads = 0;
    const SeqPoint::Hook pause("TtlCache.get.read", [&] {
        if (++reads % 4 == 0)
            std::this_thread::yield();
    });
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < threadCount; ++thread)
        threads.emplace_back([&round, thread, seed, steps] { Worker(round, thread, seed).run(steps); });
    threads.emplace_back(makeOthersComeAndGo, std::ref(round), std::cref(others));
    for (std::thread &thread : threads)
        thread.join();

    for (const Recorder &recorder : round.recorders) {
        if (!recorder.wrong.empty())
            return recorder.wrong;
    }
    for (std::size_t key = 0; key < keyCount; ++key) {
        std::vector<std::vector<KeyOperation>> byThread;
        for (const Recorder &recorder : round.recorders)
            byThread.push_back(recorder.operations.at(key));
        if (std::string wrong = KeyHistory(std::move(byThread)).whatIsWrong(); !wrong.empty())
            return wrong;
    }
    return round.subject->cache().checkInvariants();
}

// A base for liars: remembers for each key, under a lock of its own.
template <class What>
class Memory
{
public:
    What &of(const std::string &key) { return m_known[key]; }
    std::mutex mutex;

private:
    std::unordered_map<std::string, What> m_known;
};

// Answers every fifth get with what it answered before.
class ReadsStaleCopies final : public Honest
{
public:
    using Honest::Honest;
    Answer get(const std::string &key) override
    {
        const Answer now = Honest::get(key);
        const std::lock_guard lock(m_copies.mutex);
        Answer &copy = m_copies.of(key);
        return ++m_gets % 5 == 0 ? Answer{copy.value, now.generation} : copy = now;
    }

private:
    Memory<Answer> m_copies;
    int m_gets = 0;
};

// Answers a get with the value from before the last put: as a reader of a line that does not look again.
class ReadsWhatWasReplaced final : public Honest
{
public:
    using Honest::Honest;
    Answer get(const std::string &key) override
    {
        const Answer now = Honest::get(key);
        const std::lock_guard lock(m_replaced.mutex);
        const Answer &before = m_replaced.of(key);
        return now.value && before.value && ++m_gets % 7 == 0 ? before : now;
    }
    PutResult put(const std::string &key, CheckedValue value, const PutOptions &options) override
    {
        const auto before = m_cache.peek(key);
        const PutResult result = Honest::put(key, value, options);
        const std::lock_guard lock(m_replaced.mutex);
        if (before && result == PutResult::Stored)
            m_replaced.of(key) = {before->value, 0};
        return result;
    }

private:
    Memory<Answer> m_replaced;
    int m_gets = 0;
};

// Does an invalidation only when the next one comes.
class InvalidatesLate final : public Honest
{
public:
    using Honest::Honest;
    void expire(const std::string &key) override
    {
        std::string before;
        {
            const std::lock_guard lock(m_mutex);
            before = std::exchange(m_waiting, key);
        }
        if (!before.empty())
            Honest::expire(before);
    }

private:
    std::mutex m_mutex;
    std::string m_waiting;
};

// Says of some values that they are stored, and forgets them.
class LosesPuts final : public Honest
{
public:
    using Honest::Honest;
    PutResult put(const std::string &key, CheckedValue value, const PutOptions &options) override
    {
        return ++m_puts % 11 == 0 ? PutResult::Stored : Honest::put(key, value, options);
    }

private:
    std::atomic<int> m_puts = 0;
};

// Stores whatever comes, however long ago its load began.
class KnowsNoGenerations final : public Honest
{
public:
    using Honest::Honest;
    PutResult put(const std::string &key, CheckedValue value, const PutOptions &options) override
    {
        PutOptions always = options;
        always.generation = m_cache.generation(key);
        return Honest::put(key, value, always);
    }
};

// Says of older reads, too, that they are stored.
class KnowsNoAges final : public Honest
{
public:
    using Honest::Honest;
    PutResult put(const std::string &key, CheckedValue value, const PutOptions &options) override
    {
        const PutResult result = Honest::put(key, value, options);
        return result == PutResult::Older ? PutResult::Stored : result;
    }
};

// Refuses what it could have stored.
class RefusesForNothing final : public Honest
{
public:
    using Honest::Honest;
    PutResult put(const std::string &key, CheckedValue value, const PutOptions &options) override
    {
        return ++m_puts % 5 == 0 ? PutResult::Superseded : Honest::put(key, value, options);
    }

private:
    std::atomic<int> m_puts = 0;
};

int failures = 0;

void expect(bool holds, const std::string &claim)
{
    if (!holds) {
        ++failures;
        std::fprintf(stderr, "FAIL: %s\n", claim.c_str());
    }
}

constexpr unsigned roundsToBeFoundOut = 40;

template <class Liar>
void expectFoundOut(const char *name)
{
    for (unsigned seed = 1; seed <= roundsToBeFoundOut; ++seed) {
        const std::string wrong = play<Liar>(seed, 100);
        if (wrong.empty())
            continue;
        std::printf("%s: found out in round %u: %s\n", name, seed, wrong.c_str());
        return;
    }
    expect(false, std::string(name) + " was not found out");
}

// The checker itself, on histories that one can follow with a finger.
void checkTheChecker()
{
    const auto op = [](Kind kind, std::uint64_t begin, std::uint64_t end, std::uint32_t version = 0) {
        return KeyOperation{kind, begin, end, version, begin, begin, version};
    };
    const auto isRight = [](std::vector<std::vector<KeyOperation>> threads) {
        return KeyHistory(std::move(threads)).whatIsWrong().empty();
    };
    const KeyOperation first = op(Kind::Stored, 1, 2, 1);
    const KeyOperation second = op(Kind::Stored, 10, 20, 2);
    KeyOperation lateLoad = op(Kind::Stored, 15, 25, 3);
    lateLoad.loadBegin = 3;
    lateLoad.loadEnd = 4;

    expect(isRight({{first, op(Kind::Hit, 3, 4, 1)}}), "a value that was put is read");
    expect(!isRight({{first, op(Kind::Miss, 3, 4)}}), "a value does not vanish");
    expect(!isRight({{first}, {op(Kind::Hit, 3, 4, 9)}}), "a value does not come from nowhere");
    expect(isRight({{first, second}, {op(Kind::Hit, 11, 12, 1)}}), "during a put the old value may be read");
    expect(isRight({{first, second}, {op(Kind::Hit, 11, 12, 2)}}), "during a put the new value may be read");
    expect(!isRight({{first, second}, {op(Kind::Hit, 21, 22, 1)}}), "after a put the old value is not read");
    expect(!isRight({{first, second}, {op(Kind::Hit, 11, 12, 2), op(Kind::Hit, 13, 14, 1)}}),
           "after the new value was read the old one is not");
    expect(!isRight({{first, second}, {op(Kind::Hit, 11, 12, 2)}, {op(Kind::Hit, 13, 14, 1)}}),
           "nor by another thread");
    expect(isRight({{first, op(Kind::Invalidate, 10, 20)}, {op(Kind::Hit, 11, 12, 1), op(Kind::Miss, 13, 14)}}),
           "during an invalidation the value goes");
    expect(!isRight({{first, op(Kind::Invalidate, 10, 20)}, {op(Kind::Miss, 11, 12), op(Kind::Hit, 13, 14, 1)}}),
           "and does not come back");
    expect(!isRight({{first, op(Kind::Invalidate, 10, 20)}, {op(Kind::Hit, 21, 22, 1)}}),
           "after an invalidation the value is not read");
    expect(isRight({{first, op(Kind::Invalidate, 10, 20)}, {lateLoad, op(Kind::Miss, 26, 27)}}),
           "a load from before an invalidation may be stored just before it");
    expect(!isRight({{first, op(Kind::Invalidate, 10, 20)}, {lateLoad, op(Kind::Hit, 26, 27, 3)}}), "but not after it");
    expect(isRight({{first, op(Kind::Older, 3, 4, 0)}}), "an older read is refused");
    expect(!isRight({{first, op(Kind::Older, 3, 4, 2)}}), "a newer one is not");
    expect(!isRight({{first, op(Kind::Superseded, 3, 4, 2)}}), "nothing is superseded without an invalidation");
}

} // namespace

// An argument is the number of rounds.
int main(int argc, char **argv)
{
    const unsigned rounds = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 150;
    checkTheChecker();
    for (unsigned seed = 1; seed <= rounds && failures == 0; ++seed) {
        const std::string wrong = play<Honest>(seed, 400);
        expect(wrong.empty(), "round " + std::to_string(seed) + ": " + wrong);
    }
    expectFoundOut<ReadsStaleCopies>("reads stale copies");
    expectFoundOut<ReadsWhatWasReplaced>("reads what was replaced");
    expectFoundOut<InvalidatesLate>("invalidates late");
    expectFoundOut<LosesPuts>("loses puts");
    expectFoundOut<KnowsNoGenerations>("knows no generations");
    expectFoundOut<KnowsNoAges>("knows no ages");
    expectFoundOut<RefusesForNothing>("refuses for nothing");
    std::printf("%u rounds: %s\n", rounds, failures == 0 ? "PASS" : "FAIL");
    return failures == 0 ? 0 : 1;
}
