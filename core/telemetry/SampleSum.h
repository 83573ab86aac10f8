// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/telemetry/Stats.h"

#include <cstdint>
#include <optional>

namespace hearth {

// Two samples as one, the later of which follows the earlier. Counts and lengths are added, entries are those at the
// end. Of latencies the median is the mean of both, weighted by how many hits (queries) each tells of, and the tail
// keeps the worse. The database counts as reachable only if it was all the time: an outage stays visible.
// Pure; in whatever portions many samples are added up, the sum is the same, but for the rounding of the medians.
Sample sumOf(const Sample &earlier, const Sample &later);

// Adds up samples, so many seconds to one, in the order in which they were recorded. Not synchronized.
// A sum ends early where the next sample does not follow, or is a pause of the recording itself (the machine slept):
// what was before the gap is told at its place.
class SampleSummer
{
public:
    explicit SampleSummer(std::uint32_t seconds);

    // Returns: the sum that is complete with this sample, or that had to end before it. The two never coincide.
    std::optional<Sample> add(const Sample &sample);
    // Ends the sum early. Returns: nullopt when there is none.
    std::optional<Sample> end();

private:
    bool continues(const Sample &sample) const;

    const std::uint32_t m_seconds;
    std::optional<Sample> m_sum;
};

} // namespace hearth
