// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/ProfileText.h"

#include "core/api/JsonWriter.h"
#include "core/profiles/Language.h"
#include "core/profiles/ProfileJson.h"

namespace hearth {

namespace {

// The voice as VoiceCatalog::resolve gives it, without a copy.
void writeVoice(JsonWriter &json, const RowTexts &texts, const VoiceCatalog &voices)
{
    static const Voice unknown;
    const bool isDefault = texts.voiceId.empty();
    const Voice *found = isDefault ? &voices.defaultFor(texts.nativeLanguage) : voices.find(texts.voiceId);
    const Voice &voice = found ? *found : unknown;
    const bool hasOwnProvider = !isDefault && !texts.voiceProvider.empty();
    json.key("voice_avatar")
        .beginObject()
        .member("voice_id", isDefault ? std::string_view(voice.id) : texts.voiceId)
        .member("provider", hasOwnProvider ? texts.voiceProvider : std::string_view(voice.provider))
        .member("name", voice.name)
        .member("gender", voice.gender)
        .member("accent", voice.accent)
        .member("description", voice.description)
        .endObject();
}

} // namespace

void appendProfile(std::string &out, const ProfileFields &profile, const VoiceCatalog &voices, Masking masking)
{
    JsonWriter json(out);
    json.beginObject().member("user_identity", profile.identity);
    if (masking == Masking::Masked) {
        for (const std::string_view name :
             {"native_language", "language_supported", "voice_avatar", "translation_preferences"})
            json.key(name).null();
        json.member("masked", true);
    } else {
        json.member("native_language", profile.texts.nativeLanguage)
            .member("language_supported", isSupportedLanguage(profile.texts.nativeLanguage));
        writeVoice(json, profile.texts, voices);
        json.key("translation_preferences")
            .beginObject()
            .member("formal_tone", profile.formalTone)
            .member("preserve_emotion", profile.preserveEmotion)
            .endObject();
    }
    if (profile.updatedAt)
        json.member("updated_at", toRfc3339(*profile.updatedAt));
    else
        json.key("updated_at").null();
    json.endObject();
}

} // namespace hearth
