// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/profiles/ProfileId.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// A person's language profile, as the row of user_profiles says it. A value; what is cached is a PackedProfile.
// Language and voice are kept as they are in the row, known or not, so that every row survives a round trip.
struct Profile {
    explicit Profile(ProfileId id)
        : identity(std::move(id))
    {
    }

    ProfileId identity;
    std::string nativeLanguage = "en";
    std::string voiceId;       // empty: the row has none, the language's default voice is meant
    std::string voiceProvider; // empty: none in the row
    bool formalTone = false;
    bool preserveEmotion = true;
    std::optional<WallTime> updatedAt; // the row's; null in rows that no trigger maintains. Not what tells a change
    // What tells a change: PostgreSQL's xmin of the row as it was read, elsewhere a hash of its fields. 0: a row that
    // is not stored yet.
    std::uint32_t rowVersion = 0;

    friend bool operator==(const Profile &, const Profile &) = default;
};

using ProfilePtr = std::shared_ptr<const Profile>;

// The profile of somebody nobody knows yet: English, the first English voice, not formal, emotion preserved.
Profile defaultProfile(ProfileId identity);

// The fields in which two profiles differ, by their names in the API ("user_identity", "native_language",
// "voice_avatar", "formal_tone", "preserve_emotion"); updated_at and the row's version are none of them, although they
// count for ==.
std::vector<std::string> differences(const Profile &left, const Profile &right);

} // namespace hearth
