// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/DatabaseJournal.h"

#include <utility>

namespace hearth {

void DatabaseJournal::take(const DatabaseStatus &status)
{
    DatabaseStatus before;
    {
        MutexLock lock(m_mutex);
        before = std::exchange(m_last, status);
    }
    const bool isOpen = status.circuit.state != CircuitState::Closed;
    const bool wasOpen = before.circuit.state != CircuitState::Closed;
    const bool isStateNews =
        status.state != DatabaseState::Connecting && (before.state != status.state || before.problem != status.problem);
    Event event;
    event.kind = EventKind::Database;
    if (isStateNews) {
        event.detail = "database " + toString(status.state);
        if (!status.problem.empty())
            event.detail += ": " + status.problem;
        m_events.append(event);
    }
    if (isOpen != wasOpen) {
        event.detail = isOpen ? "circuit breaker open: queries fail at once until the database answers"
                              : "circuit breaker closed: queries are sent again";
        m_events.append(std::move(event));
    }
}

} // namespace hearth
