// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/server/RouteContext.h"

namespace hearth {

// What can be changed while the node runs. Threads: as ApiHandlers.
class ConfigRoutes
{
public:
    explicit ConfigRoutes(RouteContext &context)
        : m_context(context)
    {
    }

    void handle(const ApiRequest &request, const ApiRespond &respond);

private:
    RouteContext &m_context;
};

} // namespace hearth
