// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/ProfileText.h"
#include "core/server/RouteContext.h"

namespace hearth {

// One cached user: looked at quietly, expired, reloaded, removed. Threads: as ApiHandlers.
class EntryRoutes
{
public:
    explicit EntryRoutes(RouteContext &context)
        : m_context(context)
    {
    }

    void handle(const ApiRequest &request, const ApiRespond &respond);

private:
    void entry(const ApiRequest &request, const ApiRespond &respond);
    void compare(const ProfileId &id, Masking masking, const ApiRespond &respond);
    void expire(const ProfileId &id, const Act &act, const ApiRespond &respond);
    void refresh(const ProfileId &id, const Act &act, const ApiRespond &respond);
    void remove(const ProfileId &id, const Act &act, const ApiRespond &respond);

    RouteContext &m_context;
};

} // namespace hearth
