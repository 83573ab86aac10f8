// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/RoomRoutes.h"

#include "core/api/Percent.h"
#include "core/api/ServiceBody.h"
#include "core/server/RoomJson.h"

#include <utility>

namespace hearth {

namespace {

// Enough of a room's id to find it again, too little to join with it.
std::string shortRoom(const std::string &roomId)
{
    constexpr std::size_t shown = 8;
    std::size_t end = std::min(shown, roomId.size());
    while (end > 0 && end < roomId.size() && (static_cast<unsigned char>(roomId[end]) & 0xC0U) == 0x80U)
        --end; // not within a character
    return "room " + roomId.substr(0, end) + (end < roomId.size() ? "\xE2\x80\xA6" : "");
}

Result<RoomType> typeOf(const NewRoomBody &body)
{
    if (body.roomType.empty())
        return RoomType::General;
    const auto type = roomTypeOf(body.roomType);
    if (!type)
        return Error{ErrorCode::InvalidArgument, "room_type is general, translation or conference."};
    return *type;
}

} // namespace

void RoomRoutes::handle(const ApiRequest &request, const ApiRespond &respond)
{
    switch (request.route->id) {
    case RouteId::CreateRoom:
        return create(request, respond);
    case RouteId::Room:
        return room(request, respond);
    case RouteId::DeactivateRoom:
        return deactivate(request, respond);
    case RouteId::IssueToken:
        return issueToken(request, respond);
    case RouteId::StartAgent:
        return startAgent(request, respond);
    default:
        return list(respond);
    }
}

void RoomRoutes::create(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<NewRoomBody> body = newRoomFromJson(request.body);
    if (!body)
        return respond(problemResponse(body.error()));
    const Act act{EventKind::Room, request.caller->who, body->host.text(), {}};
    const Result<RoomType> type = typeOf(*body);
    if (!type)
        return respond(m_context.failed(act, type.error()));
    m_context.services().rooms.create({body->host, body->name, body->maxParticipants, *type},
                                      [this, respond, act, host = body->host](const Result<CreatedRoom> &created) {
                                          if (!created)
                                              return respond(m_context.failed(act, created.error()));
                                          Act done = act;
                                          done.target = shortRoom(created->room.id);
                                          m_context.note(done, EventResult::Done, 1, "created");
                                          respond(jsonResponse(createdRoomJson(*created, host, *m_context.voices())));
                                      });
}

void RoomRoutes::list(const ApiRespond &respond)
{
    m_context.services().rooms.list([respond](const Result<std::vector<Room>> &rooms) {
        respond(rooms ? jsonResponse(roomsJson(*rooms)) : problemResponse(rooms.error()));
    });
}

void RoomRoutes::room(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<std::string> id = percentDecoded(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    m_context.services().rooms.find(*id, [respond](const Result<Room> &found) {
        respond(found ? jsonResponse(roomJson(*found)) : problemResponse(found.error()));
    });
}

void RoomRoutes::deactivate(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<std::string> id = percentDecoded(request.parameter);
    if (!id)
        return respond(problemResponse(id.error()));
    const Act act{EventKind::Room, request.caller->who, {}, shortRoom(*id)};
    m_context.services().rooms.deactivate(*id, [this, respond, act](const Result<void> &deactivated) {
        if (!deactivated && deactivated.error().code == ErrorCode::InvalidArgument)
            return respond(problemResponse(deactivated.error())); // no id that a room could have
        if (!deactivated)
            return respond(m_context.failed(act, deactivated.error()));
        m_context.note(act, EventResult::Done, 1, "deactivated");
        respond(success());
    });
}

void RoomRoutes::issueToken(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<TokenBody> body = tokenFromJson(request.body);
    if (!body)
        return respond(problemResponse(body.error()));
    const Act act{EventKind::Token, request.caller->who, body->user.text(), {}};
    const JoinWish wish{body->user,
                        body->roomName,
                        body->displayName,
                        body->metadata,
                        body->canPublish,
                        body->canSubscribe,
                        std::chrono::seconds(body->ttlSeconds)};
    m_context.services().rooms.issueToken(
        wish, [this, respond, act, user = body->user, room = body->roomName](const Result<JoinGrant> &grant) {
            if (!grant)
                return respond(m_context.failed(act, grant.error()));
            m_context.note(act, EventResult::Done, 1);
            respond(jsonResponse(joinGrantJson(*grant, user, room, *m_context.voices())));
        });
}

// No act: it reads, like a look-up of the service, and the profile that it may create is an event of its own.
void RoomRoutes::startAgent(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<AgentBody> body = agentFromJson(request.body);
    if (!body)
        return respond(problemResponse(body.error()));
    m_context.services().agents.start(body->user, body->roomName, [respond](const Result<Agent> &agent) {
        respond(agent ? jsonResponse(agentJson(*agent)) : unprocessable(agent.error()));
    });
}

} // namespace hearth
