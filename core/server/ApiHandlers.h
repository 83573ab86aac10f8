// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/server/ApiExchange.h"
#include "core/server/ApiServices.h"
#include "core/server/CacheRoutes.h"
#include "core/server/ConfigRoutes.h"
#include "core/server/EntryPages.h"
#include "core/server/EntryRoutes.h"
#include "core/server/NodeRoutes.h"
#include "core/server/ProfileRoutes.h"
#include "core/server/RefusalLog.h"
#include "core/server/RoomRoutes.h"
#include "core/server/RouteContext.h"
#include "core/server/WarmRoutes.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <string>

namespace hearth {

struct HttpCounts;

// Answers the routes: request in, answer out, no transport. Hands each to those who know its area.
//
// Construct and destroy it on the node's thread; handle() may be called on any, and never waits: a hit is answered
// before it returns, everything that takes longer on another thread. Nothing may be handled any more when it is
// destroyed.
class ApiHandlers : public QObject
{
    Q_OBJECT

public:
    explicit ApiHandlers(ApiServices services, QObject *parent = nullptr);
    ~ApiHandlers() override;

    void handle(const ApiRequest &request, const ApiRespond &respond);
    // Somebody with a right token wanted what their role may not. On any thread.
    void noteForbidden(const Route &route, const std::string &who) { m_refusals.refused(route, who); }
    // From here on it is not ready, whatever the database is.
    void drain() { m_node.drain(); }
    // Returns when nothing is answered in the background any more. To be called on the node's thread, when nobody asks
    // any more and before the one who counts the answers is gone.
    void stop() { m_context.stop(); }
    // Who counts the answers; before the first request.
    void setHttpCounts(std::function<HttpCounts()> counts) { m_node.setHttpCounts(std::move(counts)); }

private:
    RouteContext m_context;
    RefusalLog m_refusals;
    NodeRoutes m_node;
    ConfigRoutes m_config;
    RoomRoutes m_rooms;
    ProfileRoutes m_profiles;
    EntryPages m_pages;
    EntryRoutes m_entries;
    CacheRoutes m_cache;
    WarmRoutes m_warm;
    QTimer m_tidying; // of what is remembered for too long
};

} // namespace hearth
