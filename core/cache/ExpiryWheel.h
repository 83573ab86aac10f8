// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/LineTable.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace hearth {

// When which entry of a shard expires.
//
// A hierarchical timing wheel (G. Varghese, T. Lauck: "Hashed and hierarchical timing wheels", 1987): eight rings of 64
// lists; a list of the innermost ring holds the deadlines of one tick, about a millisecond, one of the next ring those
// of 64 ticks, and so on. As time goes on, lists of outer rings are dealt out to inner ones; a bit for each list leads
// from one that is not empty to the next, so empty time costs nothing. What is certainly expired is in a list of its
// own, by which it is counted and cleaned up. Ticks are for finding only: what is expired is decided by the deadline
// itself. An entry whose deadline becomes later stays where it is until its old list is due, and is dealt out then.
//
// Not synchronized: under the lock of the shard. All entries of the shard are in here.
class ExpiryWheel
{
public:
    static constexpr ExpiryLists::List listCount = 8 * 64 + 4;

    ExpiryWheel(LineTable &table, ExpiryLists &lists, MonotonicTime now);

    void add(LineIndex entry);
    void remove(LineIndex entry);
    // The deadline was replaced by another one.
    void change(LineIndex entry, MonotonicTime before);
    // Its expiry was forced: it has expired, whatever its deadline is.
    void force(LineIndex entry);

    // Moves what has expired to the expired. Touches as many entries as the budget says at the most, and counts it
    // down. Returns: whether it is through, so that expired() is exact for this moment.
    bool settle(MonotonicTime now, std::size_t &budget);
    // Known so far, those that were put aside included.
    std::uint64_t expired() const { return m_expired; }
    // One of the expired that were not put aside, the first that became so. Returns: noLine when there is none.
    LineIndex firstExpired() const { return firstOf(due); }
    // A cleanup lets it stay. Until takeBack() it is not among firstExpired().
    void putAside(LineIndex entry);
    LineIndex firstPutAside() const { return firstOf(aside); }
    void takeBack();
    // How many entries were touched that had not expired. Monotonic.
    std::uint64_t touchedInVain() const { return m_touchedInVain; }

    // Returns: empty, or what is wrong.
    std::string checkInvariants(std::uint64_t entries) const;

private:
    using Tick = std::uint64_t;
    using List = ExpiryLists::List;
    static constexpr unsigned ringBits = 6;
    static constexpr unsigned ringCount = 8;
    static constexpr unsigned slotCount = 1U << ringBits;
    static constexpr List due = ringCount * slotCount; // expired
    static constexpr List toDeal = due + 1;            // of lists whose time has come
    static constexpr List sifted = due + 2;            // of the current tick, looked at, not expired at m_siftedAt
    static constexpr List aside = due + 3;             // expired too

    struct Occupied {
        unsigned ring = 0;
        List list = ExpiryLists::none;
        Tick start = 0;
    };

    static Tick tickOf(MonotonicTime time);
    Occupied nextOccupied() const;
    void place(LineIndex entry);
    void takeOut(LineIndex entry);
    LineIndex firstOf(List list) const { return m_lists.isEmpty(list) ? noLine : m_lists.first(list); }
    void makeDue(LineIndex entry);
    void addExpired(LineIndex entry, List list);
    void moveTo(Tick now);
    bool deal(Tick now, std::size_t &budget);
    bool sift(MonotonicTime now, std::size_t &budget);

    LineTable &m_table;
    ExpiryLists &m_lists;
    Tick m_now;                                    // lists of earlier ticks were dealt with
    std::array<std::uint64_t, ringCount> m_bits{}; // of the lists that are not empty
    std::uint64_t m_expired = 0;                   // entries that are due, or aside
    std::uint64_t m_touchedInVain = 0;
    MonotonicTime m_siftedAt{};
};

} // namespace hearth
