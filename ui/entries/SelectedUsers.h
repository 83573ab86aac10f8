// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QItemSelection>

#include <map>
#include <string>
#include <vector>

namespace hearth {

class EntriesModel;

// Rows that follow one another.
struct RowRange {
    int first = 0;
    int last = 0;
};

// Who stands in the selected rows, by name as far as it was seen. A row is a place, and users come to other places:
// whoever was selected by name stays selected there. Rows that were never loaded are selected as places only.
// GUI thread only. At most 200,000 names; rows beyond are places, too.
class SelectedUsers
{
public:
    void clear() { m_names.clear(); }
    void forget(const QItemSelection &rows);
    // Notes those of these rows that are loaded and not known yet.
    void note(const QItemSelection &rows, const EntriesModel &model);

    // What is to be selected otherwise after the model has merged.
    struct Change {
        QItemSelection gone;
        QItemSelection come;
    };
    // Whoever is known and loaded stands where the model has them; whoever is not there any more is gone.
    Change follow(const EntriesModel &model);
    // The same where nothing of the places holds any more: only who is loaded is kept.
    QItemSelection keepLoaded(const EntriesModel &model);

    // Of the selected rows: the known names in the order of the table, and the places of the others.
    std::vector<std::string> names(const QItemSelection &rows) const;
    std::vector<RowRange> unknown(const QItemSelection &rows) const;

private:
    std::map<int, std::string> m_names; // by row
};

// In the order of the table, without overlaps.
std::vector<RowRange> rangesOf(const QItemSelection &rows);

} // namespace hearth
