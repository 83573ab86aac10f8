// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/server/RouteContext.h"

#include <string>

namespace hearth {

// Rooms, the tokens to join them with, and agents: the journey of the translation service. Threads: as ApiHandlers.
class RoomRoutes
{
public:
    explicit RoomRoutes(RouteContext &context)
        : m_context(context)
    {
    }

    void handle(const ApiRequest &request, const ApiRespond &respond);

private:
    void create(const ApiRequest &request, const ApiRespond &respond);
    void list(const ApiRespond &respond);
    void room(const ApiRequest &request, const ApiRespond &respond);
    void deactivate(const ApiRequest &request, const ApiRespond &respond);
    void issueToken(const ApiRequest &request, const ApiRespond &respond);
    void startAgent(const ApiRequest &request, const ApiRespond &respond);

    RouteContext &m_context;
};

} // namespace hearth
