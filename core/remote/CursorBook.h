// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/node/Snapshots.h"

#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace hearth {

// The cursors that a node gave, by the query and the place in its list: so that a page in the middle is found without
// walking there again.
//
// A list is the node's snapshot of a moment. It is walked on for half a minute; who asks for a page of it for the
// second time wants to see what is new, and begins a new list. Not synchronized.
class CursorBook
{
public:
    static constexpr std::chrono::seconds lifetime{30}; // the node keeps its snapshots for a minute
    static constexpr std::size_t mostLists = 4;
    static constexpr std::size_t mostCursors = 2'000; // of one list

    struct Place {
        std::size_t offset = 0;
        std::string cursor; // empty: the list's beginning, asked for without one
    };
    // Where to begin, at the query's offset or before it. Forgets a list that is old, or of which this page was asked
    // for already.
    Place begin(const EntriesQuery &query, MonotonicTime now);
    // The node has made a new list for the query, of which this page is asked for.
    void startList(const EntriesQuery &query, MonotonicTime now);
    // Of the newest list of the query.
    void keep(const EntriesQuery &query, const Place &place);
    void forget(const EntriesQuery &query);
    void clear() { m_lists.clear(); }

private:
    struct List {
        EntriesQuery query; // offset and limit mean nothing
        MonotonicTime startedAt;
        std::map<std::size_t, std::string> cursors;
        std::set<std::size_t> served; // offsets that were asked for
    };
    std::list<List>::iterator find(const EntriesQuery &query);

    std::list<List> m_lists; // used last at the end
};

} // namespace hearth
