// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/PackedProfile.h"

#include <utility>

namespace hearth {

std::optional<PackedProfile> pack(const Profile &profile, ProfileTexts &texts)
{
    const std::optional<ProfileTexts::Index> index =
        texts.index({profile.nativeLanguage, profile.voiceId, profile.voiceProvider});
    if (!index)
        return std::nullopt;
    PackedProfile packed;
    packed.m_updatedAt = profile.updatedAt ? profile.updatedAt->time_since_epoch().count() : 0;
    packed.m_rowVersion = profile.rowVersion;
    packed.m_textsAndFlags = *index << PackedProfile::flagCount;
    packed.m_textsAndFlags |= profile.formalTone ? PackedProfile::formalFlag : 0;
    packed.m_textsAndFlags |= profile.preserveEmotion ? PackedProfile::emotionFlag : 0;
    packed.m_textsAndFlags |= profile.updatedAt ? PackedProfile::updatedAtFlag : 0;
    return packed;
}

Profile unpack(ProfileId identity, const PackedProfile &packed, const ProfileTexts &texts)
{
    const RowTexts row = texts.at(packed.texts());
    Profile profile(std::move(identity));
    profile.nativeLanguage = row.nativeLanguage;
    profile.voiceId = row.voiceId;
    profile.voiceProvider = row.voiceProvider;
    profile.formalTone = packed.formalTone();
    profile.preserveEmotion = packed.preserveEmotion();
    profile.updatedAt = packed.updatedAt();
    profile.rowVersion = packed.rowVersion();
    return profile;
}

} // namespace hearth
