// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmPlanning.h"

#include "core/base/SeqPoint.h"
#include "core/service/WarmList.h"

#include <algorithm>
#include <utility>

namespace hearth {

WarmPlanning::WarmPlanning(WarmTools tools, WarmTarget target, std::size_t perSecond, Planned planned)
    : m_tools(std::move(tools))
    , m_target(std::move(target))
    , m_perSecond(perSecond)
    , m_planned(std::move(planned))
{
}

void WarmPlanning::start()
{
    if (const auto *users = std::get_if<WarmUsers>(&m_target)) {
        RoomMembers unique(users->ids.begin(), users->ids.end());
        return startList({unique.begin(), unique.end()});
    }
    m_tools.askMembers(m_target, weak_from_this(), [](WarmPlanning &planning, Result<RoomMembers> members) {
        planning.startGroup(std::move(members));
    });
}

void WarmPlanning::startGroup(Result<RoomMembers> members)
{
    if (!members)
        return m_planned(members.error());
    m_group = std::make_shared<WarmIds>(m_tools, WarmIds::Keeps::Nobody, *std::move(members),
                                        [this](Result<WarmIds::Found> found) { takeIds(std::move(found)); });
    m_group->start(groupOf(m_target));
}

void WarmPlanning::takeIds(Result<WarmIds::Found> found)
{
    const auto self = shared_from_this(); // who is told may let go of it
    if (!found)
        return m_planned(found.error());
    m_plan.requested = found->count;
    m_plan.alreadyCached = found->alreadyCached;
    m_missingOfGroup = found->count - found->alreadyCached;
    startList({found->members.begin(), found->members.end()});
}

void WarmPlanning::startList(std::vector<ProfileId> ids)
{
    m_list = std::move(ids);
    m_plan.requested += m_list.size();
    nextTurn();
}

void WarmPlanning::nextTurn()
{
    HEARTH_SEQ_POINT("WarmUp.planNextTurn");
    const std::size_t end = std::min(m_position + warmUsersPerTurn, m_list.size());
    for (; m_position < end; ++m_position)
        m_plan.alreadyCached += m_tools.service.isActive(m_list[m_position]) ? 1 : 0;
    if (end < m_list.size())
        WarmTools::later(m_tools.home, weak_from_this(), [](WarmPlanning &planning) { planning.nextTurn(); });
    else
        finish();
}

void WarmPlanning::finish()
{
    m_plan.toLoad = m_plan.requested - m_plan.alreadyCached;
    const bool isStreamed = m_group && m_perSecond == 0;
    const std::uint64_t byName = m_plan.toLoad - (isStreamed ? m_missingOfGroup : 0);
    const std::size_t batch = WarmList::sizeOfBatch(m_perSecond);
    m_plan.queries = (byName + batch - 1) / batch;
    m_plan.queries += isStreamed ? 2 : m_group ? 1 : 0; // how many, and who they are; or only their identities
    m_plan.queries += std::holds_alternative<WarmActiveRooms>(m_target) && m_tools.roomUsers ? 1 : 0;
    m_planned(m_plan);
}

} // namespace hearth
