// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/Profile.h"
#include "core/profiles/ProfileTexts.h"

#include <cstdint>
#include <optional>
#include <type_traits>

namespace hearth {

// A profile as the cache keeps it: 16 bytes that can be copied as they are. The identity is not in it, because it is
// the key; language and voice are a number in the ProfileTexts by which it was packed. Two are equal when their
// profiles are, if both were packed by the same table. Immutable value.
class PackedProfile
{
public:
    PackedProfile() = default; // of no row

    std::optional<WallTime> updatedAt() const
    {
        return has(updatedAtFlag) ? std::optional(WallTime(WallTime::duration(m_updatedAt))) : std::nullopt;
    }
    std::uint32_t rowVersion() const { return m_rowVersion; }
    ProfileTexts::Index texts() const { return m_textsAndFlags >> flagCount; }
    bool formalTone() const { return has(formalFlag); }
    bool preserveEmotion() const { return has(emotionFlag); }

    friend bool operator==(const PackedProfile &, const PackedProfile &) = default;

private:
    friend std::optional<PackedProfile> pack(const Profile &profile, ProfileTexts &texts);

    static constexpr unsigned flagCount = 3;
    static constexpr std::uint32_t formalFlag = 1;
    static constexpr std::uint32_t emotionFlag = 2;
    static constexpr std::uint32_t updatedAtFlag = 4;
    static_assert(ProfileTexts::maximumCapacity <= std::size_t{1} << (32 - flagCount));

    bool has(std::uint32_t flag) const { return (m_textsAndFlags & flag) != 0; }

    std::int64_t m_updatedAt = 0; // milliseconds; 0 where there is none
    std::uint32_t m_rowVersion = 0;
    std::uint32_t m_textsAndFlags = 0;
};

static_assert(sizeof(PackedProfile) == 16 && std::is_trivially_copyable_v<PackedProfile>);
static_assert(std::has_unique_object_representations_v<PackedProfile>, "no byte of it is padding");

// Returns: nullopt when the table has no room for the profile's texts.
std::optional<PackedProfile> pack(const Profile &profile, ProfileTexts &texts);
// The profile of that user, from the table by which it was packed; every field as it was.
Profile unpack(ProfileId identity, const PackedProfile &packed, const ProfileTexts &texts);

} // namespace hearth
