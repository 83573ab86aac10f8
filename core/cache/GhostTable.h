// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/CacheTypes.h"
#include "core/cache/ZeroedArray.h"

#include <cstddef>
#include <cstdint>

namespace hearth {

// Why keys that are absent are absent: what remains of an entry after it left.
// Bounded: a fingerprint of the key and a reason in eight bytes; a newer ghost takes the place of an older one that
// falls on the same slot. Two keys are mistaken for each other with a probability of about 2^-50.
//
// Not synchronized.
class GhostTable
{
public:
    // slots: a power of two
    explicit GhostTable(std::size_t slots)
        : m_slots(slots)
    {
    }

    // Returns: NotSeen for whom it does not remember.
    MissReason reason(std::uint64_t hash) const;
    void remember(std::uint64_t hash, MissReason reason);
    void forget(std::uint64_t hash);

private:
    std::uint64_t &slotOf(std::uint64_t hash) { return m_slots[(hash >> 8) & (m_slots.size() - 1)]; }

    ZeroedArray<std::uint64_t> m_slots; // the hash, its lowest bits replaced by the reason; 0 is empty
};

} // namespace hearth
