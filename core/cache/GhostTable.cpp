// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/GhostTable.h"

namespace hearth {

namespace {

constexpr std::uint64_t reasonBits = 7;
static_assert(missReasonCount <= reasonBits + 1);

bool isOf(std::uint64_t slot, std::uint64_t hash)
{
    return (slot & ~reasonBits) == (hash & ~reasonBits);
}

} // namespace

MissReason GhostTable::reason(std::uint64_t hash) const
{
    const std::uint64_t slot = m_slots[(hash >> 8) & (m_slots.size() - 1)];
    return isOf(slot, hash) ? static_cast<MissReason>(slot & reasonBits) : MissReason::NotSeen;
}

void GhostTable::remember(std::uint64_t hash, MissReason reason)
{
    slotOf(hash) = (hash & ~reasonBits) | static_cast<std::uint64_t>(reason);
}

void GhostTable::forget(std::uint64_t hash)
{
    std::uint64_t &slot = slotOf(hash);
    if (isOf(slot, hash))
        slot = 0;
}

} // namespace hearth
