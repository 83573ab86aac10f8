// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/Allocations.h"
#include "tests/bench/Designs.h"
#include "tests/bench/Machine.h"
#include "tests/bench/Workload.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// What is measured of each design. Every measure works on the same filled designs, which a Stand holds.
namespace hearth::bench {

// The filled designs. Above some millions of entries only one of them at a time fits into memory.
// Thread-safe, as long as nobody uses one design while another is asked for and `keepsAll` is false.
class Stand
{
public:
    explicit Stand(std::size_t entries)
        : m_entries(entries)
    {
    }

    std::size_t entries() const { return m_entries; }
    bool keepsAll() const { return m_entries <= 2'000'000; }
    BenchClock &clock() { return m_clock; }
    // How many entries a cleanup finds expired, and which.
    std::size_t expiring() const { return std::max<std::size_t>(std::min<std::size_t>(100'000, m_entries / 10), 1); }
    bool isExpiring(std::uint32_t index) const
    {
        const std::size_t step = m_entries / expiring();
        return index % step == 0 && index / step < expiring();
    }

    // Whoever comes first fills, the others wait.
    template <class Design>
    Design &get()
    {
        static std::unique_ptr<Design> standing;
        const std::lock_guard lock(m_mutex);
        if (!standing) {
            if (!keepsAll())
                clearLocked();
            standing = filled<Design>(m_clock, m_entries);
            m_releases.emplace_back([] { standing.reset(); });
        }
        return *standing;
    }

private:
    void clearLocked()
    {
        for (const auto &release : m_releases)
            release();
        m_releases.clear();
    }

    const std::size_t m_entries;
    BenchClock m_clock;
    std::mutex m_mutex; // State below is protected by m_mutex.
    std::vector<std::function<void()>> m_releases;
};

// Goes along the accesses of one thread, again and again. Not synchronized.
class Walk
{
public:
    Walk(const Stand &stand, Distribution distribution, unsigned thread)
        : m_accesses(sequence(distribution, stand.entries(), thread))
    {
    }
    const Access &next() { return m_accesses[m_at++ & (sequenceLength - 1)]; }

private:
    const std::vector<Access> &m_accesses;
    std::size_t m_at = 0;
};

template <class Design>
int access(Design &design, const Access &one, bool mayWrite)
{
    const Key key(one.index);
    if (!mayWrite || !one.writes)
        return design.read(key.text());
    design.put(key.text(), makePayload<typename Design::Payload>(one.index), longTtl);
    return 0;
}

// Calls until so much time is over. Returns: how often.
template <class Call>
std::int64_t callFor(double seconds, const Call &call)
{
    constexpr int atOnce = 128;
    const std::uint64_t end = ticks() + static_cast<std::uint64_t>(seconds * 1e9 / nanosecondsPerTick());
    std::int64_t done = 0;
    do {
        for (int at = 0; at < atOnce; ++at)
            call();
        done += atOnce;
    } while (ticks() < end);
    return done;
}

// Another design had the CPU's caches before.
template <class Design>
void warmUp(Design &design, Walk &walk)
{
    for (int at = 0; at < 20'000; ++at)
        benchmark::DoNotOptimize(access(design, walk.next(), false));
}

template <class Design>
void measureThroughput(benchmark::State &state, Stand &stand, Distribution distribution, bool writes, double seconds)
{
    Design &design = stand.get<Design>();
    Walk walk(stand, distribution, static_cast<unsigned>(state.thread_index()));
    // The first call starts the others from one that is not pinned yet, so all see the same CPUs.
    const auto pinned =
        state.threads() > 1 ? std::make_unique<Pinned>(static_cast<unsigned>(state.thread_index())) : nullptr;
    warmUp(design, walk);
    std::int64_t misses = 0;
    std::int64_t done = 0;
    for (auto _ : state)
        done = callFor(seconds, [&] { misses += access(design, walk.next(), writes) == miss ? 1 : 0; });
    state.SetItemsProcessed(done);
    // All, or the comparison is none.
    const double hitShare = static_cast<double>(done - misses) / static_cast<double>(done);
    state.counters["hit_share"] = benchmark::Counter(hitShare, benchmark::Counter::kAvgThreads);
}

// What a hit allocates: all of them together, of some thousand keys.
template <class Design>
void measureAllocations(benchmark::State &state, Stand &stand)
{
    Design &design = stand.get<Design>();
    Walk walk(stand, Distribution::Uniform, 0);
    warmUp(design, walk);
    std::uint64_t allocations = 0;
    for (auto _ : state) {
        const Key key(walk.next().index);
        const std::uint64_t before = allocationsSoFar();
        benchmark::DoNotOptimize(design.read(key.text()));
        allocations += allocationsSoFar() - before;
    }
    state.counters["allocations_per_hit"] =
        static_cast<double>(allocations) / static_cast<double>(state.max_iterations);
}

// Gets of so many keys at once; one is a get as everybody does it.
template <class Design>
void measureBatch(benchmark::State &state, Stand &stand, Distribution distribution, std::size_t batch, double seconds)
{
    constexpr std::size_t most = 32;
    Design &design = stand.get<Design>();
    Walk walk(stand, distribution, 0);
    warmUp(design, walk);
    std::array<Key, most> keys;
    std::array<std::string_view, most> texts;
    std::size_t hits = 0;
    int sum = 0;
    std::int64_t done = 0;
    for (auto _ : state) {
        done = callFor(seconds, [&] {
            for (std::size_t at = 0; at < batch; ++at) {
                keys[at] = Key(walk.next().index);
                texts[at] = keys[at].text();
            }
            if (batch == 1)
                hits += design.read(texts[0]) == miss ? 0 : 1;
            else
                hits += design.readMany({texts.data(), batch}, sum);
        });
    }
    benchmark::DoNotOptimize(sum);
    const auto gets = done * static_cast<std::int64_t>(batch);
    state.SetItemsProcessed(gets);
    state.counters["hit_share"] = static_cast<double>(hits) / static_cast<double>(gets);
}

inline void setPercentiles(benchmark::State &state, Durations &durations)
{
    durations.sort();
    state.counters["p50_ns"] = durations.percentile(0.5);
    state.counters["p99_ns"] = durations.percentile(0.99);
    state.counters["p999_ns"] = durations.percentile(0.999);
    state.counters["max_us"] = durations.percentile(1) / 1000;
}

// A thread that does the 95/5 mix until it is destroyed; the constructor waits until it is at work.
template <class Design>
class Neighbour
{
public:
    Neighbour(Stand &stand, Design &design, Distribution distribution)
        : m_thread([this, &stand, &design, distribution] {
            const Pinned pinned(1);
            Walk walk(stand, distribution, 1);
            while (!m_stop.load(std::memory_order_relaxed)) {
                benchmark::DoNotOptimize(access(design, walk.next(), true));
                m_done.store(m_done.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
            }
        })
    {
        while (m_done.load(std::memory_order_relaxed) < 1000)
            std::this_thread::yield();
    }
    ~Neighbour()
    {
        m_stop = true;
        m_thread.join();
    }
    std::uint64_t done() const { return m_done.load(std::memory_order_relaxed); }
    Neighbour(const Neighbour &) = delete;
    Neighbour &operator=(const Neighbour &) = delete;

private:
    std::atomic<bool> m_stop = false;
    std::atomic<std::uint64_t> m_done = 0;
    std::thread m_thread; // after what it uses
};

// Each get is timed by itself. Building the key is not in it; the time stamps are (floor/timer tells how much).
template <class Design>
std::uint64_t timedRead(Design &design, std::uint32_t index)
{
    const Key key(index);
    const std::uint64_t start = ticks();
    benchmark::DoNotOptimize(design.read(key.text()));
    return ticks() - start;
}

// The machine's own: one access that waits for the one before, timed as a hit is.
inline void measureTimedMiss(benchmark::State &state, const ChaseGround &ground)
{
    constexpr int unmeasured = 20'000;
    Durations durations(static_cast<std::size_t>(state.max_iterations));
    std::uint32_t line = 0;
    for (int at = 0; at < unmeasured; ++at)
        line = ground.next(line);
    for (auto _ : state) {
        const std::uint64_t start = ticks();
        benchmark::DoNotOptimize(line = ground.next(line));
        durations.add(ticks() - start);
    }
    setPercentiles(state, durations);
}

template <class Design>
void measureLatency(benchmark::State &state, Stand &stand, Distribution distribution, bool besideWriter)
{
    Design &design = stand.get<Design>();
    Walk walk(stand, distribution, 0);
    sequence(distribution, stand.entries(), 1); // the neighbour's; made before anything is timed
    warmUp(design, walk);
    Durations durations(static_cast<std::size_t>(state.max_iterations));
    {
        const auto neighbour =
            besideWriter ? std::make_unique<Neighbour<Design>>(stand, design, distribution) : nullptr;
        const auto pinned = besideWriter ? std::make_unique<Pinned>(0) : nullptr; // after the neighbour began elsewhere
        std::uint64_t moves = 1;
        std::uint64_t seen = 0;
        for (auto _ : state) {
            durations.add(timedRead(design, walk.next().index));
            const std::uint64_t done = neighbour ? neighbour->done() : 0;
            moves += done != seen ? 1 : 0;
            seen = done;
        }
        // Whether the two really ran at once, or took turns: near 1 when each had a CPU and no lock held it up.
        if (neighbour)
            state.counters["beside_share"] = static_cast<double>(moves) / static_cast<double>(state.max_iterations + 1);
    }
    setPercentiles(state, durations);
}

template <class Design>
void putExpiring(Stand &stand, Design &design, std::chrono::nanoseconds ttl)
{
    for (const std::uint32_t index : fillOrder(stand.entries())) {
        if (stand.isExpiring(index))
            putOrExit(design, index, KeyLength::Twelve, ttl);
    }
}

struct DisturbedRun {
    std::uint64_t result = 0; // of what was done
    double milliseconds = 0;
    double longestStall = 0; // of the reader, in milliseconds
};

// One thread reads what does not expire, without a pause, while this one does the deed. Every read that overlaps it is
// added to `reads`.
template <class Design, class Deed>
DisturbedRun doBesideReader(Stand &stand, Design &design, Durations &reads, const Deed &deed)
{
    std::atomic<bool> isOn = false;
    std::atomic<bool> stop = false;
    std::atomic<std::uint64_t> warmUps = 0;
    Durations overlapping(1'000'000);
    std::thread reader([&] {
        const Pinned pinned(1);
        Walk walk(stand, Distribution::Uniform, 0);
        while (!stop.load()) {
            const std::uint32_t index = walk.next().index;
            if (stand.isExpiring(index))
                continue;
            const std::uint64_t elapsed = timedRead(design, index);
            if (isOn.load())
                overlapping.add(elapsed);
            else
                ++warmUps;
        }
    });
    while (warmUps.load() < 10'000)
        std::this_thread::yield();
    const Pinned pinned(0); // after the reader began elsewhere

    DisturbedRun run;
    isOn = true;
    const std::uint64_t start = ticks();
    run.result = deed();
    run.milliseconds = static_cast<double>(ticks() - start) * nanosecondsPerTick() / 1e6;
    stop = true; // the read that is under way is still added
    reader.join();
    overlapping.sort();
    run.longestStall = overlapping.percentile(1) / 1e6;
    reads.add(overlapping);
    return run;
}

// Five rounds; the best one tells what the design does, the worst one also what else the machine did.
template <class Design>
void measureCleanup(benchmark::State &state, Stand &stand)
{
    Design &design = stand.get<Design>();
    constexpr int rounds = 5;
    Durations reads(0);
    DisturbedRun best{0, std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
    double worstStall = 0;
    for (auto _ : state) {
        for (int round = 0; round < rounds; ++round) {
            putExpiring(stand, design, shortTtl);
            stand.clock().advance(2 * shortTtl);
            const DisturbedRun run = doBesideReader(stand, design, reads, [&] { return design.removeExpired(); });
            if (run.result != stand.expiring())
                state.SkipWithError(("the cleanup removed " + std::to_string(run.result)).c_str());
            best.milliseconds = std::min(best.milliseconds, run.milliseconds);
            best.longestStall = std::min(best.longestStall, run.longestStall);
            worstStall = std::max(worstStall, run.longestStall);
        }
    }
    putExpiring(stand, design, longTtl);
    state.counters["cleanup_best_ms"] = best.milliseconds;
    state.counters["stall_best_ms"] = best.longestStall;
    state.counters["stall_worst_ms"] = worstStall;
    setPercentiles(state, reads);
}

// All entries copied out, first with nothing else to do, then beside a reader.
template <class Design>
void measureSnapshot(benchmark::State &state, Stand &stand)
{
    Design &design = stand.get<Design>();
    Durations reads(0);
    const auto walk = [&] { return static_cast<std::uint64_t>(design.snapshot(stand.entries())); };
    for (auto _ : state) {
        const std::uint64_t start = ticks();
        const std::uint64_t seen = walk();
        state.counters["snapshot_ms"] = static_cast<double>(ticks() - start) * nanosecondsPerTick() / 1e6;
        if (seen != stand.entries())
            state.SkipWithError(("the snapshot saw " + std::to_string(seen)).c_str());
        const DisturbedRun run = doBesideReader(stand, design, reads, walk);
        state.counters["beside_ms"] = run.milliseconds;
        state.counters["stall_ms"] = run.longestStall;
    }
    setPercentiles(state, reads);
}

// The counters and the number of entries, as a sampler asks for them once a second.
template <class Design>
void measureStats(benchmark::State &state, Stand &stand)
{
    Design &design = stand.get<Design>();
    Durations durations(static_cast<std::size_t>(state.max_iterations));
    for (auto _ : state) {
        const std::uint64_t start = ticks();
        benchmark::DoNotOptimize(design.stats());
        durations.add(ticks() - start);
    }
    setPercentiles(state, durations);
}

} // namespace hearth::bench
