// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/node/Snapshots.h"

#include <list>
#include <map>
#include <string>

namespace hearth {

// The cursors that a node gave, by the query and the place in its list: so that the page which follows another one is
// one of the same list.
//
// A list is the node's snapshot of a moment. It is walked on as long as the query allows (EntriesQuery::maxAge), half a
// minute at most. Not synchronized.
class CursorBook
{
public:
    static constexpr std::chrono::seconds lifetime{30}; // the node keeps its snapshots for a minute
    static constexpr std::size_t mostLists = 4;
    static constexpr std::size_t mostCursors = 2'000; // of one list

    struct Place {
        std::size_t offset = 0;
        std::string cursor; // empty: asked for without one
    };
    // The query's offset, with the cursor that stands there, if there is one. Forgets a list that is too old for it.
    Place begin(const EntriesQuery &query, MonotonicTime now);
    // The node has begun a list for the query. Beside a young one it is as good as the same.
    void startList(const EntriesQuery &query, MonotonicTime now);
    void keep(const EntriesQuery &query, const Place &place);
    void forget(const EntriesQuery &query);
    void clear() { m_lists.clear(); }

private:
    struct List {
        EntriesQuery query; // of which filter and order count
        MonotonicTime startedAt;
        std::map<std::size_t, std::string> cursors;
    };
    std::list<List>::iterator find(const EntriesQuery &query);

    std::list<List> m_lists; // used last at the end
};

} // namespace hearth
