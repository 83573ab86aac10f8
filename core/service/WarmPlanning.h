// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/WarmIds.h"
#include "core/service/WarmTools.h"

#include <functional>
#include <memory>
#include <vector>

namespace hearth {

// Finds out what a warm-up would do: exactly whom it is about, who of them is cached, how many queries it takes. Of a
// group it keeps nobody, however many there are.
//
// Lives on the service thread. Destroying it stops it.
class WarmPlanning : public std::enable_shared_from_this<WarmPlanning>
{
public:
    // An error, when it could not be found out. May destroy it.
    using Planned = std::function<void(const Result<WarmPlan> &plan)>;

    WarmPlanning(WarmTools tools, WarmTarget target, std::size_t perSecond, Planned planned);

    void start();

private:
    void startGroup(Result<RoomMembers> members);
    void takeIds(Result<WarmIds::Found> found);
    void startList(std::vector<ProfileId> ids);
    void nextTurn();
    void finish();

    const WarmTools m_tools;
    const WarmTarget m_target;
    const std::size_t m_perSecond;
    const Planned m_planned;
    WarmPlan m_plan;
    std::uint64_t m_missingOfGroup = 0;
    std::shared_ptr<WarmIds> m_group;
    std::vector<ProfileId> m_list;
    std::size_t m_position = 0; // of the next user of the list to look at
};

} // namespace hearth
