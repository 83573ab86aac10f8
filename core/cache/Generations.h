// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/CacheTypes.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth {

// The generations of all keys, as they were when it was taken: for a load that does not know beforehand whom it will
// find, and, counted on, for what somebody's own invalidations have made of them. A value; 512 KiB for a large cache.
// Not synchronized.
class Generations
{
public:
    // parts: of the stripes of KeyMarks, in the order of the shards
    explicit Generations(std::vector<std::vector<Generation>> parts)
        : m_parts(std::move(parts))
    {
    }

    Generation of(std::string_view key) const;
    // As an invalidation of this key, or of all keys, changes them in the cache.
    void bump(std::string_view key);
    void bumpAll();

private:
    std::pair<std::size_t, std::size_t> placeOf(std::string_view key) const;

    std::vector<std::vector<Generation>> m_parts;
};

} // namespace hearth
