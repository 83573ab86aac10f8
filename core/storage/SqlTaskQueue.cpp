// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlTaskQueue.h"

namespace hearth {

SqlTaskPtr SqlTaskQueue::pop(Lane &lane)
{
    SqlTaskPtr task = std::move(lane.front());
    lane.pop_front();
    return task;
}

const SqlTaskQueue::Lane &SqlTaskQueue::oldest() const
{
    if (m_single.empty())
        return m_shared;
    if (m_shared.empty())
        return m_single;
    return m_shared.front()->deadline < m_single.front()->deadline ? m_shared : m_single;
}

std::optional<SqlTaskQueue::SteadyTime> SqlTaskQueue::firstDeadline() const
{
    if (isEmpty())
        return std::nullopt;
    return oldest().front()->deadline;
}

void SqlTaskQueue::push(SqlTaskPtr task)
{
    Lane &lane = task->batch ? m_shared : m_single;
    lane.push_back(std::move(task));
}

SqlTasks SqlTaskQueue::take(std::size_t limit)
{
    SqlTasks taken;
    if (isEmpty())
        return taken;
    Lane &lane = oldest();
    taken.push_back(pop(lane));
    while (taken.front()->batch && taken.size() < limit && !lane.empty() && lane.front()->batch == taken.front()->batch)
        taken.push_back(pop(lane));
    return taken;
}

SqlTasks SqlTaskQueue::takeLate(SteadyTime now)
{
    SqlTasks late;
    for (Lane *lane : {&m_single, &m_shared}) {
        while (!lane->empty() && lane->front()->deadline <= now)
            late.push_back(pop(*lane));
    }
    return late;
}

SqlTasks SqlTaskQueue::takeAll()
{
    return takeLate(SteadyTime::max());
}

} // namespace hearth
