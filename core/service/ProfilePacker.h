// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/PackedProfile.h"

#include <atomic>
#include <cstdint>
#include <optional>

namespace hearth {

// Packs profiles for the cache, counts those that cannot be packed, and says so in the log, once.
//
// Thread-safe. Ownership: borrows the table of texts.
class ProfilePacker
{
public:
    explicit ProfilePacker(ProfileTexts &texts)
        : m_texts(texts)
    {
    }

    // Returns: nullopt when the table has no place for the profile's texts: it can be served, but not cached.
    std::optional<PackedProfile> operator()(const Profile &profile);

    const ProfileTexts &texts() const { return m_texts; }
    std::uint64_t failures() const { return m_failures.load(std::memory_order_relaxed); }

private:
    ProfileTexts &m_texts;
    std::atomic<std::uint64_t> m_failures = 0;
};

} // namespace hearth
