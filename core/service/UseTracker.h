// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/CachedProfiles.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hearth {

// Tells which entries were asked for between two looks at the cache, by their counters of hits. Users share places by
// their hash, so that some others seem to be in use, too; never the other way round, as long as an entry's counter is
// exact. 8 MiB, taken with the first look. Not synchronized. Looking changes nothing in the cache.
class UseTracker
{
public:
    void look(const ProfileCache &cache);
    // Between the last two looks; everybody, when there was one only.
    bool isInUse(std::string_view user) const;
    // Of so many equal parts, always the same for a user.
    static std::size_t partOf(std::string_view user, std::size_t parts);

private:
    static constexpr std::size_t placeCount = std::size_t{1} << 20;
    static std::uint64_t hashOf(std::string_view user);

    std::vector<std::uint32_t> m_before; // sums of hits
    std::vector<std::uint32_t> m_now;
};

} // namespace hearth
