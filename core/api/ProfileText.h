// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/profiles/Profile.h"
#include "core/profiles/ProfileTexts.h"
#include "core/profiles/VoiceCatalog.h"

#include <optional>
#include <string>
#include <string_view>

namespace hearth {

// A profile as it is answered, borrowed from wherever it stands. Immutable value; valid as long as what it views.
struct ProfileFields {
    std::string_view identity;
    RowTexts texts;
    bool formalTone = false;
    bool preserveEmotion = true;
    std::optional<WallTime> updatedAt;

    static ProfileFields of(const Profile &profile)
    {
        return {profile.identity.text(),
                {profile.nativeLanguage, profile.voiceId, profile.voiceProvider},
                profile.formalTone,
                profile.preserveEmotion,
                profile.updatedAt};
    }
};

// What a role that may not see a person's choices is shown instead of them.
enum class Masking { Shown, Masked };

// Appends what core/profiles' toJson writes of the same profile, byte for byte, without a tree in between: the answer
// to a hit. Masked: language, voice and preferences are null, and "masked" is true.
void appendProfile(std::string &out, const ProfileFields &profile, const VoiceCatalog &voices,
                   Masking masking = Masking::Shown);

} // namespace hearth
