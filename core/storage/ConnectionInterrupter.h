// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"

#include <memory>

struct pg_cancel; // libpq's PGcancel
struct pg_conn;   // libpq's PGconn

namespace hearth {

// Frees a thread that is blocked in a query on a PostgreSQL connection. Thread-safe; never blocks.
// The connection's own thread arms it after opening and disarms it before closing. Unarmed, it does nothing.
// It holds the socket by a descriptor of its own, so that it can never touch somebody else's.
class ConnectionInterrupter
{
public:
    ~ConnectionInterrupter();

    void arm(pg_conn *connection);
    void disarm();
    // Asks the server to stop the query: the polite way, which a server that hangs does not hear.
    void cancel();
    // Shuts the socket down: the query returns at once, the connection is dead.
    void cut();

private:
    Mutex m_mutex; // State below is protected by m_mutex.
    std::shared_ptr<pg_cancel> m_cancel HEARTH_GUARDED_BY(m_mutex);
    int m_socket HEARTH_GUARDED_BY(m_mutex) = -1;
};

} // namespace hearth
