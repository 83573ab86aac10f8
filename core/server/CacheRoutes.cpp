// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/CacheRoutes.h"

#include "core/api/JsonWriter.h"
#include "core/api/Percent.h"
#include "core/api/RequestBody.h"
#include "core/server/ExpiryJson.h"

#include <utility>

namespace hearth {

void CacheRoutes::handle(const ApiRequest &request, const ApiRespond &respond)
{
    switch (request.route->id) {
    case RouteId::Cleanup:
        return cleanup(request, respond);
    case RouteId::UndoExpiry:
        return undoExpiry(request, respond);
    case RouteId::Erase:
        return erase(request, respond);
    default:
        return expire(request, respond);
    }
}

void CacheRoutes::cleanup(const ApiRequest &request, const ApiRespond &respond)
{
    m_context.inBackground([this, respond, who = request.caller->who] {
        const CleanupReport report = m_context.services().cleanup.cleanUpNow(who);
        std::string body;
        JsonWriter(body)
            .beginObject()
            .member("success", true)
            .member("message", "Cleaned up " + std::to_string(report.removed) + " expired cache entries")
            .member("initial_count", report.initialCount)
            .member("final_count", report.finalCount)
            .member("kept_stale", report.keptStale)
            .member("removed", report.removed)
            .member("took_ms", std::chrono::duration<double, std::milli>(report.took).count())
            .endObject();
        respond(jsonResponse(std::move(body)));
    });
}

void CacheRoutes::expire(const ApiRequest &request, const ApiRespond &respond)
{
    // A body may name a hundred thousand users: it is not read on an I/O thread.
    m_context.inBackground([this, respond, body = std::string(request.body), who = request.caller->who] {
        const Result<ExpireRequest> asked = expireRequestFromJson(body);
        if (!asked)
            return respond(problemResponse(asked.error()));
        if (asked->isDryRun)
            return m_context.ask<ExpiryPreview>(
                respond, [target = asked->target](NodeClient &node) { return node.previewExpiry(target); },
                [](const ExpiryPreview &preview) { return jsonResponse(previewJson(preview)); });
        m_context.act<ExpiryOutcome>(
            respond, {EventKind::Expired, who, {}, {}},
            [target = asked->target](NodeClient &node) { return node.expire(target); },
            [](const ExpiryOutcome &outcome) { return jsonResponse(expiryJson(outcome)); });
    });
}

void CacheRoutes::undoExpiry(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<std::string> id = percentDecoded(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    m_context.act<UndoOutcome>(
        respond, {EventKind::Restored, request.caller->who, {}, {}},
        [id = *id](NodeClient &node) { return node.undoExpiry(id); },
        [](const UndoOutcome &outcome) { return jsonResponse(undoJson(outcome)); });
}

void CacheRoutes::erase(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ProfileId> id = identityFromPath(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    m_forget(id->text());
    const Act act{EventKind::Erased, request.caller->who, {}, {}}; // nameless, too
    m_context.onNodeThread([this, respond, act, id = id->text()] {
        m_context.services().node.setActor(act.who);
        const QFuture<Result<void>> erased = m_context.services().node.erase(id);
        onAnswer(erased, &m_context, [this, respond, act, id](const Result<void> &result) {
            m_forget(id); // again: what was looked at, or was being loaded, while it was being removed
            respond(result ? success() : m_context.failed(act, result.error()));
        });
    });
}

} // namespace hearth
