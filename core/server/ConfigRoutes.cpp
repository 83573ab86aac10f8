// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ConfigRoutes.h"

#include "core/api/NodeJson.h"
#include "core/api/RequestBody.h"

#include <algorithm>

namespace hearth {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Whether it is allowed is for the node to say.
LiveSettingsChange changeOf(const ConfigChanges &asked)
{
    LiveSettingsChange change;
    if (asked.ttlSeconds)
        change.ttl = seconds(*asked.ttlSeconds);
    if (asked.cleanupIntervalSeconds)
        change.cleanupInterval = seconds(*asked.cleanupIntervalSeconds);
    if (asked.maxEntries)
        change.maxEntries = static_cast<std::uint64_t>(std::max<std::int64_t>(*asked.maxEntries, 0));
    if (asked.staleGraceSeconds)
        change.staleGrace = seconds(*asked.staleGraceSeconds);
    if (asked.simulatedLatencyMs)
        change.simulatedLatency = milliseconds(*asked.simulatedLatencyMs);
    change.refreshAhead = asked.refreshAhead;
    return change;
}

ApiResponse settingsResponse(const LiveSettings &settings)
{
    return jsonResponse(settingsJson(settings));
}

} // namespace

void ConfigRoutes::handle(const ApiRequest &request, const ApiRespond &respond)
{
    if (request.route->id == RouteId::Config)
        return m_context.ask<LiveSettings>(
            respond, [](NodeClient &node) { return node.settings(); }, settingsResponse);
    const Result<ConfigChanges> changes = configChangesFromJson(request.body);
    if (!changes)
        return respond(problemResponse(changes.error()));
    m_context.act<LiveSettings>(
        respond, {EventKind::Settings, request.caller->who, {}, "config"},
        [change = changeOf(*changes)](NodeClient &node) { return node.changeSettings(change); }, settingsResponse);
}

} // namespace hearth
