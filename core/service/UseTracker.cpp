// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/UseTracker.h"

#include <functional>
#include <utility>

namespace hearth {

void UseTracker::look(const ProfileCache &cache)
{
    m_before = std::exchange(m_now, std::vector<std::uint32_t>(placeCount));
    cache.forEach([this](std::string_view user, const PackedProfile &, const EntryFacts &facts) {
        m_now[hashOf(user) % placeCount] += static_cast<std::uint32_t>(facts.hits + 1); // one for being there
    });
}

bool UseTracker::isInUse(std::string_view user) const
{
    if (m_before.empty() || m_now.empty())
        return true;
    const std::size_t place = hashOf(user) % placeCount;
    return m_before[place] != m_now[place];
}

std::size_t UseTracker::partOf(std::string_view user, std::size_t parts)
{
    return (hashOf(user) >> 32) % parts;
}

std::uint64_t UseTracker::hashOf(std::string_view user)
{
    std::uint64_t hash = std::hash<std::string_view>()(user);
    hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
    return hash ^ (hash >> 32);
}

} // namespace hearth
