// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/LatencyHistogram.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace hearth {

namespace {

constexpr std::size_t subBuckets = std::size_t(1) << LatencyHistogram::subBucketBits;

// Values below 16 have a bucket each. Above, the bucket is the position of the highest bit (the row) and the
// subBucketBits bits after it (the column).
constexpr std::size_t bucketOf(std::uint64_t value)
{
    if (value < subBuckets)
        return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 1 - LatencyHistogram::subBucketBits;
    return ((shift + 1) << LatencyHistogram::subBucketBits) + (static_cast<std::size_t>(value >> shift) - subBuckets);
}

constexpr std::uint64_t middleOf(std::size_t bucket)
{
    const std::size_t row = bucket >> LatencyHistogram::subBucketBits;
    const std::uint64_t column = bucket & (subBuckets - 1);
    if (row == 0)
        return column;
    const std::size_t shift = row - 1;
    const std::uint64_t width = std::uint64_t(1) << shift;
    return ((subBuckets + column) << shift) + width / 2;
}

static_assert(bucketOf(0) == 0 && bucketOf(15) == 15 && bucketOf(16) == 16 && bucketOf(31) == 31 && bucketOf(32) == 32);
static_assert(bucketOf(33) == 32 && bucketOf(34) == 33);
static_assert(bucketOf(~std::uint64_t(0)) == LatencyHistogram::bucketCount - 1);

// Which one of the sorted values is asked for, from 1: the smallest that has at least this share at or below it.
std::uint64_t rankOf(double share, std::uint64_t total)
{
    const double exact = std::clamp(std::isnan(share) ? 0.0 : share, 0.0, 1.0) * static_cast<double>(total);
    // 0.07 * 100 is 7.000000000000001 in binary, and yet the 7th is meant.
    const double rank = std::ceil(std::nextafter(std::nextafter(exact, 0.0), 0.0));
    if (rank >= static_cast<double>(total))
        return total;
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(rank));
}

} // namespace

void LatencyHistogram::record(std::chrono::nanoseconds latency)
{
    const auto value = static_cast<std::uint64_t>(std::max<std::chrono::nanoseconds::rep>(0, latency.count()));
    m_counts[bucketOf(value)].fetch_add(1, std::memory_order_relaxed);
}

LatencyHistogram::Counts LatencyHistogram::counts() const
{
    Counts snapshot{};
    std::transform(m_counts.begin(), m_counts.end(), snapshot.begin(),
                   [](const std::atomic<std::uint64_t> &count) { return count.load(std::memory_order_relaxed); });
    return snapshot;
}

std::uint64_t LatencyHistogram::total(const Counts &counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t(0));
}

std::optional<std::chrono::nanoseconds> LatencyHistogram::percentile(const Counts &counts, double share)
{
    const std::uint64_t all = total(counts);
    if (all == 0)
        return std::nullopt;
    const std::uint64_t rank = rankOf(share, all);
    std::uint64_t below = 0;
    std::size_t bucket = 0;
    while (bucket + 1 < bucketCount && below + counts[bucket] < rank)
        below += counts[bucket++];

    constexpr auto longest = static_cast<std::uint64_t>(std::chrono::nanoseconds::max().count());
    return std::chrono::nanoseconds(static_cast<std::chrono::nanoseconds::rep>(std::min(middleOf(bucket), longest)));
}

std::optional<Percentiles> LatencyHistogram::percentiles(const Counts &counts)
{
    const auto p50 = percentile(counts, 0.50);
    const auto p95 = percentile(counts, 0.95);
    const auto p99 = percentile(counts, 0.99);
    if (!p50 || !p95 || !p99)
        return std::nullopt;
    return Percentiles{*p50, *p95, *p99};
}

LatencyHistogram::Counts LatencyHistogram::difference(const Counts &later, const Counts &earlier)
{
    Counts result{};
    std::transform(later.begin(), later.end(), earlier.begin(), result.begin(),
                   [](std::uint64_t l, std::uint64_t e) { return l > e ? l - e : 0; });
    return result;
}

} // namespace hearth
