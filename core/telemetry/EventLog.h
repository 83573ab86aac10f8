// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/telemetry/Event.h"

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// What happened, the last 100,000 of it, numbered from 1 without holes. Thread-safe.
// The numbers give the order; the times of two events at the same moment may not, and the wall clock may jump.
// Ownership: borrows the clock.
class EventLog
{
public:
    explicit EventLog(const Clock &clock, std::size_t capacity = 100'000);

    // Gives the event its number, and the time of now where it has none. Returns: the number.
    std::uint64_t append(Event event);

    struct Query {
        std::uint64_t since = 0; // only events with a greater number
        std::optional<EventKind> kind;
        std::string user;          // empty: everybody's
        std::size_t limit = 1'000; // the newest ones of what matches, oldest first
        bool takesOldest = false;  // instead, the oldest ones behind since: for who walks through all of them
    };
    // Searches from the newest one backwards, in short lock holds, until it has enough: cheap where since is recent.
    // What is appended meanwhile is not in the answer.
    std::vector<Event> events(const Query &query) const;
    std::uint64_t lastSeq() const;

    // Makes what happened to this user nameless: the events stay, with their numbers, but say no longer whom they were
    // about; nor does a detail that holds the name. In short lock holds; what is appended meanwhile is not looked at.
    // Copies of events that were handed out before keep the name. Returns: of how many events.
    std::uint64_t erase(const std::string &user);

private:
    std::vector<Event> oldestEvents(const Query &query) const;
    using Users = std::shared_ptr<const std::vector<std::string>>;
    struct Naming {
        std::uint64_t seq;
        Users users; // null: it is about this user alone
    };
    std::vector<Naming> naming(const std::string &user, std::uint64_t &next) const;
    enum class Step { Done, Gone, Changed };
    Step makeNameless(Naming &naming, const std::string &user, const Users &without);

    const Clock &m_clock;
    const std::size_t m_capacity;
    mutable Mutex m_mutex;
    std::deque<Event> m_events HEARTH_GUARDED_BY(m_mutex);
    std::uint64_t m_nextSeq HEARTH_GUARDED_BY(m_mutex) = 1;
};

} // namespace hearth
