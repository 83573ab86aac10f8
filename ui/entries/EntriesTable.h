// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

#include <string>
#include <vector>

namespace hearth {

class EntriesModel;

// The table of an EntriesModel. While rows come, go and move, what is at its top stays there (unless it is scrolled to
// the very top: then the newest first rows are seen). GUI thread only. Borrows the model.
class EntriesTable final : public QTableView
{
    Q_OBJECT

public:
    explicit EntriesTable(EntriesModel &model, QWidget *parent = nullptr);

    std::size_t selectedCount() const;
    std::vector<std::string> selectedIdentities() const; // in the order of the table
    QString selectionAsTsv() const;                      // with a header line; safe to paste into a spreadsheet
    std::string currentIdentity() const;                 // empty: no current row
    int firstVisibleRow() const;
    void repaintCountdowns(); // the visible part of the columns in which time passes, nothing else

Q_SIGNALS:
    void selectionMoved();                                // also when selected rows went
    void currentUserChanged(const std::string &identity); // by a person; not when rows move below the cursor
    void userActivated(const std::string &identity);

protected:
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
    std::vector<int> selectedRows() const;
    void rememberTop();
    void restoreTop();
    void fitColumns();

    EntriesModel &m_model;
    bool m_isMerging = false;
    std::string m_topIdentity; // empty: scrolled to the top
    int m_topRow = 0;
    int m_topOffset = 0;
};

} // namespace hearth
