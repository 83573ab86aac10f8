// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/EventLog.h"

#include "core/base/SeqPoint.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

// So that whoever appends waits for a few microseconds at most while somebody searches all of the log.
constexpr std::uint64_t eventsPerLockHold = 256;

bool matches(const Event &event, const EventLog::Query &query)
{
    return (!query.kind || event.kind == *query.kind) && (query.user.empty() || concerns(event, query.user));
}

} // namespace

EventLog::EventLog(const Clock &clock, std::size_t capacity)
    : m_clock(clock)
    , m_capacity(capacity)
{
}

std::uint64_t EventLog::append(Event event)
{
    if (event.time == WallTime{})
        event.time = m_clock.wallNow();

    Event dropped; // freed after the lock
    MutexLock lock(m_mutex);
    event.seq = m_nextSeq++;
    m_events.push_back(std::move(event));
    if (m_events.size() > m_capacity) {
        dropped = std::move(m_events.front());
        m_events.pop_front();
    }
    return m_nextSeq - 1;
}

std::vector<Event> EventLog::events(const Query &query) const
{
    std::vector<Event> found;
    std::uint64_t next = lastSeq(); // the number to look at; downwards, what is appended meanwhile is not seen
    while (next > query.since && found.size() < query.limit) {
        HEARTH_SEQ_POINT("EventLog::events between lock holds");
        MutexLock lock(m_mutex);
        const std::uint64_t oldest = m_nextSeq - m_events.size();
        const std::uint64_t floor = std::max({query.since, oldest - 1, next - std::min(next, eventsPerLockHold)});
        if (next <= floor)
            break; // dropped meanwhile
        for (; next > floor && found.size() < query.limit; --next) {
            const Event &event = m_events[static_cast<std::size_t>(next - oldest)];
            if (matches(event, query))
                found.push_back(event);
        }
    }
    std::reverse(found.begin(), found.end());
    return found;
}

std::uint64_t EventLog::lastSeq() const
{
    MutexLock lock(m_mutex);
    return m_nextSeq - 1;
}

} // namespace hearth
