// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace hearth {

// Latencies at three points of their distribution; nullopt where nothing was recorded.
struct Percentiles {
    std::chrono::nanoseconds p50{};
    std::chrono::nanoseconds p95{};
    std::chrono::nanoseconds p99{};

    friend bool operator==(const Percentiles &, const Percentiles &) = default;
};

// How often each latency occurred, in buckets that grow with the value: 16 a power of two, so that a percentile is
// within 6.25 % of the truth from 1 ns to hours, in a fixed 8 KiB. After HdrHistogram (G. Tene).
//
// Thread-safe: record() is one relaxed increment, from any thread. A snapshot taken meanwhile may miss the newest.
class LatencyHistogram
{
public:
    static constexpr int subBucketBits = 4;
    static constexpr std::size_t bucketCount = (64 - subBucketBits + 1) << subBucketBits;
    using Counts = std::array<std::uint64_t, bucketCount>;

    // A negative latency counts as 0.
    void record(std::chrono::nanoseconds latency);
    // Everything recorded since construction; subtract an earlier snapshot to get an interval.
    Counts counts() const;

    static std::uint64_t total(const Counts &counts);
    // The smallest recorded latency that at least this share (0-1) of them do not exceed, as the middle of its bucket:
    // exact below 32 ns, above that at most 3.2 % off either way. Returns: nullopt when there are none.
    static std::optional<std::chrono::nanoseconds> percentile(const Counts &counts, double share);
    static std::optional<Percentiles> percentiles(const Counts &counts);
    // What was recorded between two snapshots; never below 0.
    static Counts difference(const Counts &later, const Counts &earlier);

private:
    std::array<std::atomic<std::uint64_t>, bucketCount> m_counts{};
};

} // namespace hearth
