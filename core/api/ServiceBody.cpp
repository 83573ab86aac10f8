// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/ServiceBody.h"

#include "core/api/BodyFields.h"

#include <utility>

namespace hearth {

namespace {

using nlohmann::json;

constexpr std::size_t longestVoice = 1'020; // bytes of 255 characters
constexpr std::size_t longestLanguage = 64; // bytes
constexpr std::size_t longestRoomType = 64; // bytes

Error missing(std::string_view name)
{
    return malformed("The field \"" + std::string(name) + "\" is missing.");
}

Result<std::string> roomName(const json &object)
{
    auto name = properTextField(object, "room_name");
    if (name && name->empty())
        return missing("room_name");
    return name;
}

// Whether a text can stand in a column: neither control characters nor more than 255 of them.
bool isStorable(const std::string &text)
{
    return text.empty() || bool(ProfileId::parse(text));
}

// Returns: nullopt where it is not there; empty for null.
Result<std::optional<std::string>> voice(const json &object)
{
    const auto found = object.find("voice_avatar_id");
    if (found == object.end())
        return std::optional<std::string>();
    if (found->is_null())
        return std::optional<std::string>(std::in_place);
    auto id = textField(object, "voice_avatar_id", longestVoice);
    if (!id || !isStorable(*id))
        return wrongField("voice_avatar_id", "a voice's id of at most 255 characters, or null");
    return std::optional(*std::move(id));
}

Result<std::optional<std::string>> language(const json &object)
{
    if (!object.contains("native_language"))
        return std::optional<std::string>();
    auto code = textField(object, "native_language", longestLanguage);
    if (!code || code->empty() || !isStorable(*code))
        return wrongField("native_language", "a language's code, such as es");
    return std::optional(*std::move(code));
}

// The fields that both a new profile and a change have.
Result<ProfileChanges> changes(const json &document)
{
    auto nativeLanguage = language(document);
    if (!nativeLanguage)
        return nativeLanguage.error();
    auto voiceId = voice(document);
    if (!voiceId)
        return voiceId.error();
    const auto formal = optionalFlag(document, "formal_tone");
    if (!formal)
        return formal.error();
    const auto emotion = optionalFlag(document, "preserve_emotion");
    if (!emotion)
        return emotion.error();
    ProfileChanges changed;
    changed.nativeLanguage = *std::move(nativeLanguage);
    changed.voiceId = *std::move(voiceId);
    changed.formalTone = *formal;
    changed.preserveEmotion = *emotion;
    return changed;
}

// What user_metadata gives to a token.
Result<void> readMetadata(const json &document, TokenBody &token)
{
    const auto metadata = document.find("user_metadata");
    if (metadata == document.end() || metadata->is_null())
        return {};
    if (!metadata->is_object())
        return wrongField("user_metadata", "an object");
    const auto name = metadata->find("name");
    if (name != metadata->end() && !name->is_null()) {
        if (!name->is_string())
            return wrongField("user_metadata.name", "a string");
        token.displayName = name->get<std::string>();
    }
    token.metadata = metadata->dump();
    return {};
}

} // namespace

Result<NewRoomBody> newRoomFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(*document, {"host_identity", "room_name", "max_participants", "room_type"});
        !known)
        return known.error();
    auto host = identityField(*document, "host_identity");
    if (!host)
        return host.error();
    auto name = properTextField(*document, "room_name");
    if (!name)
        return name.error();
    const auto most = numberField(*document, "max_participants");
    if (!most)
        return most.error();
    auto type = textField(*document, "room_type", longestRoomType);
    if (!type)
        return type.error();
    return NewRoomBody{*std::move(host), *std::move(name), *most, *std::move(type)};
}

Result<TokenBody> tokenFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(
            *document, {"user_identity", "room_name", "user_metadata", "can_publish", "can_subscribe", "ttl_seconds"});
        !known)
        return known.error();
    auto user = identityField(*document, "user_identity");
    if (!user)
        return user.error();
    auto room = roomName(*document);
    if (!room)
        return room.error();
    TokenBody token{*std::move(user), *std::move(room), {}, {}};
    if (const auto metadata = readMetadata(*document, token); !metadata)
        return metadata.error();
    const auto publish = flagField(*document, "can_publish", true);
    if (!publish)
        return publish.error();
    const auto subscribe = flagField(*document, "can_subscribe", true);
    if (!subscribe)
        return subscribe.error();
    const auto lifetime = numberField(*document, "ttl_seconds");
    if (!lifetime)
        return lifetime.error();
    token.canPublish = *publish;
    token.canSubscribe = *subscribe;
    token.ttlSeconds = lifetime->value_or(token.ttlSeconds);
    return token;
}

Result<AgentBody> agentFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(*document, {"user_identity", "room_name"}); !known)
        return known.error();
    auto user = identityField(*document, "user_identity");
    if (!user)
        return user.error();
    auto room = roomName(*document);
    if (!room)
        return room.error();
    return AgentBody{*std::move(user), *std::move(room)};
}

Result<Profile> newProfileFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(
            *document, {"user_identity", "native_language", "voice_avatar_id", "formal_tone", "preserve_emotion"});
        !known)
        return known.error();
    auto user = identityField(*document, "user_identity");
    if (!user)
        return user.error();
    if (!document->contains("native_language"))
        return missing("native_language");
    auto fields = changes(*document);
    if (!fields)
        return fields.error();
    Profile profile(*std::move(user));
    profile.nativeLanguage = *std::move(fields->nativeLanguage);
    profile.voiceId = std::move(fields->voiceId).value_or(std::string());
    profile.formalTone = fields->formalTone.value_or(profile.formalTone);
    profile.preserveEmotion = fields->preserveEmotion.value_or(profile.preserveEmotion);
    return profile;
}

Result<ProfileChanges> profileChangesFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known =
            onlyKnown(*document, {"native_language", "voice_avatar_id", "formal_tone", "preserve_emotion"});
        !known)
        return known.error();
    if (document->empty())
        return malformed("The body names nothing to change; there are native_language, voice_avatar_id, formal_tone, "
                         "preserve_emotion.");
    return changes(*document);
}

Result<ProfileChanges> voiceChangeFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(*document, {"voice_avatar_id"}); !known)
        return known.error();
    if (!document->contains("voice_avatar_id"))
        return missing("voice_avatar_id");
    return changes(*document);
}

} // namespace hearth
