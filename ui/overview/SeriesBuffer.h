// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/Stats.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

namespace hearth {

// A sample and where it lies on the time axis, in seconds from an arbitrary beginning. Positions ascend strictly: they
// follow the lengths of the samples, so that a jump of the wall clock neither folds nor tears the picture. Between two
// runs of the node lies what the wall clock says.
struct PlacedSample {
    double position = 0;
    Sample sample;
};

// The samples of one node, oldest first, each once: the last 24 hours and a little as seconds, more where the oldest
// are sums of many. Not synchronized.
class SeriesBuffer
{
public:
    explicit SeriesBuffer(std::size_t capacity = 24 * 3600 + 600);

    // One more, as it happens. Returns: false when it is there already.
    // A number far below the newest one means that the node counts anew: everything before it is forgotten.
    bool append(const Sample &sample);
    // The past, in any order; what is there already stays once.
    void merge(const std::vector<Sample> &samples);
    void clear();

    bool isEmpty() const { return m_samples.empty(); }
    std::size_t size() const { return m_samples.size(); }
    const PlacedSample &at(std::size_t index) const { return m_samples[index]; }
    const PlacedSample &newest() const { return m_samples.back(); }
    // Index of the first sample after this position; size() when there is none.
    std::size_t firstAfter(double position) const;
    // Where a moment of the wall clock lies, as seen from the newest sample.
    double positionOf(WallTime time) const;
    // The wall clock at a position, taken from the sample next to it.
    WallTime timeAt(double position) const;
    // Hits per get over the last so long. Returns: nullopt without gets.
    std::optional<double> hitRate(std::chrono::seconds window) const;

private:
    void place(std::size_t first);

    const std::size_t m_capacity;
    std::deque<PlacedSample> m_samples;
};

} // namespace hearth
