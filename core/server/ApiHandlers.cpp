// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ApiHandlers.h"

#include <utility>

namespace hearth {

ApiHandlers::ApiHandlers(ApiServices services, QObject *parent)
    : QObject(parent)
    , m_context(std::move(services))
    , m_refusals(m_context.services().clock, m_context.services().events)
    , m_node(m_context)
    , m_config(m_context)
    , m_rooms(m_context)
    , m_profiles(m_context)
    , m_pages(m_context)
    , m_entries(m_context)
    , m_cache(m_context,
              [this](const std::string &user) {
                  m_pages.forgetLists();
                  m_warm.forget(user);
              })
    , m_warm(m_context)
{
    connect(&m_tidying, &QTimer::timeout, this, [this] { m_pages.forgetOldLists(); });
    m_tidying.start(EntryCursors::lifetime);
}

ApiHandlers::~ApiHandlers()
{
    m_context.stop();
}

void ApiHandlers::handle(const ApiRequest &request, const ApiRespond &respond)
{
    switch (request.route->id) {
    case RouteId::Livez:
    case RouteId::Readyz:
    case RouteId::Metrics:
    case RouteId::Node:
    case RouteId::Stats:
    case RouteId::Samples:
    case RouteId::Events:
    case RouteId::Description:
        return m_node.handle(request, respond);
    case RouteId::Config:
    case RouteId::ChangeConfig:
        return m_config.handle(request, respond);
    case RouteId::CreateRoom:
    case RouteId::Rooms:
    case RouteId::Room:
    case RouteId::DeactivateRoom:
    case RouteId::IssueToken:
    case RouteId::StartAgent:
        return m_rooms.handle(request, respond);
    case RouteId::Profile:
    case RouteId::CreateProfile:
    case RouteId::ChangeProfile:
    case RouteId::ChangeVoice:
        return m_profiles.handle(request, respond);
    case RouteId::Entries:
        return m_pages.handle(request, respond);
    case RouteId::Entry:
    case RouteId::RemoveEntry:
    case RouteId::ExpireEntry:
    case RouteId::RefreshEntry:
        return m_entries.handle(request, respond);
    case RouteId::Cleanup:
    case RouteId::Expire:
    case RouteId::UndoExpiry:
    case RouteId::Erase:
        return m_cache.handle(request, respond);
    case RouteId::Warm:
    case RouteId::Job:
    case RouteId::CancelJob:
        return m_warm.handle(request, respond);
    }
}

} // namespace hearth
