// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/SqlConnection.h"
#include "core/storage/SqlDispatcher.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

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
    using Contact = SqlDispatcher::Contact;
    struct Attempt {
        Result<void> result;
        QueryTiming timing; // queueTime is each task's own
        Contact contact = Contact::None;
    };
    void ask();
    // In one query; where that fails because of one of them, in halves, until only that one is left.
    void runTasks(const SqlDispatcher::Order &order);
    void finishTasks(Contact contact, const std::optional<SqlFailure> &lost,
                     const std::vector<std::pair<SqlTasks, Attempt>> &failed);
    // Returns: why nobody's profile can be read, when that is what made it fail.
    std::optional<SqlFailure> whyProfilesAreUnusable(const Attempt &failed);
    static void answer(const SqlTasks &tasks, const Attempt &attempt);
    // Again on a new connection, where the first one turns out to be dead and the tasks may be repeated.
    Attempt attemptTwice(const SqlTasks &tasks);
    Attempt attempt(const SqlTasks &tasks);
    bool isAboutOneRow(const Attempt &attempt);
    void drop();
    void stampEnd(QueryTiming &timing) const;
    Result<void> waitSimulatedLatency();

    const std::shared_ptr<SqlDispatcher> m_dispatcher;
    const std::size_t m_index;
    SqlConnection m_connection;
    bool m_wasAsked = false;              // a query of the attempt went out
    std::optional<SqlFailure> m_unusable; // what the tasks that run found out
};

} // namespace hearth
