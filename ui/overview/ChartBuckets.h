// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/overview/SeriesBuffer.h"

#include <array>
#include <cstdint>
#include <vector>

namespace hearth {

// What happened in one slice of time; for a slice of one second it is the sample itself. Sums, so that rates and
// ratios of a long slice are those of all its gets, not the mean of means; of latencies the tail keeps its worst.
struct ChartBucket {
    std::int64_t number = 0;     // slice of the time axis
    double position = 0;         // of its last sample
    double seconds = 0;          // recorded
    double secondsPerSample = 1; // of the most merged one
    double active = 0;           // at its end
    double expired = 0;
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    std::array<std::uint64_t, statsMissReasonCount> misses{};
    std::uint64_t loads = 0;
    std::uint64_t loadFailures = 0;
    double hitP50Sum = 0, loadP50Sum = 0;              // of the seconds whose samples have one
    std::uint64_t hitLatencies = 0, loadLatencies = 0; // how many these are
    double hitP99 = 0, loadP99 = 0;                    // the worst

    double ratio(std::uint64_t part) const; // of the gets that were answered; NaN without any
    double perSecond(std::uint64_t count) const;
    double hitP50() const; // ns; NaN where nothing was recorded
    double loadP50() const;
    double hitTail() const;
    double loadTail() const;
};

// Samples in slices of equal length, aligned to the time axis, so that points do not move while the picture slides.
// Follows a SeriesBuffer at the cost of the new sample only. Not synchronized.
class ChartBuckets
{
public:
    // Begins anew with what the buffer holds after that position.
    void rebuild(const SeriesBuffer &buffer, double after, double secondsPerBucket);
    void add(const PlacedSample &placed);

    const std::vector<ChartBucket> &buckets() const { return m_buckets; }
    double secondsPerBucket() const { return m_step; }
    // Index of the first bucket that ends after this position.
    std::size_t firstAfter(double position) const;
    void dropBefore(double position);

private:
    double m_step = 1;
    std::vector<ChartBucket> m_buckets;
};

} // namespace hearth
