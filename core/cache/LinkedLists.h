// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/LineStore.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hearth {

// Doubly linked lists of the entries of one shard; the links lie beside the entries. An entry is in one of the lists.
// The ends of a list are links too: the first entry's previous one names the list, and so does the last one's next.
//
// Not synchronized: under the lock of the shard.
template <EntrySide::Link EntrySide::*link>
class LinkedLists
{
public:
    using List = std::uint32_t;
    static constexpr List none = ~List{0};

    LinkedLists(LineStore &store, unsigned shard, List count)
        : m_store(store)
        , m_shard(shard)
        , m_ends(count)
    {
        for (List list = 0; list < count; ++list)
            m_ends[list] = {asEnd(list), asEnd(list)};
    }

    bool isEmpty(List list) const { return isEnd(m_ends[list].next); }
    // Of a list that is not empty. In an end, next is the first and previous the last.
    LineIndex first(List list) const { return m_ends[list].next; }
    LineIndex last(List list) const { return m_ends[list].previous; }
    // Returns: noLine after the last.
    LineIndex after(LineIndex entry) const
    {
        const std::uint32_t next = at(entry).next;
        return isEnd(next) ? noLine : next;
    }

    void append(List list, LineIndex entry)
    {
        EntrySide::Link &end = m_ends[list];
        at(entry) = {end.previous, asEnd(list)};
        follow(end.previous).next = entry;
        end.previous = entry;
    }
    // Returns: the list, if that left it empty; else none.
    List remove(LineIndex entry)
    {
        const EntrySide::Link gone = at(entry);
        follow(gone.previous).next = gone.next;
        follow(gone.next).previous = gone.previous;
        return isEnd(gone.previous) && gone.previous == gone.next ? gone.next & ~endFlag : none;
    }
    // All of one list go to the end of another one.
    void splice(List from, List to)
    {
        if (isEmpty(from))
            return;
        const EntrySide::Link moved = m_ends[from];
        EntrySide::Link &end = m_ends[to];
        at(moved.next).previous = end.previous;
        follow(end.previous).next = moved.next;
        at(moved.previous).next = asEnd(to);
        end.previous = moved.previous;
        m_ends[from] = {asEnd(from), asEnd(from)};
    }
    // An entry has come to this line, and its side with it.
    void movedTo(LineIndex to)
    {
        const EntrySide::Link here = at(to);
        follow(here.previous).next = to;
        follow(here.next).previous = to;
    }

private:
    static constexpr std::uint32_t endFlag = std::uint32_t{1} << 31;
    static std::uint32_t asEnd(List list) { return list | endFlag; }
    static bool isEnd(std::uint32_t to) { return (to & endFlag) != 0; }
    EntrySide::Link &at(LineIndex entry) { return m_store.side(entry, m_shard).*link; }
    const EntrySide::Link &at(LineIndex entry) const { return m_store.side(entry, m_shard).*link; }
    EntrySide::Link &follow(std::uint32_t to) { return isEnd(to) ? m_ends[to & ~endFlag] : at(to); }

    LineStore &m_store;
    const unsigned m_shard;
    std::vector<EntrySide::Link> m_ends;
};

} // namespace hearth
