// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmIntake.h"

#include "core/base/SeqPoint.h"

namespace hearth {

void WarmIntake::begin(MonotonicTime sentAt)
{
    m_asOf = m_cache.generations();
    m_sentAt = sentAt;
}

void WarmIntake::take(const std::vector<Profile> &rows)
{
    if (!m_asOf)
        return; // nobody said when they were asked for
    HEARTH_SEQ_POINT("WarmIntake.take");
    QueryTiming timing;
    timing.sentAt = *m_sentAt;
    const WarmStored stored = m_service.storeWarmed(rows, *m_asOf, timing, WarmNews::OfNobody);
    m_warmed.fetch_add(stored.stored, std::memory_order_relaxed);
    m_alreadyCached.fetch_add(stored.alreadyActive, std::memory_order_relaxed);
    keep(stored);
    for (auto row = rows.begin(); row != rows.end() && !m_members.empty(); ++row)
        m_members.erase(row->identity);
}

void WarmIntake::keep(const WarmStored &stored)
{
    for (const ProfileId &id : stored.superseded) {
        if (m_rest.again.size() < maximumAgain)
            m_rest.again.push_back(id);
        else
            fail(id, supersededSentence);
    }
    for (const ProfileId &id : stored.uncacheable)
        fail(id, uncacheableSentence);
}

void WarmIntake::fail(const ProfileId &id, const char *why)
{
    m_failed.fetch_add(1, std::memory_order_relaxed);
    if (m_rest.problem.empty())
        m_rest.problem = why;
    if (m_rest.failedUsers.size() < WarmProgress::maximumFailedUsers)
        m_rest.failedUsers.push_back(id.text());
}

} // namespace hearth
