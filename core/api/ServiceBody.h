// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/Profile.h"
#include "core/profiles/ProfileRepository.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The bodies that the translation service sends, read and checked. Plain functions, thread-safe.
// All return InvalidArgument for what is malformed, as RequestBody; what is well-formed but may not be allowed (a
// language, a number of participants, a lifetime) is not judged here.
namespace hearth {

// {"host_identity","room_name"?,"max_participants"?,"room_type"?}
struct NewRoomBody {
    ProfileId host;
    std::string name; // empty: none given
    std::optional<std::int64_t> maxParticipants;
    std::string roomType; // empty: none given
};
Result<NewRoomBody> newRoomFromJson(std::string_view body);

// {"user_identity","room_name","user_metadata"?:{…},"can_publish"?,"can_subscribe"?,"ttl_seconds"?}
struct TokenBody {
    ProfileId user;
    std::string roomName;
    std::string metadata;    // user_metadata as JSON; empty: none given
    std::string displayName; // user_metadata.name
    bool canPublish = true;
    bool canSubscribe = true;
    std::int64_t ttlSeconds = 3600;
};
Result<TokenBody> tokenFromJson(std::string_view body);

// {"user_identity","room_name"}
struct AgentBody {
    ProfileId user;
    std::string roomName;
};
Result<AgentBody> agentFromJson(std::string_view body);

// {"user_identity","native_language","voice_avatar_id"?,"formal_tone"?,"preserve_emotion"?}
Result<Profile> newProfileFromJson(std::string_view body);
// {"native_language"?,"voice_avatar_id"?,"formal_tone"?,"preserve_emotion"?}: at least one. A voice of null or "" is
// none: the language's default.
Result<ProfileChanges> profileChangesFromJson(std::string_view body);
// {"voice_avatar_id"}
Result<ProfileChanges> voiceChangeFromJson(std::string_view body);

} // namespace hearth
