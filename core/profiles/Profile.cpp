// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/Profile.h"

#include "core/profiles/Language.h"
#include "core/profiles/VoiceCatalog.h"

#include <utility>

namespace hearth {

Profile defaultProfile(ProfileId identity)
{
    static const Voice voice = VoiceCatalog().defaultFor(defaultLanguageCode);

    Profile profile(std::move(identity));
    profile.nativeLanguage = defaultLanguageCode;
    profile.voiceId = voice.id;
    profile.voiceProvider = voice.provider;
    profile.formalTone = false;
    profile.preserveEmotion = true;
    return profile;
}

std::vector<std::string> differences(const Profile &left, const Profile &right)
{
    std::vector<std::string> names;
    if (left.identity != right.identity)
        names.emplace_back("user_identity");
    if (left.nativeLanguage != right.nativeLanguage)
        names.emplace_back("native_language");
    if (left.voiceId != right.voiceId || left.voiceProvider != right.voiceProvider)
        names.emplace_back("voice_avatar");
    if (left.formalTone != right.formalTone)
        names.emplace_back("formal_tone");
    if (left.preserveEmotion != right.preserveEmotion)
        names.emplace_back("preserve_emotion");
    return names;
}

} // namespace hearth
