// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/RefusalLog.h"

#include <utility>

namespace hearth {

void RefusalLog::refused(const Route &route, const std::string &who)
{
    if (route.method == "GET")
        return;
    const MonotonicTime now = m_clock.now();
    Event event;
    {
        MutexLock lock(m_mutex);
        Caller &caller = m_callers[who];
        ++caller.untold;
        if (std::exchange(caller.isTold, true) && now < caller.quietUntil)
            return;
        caller.quietUntil = saturatedSum(now, interval);
        event.count = std::exchange(caller.untold, 0);
    }
    event.kind = EventKind::Refused;
    event.who = who;
    event.target = std::string(route.method) + " " + std::string(route.path);
    event.result = EventResult::Refused;
    event.detail = "the role may not";
    m_events.append(std::move(event));
}

} // namespace hearth
