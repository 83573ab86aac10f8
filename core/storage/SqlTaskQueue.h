// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/SqlTask.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

namespace hearth {

// The tasks that wait for a connection, in the order of their deadlines; those that can share a query leave together.
// Not synchronized. All tasks are given the same time, so the order of arrival is that of the deadlines.
class SqlTaskQueue
{
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    bool isEmpty() const { return size() == 0; }
    std::size_t size() const { return m_single.size() + m_shared.size(); }
    std::optional<SteadyTime> firstDeadline() const;

    void push(SqlTaskPtr task);
    // The oldest task, and if it may share a query up to limit of those that may share it. Tasks of other kinds in
    // between do not part them. Returns: none when the queue is empty.
    SqlTasks take(std::size_t limit);
    // Those whose deadline is over.
    SqlTasks takeLate(SteadyTime now);
    SqlTasks takeAll();

private:
    using Lane = std::deque<SqlTaskPtr>;
    static SqlTaskPtr pop(Lane &lane);
    // The lane in which the oldest task waits.
    const Lane &oldest() const;
    Lane &oldest() { return const_cast<Lane &>(std::as_const(*this).oldest()); }

    Lane m_single; // tasks that need a query of their own
    Lane m_shared; // tasks with a batch
};

} // namespace hearth
