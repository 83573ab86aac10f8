// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/telemetry/DatabaseStatus.h"
#include "core/telemetry/EventLog.h"

namespace hearth {

// Tells in the event log what became of the database: reachable, unreachable, unusable, and when the circuit breaker
// opened and closed. Thread-safe. Ownership: borrows the event log.
class DatabaseJournal
{
public:
    explicit DatabaseJournal(EventLog &events)
        : m_events(events)
    {
    }

    // Each status, in order. What is no news is not told.
    void take(const DatabaseStatus &status);

private:
    EventLog &m_events;
    Mutex m_mutex; // State below is protected by m_mutex.
    DatabaseStatus m_last HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
