// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/telemetry/Stats.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace hearth {

// The recorded samples of the last 24 hours, oldest first. Thread-safe.
class SampleHistory
{
public:
    explicit SampleHistory(std::size_t capacity = 24 * 3600);

    // Gives the sample its number.
    Sample append(Sample sample);
    // Those with a greater number than since, at most limit of the newest. Copied in short lock holds; what is appended
    // meanwhile is not in the answer, what is dropped meanwhile may be missing at its beginning.
    std::vector<Sample> samples(std::uint64_t since, std::size_t limit) const;

private:
    std::pair<std::uint64_t, std::uint64_t> rangeOf(std::uint64_t since, std::size_t limit) const;

    const std::size_t m_capacity;
    mutable Mutex m_mutex;
    std::deque<Sample> m_samples HEARTH_GUARDED_BY(m_mutex);
    std::uint64_t m_nextSeq HEARTH_GUARDED_BY(m_mutex) = 1;
};

} // namespace hearth
