// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmIds.h"

#include <utility>

namespace hearth {

WarmIds::WarmIds(WarmTools tools, Keeps keeps, RoomMembers members, Ended ended)
    : m_tools(std::move(tools))
    , m_keeps(keeps)
    , m_ended(std::move(ended))
    , m_found(std::make_shared<Found>())
{
    m_found->members = std::move(members);
}

WarmIds::~WarmIds()
{
    m_stop.request_stop();
}

void WarmIds::start(UserGroup group)
{
    const auto take = [queries = m_tools.queries, &service = m_tools.service, found = m_found, keeps = m_keeps,
                       stop = m_stop.get_token()](const std::vector<ProfileId> &ids) {
        const CallGate::Pass pass(queries->gate());
        if (!pass || stop.stop_requested())
            return;
        for (const ProfileId &id : ids) {
            const bool isActive = service.isActive(id);
            ++found->count;
            found->alreadyCached += isActive ? 1 : 0;
            if (!isActive && keeps == Keeps::TheMissing)
                found->missing.push_back(id);
            if (!found->members.empty())
                found->members.erase(id);
        }
    };
    m_tools.queries->ask<StreamEnd>(
        [&](Completion<StreamEnd> answer) {
            m_tools.source.streamIds(group, limitOf(group, m_tools.cache), take, m_stop.get_token(), std::move(answer));
        },
        m_tools.here<StreamEnd>(weak_from_this(), [](WarmIds &ids, const Result<StreamEnd> &end) {
            ids.m_ended(end ? Result<Found>(std::move(*ids.m_found)) : Result<Found>(end.error()));
        }));
}

} // namespace hearth
