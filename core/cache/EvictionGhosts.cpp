// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/EvictionGhosts.h"

#include <algorithm>

namespace hearth {

namespace {

std::uint16_t fingerprintOf(std::uint64_t hash)
{
    return std::max<std::uint16_t>(static_cast<std::uint16_t>(hash), 1);
}

std::size_t wantedSmall(std::size_t capacity)
{
    return std::max<std::size_t>((capacity * 6 + 4) / 5, 1);
}
std::size_t wantedMain(std::size_t capacity)
{
    return std::max<std::size_t>((capacity * 2 + 4) / 5, 1);
}
std::size_t waysFor(std::size_t wanted, std::size_t sets, std::size_t most)
{
    return std::clamp<std::size_t>((wanted + sets / 2) / sets, 1, most);
}

} // namespace

EvictionGhosts::EvictionGhosts(std::size_t capacity)
    : m_sets((wantedSmall(capacity) + smallWays - 1) / smallWays)
    , m_smallWays(waysFor(wantedSmall(capacity), m_sets.size(), smallWays))
    , m_mainWays(waysFor(wantedMain(capacity), m_sets.size(), mainWays))
{
}

void EvictionGhosts::remember(std::uint64_t hash, Queue from)
{
    Set &set = setOf(hash);
    if (from == Queue::Small)
        m_smallCount += push({set.small.data(), m_smallWays}, fingerprintOf(hash)) ? 1 : 0;
    else
        m_mainCount += push({set.main.data(), m_mainWays}, fingerprintOf(hash)) ? 1 : 0;
}

EvictionGhosts::Queue EvictionGhosts::take(std::uint64_t hash)
{
    Set &set = setOf(hash);
    if (takeOut(set.small, fingerprintOf(hash))) {
        --m_smallCount;
        return Queue::Small;
    }
    if (takeOut(set.main, fingerprintOf(hash))) {
        --m_mainCount;
        return Queue::Main;
    }
    return Queue::None;
}

bool EvictionGhosts::takeOut(std::span<Fingerprint> ways, Fingerprint fingerprint)
{
    const auto found = std::find(ways.begin(), ways.end(), fingerprint);
    if (found == ways.end())
        return false;
    *found = 0;
    return true;
}

// Shifts the others up to the first free way; where there is none, the oldest is forgotten.
// Returns: whether there is one more now.
bool EvictionGhosts::push(std::span<Fingerprint> ways, Fingerprint fingerprint)
{
    const auto free = std::find(ways.begin(), ways.end() - 1, 0);
    const bool isMore = *free == 0;
    std::copy_backward(ways.begin(), free, free + 1);
    ways.front() = fingerprint;
    return isMore;
}

} // namespace hearth
