// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <sched.h>
#include <vector>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

// What is measured with, and what the machine itself cannot do faster.
namespace hearth::bench {

// A time stamp that waits until what came before is done.
inline std::uint64_t ticks()
{
#if defined(__x86_64__)
    _mm_lfence();
    const std::uint64_t now = __rdtsc();
    _mm_lfence();
    return now;
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}
double nanosecondsPerTick(); // measured once. Thread-safe

// Every single time, so that percentiles are exact. Not synchronized.
class Durations
{
public:
    explicit Durations(std::size_t expected) { m_ticks.reserve(expected); }

    void add(std::uint64_t elapsedTicks) { m_ticks.push_back(elapsedTicks); }
    void add(const Durations &others) { m_ticks.insert(m_ticks.end(), others.m_ticks.begin(), others.m_ticks.end()); }
    void sort();
    // In nanoseconds, of sorted ones; zero when there are none. share: 0.5 is the median, 1 the longest.
    double percentile(double share) const;

private:
    std::vector<std::uint64_t> m_ticks;
};

// Anonymous memory on huge pages, as far as the kernel gives them. Holds one closed walk through all its cache lines in
// random order (Sattolo's shuffle, fixed seed), so that each step waits for the one before. Not synchronized.
class ChaseGround
{
public:
    explicit ChaseGround(std::size_t bytes);
    ~ChaseGround();
    ChaseGround(const ChaseGround &) = delete;
    ChaseGround &operator=(const ChaseGround &) = delete;

    std::size_t lines() const { return m_count; }
    std::uint32_t next(std::uint32_t line) const { return m_lines[line].next; }
    double hugePageShare() const; // 0-1, asked of the kernel; -1 when it does not say

private:
    struct alignas(64) Line {
        std::uint32_t next;
    };

    std::size_t m_count;
    std::size_t m_mappedBytes;
    void *m_mapped;
    Line *m_lines;
};

// Keeps the calling thread on one CPU while it lives: what is to run at once must not take turns on one CPU because
// other work has the other. Counts the CPUs that the process may use, and begins again after the last. Not
// synchronized.
class Pinned
{
public:
    explicit Pinned(unsigned number);
    ~Pinned();
    Pinned(const Pinned &) = delete;
    Pinned &operator=(const Pinned &) = delete;

private:
    cpu_set_t m_before;
};

std::size_t residentBytes(); // of this process. Returns: 0 when the kernel does not say

// Does each work in a process of its own, a few at a time, so that none finds memory that another one left behind. A
// process ends without destroying what its work made. Returns: what they returned, some hundred figures at most each.
using Work = std::function<std::vector<double>()>;
std::vector<std::vector<double>> inProcesses(const std::vector<Work> &works, std::size_t atOnce);

} // namespace hearth::bench
