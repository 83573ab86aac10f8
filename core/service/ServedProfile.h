// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/PackedProfile.h"
#include "core/profiles/Profile.h"
#include "core/profiles/ProfileTexts.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace hearth {

// How an answer came about.
enum class Served : std::uint8_t {
    Hit,
    Miss,
    Coalesced, // by the query of another
    Stale,     // from an expired entry, because a load failed: at most the TTL and the grace old
};

// The answer to a get: a user's profile, without the identity, which whoever asked knows. Made and copied without an
// allocation. Its views are valid as long as it, or a copy of it, and the table of texts live. Immutable value.
// Ownership: borrows the table.
class ServedProfile
{
public:
    ServedProfile(const PackedProfile &packed, const ProfileTexts &texts, Served served)
        : m_packed(packed)
        , m_texts(&texts)
        , m_served(served)
    {
    }
    // One that has no place in the table of texts, and is not cached therefore; never null.
    ServedProfile(ProfilePtr whole, Served served)
        : m_whole(std::move(whole))
        , m_served(served)
    {
    }
    // The same profile, for somebody who gets it otherwise.
    ServedProfile as(Served served) const
    {
        ServedProfile other = *this;
        other.m_served = served;
        return other;
    }

    Served served() const { return m_served; }
    bool isStale() const { return m_served == Served::Stale; }

    std::string_view nativeLanguage() const { return texts().nativeLanguage; }
    std::string_view voiceId() const { return texts().voiceId; }             // empty: the row has none
    std::string_view voiceProvider() const { return texts().voiceProvider; } // empty: none in the row
    RowTexts texts() const
    {
        return m_whole ? RowTexts{m_whole->nativeLanguage, m_whole->voiceId, m_whole->voiceProvider}
                       : m_texts->at(m_packed.texts());
    }
    bool formalTone() const { return m_whole ? m_whole->formalTone : m_packed.formalTone(); }
    bool preserveEmotion() const { return m_whole ? m_whole->preserveEmotion : m_packed.preserveEmotion(); }
    std::optional<WallTime> updatedAt() const { return m_whole ? m_whole->updatedAt : m_packed.updatedAt(); }
    std::uint32_t rowVersion() const { return m_whole ? m_whole->rowVersion : m_packed.rowVersion(); }

    // All of it, for those who keep it. The identity is that of the user who was asked for.
    Profile profile(ProfileId identity) const
    {
        return m_whole ? *m_whole : unpack(std::move(identity), m_packed, *m_texts);
    }

private:
    PackedProfile m_packed;
    const ProfileTexts *m_texts = nullptr; // null when there is a whole one
    ProfilePtr m_whole;                    // null when it is packed
    Served m_served;
};

} // namespace hearth
