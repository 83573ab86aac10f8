// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/JsonWriter.h"
#include "core/profiles/VoiceCatalog.h"
#include "core/rooms/AgentService.h"
#include "core/rooms/RoomService.h"

#include <string>
#include <vector>

// Rooms and those who meet there, as JSON. Plain functions, thread-safe.
namespace hearth {

// ROOM
std::string roomJson(const Room &room);
// {"rooms":[ROOM…]}: nobody knows the types of all of them, so they are told of none.
std::string roomsJson(const std::vector<Room> &rooms);
// {"success":true,"room":ROOM,"host_profile":PROFILE}
std::string createdRoomJson(const CreatedRoom &created, const ProfileId &host, const VoiceCatalog &voices);
// {"success":true,"token":…,"ws_url":…,"room_name":…,"user_profile":PROFILE}
std::string joinGrantJson(const JoinGrant &grant, const ProfileId &user, const std::string &roomName,
                          const VoiceCatalog &voices);
// {"success":true,"agent":{…},"from_cache":…}
std::string agentJson(const Agent &agent);

} // namespace hearth
