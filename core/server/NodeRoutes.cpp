// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/NodeRoutes.h"

#include "core/api/Description.h"
#include "core/api/MetricsText.h"
#include "core/api/NodeJson.h"
#include "core/api/Percent.h"
#include "core/api/StatsJson.h"
#include "core/server/Answers.h"

#include <array>
#include <utility>
#include <vector>

namespace hearth {

namespace {

constexpr std::size_t mostSamples = 24 * 3600;
constexpr std::size_t mostEvents = 10'000;

// What every node of this version can; its info adds what it was started with.
constexpr std::array<std::string_view, 12> capabilities{"profiles", "profile_writes", "rooms",  "agents",
                                                        "entries",  "compare",        "undo",   "warm",
                                                        "config",   "samples",        "events", "erase"};

} // namespace

void NodeRoutes::handle(const ApiRequest &request, const ApiRespond &respond)
{
    switch (request.route->id) {
    case RouteId::Livez:
        return respond(jsonResponse(R"({"status":"ok"})"));
    case RouteId::Readyz:
        return readyz(respond);
    case RouteId::Metrics:
        return metrics(respond);
    case RouteId::Stats:
        return respond(jsonResponse(statsJson(m_context.services().sampler.stats())));
    case RouteId::Samples:
        return samples(request, respond);
    case RouteId::Events:
        return events(request, respond);
    case RouteId::Description:
        return respond(jsonResponse(std::string(apiDescription())));
    default:
        return node(request, respond);
    }
}

void NodeRoutes::readyz(const ApiRespond &respond) const
{
    if (m_isDraining)
        return respond(problemResponse(503, "This node is shutting down."));
    const DatabaseStatus status = m_context.services().database();
    if (status.state == DatabaseState::Reachable)
        return respond(jsonResponse(R"({"status":"ready"})"));
    respond(problemResponse(503, "The database is " + toString(status.state) +
                                     (status.state == DatabaseState::Connecting ? ": it is not known yet." : ".")));
}

void NodeRoutes::node(const ApiRequest &request, const ApiRespond &respond) const
{
    const NodeInfo &info = m_context.info();
    std::vector<std::string_view> can(capabilities.begin(), capabilities.end());
    can.insert(can.end(), info.capabilities.begin(), info.capabilities.end());
    respond(jsonResponse(nodeJson(info, request.caller->role, request.caller->name, can)));
}

void NodeRoutes::metrics(const ApiRespond &respond)
{
    m_context.inBackground([this, respond] {
        respond({200,
                 metricsText(m_context.services().sampler.stats(), m_context.services().profiles.hitLatency().counts(),
                             m_context.services().profiles.loadLatency().counts(),
                             m_httpCounts ? m_httpCounts() : HttpCounts{}, m_context.info().version),
                 metricsContentType,
                 {},
                 false});
    });
}

void NodeRoutes::samples(const ApiRequest &request, const ApiRespond &respond)
{
    const auto query = QueryParameters::parse(request.query);
    if (!query)
        return respond(problemResponse(query.error()));
    const auto since = query->number("since", 0, ~std::uint64_t(0));
    const auto step = query->number("step", 1, mostSamples);
    const auto limit = query->number("limit", mostSamples, mostSamples);
    for (const auto *number : {&since, &step, &limit}) {
        if (!*number)
            return respond(problemResponse(number->error()));
    }
    m_context.inBackground([this, respond, since = *since, step = *step, limit = *limit] {
        const auto found = m_context.services().history.samples(since, limit);
        respond(jsonResponse(samplesJson(m_context.info().instanceId, thinned(found, step), since)));
    });
}

void NodeRoutes::events(const ApiRequest &request, const ApiRespond &respond)
{
    const auto query = QueryParameters::parse(request.query);
    if (!query)
        return respond(problemResponse(query.error()));
    const auto since = query->number("since", 0, ~std::uint64_t(0));
    const auto limit = query->number("limit", 1'000, mostEvents);
    for (const auto *number : {&since, &limit}) {
        if (!*number)
            return respond(problemResponse(number->error()));
    }
    EventLog::Query asked{*since, std::nullopt, std::string(query->value("user").value_or("")), *limit};
    const bool showsWho = request.caller->role != ApiRole::Viewer;
    if (!asked.user.empty() && !showsWho)
        return respond(problemResponse(403, "The role viewer sees events without identities."));
    if (const auto kind = query->value("kind"); kind && !kind->empty()) {
        asked.kind = eventKindFromText(*kind);
        if (!asked.kind)
            return respond(problemResponse(400, "The parameter kind is not the kind of an event."));
    }
    const std::string_view take = query->value("take").value_or("");
    if (!take.empty() && take != "newest" && take != "oldest")
        return respond(problemResponse(400, "The parameter take is newest or oldest: which of them, where there are "
                                            "more than limit."));
    asked.takesOldest = take == "oldest";
    m_context.inBackground([this, respond, asked, showsWho] {
        respond(jsonResponse(eventsJson(m_context.info().instanceId, m_context.services().events.events(asked),
                                        asked.since, showsWho ? Identities::Shown : Identities::Hidden)));
    });
}

} // namespace hearth
