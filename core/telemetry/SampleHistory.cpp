// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/SampleHistory.h"

#include "core/base/SeqPoint.h"

#include <algorithm>
#include <iterator>

namespace hearth {

namespace {

// So that the sampler waits for a few microseconds at most while somebody copies the whole day.
constexpr std::size_t samplesPerLockHold = 256;

// The newest of the past as far as there is room for them, numbered up to the one before firstSeq.
std::deque<Sample> renumbered(std::vector<Sample> past, std::uint64_t firstSeq, std::size_t room)
{
    const std::uint64_t newest = past.empty() ? 0 : past.back().seq;
    auto first = past.end();
    while (first != past.begin() && room > 0 && newest - std::prev(first)->seq < firstSeq - 1) {
        --first;
        --room;
        first->seq = firstSeq - 1 - (newest - first->seq);
    }
    return {first, past.end()};
}

} // namespace

SampleHistory::SampleHistory(std::size_t capacity, std::uint64_t roomForPast)
    : m_capacity(capacity)
    , m_firstSeq(roomForPast + 1)
    , m_nextSeq(m_firstSeq)
    , m_awaitsPast(roomForPast > 0)
{
}

Sample SampleHistory::append(Sample sample)
{
    MutexLock lock(m_mutex);
    sample.seq = m_nextSeq++;
    m_samples.push_back(sample);
    if (m_samples.size() > m_capacity) {
        m_samples.pop_front();
        ++m_firstPlace;
    }
    return sample;
}

void SampleHistory::prepend(std::vector<Sample> past)
{
    std::deque<Sample> before = renumbered(std::move(past), m_firstSeq, m_capacity);
    for (const std::function<void()> &then : putBefore(before))
        then();
}

// Returns: who waited for it.
std::vector<std::function<void()>> SampleHistory::putBefore(std::deque<Sample> &past)
{
    MutexLock lock(m_mutex);
    const std::size_t room = m_capacity - m_samples.size();
    if (past.size() > room)
        past.erase(past.begin(), std::prev(past.end(), static_cast<std::ptrdiff_t>(room)));
    m_firstPlace -= past.size();
    // The few of this run go behind the many, not the many before the few: the sampler may be waiting.
    past.insert(past.end(), m_samples.begin(), m_samples.end());
    m_samples.swap(past);
    m_awaitsPast = false;
    return std::exchange(m_waiting, {});
}

void SampleHistory::whenComplete(std::function<void()> then)
{
    {
        MutexLock lock(m_mutex);
        if (m_awaitsPast) {
            m_waiting.push_back(std::move(then));
            return;
        }
    }
    then();
}

std::vector<Sample> SampleHistory::samples(std::uint64_t since, std::size_t limit) const
{
    const auto [first, last] = rangeOf(since, limit);
    std::vector<Sample> found;
    found.reserve(static_cast<std::size_t>(last - first));
    for (std::uint64_t next = first; next < last;) {
        HEARTH_SEQ_POINT("SampleHistory.samples.betweenLockHolds");
        MutexLock lock(m_mutex);
        next = std::max(next, m_firstPlace); // some were dropped meanwhile
        const std::uint64_t end = std::min<std::uint64_t>(last, next + samplesPerLockHold);
        for (; next < end; ++next)
            found.push_back(m_samples[static_cast<std::size_t>(next - m_firstPlace)]);
    }
    return found;
}

// The places of the samples that are asked for, from the first to before the last.
std::pair<std::uint64_t, std::uint64_t> SampleHistory::rangeOf(std::uint64_t since, std::size_t limit) const
{
    MutexLock lock(m_mutex);
    const auto newer = std::upper_bound(m_samples.begin(), m_samples.end(), since,
                                        [](std::uint64_t seq, const Sample &sample) { return seq < sample.seq; });
    const auto count = static_cast<std::size_t>(std::distance(newer, m_samples.end()));
    const std::uint64_t last = m_firstPlace + m_samples.size();
    return {last - std::min(count, limit), last};
}

} // namespace hearth
