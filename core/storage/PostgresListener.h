// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/storage/DatabaseUrl.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn; // libpq's PGconn

namespace hearth {

// Something that a waiting thread can be woken with. Thread-safe.
class WakeUp
{
public:
    WakeUp();
    ~WakeUp();
    WakeUp(const WakeUp &) = delete;
    WakeUp &operator=(const WakeUp &) = delete;

    void wake();
    // Sleeps until woken or until then. Returns: true when it was woken; it stays woken.
    bool wait(std::chrono::steady_clock::time_point until) const;
    int descriptor() const { return m_descriptor; }

private:
    const int m_descriptor;
};

// A connection to PostgreSQL on which one thread listens to notifications. Unlike a QSqlDatabase it never blocks longer
// than told, but for the look-up of the host's name, and can be woken from elsewhere.
//
// Not synchronized: one thread; only the WakeUp is for others. Ownership: borrows the WakeUp.
class PostgresListener
{
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    explicit PostgresListener(const WakeUp &wakeUp)
        : m_wakeUp(wakeUp)
    {
    }

    // All of these return: Unavailable, in words; Cancelled, when woken; Timeout.
    Result<void> open(const DatabaseUrl &url, SteadyTime until);
    // Returns: the first column of the first row as text, empty when there is none.
    Result<std::string> query(const char *sql, SteadyTime until);
    // Waits until something may have arrived, or until then: no error when nothing did.
    Result<void> waitForInput(SteadyTime until);

    // The payloads of what has arrived.
    std::vector<std::string> takeNotifications();
    // The server's process as it introduced itself; a pooler gives a number of its own.
    int processId() const;
    void close() { m_connection.reset(); }

private:
    struct Finish {
        void operator()(pg_conn *connection) const;
    };
    enum class Wait { Read, Write };
    Result<void> wait(Wait what, SteadyTime until);
    Result<void> send(const char *sql, SteadyTime until);
    Error lost() const;

    const WakeUp &m_wakeUp;
    std::unique_ptr<pg_conn, Finish> m_connection;
    std::optional<DatabaseUrl> m_url;
};

} // namespace hearth
