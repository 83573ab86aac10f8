// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/ProfileJson.h"

#include "core/profiles/Language.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace hearth {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t maxBytes = 1024 * 1024; // a voice may have a long description
constexpr int maxDepth = 16;

Error badData(std::string detail)
{
    return Error{ErrorCode::BadData, std::move(detail)};
}

Error notJson(std::size_t byte)
{
    return badData("The profile is not valid JSON (in UTF-8): wrong at byte " + std::to_string(byte) + ".");
}

// Counts brackets outside strings, before anything is built from them.
bool isDeeperThan(std::string_view text, int limit)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limit)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

// The document, parsed. The parser's own words are not passed on: they quote the text, which is personal data.
Result<json> parseDocument(std::string_view text)
{
    if (text.size() > maxBytes)
        return badData("The profile is larger than 1 MiB.");
    if (isDeeperThan(text, maxDepth))
        return badData("The profile is nested deeper than 16 levels.");
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return notJson(nul + 1); // the parser would take it for the end, whatever comes behind
    try {
        return json::parse(text.begin(), text.end());
    } catch (const json::parse_error &error) {
        return notJson(error.byte);
    } catch (const json::exception &) {
        return badData("The profile holds a number that is too large.");
    }
}

// Reads the members of one object, by their names; the path ("voice_avatar.") is what the errors name.
class Members
{
public:
    Members(const json &object, std::string path)
        : m_object(object)
        , m_path(std::move(path))
    {
    }

    Error missing(std::string_view name) const { return badData("The member " + quotedPath(name) + " is missing."); }
    Error wrongType(std::string_view name, std::string_view expected) const
    {
        return badData("The member " + quotedPath(name) + " is not " + std::string(expected) + ".");
    }
    // Null when there is none.
    const json *find(std::string_view name) const
    {
        const auto found = m_object.find(name);
        return found == m_object.end() ? nullptr : &*found;
    }
    Result<std::string> string(std::string_view name) const
    {
        const json *member = find(name);
        if (!member)
            return missing(name);
        if (!member->is_string())
            return wrongType(name, "a string");
        return member->get_ref<const std::string &>();
    }
    // As string(), but absent and null are the empty one.
    Result<std::string> optionalString(std::string_view name) const
    {
        const json *member = find(name);
        return !member || member->is_null() ? Result<std::string>(std::string()) : string(name);
    }
    Result<bool> boolean(std::string_view name) const
    {
        const json *member = find(name);
        if (!member)
            return missing(name);
        if (!member->is_boolean())
            return wrongType(name, "true or false");
        return member->get<bool>();
    }

private:
    std::string quotedPath(std::string_view name) const { return '"' + m_path + std::string(name) + '"'; }

    const json &m_object;
    const std::string m_path;
};

Result<void> readVoice(const Members &document, Profile &profile)
{
    const json *voice = document.find("voice_avatar");
    if (!voice)
        return document.missing("voice_avatar");
    if (voice->is_null())
        return {};
    if (!voice->is_object())
        return document.wrongType("voice_avatar", "an object or null");

    const Members members(*voice, "voice_avatar.");
    Result<std::string> id = members.string("voice_id");
    if (!id)
        return id.error();
    Result<std::string> provider = members.optionalString("provider");
    if (!provider)
        return provider.error();
    profile.voiceId = *std::move(id);
    profile.voiceProvider = *std::move(provider);
    return {};
}

Result<void> readPreferences(const Members &document, Profile &profile)
{
    const json *preferences = document.find("translation_preferences");
    if (!preferences)
        return document.missing("translation_preferences");
    if (!preferences->is_object())
        return document.wrongType("translation_preferences", "an object");

    const Members members(*preferences, "translation_preferences.");
    const Result<bool> formalTone = members.boolean("formal_tone");
    if (!formalTone)
        return formalTone.error();
    const Result<bool> preserveEmotion = members.boolean("preserve_emotion");
    if (!preserveEmotion)
        return preserveEmotion.error();
    profile.formalTone = *formalTone;
    profile.preserveEmotion = *preserveEmotion;
    return {};
}

Result<void> readUpdatedAt(const Members &document, Profile &profile)
{
    const Result<std::string> text = document.optionalString("updated_at");
    if (!text)
        return document.wrongType("updated_at", "a string or null");
    const json *member = document.find("updated_at");
    if (!member || member->is_null())
        return {};
    const Result<WallTime> time = wallTimeFromRfc3339(*text);
    if (!time)
        return badData("The member \"updated_at\" is wrong. " + time.error().detail);
    profile.updatedAt = *time;
    return {};
}

Result<Profile> readProfile(const json &object)
{
    const Members document(object, "");
    const Result<std::string> identity = document.string("user_identity");
    if (!identity)
        return identity.error();
    Result<ProfileId> id = ProfileId::parse(*identity);
    if (!id)
        return badData("The member \"user_identity\" is wrong. " + id.error().detail);

    Profile profile(*std::move(id));
    Result<std::string> language = document.string("native_language");
    if (!language)
        return language.error();
    profile.nativeLanguage = *std::move(language);
    for (const auto read : {readVoice, readPreferences, readUpdatedAt}) {
        const Result<void> done = read(document, profile);
        if (!done)
            return done.error();
    }
    return profile;
}

} // namespace

std::string toJson(const Profile &profile, const VoiceCatalog &voices)
{
    const Voice voice = voices.resolve(profile.voiceId, profile.voiceProvider, profile.nativeLanguage);
    ordered_json document;
    document["user_identity"] = profile.identity.text();
    document["native_language"] = profile.nativeLanguage;
    document["language_supported"] = isSupportedLanguage(profile.nativeLanguage);
    document["voice_avatar"] = {{"voice_id", voice.id},   {"provider", voice.provider},
                                {"name", voice.name},     {"gender", voice.gender},
                                {"accent", voice.accent}, {"description", voice.description}};
    document["translation_preferences"] = {{"formal_tone", profile.formalTone},
                                           {"preserve_emotion", profile.preserveEmotion}};
    document["updated_at"] = profile.updatedAt ? ordered_json(toRfc3339(*profile.updatedAt)) : ordered_json(nullptr);
    // A row of a foreign database may hold bytes that are no UTF-8: they become U+FFFD.
    return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

Result<Profile> profileFromJson(std::string_view text)
{
    const Result<json> document = parseDocument(text);
    if (!document)
        return document.error();
    if (!document->is_object())
        return badData("The profile is not a JSON object.");
    return readProfile(*document);
}

} // namespace hearth
