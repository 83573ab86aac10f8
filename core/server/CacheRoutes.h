// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/server/RouteContext.h"

#include <functional>
#include <string>
#include <utility>

namespace hearth {

// What is done to many cached users at once, and the forgetting of one. Threads: as ApiHandlers.
class CacheRoutes
{
public:
    // forget: who else remembers users by their names; called on any thread.
    CacheRoutes(RouteContext &context, std::function<void(const std::string &)> forget)
        : m_context(context)
        , m_forget(std::move(forget))
    {
    }

    void handle(const ApiRequest &request, const ApiRespond &respond);

private:
    void cleanup(const ApiRequest &request, const ApiRespond &respond);
    void expire(const ApiRequest &request, const ApiRespond &respond);
    void undoExpiry(const ApiRequest &request, const ApiRespond &respond);
    void erase(const ApiRequest &request, const ApiRespond &respond);

    RouteContext &m_context;
    const std::function<void(const std::string &)> m_forget;
};

} // namespace hearth
