// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/SqlConnection.h"
#include "core/storage/SqlDispatcher.h"

#include <cstddef>
#include <memory>

namespace hearth {

// One thread's work on one connection: connects, probes, runs tasks, as the dispatcher orders.
//
// Not synchronized: made, run and destroyed by its own thread.
// The dispatcher is shared, because a thread that hangs in a system call may outlive the pool.
class SqlExecutor
{
public:
    SqlExecutor(std::shared_ptr<SqlDispatcher> dispatcher, std::size_t index);

    // Returns when the dispatcher says stop.
    void run();

private:
    // Returns: why it did not work.
    std::optional<SqlFailure> connect(const SqlDispatcher::Order &order);
    void check();
    void runTask(const SqlDispatcher::Order &order);
    Result<void> attempt(SqlTask &task, QueryTiming &timing);
    void drop();
    void stampEnd(QueryTiming &timing) const;
    Result<void> waitSimulatedLatency();

    const std::shared_ptr<SqlDispatcher> m_dispatcher;
    const std::size_t m_index;
    SqlConnection m_connection;
};

} // namespace hearth
