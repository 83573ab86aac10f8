// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/EventLog.h"

#include "core/base/SeqPoint.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hearth {

namespace {

// So that whoever appends waits for a few microseconds at most while somebody searches all of the log.
constexpr std::uint64_t eventsPerLockHold = 256;

bool matches(const Event &event, const EventLog::Query &query)
{
    return (!query.kind || event.kind == *query.kind) && (query.user.empty() || concerns(event, query.user));
}

std::shared_ptr<const std::vector<std::string>> withoutUser(const std::vector<std::string> &users,
                                                            const std::string &user)
{
    auto others = std::make_shared<std::vector<std::string>>();
    others->reserve(users.size());
    std::remove_copy(users.begin(), users.end(), std::back_inserter(*others), user);
    return others;
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
    if (query.takesOldest)
        return oldestEvents(query);
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

// What is dropped meanwhile is passed over.
std::vector<Event> EventLog::oldestEvents(const Query &query) const
{
    std::vector<Event> found;
    const std::uint64_t last = lastSeq();
    std::uint64_t next = query.since; // the number before the one to look at
    while (next < last && found.size() < query.limit) {
        HEARTH_SEQ_POINT("EventLog::events between lock holds");
        MutexLock lock(m_mutex);
        const std::uint64_t oldest = m_nextSeq - m_events.size();
        next = std::max(next, oldest - 1);
        const std::uint64_t end = std::min(last, next + eventsPerLockHold);
        while (next < end && found.size() < query.limit) {
            const Event &event = m_events[static_cast<std::size_t>(++next - oldest)];
            if (matches(event, query))
                found.push_back(event);
        }
    }
    return found;
}

// The events that name this user, of the next few ones below the number, which is moved to those behind.
std::vector<EventLog::Naming> EventLog::naming(const std::string &user, std::uint64_t &next) const
{
    std::vector<Naming> found;
    MutexLock lock(m_mutex);
    const std::uint64_t oldest = m_nextSeq - m_events.size();
    const std::uint64_t floor = std::max(oldest - 1, next - std::min(next, eventsPerLockHold));
    for (; next > floor; --next) {
        const Event &event = m_events[static_cast<std::size_t>(next - oldest)];
        if (event.user == user)
            found.push_back({next, nullptr});
        else if (event.users && std::binary_search(event.users->begin(), event.users->end(), user))
            found.push_back({next, event.users});
    }
    if (next < oldest)
        next = 0;
    return found;
}

EventLog::Step EventLog::makeNameless(Naming &naming, const std::string &user, const Users &without)
{
    Users old; // freed after the lock
    MutexLock lock(m_mutex);
    const std::uint64_t oldest = m_nextSeq - m_events.size();
    if (naming.seq < oldest)
        return Step::Gone;
    Event &event = m_events[static_cast<std::size_t>(naming.seq - oldest)];
    if (event.users != naming.users) { // somebody else was erased meanwhile
        naming.users = event.users;
        return Step::Changed;
    }
    if (naming.users)
        old = std::exchange(event.users, without);
    else
        event.user.clear();
    if (event.detail.find(user) != std::string::npos)
        event.detail.clear();
    return Step::Done;
}

std::uint64_t EventLog::erase(const std::string &user)
{
    std::uint64_t erased = 0;
    std::uint64_t next = lastSeq();
    while (next > 0 && !user.empty()) {
        for (Naming &each : naming(user, next)) {
            Step step = Step::Changed;
            while (step == Step::Changed) {
                const Users without = each.users ? withoutUser(*each.users, user) : nullptr;
                HEARTH_SEQ_POINT("EventLog::erase between lock holds");
                step = makeNameless(each, user, without);
            }
            erased += step == Step::Done ? 1 : 0;
        }
    }
    return erased;
}

std::uint64_t EventLog::lastSeq() const
{
    MutexLock lock(m_mutex);
    return m_nextSeq - 1;
}

} // namespace hearth
