// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/FakeNode.h"
#include "tests/support/Settle.h"
#include "ui/entries/EntriesActions.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesModel.h"
#include "ui/entries/EntriesTable.h"
#include "ui/entries/EntriesToolbar.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

namespace hearth {

// The page on a node with so many entries, shown. GUI thread only.
struct EntriesPageFixture {
    explicit EntriesPageFixture(std::size_t entries)
        : node(entries)
        , page(node)
        , said(&page, &EntriesBrowser::notify)
    {
        page.resize(1'132, 700);
        page.show();
        page.activateWindow();
        settle();
    }
    EntriesTable &table() { return page.table(); }
    void select(std::initializer_list<int> rows)
    {
        table().clearSelection();
        for (const int row : rows)
            table().selectionModel()->select(page.model().index(row, 0),
                                             QItemSelectionModel::Select | QItemSelectionModel::Rows);
        settle();
    }
    QString button(const char *name) { return page.toolbar().findChild<QPushButton *>(QLatin1String(name))->text(); }
    bool canPress(const char *name)
    {
        return page.toolbar().findChild<QPushButton *>(QLatin1String(name))->isEnabled();
    }
    QString counts() { return page.toolbar().findChild<QLabel *>("counts")->text(); }
    void refresh()
    {
        page.hide(); // shown again, it asks anew
        page.show();
        settle();
    }
    FakeNode node;
    EntriesBrowser page;
    QSignalSpy said;
};

template <class Dialog>
Dialog *openDialog(QWidget &page)
{
    settle();
    return page.findChild<Dialog *>();
}

} // namespace hearth
