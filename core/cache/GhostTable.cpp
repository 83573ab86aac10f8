// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/GhostTable.h"

namespace hearth {

namespace {

constexpr std::uint64_t reasonBits = 7;
static_assert(missReasonCount <= reasonBits + 1);

std::size_t slotOf(std::uint64_t hash)
{
    return (hash >> 8) % GhostTable::slotCount;
}

bool isOf(std::uint64_t slot, std::uint64_t hash)
{
    return (slot & ~reasonBits) == (hash & ~reasonBits);
}

} // namespace

GhostTable::GhostTable()
    : m_slots(slotCount, 0)
{
}

MissReason GhostTable::reason(std::uint64_t hash) const
{
    const std::uint64_t slot = m_slots[slotOf(hash)];
    return isOf(slot, hash) ? static_cast<MissReason>(slot & reasonBits) : MissReason::NotSeen;
}

void GhostTable::remember(std::uint64_t hash, MissReason reason)
{
    m_slots[slotOf(hash)] = (hash & ~reasonBits) | static_cast<std::uint64_t>(reason);
}

void GhostTable::forget(std::uint64_t hash)
{
    std::uint64_t &slot = m_slots[slotOf(hash)];
    if (isOf(slot, hash))
        slot = 0;
}

} // namespace hearth
