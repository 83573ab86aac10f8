// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/ExpiryWheel.h"

#include <algorithm>
#include <bit>

namespace hearth {

namespace {

constexpr unsigned tickBits = 20; // of nanoseconds: about a millisecond

} // namespace

ExpiryWheel::ExpiryWheel(LineTable &table, ExpiryLists &lists, MonotonicTime now)
    : m_table(table)
    , m_lists(lists)
    , m_now(tickOf(now))
{
}

ExpiryWheel::Tick ExpiryWheel::tickOf(MonotonicTime time)
{
    return static_cast<Tick>(std::max<MonotonicTime::rep>(time.time_since_epoch().count(), 0)) >> tickBits;
}

// ---- entries

void ExpiryWheel::add(LineIndex entry)
{
    if (tickOf(m_table.line(entry).deadline()) < m_now)
        makeDue(entry);
    else
        place(entry);
}

void ExpiryWheel::remove(LineIndex entry)
{
    takeOut(entry);
}

void ExpiryWheel::change(LineIndex entry, MonotonicTime before)
{
    const Line &line = m_table.line(entry);
    if (!line.facts().isDue() && line.deadline() >= before)
        return;
    takeOut(entry);
    add(entry);
}

void ExpiryWheel::force(LineIndex entry)
{
    takeOut(entry);
    makeDue(entry);
}

void ExpiryWheel::putAside(LineIndex entry)
{
    takeOut(entry);
    addExpired(entry, aside);
}

void ExpiryWheel::takeBack()
{
    m_lists.splice(aside, due);
}

// Into the list of its tick, which is not earlier than m_now: of the ring in which the two differ first.
void ExpiryWheel::place(LineIndex entry)
{
    const Tick tick = tickOf(m_table.line(entry).deadline());
    const Tick differing = tick ^ m_now;
    const unsigned ring = differing == 0 ? 0 : (static_cast<unsigned>(std::bit_width(differing)) - 1) / ringBits;
    const auto slot = static_cast<unsigned>(tick >> ring * ringBits & (slotCount - 1));
    m_bits[ring] |= std::uint64_t{1} << slot;
    m_lists.append(ring * slotCount + slot, entry);
}

void ExpiryWheel::takeOut(LineIndex entry)
{
    Line &line = m_table.line(entry);
    if (line.facts().isDue()) {
        line.setFacts(line.facts().setDue(false));
        --m_expired;
    }
    const List emptied = m_lists.remove(entry);
    if (emptied < due)
        m_bits[emptied / slotCount] &= ~(std::uint64_t{1} << emptied % slotCount);
}

void ExpiryWheel::makeDue(LineIndex entry)
{
    addExpired(entry, due);
}

void ExpiryWheel::addExpired(LineIndex entry, List list)
{
    Line &line = m_table.line(entry);
    line.setFacts(line.facts().setDue(true));
    m_lists.append(list, entry);
    ++m_expired;
}

// ---- time

// The list that comes first, of those with the same start the outermost, whose entries have to be dealt out before.
ExpiryWheel::Occupied ExpiryWheel::nextOccupied() const
{
    Occupied next;
    for (unsigned ring = ringCount; ring-- > 0;) {
        const unsigned shift = ring * ringBits;
        const auto here = static_cast<unsigned>(m_now >> shift & (slotCount - 1));
        const std::uint64_t ahead = m_bits[ring] >> here << here;
        if (ahead == 0)
            continue;
        const auto slot = static_cast<unsigned>(std::countr_zero(ahead));
        const Tick turn = m_now >> shift >> ringBits << ringBits << shift;
        const Tick start = std::max(turn + (Tick{slot} << shift), m_now);
        if (next.list == ExpiryLists::none || start < next.start)
            next = {ring, ring * slotCount + slot, start};
    }
    return next;
}

void ExpiryWheel::moveTo(Tick now)
{
    if (now > m_now)
        m_lists.splice(sifted, toDeal); // their tick is over
    m_now = std::max(now, m_now);
}

bool ExpiryWheel::settle(MonotonicTime now, std::size_t &budget)
{
    const Tick nowTick = std::max(tickOf(now), m_now);
    for (;;) {
        if (!deal(nowTick, budget))
            return false;
        const Occupied next = nextOccupied();
        // Up to the tick of now: what is in that one has to be looked at entry by entry.
        const bool isInnermost = next.ring == 0;
        if (next.list == ExpiryLists::none || (isInnermost ? next.start >= nowTick : next.start > nowTick)) {
            moveTo(nowTick);
            return deal(nowTick, budget) && sift(now, budget);
        }
        moveTo(next.start + (isInnermost ? 1 : 0));
        m_bits[next.ring] &= ~(std::uint64_t{1} << next.list % slotCount);
        m_lists.splice(next.list, toDeal);
    }
}

// Returns: false when the budget did not suffice.
bool ExpiryWheel::deal(Tick now, std::size_t &budget)
{
    while (!m_lists.isEmpty(toDeal)) {
        if (budget == 0)
            return false;
        --budget;
        const LineIndex entry = m_lists.first(toDeal);
        const LineIndex following = m_lists.after(entry);
        if (following != noLine)
            m_table.prefetch(following);
        m_lists.remove(entry);
        if (tickOf(m_table.line(entry).deadline()) < now) {
            makeDue(entry);
            continue;
        }
        ++m_touchedInVain;
        place(entry);
    }
    return true;
}

// Of the current tick some have expired and some have not.
bool ExpiryWheel::sift(MonotonicTime now, std::size_t &budget)
{
    const auto slot = static_cast<unsigned>(m_now & (slotCount - 1));
    const std::uint64_t bit = std::uint64_t{1} << slot;
    if (now != m_siftedAt && !m_lists.isEmpty(sifted)) {
        m_lists.splice(sifted, slot);
        m_bits[0] |= bit;
    }
    m_siftedAt = now;
    while ((m_bits[0] & bit) != 0) {
        if (budget == 0)
            return false;
        --budget;
        const LineIndex entry = m_lists.first(slot);
        const MonotonicTime deadline = m_table.line(entry).deadline();
        takeOut(entry);
        if (deadline < now) {
            makeDue(entry);
            continue;
        }
        ++m_touchedInVain;
        if (tickOf(deadline) > m_now)
            place(entry);
        else
            m_lists.append(sifted, entry);
    }
    return true;
}

// ---- tests

std::string ExpiryWheel::checkInvariants(std::uint64_t entries) const
{
    std::uint64_t seen = 0;
    std::uint64_t expired = 0;
    for (List list = 0; list < listCount; ++list) {
        if (list < due && m_lists.isEmpty(list) == ((m_bits[list / slotCount] >> list % slotCount & 1) != 0))
            return "the bit of a list is wrong";
        std::uint64_t inList = 0;
        for (LineIndex entry = m_lists.isEmpty(list) ? noLine : m_lists.first(list); entry != noLine;
             entry = m_lists.after(entry)) {
            if (++inList > entries)
                return "a list has no end";
            const Line &line = m_table.line(entry);
            const bool isExpired = list == due || list == aside;
            if (line.facts().isDue() != isExpired)
                return "an entry does not know whether it is among the expired";
            if (line.facts().isForced() && !isExpired)
                return "a forced entry is not among the expired";
            if (list < slotCount && tickOf(line.deadline()) < (m_now & ~Tick{slotCount - 1}) + list)
                return "an entry is in a list that comes too late";
        }
        seen += inList;
        expired += list == due || list == aside ? inList : 0;
    }
    if (expired != m_expired)
        return "the expired were miscounted";
    return seen == entries ? std::string() : "the wheel has " + std::to_string(seen) + " entries";
}

} // namespace hearth
