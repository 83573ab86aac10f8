// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/SampleSum.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

// A second that is longer than this was none: the machine slept, or the program was stopped.
constexpr auto longestSecond = 3s;

std::chrono::nanoseconds weighted(std::chrono::nanoseconds left, std::uint64_t leftWeight,
                                  std::chrono::nanoseconds right, std::uint64_t rightWeight)
{
    // A latency was measured, so there was something to measure, whatever the counters of that second say.
    const auto a = static_cast<double>(std::max<std::uint64_t>(leftWeight, 1));
    const auto b = static_cast<double>(std::max<std::uint64_t>(rightWeight, 1));
    const double mean =
        static_cast<double>(left.count()) * (a / (a + b)) + static_cast<double>(right.count()) * (b / (a + b));
    return std::chrono::nanoseconds(std::llround(mean));
}

std::optional<Percentiles> sumOf(const std::optional<Percentiles> &left, std::uint64_t leftWeight,
                                 const std::optional<Percentiles> &right, std::uint64_t rightWeight)
{
    if (!left || !right)
        return left ? left : right;
    return Percentiles{weighted(left->p50, leftWeight, right->p50, rightWeight), std::max(left->p95, right->p95),
                       std::max(left->p99, right->p99)};
}

} // namespace

Sample sumOf(const Sample &earlier, const Sample &later)
{
    Sample sum = later; // its number, its time, its entries
    sum.length += earlier.length;
    sum.gets += earlier.gets;
    sum.hits += earlier.hits;
    sum.staleServed += earlier.staleServed;
    for (std::size_t i = 0; i < statsMissReasonCount; ++i)
        sum.missesByReason[i] += earlier.missesByReason[i];
    sum.loads += earlier.loads;
    sum.loadFailures += earlier.loadFailures;
    sum.evictions += earlier.evictions;
    sum.hitLatency = sumOf(earlier.hitLatency, earlier.hits, later.hitLatency, later.hits);
    sum.loadLatency = sumOf(earlier.loadLatency, earlier.loads, later.loadLatency, later.loads);
    sum.databaseReachable = earlier.databaseReachable && later.databaseReachable;
    sum.startsRun = earlier.startsRun;
    sum.merged += earlier.merged;
    return sum;
}

SampleSummer::SampleSummer(std::uint32_t seconds)
    : m_seconds(seconds)
{
}

std::optional<Sample> SampleSummer::add(const Sample &sample)
{
    std::optional<Sample> ended;
    if (m_sum && !continues(sample))
        ended = end();
    m_sum = m_sum ? sumOf(*m_sum, sample) : sample;
    if (!ended && m_sum->merged >= m_seconds)
        ended = end();
    return ended;
}

std::optional<Sample> SampleSummer::end()
{
    return std::exchange(m_sum, std::nullopt);
}

bool SampleSummer::continues(const Sample &sample) const
{
    return sample.follows(*m_sum) && sample.length <= longestSecond * sample.merged;
}

} // namespace hearth
