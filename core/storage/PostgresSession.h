// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/storage/ConnectionInterrupter.h"
#include "core/storage/DatabaseUrl.h"
#include "core/storage/SqlRows.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;   // libpq's PGconn
struct pg_result; // libpq's PGresult

namespace hearth {

class WakeUp;

// A connection to PostgreSQL of one thread. Unlike a QSqlDatabase it never blocks longer than told, but for the look-up
// of the host's name, and can be woken from elsewhere.
//
// Not synchronized: one thread; only the WakeUp is for others. Ownership: borrows the WakeUp.
class PostgresSession
{
public:
    using SteadyTime = std::chrono::steady_clock::time_point;
    // Asked on the session's thread when it was woken. Returns: whether to give up; if not, it has reset the WakeUp.
    using WasStopped = std::function<bool()>;

    explicit PostgresSession(
        const WakeUp &wakeUp, WasStopped wasStopped = [] { return true; })
        : m_wakeUp(wakeUp)
        , m_wasStopped(std::move(wasStopped))
    {
    }

    // All of these return: the failure, in words; Cancelled, when stopped; Timeout. After the last two, and where
    // isBroken(), the connection is good for nothing but abandon() and close().
    Result<void> open(const DatabaseUrl &url, SteadyTime until);
    // Without values, these may be several statements; with them, one with $1, $2, … that never holds them itself.
    // Returns: the rows of the last one, as text.
    Result<SqlRows> query(const char *sql, const std::vector<std::string> &values, SteadyTime until);
    // Reads what a COPY … TO STDOUT sends, message by message; take says whether to go on (if not: Cancelled). The time
    // limits how long the server may send nothing.
    Result<void> copy(const char *sql, std::chrono::milliseconds silence,
                      const std::function<bool(std::string_view)> &take);
    // Waits until something may have arrived, or until then: no error when nothing did.
    Result<void> waitForInput(SteadyTime until);

    // Null while it is closed.
    pg_conn *connection() const { return m_connection.get(); }
    bool isOpen() const { return m_connection != nullptr; }
    bool isBroken() const;
    // Asks the server to give up what it does, gives it so long for it, and closes the connection.
    void abandon(SteadyTime until);
    void close();

private:
    struct Finish {
        void operator()(pg_conn *connection) const;
    };
    enum class Wait { Read, Write };
    Result<void> wait(Wait what, SteadyTime until);
    Result<void> flush(SteadyTime until);
    // Returns: the next result, null after the last.
    Result<std::shared_ptr<pg_result>> nextResult(SteadyTime until);
    Result<void> finishCopy(SteadyTime until);
    std::optional<Error> errorOf(const pg_result *result) const;
    Error lost() const;

    const WakeUp &m_wakeUp;
    const WasStopped m_wasStopped;
    std::optional<DatabaseUrl> m_url;      // The rest is set by open().
    std::chrono::milliseconds m_timeout{}; // for words only
    std::unique_ptr<pg_conn, Finish> m_connection;
    ConnectionInterrupter m_interrupter;
};

} // namespace hearth
