// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/CursorBook.h"

#include <algorithm>

namespace hearth {

namespace {

bool isSameList(const EntriesQuery &left, const EntriesQuery &right)
{
    return left.filter == right.filter && left.sort == right.sort && left.descending == right.descending;
}

} // namespace

std::list<CursorBook::List>::iterator CursorBook::find(const EntriesQuery &query)
{
    return std::find_if(m_lists.begin(), m_lists.end(),
                        [&](const List &list) { return isSameList(list.query, query); });
}

CursorBook::Place CursorBook::begin(const EntriesQuery &query, MonotonicTime now)
{
    const Place without{query.offset, {}};
    const auto list = find(query);
    if (list == m_lists.end())
        return without;
    const auto mostAge = std::min<std::chrono::nanoseconds>(query.maxAge, lifetime);
    if (mostAge.count() == 0 || now - list->startedAt > mostAge) {
        m_lists.erase(list);
        return without;
    }
    m_lists.splice(m_lists.end(), m_lists, list);
    const auto place = list->cursors.find(query.offset);
    return place == list->cursors.end() ? without : Place{place->first, place->second};
}

void CursorBook::startList(const EntriesQuery &query, MonotonicTime now)
{
    if (find(query) != m_lists.end())
        return;
    m_lists.push_back({query, now, {}});
    if (m_lists.size() > mostLists)
        m_lists.pop_front();
}

void CursorBook::keep(const EntriesQuery &query, const Place &place)
{
    const auto list = find(query);
    if (list != m_lists.end() && list->cursors.size() < mostCursors)
        list->cursors.insert_or_assign(place.offset, place.cursor);
}

void CursorBook::forget(const EntriesQuery &query)
{
    const auto list = find(query);
    if (list != m_lists.end())
        m_lists.erase(list);
}

} // namespace hearth
