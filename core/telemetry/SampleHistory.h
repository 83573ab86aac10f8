// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/telemetry/Stats.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

namespace hearth {

// The recorded samples of the last 24 hours, oldest first. Thread-safe.
//
// Numbers ascend: by one from second to second, and each sum of several seconds has that of its last. What was recorded
// before the program was started may come late, from a disk: numbers below those of this run are kept free for it.
class SampleHistory
{
public:
    static constexpr std::size_t day = 24 * 3600;
    static constexpr std::uint64_t thirtyYears = 1'000'000'000;

    // With room for a past, so many numbers of it, the past is awaited until prepend().
    explicit SampleHistory(std::size_t capacity = day, std::uint64_t roomForPast = 0);

    // Gives the sample its number.
    Sample append(Sample sample);
    // What was recorded before the start, oldest first, also if that is nothing. It is numbered anew, with its
    // distances, up to the number before this run's first; what there is no room for is left out, the oldest first.
    void prepend(std::vector<Sample> past);
    // Runs it when the past is there: at once, or on the thread that brings it. Where none comes, it never runs.
    void whenComplete(std::function<void()> then);
    // Those with a greater number than since, at most limit of the newest. Copied in short lock holds; what is appended
    // meanwhile is not in the answer, what is dropped meanwhile may be missing at its beginning.
    std::vector<Sample> samples(std::uint64_t since, std::size_t limit) const;

private:
    std::pair<std::uint64_t, std::uint64_t> rangeOf(std::uint64_t since, std::size_t limit) const;
    std::vector<std::function<void()>> putBefore(std::deque<Sample> &past);

    const std::size_t m_capacity;
    const std::uint64_t m_firstSeq; // of this run
    mutable Mutex m_mutex;          // State below is protected by m_mutex.
    std::deque<Sample> m_samples HEARTH_GUARDED_BY(m_mutex);
    std::uint64_t m_nextSeq HEARTH_GUARDED_BY(m_mutex);
    // The place of a sample stays the same while others come and go before it and behind it.
    std::uint64_t m_firstPlace HEARTH_GUARDED_BY(m_mutex) = thirtyYears;
    bool m_awaitsPast HEARTH_GUARDED_BY(m_mutex);
    std::vector<std::function<void()>> m_waiting HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
