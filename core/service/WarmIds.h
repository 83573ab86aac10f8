// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/WarmTools.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

namespace hearth {

// Finds out who is of a group, by a query for the identities alone, and who of them is cached.
//
// Lives on the service thread; the cache is asked on the thread that brings the identities. Destroying it stops the
// query.
class WarmIds : public std::enable_shared_from_this<WarmIds>
{
public:
    enum class Keeps : std::uint8_t { Nobody, TheMissing };
    struct Found {
        std::uint64_t count = 0; // in the group
        std::uint64_t alreadyCached = 0;
        std::vector<ProfileId> missing; // who is not cached, if they are kept; as many as the cache may hold at most
        RoomMembers members;            // who is not in the group
    };
    using Ended = std::function<void(Result<Found>)>; // may destroy it

    WarmIds(WarmTools tools, Keeps keeps, RoomMembers members, Ended ended);
    ~WarmIds();

    void start(UserGroup group);

private:
    const WarmTools m_tools;
    const Keeps m_keeps;
    const Ended m_ended;
    const std::shared_ptr<Found> m_found; // of the thread that brings the identities, until the end
    std::stop_source m_stop;
};

} // namespace hearth
