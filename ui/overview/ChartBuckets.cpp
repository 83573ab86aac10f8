// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/ChartBuckets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace hearth {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr double noData = std::numeric_limits<double>::quiet_NaN();

double nanoseconds(std::chrono::nanoseconds value)
{
    return static_cast<double>(value.count());
}

double meanOr(double sum, std::uint64_t count)
{
    return count > 0 ? sum / static_cast<double>(count) : noData;
}

} // namespace

// Of the gets that were answered: who still waits for the database is not yet a hit or a miss.
double ChartBucket::ratio(std::uint64_t part) const
{
    const std::uint64_t answered = std::accumulate(misses.begin(), misses.end(), hits);
    return answered > 0 ? static_cast<double>(part) / static_cast<double>(answered) : noData;
}

double ChartBucket::perSecond(std::uint64_t count) const
{
    return seconds > 0 ? static_cast<double>(count) / seconds : noData;
}

double ChartBucket::hitP50() const
{
    return meanOr(hitP50Sum, hitLatencies);
}

double ChartBucket::loadP50() const
{
    return meanOr(loadP50Sum, loadLatencies);
}

double ChartBucket::hitTail() const
{
    return hitLatencies > 0 ? hitP99 : noData;
}

double ChartBucket::loadTail() const
{
    return loadLatencies > 0 ? loadP99 : noData;
}

void ChartBuckets::rebuild(const SeriesBuffer &buffer, double after, double secondsPerBucket)
{
    m_step = secondsPerBucket;
    m_buckets.clear();
    for (std::size_t i = buffer.firstAfter(after); i < buffer.size(); ++i)
        add(buffer.at(i));
}

void ChartBuckets::add(const PlacedSample &placed)
{
    // A sample a second in slices of a second: one each, whatever the clock's tremble.
    const auto number = static_cast<std::int64_t>(std::floor(placed.position / m_step));
    if (m_buckets.empty() || m_buckets.back().number != number || m_step <= 1) {
        m_buckets.emplace_back();
        m_buckets.back().number = number;
    }
    ChartBucket &bucket = m_buckets.back();
    const Sample &sample = placed.sample;
    bucket.position = placed.position;
    bucket.seconds += Seconds(sample.length).count();
    bucket.secondsPerSample = std::max(bucket.secondsPerSample, static_cast<double>(sample.merged));
    bucket.active = static_cast<double>(sample.activeEntries);
    bucket.expired = static_cast<double>(sample.expiredEntries);
    bucket.gets += sample.gets;
    bucket.hits += sample.hits;
    for (std::size_t i = 0; i < statsMissReasonCount; ++i)
        bucket.misses[i] += sample.missesByReason[i];
    bucket.loads += sample.loads;
    bucket.loadFailures += sample.loadFailures;
    if (sample.hitLatency) {
        bucket.hitP50Sum += nanoseconds(sample.hitLatency->p50) * sample.merged;
        bucket.hitP99 = std::max(bucket.hitP99, nanoseconds(sample.hitLatency->p99));
        bucket.hitLatencies += sample.merged;
    }
    if (sample.loadLatency) {
        bucket.loadP50Sum += nanoseconds(sample.loadLatency->p50) * sample.merged;
        bucket.loadP99 = std::max(bucket.loadP99, nanoseconds(sample.loadLatency->p99));
        bucket.loadLatencies += sample.merged;
    }
}

std::size_t ChartBuckets::firstAfter(double position) const
{
    const auto found = std::upper_bound(m_buckets.begin(), m_buckets.end(), position,
                                        [](double value, const ChartBucket &b) { return value < b.position; });
    return static_cast<std::size_t>(found - m_buckets.begin());
}

void ChartBuckets::dropBefore(double position)
{
    m_buckets.erase(m_buckets.begin(), m_buckets.begin() + static_cast<std::ptrdiff_t>(firstAfter(position)));
}

} // namespace hearth
