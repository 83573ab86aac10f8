// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/LinedTable.h"

#include "ui/profile/LinedDelegate.h"
#include "ui/theme/Theme.h"

#include <QHeaderView>

#include <algorithm>

namespace hearth {

LinedTable::LinedTable(QAbstractItemModel *model, LinedDelegate *delegate, const QString &name, QWidget *parent)
    : QTableView(parent)
{
    setModel(model);
    setItemDelegate(delegate);
    setAccessibleName(name);
    setShowGrid(false);
    setWordWrap(false);
    setFrameShape(QFrame::NoFrame);
    setTabKeyNavigation(false);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(LinedDelegate::rowHeight(font()));
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(false);
    horizontalHeader()->setMinimumSectionSize(40);
}

void LinedTable::fitHeight()
{
    const int header = horizontalHeader()->isHidden() ? 0 : horizontalHeader()->sizeHint().height();
    setFixedHeight(header + model()->rowCount() * verticalHeader()->defaultSectionSize() + 1);
}

// resizeColumnToContents() looks only at the rows that are visible, and before the first show none is.
void LinedTable::fitColumn(int column)
{
    int widest = 0;
    for (int row = 0; row < model()->rowCount(); ++row)
        widest = std::max(widest, fontMetrics().horizontalAdvance(model()->index(row, column).data().toString()));
    setColumnWidth(column, widest + 2 * space::s + 2);
}

} // namespace hearth
