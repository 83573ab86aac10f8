// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/Designs.h"
#include "tests/bench/Machine.h"
#include "tests/bench/Workload.h"

#include <algorithm>
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
    design.put(key.text(), makeProfile(one.index), longTtl);
    return 0;
}

template <class Design>
void measureThroughput(benchmark::State &state, Stand &stand, Distribution distribution, bool writes)
{
    Design &design = stand.get<Design>();
    Walk walk(stand, distribution, static_cast<unsigned>(state.thread_index()));
    // The first call starts the others from one that is not pinned yet, so all see the same CPUs.
    const auto pinned =
        state.threads() > 1 ? std::make_unique<Pinned>(static_cast<unsigned>(state.thread_index())) : nullptr;
    std::int64_t misses = 0;
    for (auto _ : state)
        misses += access(design, walk.next(), writes) == miss ? 1 : 0;
    state.SetItemsProcessed(state.iterations());
    // All, or the comparison is none. (Of zeros Google Benchmark would make NaN, which is no JSON.)
    const auto hits = static_cast<double>(state.iterations() - misses);
    state.counters["hit_share"] =
        benchmark::Counter(hits / static_cast<double>(state.iterations()), benchmark::Counter::kAvgThreads);
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

template <class Design>
void measureLatency(benchmark::State &state, Stand &stand, Distribution distribution, bool besideWriter)
{
    Design &design = stand.get<Design>();
    Walk walk(stand, distribution, 0);
    sequence(distribution, stand.entries(), 1); // the neighbour's; made before anything is timed
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
            design.put(Key(index).text(), makeProfile(index), ttl);
    }
}

struct CleanupRun {
    std::uint64_t removed = 0;
    double milliseconds = 0;
    double longestStall = 0; // of the reader, in milliseconds
};

// One thread reads what does not expire, without a pause, while this one cleans up. Every read that overlaps the
// cleanup is added to `reads`.
template <class Design>
CleanupRun cleanUpBesideReader(Stand &stand, Design &design, Durations &reads)
{
    std::atomic<bool> cleans = false;
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
            if (cleans.load())
                overlapping.add(elapsed);
            else
                ++warmUps;
        }
    });
    while (warmUps.load() < 10'000)
        std::this_thread::yield();
    const Pinned pinned(0); // after the reader began elsewhere

    CleanupRun run;
    cleans = true;
    const std::uint64_t start = ticks();
    run.removed = design.removeExpired();
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
    CleanupRun best{0, std::numeric_limits<double>::max(), std::numeric_limits<double>::max()};
    double worstStall = 0;
    for (auto _ : state) {
        for (int round = 0; round < rounds; ++round) {
            putExpiring(stand, design, shortTtl);
            stand.clock().advance(2 * shortTtl);
            const CleanupRun run = cleanUpBesideReader(stand, design, reads);
            if (run.removed != stand.expiring())
                state.SkipWithError(("the cleanup removed " + std::to_string(run.removed)).c_str());
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

} // namespace hearth::bench
