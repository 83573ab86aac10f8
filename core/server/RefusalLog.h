// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/RouteTable.h"
#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/telemetry/EventLog.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace hearth {

// Puts into the audit who wanted to do what their role may not: once a minute for each caller, with how often it was
// since the last time, so that nobody floods the events by asking. Who only wanted to see something is not noted.
// Thread-safe. Borrows both. As many callers as there are tokens are remembered.
class RefusalLog
{
public:
    static constexpr std::chrono::seconds interval{60};

    RefusalLog(const Clock &clock, EventLog &events)
        : m_clock(clock)
        , m_events(events)
    {
    }

    void refused(const Route &route, const std::string &who);

private:
    struct Caller {
        MonotonicTime quietUntil{};
        std::uint64_t untold = 0;
        bool isTold = false;
    };

    const Clock &m_clock;
    EventLog &m_events;
    Mutex m_mutex;
    std::map<std::string, Caller> m_callers HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
