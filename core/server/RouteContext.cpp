// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/RouteContext.h"

#include <utility>

namespace hearth {

using namespace std::chrono_literals;

RouteContext::RouteContext(ApiServices services, QObject *parent)
    : QObject(parent)
    , m_services(std::move(services))
    , m_info(m_services.node.info())
{
    m_pool.setMaxThreadCount(2);
}

void RouteContext::stop()
{
    m_pool.clear();
    m_pool.waitForDone();
}

std::shared_ptr<const VoiceCatalog> RouteContext::voices()
{
    const std::size_t number = threadNumber();
    if (number >= m_voices.size())
        return m_services.voices.current();
    VoicesOfThread &own = m_voices[number]; // no other thread has this number as long as this one lives
    if (!own.catalog || m_services.clock.hasPassed(own.validUntil)) {
        own.catalog = m_services.voices.current();
        own.validUntil = m_services.clock.now() + 1s;
    }
    return own.catalog;
}

ApiResponse RouteContext::failed(const Act &act, const Error &error)
{
    const bool isRefused = error.code == ErrorCode::InvalidArgument || error.code == ErrorCode::AlreadyExists;
    note(act, isRefused ? EventResult::Refused : EventResult::Failed, 0, error.detail);
    return unprocessable(error);
}

void RouteContext::note(const Act &act, EventResult result, std::uint64_t count, std::string detail)
{
    Event event;
    event.kind = act.kind;
    event.who = act.who;
    event.user = act.user;
    event.target = act.target;
    event.result = result;
    event.count = count;
    event.detail = std::move(detail);
    m_services.events.append(std::move(event));
}

} // namespace hearth
