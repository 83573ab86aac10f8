// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/Designs.h"
#include "tests/bench/Machine.h"
#include "tests/bench/Workload.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

// What is measured of a design while it is filled: each in a process of its own, which ends with the design in it.
namespace hearth::bench {

// One such process. The figures are what its work returns, by their names.
struct Filling {
    std::string name;
    std::vector<std::string> figures;
    Work work;
};

// How many bytes became resident since it was made.
class Growth
{
public:
    std::size_t bytes() const
    {
        const std::size_t now = residentBytes();
        return now > m_before ? now - m_before : 0;
    }

private:
    std::size_t m_before = residentBytes();
};

// The cache itself, with its index, the keys and the profiles.
template <class Design>
std::vector<double> bytesPerEntry(std::size_t entries, std::size_t bound, KeyLength length)
{
    fillOrder(entries); // not counted
    const BenchClock clock;
    const Growth growth;
    auto *design = new Design(clock, bound); // kept until the process ends, which is at once
    for (const std::uint32_t index : fillOrder(entries))
        putOrExit(*design, index, length, longTtl);
    return {static_cast<double>(growth.bytes()) / static_cast<double>(entries)};
}

inline std::vector<double> bytesPerProfile(std::size_t entries)
{
    const Growth growth;
    auto *profiles = new std::vector<ProfilePtr>; // kept, as above
    profiles->reserve(entries);
    for (const std::uint32_t index : fillOrder(entries))
        profiles->push_back(makeProfile(index));
    benchmark::DoNotOptimize(profiles->data());
    // The list that holds them is none of them.
    return {static_cast<double>(growth.bytes()) / static_cast<double>(entries) - sizeof(ProfilePtr)};
}

// So many of ten entries expire, scattered, and one cleanup takes them.
// Returns: bytes an entry before, bytes an entry after, the share of what the expired ones took that went back.
template <class Design>
std::vector<double> bytesGivenBack(std::size_t entries, std::uint32_t ofTen)
{
    BenchClock clock;
    const Growth growth;
    auto *design = new Design(clock, entries);
    for (const std::uint32_t index : fillOrder(entries))
        putOrExit(*design, index, KeyLength::Twelve, index % 10 < ofTen ? shortTtl : longTtl);
    const auto full = static_cast<double>(growth.bytes());
    clock.advance(2 * shortTtl);
    design->removeExpired();
    const auto left = static_cast<double>(growth.bytes());
    const auto count = static_cast<double>(entries);
    return {full / count, left / count, (full - left) / (full * ofTen / 10)};
}

inline constexpr std::size_t fillParts = 64;

// Returns: milliseconds of construction, then of the puts the median and the 99.99th percentile in microseconds and the
// longest in milliseconds; then the longest of each part of the fill.
template <class Design>
std::vector<double> putTimes(std::size_t entries)
{
    const BenchClock clock;
    Durations puts(entries);
    std::vector<std::uint64_t> longest(fillParts);
    const Pinned pinned(0);
    const std::uint64_t begun = ticks();
    auto *design = new Design(clock, entries);
    const double constructed = static_cast<double>(ticks() - begun) * nanosecondsPerTick() / 1e6;
    std::size_t at = 0;
    for (const std::uint32_t index : fillOrder(entries)) {
        const Key key(index);
        auto payload = makePayload<typename Design::Payload>(index);
        const std::uint64_t start = ticks();
        benchmark::DoNotOptimize(design->put(key.text(), std::move(payload), longTtl));
        const std::uint64_t elapsed = ticks() - start;
        puts.add(elapsed);
        std::uint64_t &longestOfPart = longest[at++ * fillParts / entries];
        longestOfPart = std::max(longestOfPart, elapsed);
    }
    puts.sort();
    std::vector<double> times{constructed, puts.percentile(0.5) / 1e3, puts.percentile(0.9999) / 1e3,
                              puts.percentile(1) / 1e6};
    for (const std::uint64_t elapsed : longest)
        times.push_back(static_cast<double>(elapsed) * nanosecondsPerTick() / 1e6);
    return times;
}

// The longest put without what the machine alone stalled now and then: every fill does the same, so of each part of it
// the best of the fills counts, and of the parts the worst.
inline double longestPut(const std::vector<std::vector<double>> &fills)
{
    double longest = 0;
    for (std::size_t part = 0; part < fillParts; ++part) {
        double best = std::numeric_limits<double>::max();
        for (const std::vector<double> &times : fills)
            best = std::min(best, times[times.size() - fillParts + part]);
        longest = std::max(longest, best);
    }
    return longest;
}

// Figures that were measured already, as a benchmark, so that they stand among the others.
inline void addFigures(const std::string &name, const std::vector<std::string> &figures,
                       const std::vector<double> &values)
{
    benchmark::RegisterBenchmark(name.c_str(), [figures, values](benchmark::State &state) {
        for (auto _ : state) {}
        for (std::size_t at = 0; at < figures.size(); ++at)
            state.counters[figures[at]] = values[at];
    })->Iterations(1);
}

} // namespace hearth::bench
