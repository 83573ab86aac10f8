// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/SelectedUsers.h"

#include "ui/entries/EntriesModel.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t mostNames = 200'000;

std::unordered_map<std::string_view, int> placesOf(const EntriesModel &model)
{
    std::unordered_map<std::string_view, int> places;
    places.reserve(static_cast<std::size_t>(model.endLoaded() - model.firstLoaded()));
    for (int row = model.firstLoaded(); row < model.endLoaded(); ++row)
        places.emplace(model.entry(row).identity, row);
    return places;
}

QItemSelection selectionOf(const std::set<int> &rows, const EntriesModel &model)
{
    QItemSelection selection;
    for (auto first = rows.begin(); first != rows.end();) {
        auto next = std::next(first);
        int last = *first;
        while (next != rows.end() && *next == last + 1)
            last = *next++;
        last = std::min(last, model.rowCount() - 1); // rows that went are selected no more
        if (*first <= last)
            selection.append(
                QItemSelectionRange(model.index(*first, 0), model.index(last, EntriesModel::ColumnCount - 1)));
        first = next;
    }
    return selection;
}

} // namespace

std::vector<RowRange> rangesOf(const QItemSelection &rows)
{
    std::vector<RowRange> ranges;
    for (const QItemSelectionRange &range : rows)
        ranges.push_back({range.top(), range.bottom()});
    std::sort(ranges.begin(), ranges.end(),
              [](const RowRange &left, const RowRange &right) { return left.first < right.first; });
    std::vector<RowRange> joined;
    for (const RowRange &range : ranges) {
        if (!joined.empty() && range.first <= joined.back().last + 1)
            joined.back().last = std::max(joined.back().last, range.last);
        else
            joined.push_back(range);
    }
    return joined;
}

void SelectedUsers::forget(const QItemSelection &rows)
{
    if (m_names.empty())
        return;
    for (const RowRange &range : rangesOf(rows))
        m_names.erase(m_names.lower_bound(range.first), m_names.upper_bound(range.last));
}

void SelectedUsers::note(const QItemSelection &rows, const EntriesModel &model)
{
    for (const RowRange &range : rangesOf(rows)) {
        const int end = std::min(range.last + 1, model.endLoaded());
        for (int row = std::max(range.first, model.firstLoaded()); row < end && m_names.size() < mostNames; ++row)
            m_names.emplace(row, model.entry(row).identity);
    }
}

SelectedUsers::Change SelectedUsers::follow(const EntriesModel &model)
{
    if (m_names.empty())
        return {};
    const auto places = placesOf(model);
    std::map<int, std::string> names;
    std::set<int> gone;
    std::set<int> come;
    for (auto &[row, name] : m_names) {
        const auto found = places.find(name);
        const int place = found != places.end() ? found->second : row;
        const bool isGone = found == places.end() && (model.isLoaded(row) || row >= model.rowCount());
        if (isGone || place != row)
            gone.insert(row);
        if (!isGone && place != row)
            come.insert(place);
        if (!isGone)
            names.insert_or_assign(place, std::move(name));
    }
    m_names = std::move(names);
    for (const int row : come)
        gone.erase(row);
    return {selectionOf(gone, model), selectionOf(come, model)};
}

QItemSelection SelectedUsers::keepLoaded(const EntriesModel &model)
{
    const auto places = placesOf(model);
    std::map<int, std::string> names;
    std::set<int> kept;
    for (auto &[row, name] : m_names) {
        const auto found = places.find(name);
        if (found == places.end())
            continue;
        kept.insert(found->second);
        names.insert_or_assign(found->second, std::move(name));
    }
    m_names = std::move(names);
    return selectionOf(kept, model);
}

std::vector<std::string> SelectedUsers::names(const QItemSelection &rows) const
{
    std::vector<std::string> names;
    std::set<std::string_view> seen; // a place may hold somebody whom we know from another
    for (const RowRange &range : rangesOf(rows)) {
        for (auto each = m_names.lower_bound(range.first); each != m_names.end() && each->first <= range.last; ++each) {
            if (seen.insert(each->second).second)
                names.push_back(each->second);
        }
    }
    return names;
}

std::vector<RowRange> SelectedUsers::unknown(const QItemSelection &rows) const
{
    std::vector<RowRange> unknown;
    for (const RowRange &range : rangesOf(rows)) {
        int first = range.first;
        for (auto each = m_names.lower_bound(range.first); each != m_names.end() && each->first <= range.last; ++each) {
            if (each->first > first)
                unknown.push_back({first, each->first - 1});
            first = each->first + 1;
        }
        if (first <= range.last)
            unknown.push_back({first, range.last});
    }
    return unknown;
}

} // namespace hearth
