// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/PostgresSession.h"
#include "core/storage/WakeUp.h"

#include <string>
#include <vector>

namespace hearth {

// A connection to PostgreSQL on which one thread listens to notifications. Unlike a QSqlDatabase it never blocks longer
// than told, but for the look-up of the host's name, and can be woken from elsewhere.
//
// Not synchronized: one thread; only the WakeUp is for others. Ownership: borrows the WakeUp.
class PostgresListener
{
public:
    using SteadyTime = PostgresSession::SteadyTime;

    explicit PostgresListener(const WakeUp &wakeUp)
        : m_session(wakeUp)
    {
    }

    // All of these return: Unavailable, in words; Cancelled, when woken; Timeout.
    Result<void> open(const DatabaseUrl &url, SteadyTime until) { return m_session.open(url, until); }
    // Returns: the first column of the first row as text, empty when there is none.
    Result<std::string> query(const char *sql, SteadyTime until);
    // Waits until something may have arrived, or until then: no error when nothing did.
    Result<void> waitForInput(SteadyTime until) { return m_session.waitForInput(until); }

    // The payloads of what has arrived.
    std::vector<std::string> takeNotifications();
    // The server's process as it introduced itself; a pooler gives a number of its own.
    int processId() const;
    void close() { m_session.close(); }

private:
    PostgresSession m_session;
};

} // namespace hearth
