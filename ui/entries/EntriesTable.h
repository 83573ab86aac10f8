// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/entries/SelectedUsers.h"

#include <QTableView>

#include <string>
#include <vector>

namespace hearth {

class EntriesModel;

// The table of an EntriesModel. While users come, go and move, the one at its top stays there (unless it is scrolled to
// the very top: then the newest first rows are seen), and so does the cursor on its user, and the selection on those in
// it that were seen. Select all means all that match, also those who come later. GUI thread only. Borrows the model.
class EntriesTable final : public QTableView
{
    Q_OBJECT

public:
    explicit EntriesTable(EntriesModel &model, QWidget *parent = nullptr);

    std::size_t selectedCount() const;
    bool isAllSelected() const { return m_isAllSelected; }
    // Those of the selected that were seen, in the order of the table; and the places of those that were not.
    std::vector<std::string> selectedIdentities() const;
    std::vector<RowRange> unseenSelected() const;
    std::vector<RowRange> selectedRanges() const;
    std::string currentIdentity() const; // empty: no current row, or one that is not loaded
    RowRange visibleRows() const;        // the last before the first: none
    void repaintCountdowns();            // the visible part of the columns in which time passes, nothing else

public Q_SLOTS:
    void selectAll() override;

Q_SIGNALS:
    void viewMoved();                                     // other rows are visible, or other users in them
    void selectionMoved();                                // also when selected rows went
    void currentUserChanged(const std::string &identity); // by a person; not when rows move below the cursor
    void userActivated(const std::string &identity);

protected:
    // Home and End go to the first and the last row: a row is one thing here.
    QModelIndex moveCursor(CursorAction action, Qt::KeyboardModifiers modifiers) override;
    // Nothing: it would look at a million rows. The search field is for that.
    void keyboardSearch(const QString & /*text*/) override {}
    void scrollContentsBy(int dx, int dy) override;
    void selectionChanged(const QItemSelection &selected, const QItemSelection &deselected) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct ColumnWidths {
        int least = 0;
        int wished = 0;
    };
    ColumnWidths widthsOf(int column) const;
    SelectedUsers selectedUsers() const;
    void remember();
    void restore(bool isAnotherList);
    void restoreSelection(bool isAnotherList);
    void restoreCurrent(bool isAnotherList);
    void restoreTop();
    void fitColumns();

    EntriesModel &m_model;
    SelectedUsers m_selected;
    bool m_isAllSelected = false;
    bool m_isSelectingAll = false;
    bool m_isMerging = false;
    std::string m_currentIdentity;  // of the current row, if it was seen
    bool m_isCurrentUnseen = false; // the cursor has gone to a row that is not loaded yet
    std::string m_topIdentity;      // empty: scrolled to the top
    int m_topRow = 0;
    int m_topOffset = 0;
};

} // namespace hearth
