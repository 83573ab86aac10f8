// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/EvictionGhosts.h"
#include "core/cache/LineTable.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace hearth {

// Who of a shard has to make room.
//
// S3-FIFO (J. Yang et al.: "FIFO queues are all you need for cache eviction", 2023) with two changes: an entry hit once
// gets a second round in the small queue, and the share of the small queue follows the ghosts of both (as in ARC).
// New entries come into the small queue, so that what is asked for only once leaves soon; who was hit twice there, or
// comes back soon after it left, goes to the main queue. A hit only counts in the entry's own line, up to three; the
// queues change when room has to be made. DESIGN.md has the figures and what lost.
//
// Not synchronized: under the lock of the shard. All entries of the shard are in here.
class EvictionQueues
{
public:
    EvictionQueues(LineTable &table, EvictionLists &lists, std::size_t capacity);
    static constexpr EvictionLists::List listCount = 2;

    void add(LineIndex entry, std::uint64_t hash);
    void remove(LineIndex entry);
    // Who is to go next; there must be an entry. Each entry that is passed over counts the budget down; when it is used
    // up, somebody goes who was hit.
    LineIndex victim(std::size_t &budget);
    // It goes to make room, and would have been a hit in a larger cache.
    void remember(LineIndex victim, std::uint64_t hash);
    // How many entries there may be about. The ghosts are forgotten.
    void setCapacity(std::size_t capacity);

    // Returns: empty, or what is wrong.
    std::string checkInvariants(std::uint64_t entries) const;

private:
    using Ghosts = EvictionGhosts;
    static constexpr EvictionLists::List small = 0;
    static constexpr EvictionLists::List main = 1;

    void append(LineIndex entry, EvictionLists::List list);
    LineIndex victimOfSmall(std::size_t &budget);
    LineIndex victimOfMain(std::size_t &budget);
    void adapt(Ghosts::Queue ghost);
    void setTarget(std::uint64_t target);
    std::uint64_t target() const;

    LineTable &m_table;
    EvictionLists &m_lists;
    std::size_t m_capacity;
    std::uint64_t m_target = 0; // entries of the small queue, in units of 1/256
    std::array<std::uint64_t, listCount> m_counts{};
    Ghosts m_ghosts;
};

} // namespace hearth
