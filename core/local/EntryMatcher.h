// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/local/EntrySnapshot.h"
#include "core/node/Snapshots.h"

#include <cstddef>
#include <vector>

namespace hearth {

bool isActive(const EntryFacts &facts, MonotonicTime now);

// Which rows of a snapshot a filter means. Borrows all it is given. Not synchronized.
class EntryMatcher
{
public:
    // texts is the table by which the rows were packed; those of the snapshot are all in it by now. now: by which
    // they are active or expired.
    EntryMatcher(const EntrySnapshot &snapshot, const EntriesFilter &filter, const ProfileTexts &texts,
                 MonotonicTime now);

    // Calls take(number of the row) for each, in the order of the snapshot.
    // Returns: false, when it was not wanted to the end.
    template <class Take>
    bool forEach(const StillWanted &isWanted, const Take &take) const
    {
        if (!m_filter.search.empty())
            return forEachFound(isWanted, take);
        const std::size_t size = m_snapshot.rows().size();
        for (std::size_t begin = 0; begin < size; begin += rowsAtOnce) {
            if (!isWanted())
                return false;
            const std::size_t end = std::min(begin + rowsAtOnce, size);
            for (std::size_t row = begin; row < end; ++row) {
                if (matches(m_snapshot.rows()[row]))
                    take(static_cast<EntrySnapshot::RowNumber>(row));
            }
        }
        return true;
    }

private:
    static constexpr std::size_t rowsAtOnce = 16'384;

    template <class Take>
    bool forEachFound(const StillWanted &isWanted, const Take &take) const
    {
        for (const auto row : m_snapshot.foldedIdentities().containing(m_filter.search, isWanted)) {
            if (matches(m_snapshot.rows()[row]))
                take(row);
        }
        return isWanted();
    }
    // All but the search.
    bool matches(const EntrySnapshot::Row &row) const
    {
        if (m_filter.state && (*m_filter.state == EntryState::Active) != isActive(row.facts, m_now))
            return false;
        return m_matchesLanguage.empty() || m_matchesLanguage.at(row.profile.texts());
    }

    const EntrySnapshot &m_snapshot;
    const EntriesFilter &m_filter;
    const MonotonicTime m_now;
    std::vector<bool> m_matchesLanguage; // by number in the table of texts; empty: all do
};

} // namespace hearth
