// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ProfileRoutes.h"

#include "core/api/Percent.h"
#include "core/api/ProfileText.h"
#include "core/api/ServiceBody.h"
#include "core/server/Answers.h"
#include "core/server/ProfileAnswer.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

const char *cacheHeader(Served served)
{
    switch (served) {
    case Served::Hit:
        return "X-Cache: hit\r\n";
    case Served::Stale:
        return "X-Cache: stale\r\n";
    case Served::Miss:
    case Served::Coalesced:
        return "X-Cache: miss\r\n";
    }
    return "X-Cache: miss\r\n";
}

bool hasNoStore(std::string_view cacheControl)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    std::string text(cacheControl);
    std::transform(text.begin(), text.end(), text.begin(), lower);
    return text.find("no-store") != std::string::npos;
}

} // namespace

void ProfileRoutes::handle(const ApiRequest &request, const ApiRespond &respond)
{
    switch (request.route->id) {
    case RouteId::CreateProfile:
        return create(request, respond);
    case RouteId::ChangeProfile:
    case RouteId::ChangeVoice:
        return change(request, respond);
    default:
        return profile(request, respond);
    }
}

void ProfileRoutes::profile(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ProfileId> id = identityFromPath(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    UnknownUser unknown = UnknownUser::NotFound;
    if (!request.query.empty()) {
        const auto query = QueryParameters::parse(request.query);
        const auto creates = query ? query->flag("create") : Result<bool>(query.error());
        if (!creates)
            return respond(problemResponse(creates.error()));
        unknown = *creates ? UnknownUser::CreateDefault : UnknownUser::NotFound;
    }
    if (request.caller->role == ApiRole::Operator && hasNoStore(request.cacheControl))
        return profileFromDatabase(*id, respond);
    m_context.services().profiles.get(*id, unknown, [this, respond, id = *id](const Result<ServedProfile> &served) {
        if (!served)
            return respond(problemResponse(served.error()));
        ApiResponse response = jsonResponse({});
        response.body.reserve(512);
        response.headers = cacheHeader(served->served());
        appendProfile(response.body, fieldsOf(id, *served), *m_context.voices());
        respond(std::move(response));
    });
}

void ProfileRoutes::profileFromDatabase(const ProfileId &id, const ApiRespond &respond)
{
    m_context.services().profiles.readDatabase(id, [this, respond](const Result<LoadedProfile> &loaded) {
        if (!loaded)
            return respond(problemResponse(loaded.error()));
        if (!loaded->profile)
            return respond(problemResponse(404, "The database has no profile of that user."));
        ApiResponse response = jsonResponse({});
        response.headers = "X-Cache: bypass\r\n";
        appendProfile(response.body, ProfileFields::of(*loaded->profile), *m_context.voices());
        respond(std::move(response));
    });
}

// ---- writing

void ProfileRoutes::create(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<Profile> wanted = newProfileFromJson(request.body);
    if (!wanted)
        return respond(problemResponse(wanted.error()));
    m_context.services().profiles.create(
        *wanted, request.caller->who,
        [this, respond, id = wanted->identity, who = request.caller->who](const Result<ServedProfile> &written) {
            answerWrite(respond, id, who, 201, written);
        });
}

void ProfileRoutes::change(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ProfileId> id = identityFromPath(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    const Result<ProfileChanges> changes = request.route->id == RouteId::ChangeVoice
                                               ? voiceChangeFromJson(request.body)
                                               : profileChangesFromJson(request.body);
    if (!changes)
        return respond(problemResponse(changes.error()));
    m_context.services().profiles.update(
        *id, *changes, request.caller->who,
        [this, respond, id = *id, who = request.caller->who](const Result<ServedProfile> &written) {
            answerWrite(respond, id, who, 200, written);
        });
}

// The service notes what it has done, and what the database did not do; what it refused is noted here.
void ProfileRoutes::answerWrite(const ApiRespond &respond, const ProfileId &id, const std::string &who, unsigned status,
                                const Result<ServedProfile> &written)
{
    if (!written) {
        const ErrorCode code = written.error().code;
        const bool isRefused = code == ErrorCode::InvalidArgument || code == ErrorCode::AlreadyExists;
        return respond(isRefused || code == ErrorCode::NotFound
                           ? m_context.failed({EventKind::Profile, who, id.text(), {}}, written.error())
                           : problemResponse(written.error()));
    }
    ApiResponse response = jsonResponse({}, status);
    if (status == 201)
        response.headers = "Location: /api/v1/profiles/" + percentEncoded(id.text()) + "\r\n";
    appendProfile(response.body, fieldsOf(id, *written), *m_context.voices());
    respond(std::move(response));
}

} // namespace hearth
