// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/AuthFailures.h"

namespace hearth {

namespace {

constexpr std::chrono::nanoseconds minute = std::chrono::minutes(1);

} // namespace

AuthFailures::AuthFailures(const Clock &clock, std::size_t limitPerMinute, std::size_t mostAddresses)
    : m_clock(clock)
    , m_limit(limitPerMinute)
    , m_mostAddresses(mostAddresses)
{
}

std::chrono::seconds AuthFailures::failed(const PeerAddress &address)
{
    const MonotonicTime now = m_clock.now();
    MutexLock lock(m_mutex);
    if (!m_minutes.contains(address))
        makeRoomLocked(now);
    Minute &current = m_minutes[address];
    if (current.failures == 0 || now - current.beganAt >= minute)
        current = {now, 0};
    if (++current.failures <= m_limit)
        return std::chrono::seconds(0);
    return std::chrono::ceil<std::chrono::seconds>(minute - (now - current.beganAt));
}

std::size_t AuthFailures::size() const
{
    MutexLock lock(m_mutex);
    return m_minutes.size();
}

void AuthFailures::makeRoomLocked(MonotonicTime now)
{
    if (m_minutes.size() < m_mostAddresses)
        return;
    std::erase_if(m_minutes, [now](const auto &entry) { return now - entry.second.beganAt >= minute; });
    if (m_minutes.size() >= m_mostAddresses)
        m_minutes.erase(m_minutes.begin());
}

} // namespace hearth
