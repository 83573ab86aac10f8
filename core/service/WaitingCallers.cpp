// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WaitingCallers.h"

#include <array>

namespace hearth {

void WaitingCallers::add(const std::shared_ptr<WaitingCaller> &caller)
{
    // At most two of the front are dropped for each that comes, so that the answered do not pile up.
    std::array<std::shared_ptr<WaitingCaller>, 2> seen; // may be the last to hold them: they go after the lock
    MutexLock lock(m_mutex);
    for (std::shared_ptr<WaitingCaller> &front : seen) {
        if (m_callers.empty())
            break;
        front = m_callers.front().lock();
        if (front && !front->isAnswered)
            break;
        m_callers.pop_front();
    }
    m_callers.push_back(caller);
}

std::vector<std::shared_ptr<WaitingCaller>> WaitingCallers::takeOverdue(MonotonicTime now)
{
    std::vector<std::shared_ptr<WaitingCaller>> overdue;
    std::vector<std::shared_ptr<WaitingCaller>> seen; // as above
    MutexLock lock(m_mutex);
    while (!m_callers.empty()) {
        std::shared_ptr<WaitingCaller> front = m_callers.front().lock();
        const bool isWaiting = front && !front->isAnswered;
        const bool isOverdue = isWaiting && now > front->deadline && front->take();
        const bool staysWaiting = isWaiting && !isOverdue && now <= front->deadline;
        if (isOverdue)
            overdue.push_back(front);
        seen.push_back(std::move(front));
        if (staysWaiting)
            break;
        m_callers.pop_front();
    }
    return overdue;
}

} // namespace hearth
