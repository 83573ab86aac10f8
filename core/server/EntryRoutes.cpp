// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/EntryRoutes.h"

#include "core/api/NodeJson.h"
#include "core/api/Percent.h"
#include "core/node/RevealReason.h"
#include "core/server/ExpiryJson.h"

#include <optional>

namespace hearth {

void EntryRoutes::handle(const ApiRequest &request, const ApiRespond &respond)
{
    if (request.route->id == RouteId::Entry)
        return entry(request, respond);
    const Result<ProfileId> id = identityFromPath(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    Act act{EventKind::Refreshed, request.caller->who, id->text(), {}};
    if (request.route->id == RouteId::RefreshEntry)
        return refresh(*id, act, respond);
    act.kind = request.route->id == RouteId::ExpireEntry ? EventKind::Expired : EventKind::Removed;
    if (!m_context.services().look(*id).entry) {
        m_context.note(act, EventResult::Failed, 0, "not in the cache");
        return respond(notCached());
    }
    if (request.route->id == RouteId::ExpireEntry)
        expire(*id, act, respond);
    else
        remove(*id, act, respond);
}

void EntryRoutes::entry(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ProfileId> id = identityFromPath(request.parameter);
    const auto query = QueryParameters::parse(request.query);
    const auto compares = query ? query->flag("compare") : Result<bool>(query.error());
    if (!id || !compares)
        return respond(problemResponse(id ? compares.error() : id.error()));
    const std::optional<std::string_view> reason = query->value("reveal");
    if (reason && !checkRevealReason(*reason))
        return respond(problemResponse(400, "The parameter reveal is a reason: one line of 1 to 200 characters."));
    const ProfileView view = *compares ? ProfileView() : m_context.services().look(*id);
    if (!*compares && !view.entry)
        return respond(notCached());
    Masking masking = request.caller->role == ApiRole::Support ? Masking::Masked : Masking::Shown;
    if (masking == Masking::Masked && reason) {
        m_context.note({EventKind::Revealed, request.caller->who, id->text(), {}}, EventResult::Done, 1,
                       std::string(*reason));
        masking = Masking::Shown;
    }
    if (*compares)
        return compare(*id, masking, respond);
    respond(jsonResponse(entryJson(view, *m_context.voices(), m_context.services().clock.wallNow(), masking)));
}

void EntryRoutes::compare(const ProfileId &id, Masking masking, const ApiRespond &respond)
{
    m_context.ask<ProfileView>(
        respond, [id = id.text()](NodeClient &node) { return node.profile(id); },
        [this, masking](const ProfileView &view) {
            return jsonResponse(
                comparisonJson(view, *m_context.voices(), m_context.services().clock.wallNow(), masking));
        });
}

void EntryRoutes::expire(const ProfileId &id, const Act &act, const ApiRespond &respond)
{
    m_context.act<ExpiryOutcome>(
        respond, act, [id = id.text()](NodeClient &node) { return node.expire(TheseUsers{{id}}); },
        [](const ExpiryOutcome &outcome) { return jsonResponse(expiryJson(outcome)); });
}

void EntryRoutes::refresh(const ProfileId &id, const Act &act, const ApiRespond &respond)
{
    m_context.act<std::uint64_t>(
        respond, act, [id = id.text()](NodeClient &node) { return node.refresh({id}); },
        [](std::uint64_t) { return success(); });
}

void EntryRoutes::remove(const ProfileId &id, const Act &act, const ApiRespond &respond)
{
    m_context.act<std::uint64_t>(
        respond, act, [id = id.text()](NodeClient &node) { return node.remove({id}); },
        [](std::uint64_t removed) { return removed > 0 ? success() : notCached(); });
}

} // namespace hearth
