// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/Generations.h"

#include "core/cache/CacheShard.h"
#include "core/cache/HashedKey.h"
#include "core/cache/KeyMarks.h"

#include <bit>

namespace hearth {

std::pair<std::size_t, std::size_t> Generations::placeOf(std::string_view key) const
{
    const HashedKey hashed(key);
    const std::size_t part = CacheShard::numberOf(hashed.hash, static_cast<unsigned>(std::countr_zero(m_parts.size())));
    return {part, KeyMarks::stripeOf(hashed.hash, m_parts[part].size())};
}

Generation Generations::of(std::string_view key) const
{
    const auto [part, stripe] = placeOf(key);
    return m_parts[part][stripe];
}

void Generations::bump(std::string_view key)
{
    const auto [part, stripe] = placeOf(key);
    ++m_parts[part][stripe];
}

void Generations::bumpAll()
{
    for (std::vector<Generation> &part : m_parts) {
        for (Generation &generation : part)
            ++generation;
    }
}

} // namespace hearth
