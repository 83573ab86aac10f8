// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/server/RouteContext.h"

#include <atomic>
#include <functional>

namespace hearth {

struct HttpCounts;

// The node as a whole: what it is, how it does, what it was, what happened. Threads: as ApiHandlers.
class NodeRoutes
{
public:
    explicit NodeRoutes(RouteContext &context)
        : m_context(context)
    {
    }

    void handle(const ApiRequest &request, const ApiRespond &respond);
    void drain() { m_isDraining = true; }
    void setHttpCounts(std::function<HttpCounts()> counts) { m_httpCounts = std::move(counts); }

private:
    void readyz(const ApiRespond &respond) const;
    void node(const ApiRequest &request, const ApiRespond &respond) const;
    void metrics(const ApiRespond &respond);
    void samples(const ApiRequest &request, const ApiRespond &respond);
    void events(const ApiRequest &request, const ApiRespond &respond);

    RouteContext &m_context;
    std::function<HttpCounts()> m_httpCounts;
    std::atomic<bool> m_isDraining = false;
};

} // namespace hearth
