// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/SampleHistory.h"

#include <algorithm>
#include <iterator>

namespace hearth {

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
    MutexLock lock(m_mutex);
    const std::uint64_t last = m_nextSeq - 1;
    const std::uint64_t newer = last > since ? last - since : 0;
    const std::size_t count = std::min({m_samples.size(), limit, static_cast<std::size_t>(newer)});
    return {m_samples.end() - static_cast<std::ptrdiff_t>(count), m_samples.end()};
}

} // namespace hearth
