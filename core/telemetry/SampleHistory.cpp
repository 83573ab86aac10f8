// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/SampleHistory.h"

#include "core/base/SeqPoint.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

// So that the sampler waits for a few microseconds at most while somebody copies the whole day.
constexpr std::size_t samplesPerLockHold = 256;

} // namespace

SampleHistory::SampleHistory(std::size_t capacity)
    : m_capacity(capacity)
{
}

Sample SampleHistory::append(Sample sample)
{
    MutexLock lock(m_mutex);
    sample.seq = m_nextSeq++;
    m_samples.push_back(sample);
    if (m_samples.size() > m_capacity)
        m_samples.pop_front();
    return sample;
}

std::vector<Sample> SampleHistory::samples(std::uint64_t since, std::size_t limit) const
{
    const auto [first, last] = rangeOf(since, limit);
    std::vector<Sample> found;
    found.reserve(static_cast<std::size_t>(last - first));
    for (std::uint64_t next = first; next < last;) {
        HEARTH_SEQ_POINT("SampleHistory.samples.betweenLockHolds");
        MutexLock lock(m_mutex);
        const std::uint64_t oldest = m_nextSeq - m_samples.size();
        next = std::max(next, oldest); // some were dropped meanwhile
        const std::uint64_t end = std::min<std::uint64_t>(last, next + samplesPerLockHold);
        for (; next < end; ++next)
            found.push_back(m_samples[static_cast<std::size_t>(next - oldest)]);
    }
    return found;
}

// The numbers of the samples that are asked for, from the first to before the last.
std::pair<std::uint64_t, std::uint64_t> SampleHistory::rangeOf(std::uint64_t since, std::size_t limit) const
{
    MutexLock lock(m_mutex);
    const std::uint64_t last = m_nextSeq - 1;
    const std::uint64_t newer = last > since ? last - since : 0;
    return {m_nextSeq - std::min<std::uint64_t>({m_samples.size(), limit, newer}), m_nextSeq};
}

} // namespace hearth
