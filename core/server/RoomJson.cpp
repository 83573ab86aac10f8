// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/RoomJson.h"

#include "core/api/ProfileText.h"
#include "core/profiles/ProfileJson.h"
#include "core/server/ProfileAnswer.h"

namespace hearth {

namespace {

void writeRoom(JsonWriter &json, const Room &room)
{
    json.beginObject()
        .member("room_id", room.id)
        .member("room_name", room.name)
        .member("host_identity", room.hostIdentity)
        .member("max_participants", room.maxParticipants)
        .memberOrNull("room_type", room.type ? nameOf(*room.type) : std::string_view());
    if (room.createdAt)
        json.member("created_at", toRfc3339(*room.createdAt));
    else
        json.key("created_at").null();
    json.member("join_url", joinPath(room)).endObject();
}

void writeProfile(JsonWriter &json, const char *name, const ProfileId &id, const ServedProfile &served,
                  const VoiceCatalog &voices)
{
    json.key(name).document([&](std::string &out) { appendProfile(out, fieldsOf(id, served), voices); });
}

void writeVoice(JsonWriter &json, const Voice &voice)
{
    json.key("voice_avatar")
        .beginObject()
        .member("voice_id", voice.id)
        .member("provider", voice.provider)
        .member("name", voice.name)
        .member("gender", voice.gender)
        .member("accent", voice.accent)
        .member("description", voice.description)
        .endObject();
}

} // namespace

std::string roomJson(const Room &room)
{
    std::string out;
    JsonWriter json(out);
    writeRoom(json, room);
    return out;
}

std::string roomsJson(const std::vector<Room> &rooms)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject().key("rooms").beginArray();
    for (const Room &room : rooms)
        writeRoom(json, room);
    json.endArray().endObject();
    return out;
}

std::string createdRoomJson(const CreatedRoom &created, const ProfileId &host, const VoiceCatalog &voices)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject().member("success", true).key("room");
    writeRoom(json, created.room);
    writeProfile(json, "host_profile", host, created.hostProfile, voices);
    json.endObject();
    return out;
}

std::string joinGrantJson(const JoinGrant &grant, const ProfileId &user, const std::string &roomName,
                          const VoiceCatalog &voices)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject()
        .member("success", true)
        .member("token", grant.token)
        .member("ws_url", grant.serverUrl)
        .member("room_name", roomName);
    writeProfile(json, "user_profile", user, grant.profile, voices);
    json.endObject();
    return out;
}

std::string agentJson(const Agent &agent)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject()
        .member("success", true)
        .key("agent")
        .beginObject()
        .member("user_identity", agent.profile.identity.text())
        .member("room_name", agent.roomName)
        .member("agent_name", Agent::name)
        .member("native_language", agent.profile.nativeLanguage)
        .key("translation_preferences")
        .beginObject()
        .member("formal_tone", agent.profile.formalTone)
        .member("preserve_emotion", agent.profile.preserveEmotion)
        .endObject();
    writeVoice(json, agent.voice);
    json.endObject().member("from_cache", agent.fromCache).endObject();
    return out;
}

} // namespace hearth
