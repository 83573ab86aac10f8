// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace hearth {

class LinedDelegate;

// A calm table as high as its rows: what is around it scrolls, not the table. GUI thread only.
class LinedTable final : public QTableView
{
    Q_OBJECT

public:
    LinedTable(QAbstractItemModel *model, LinedDelegate *delegate, const QString &name, QWidget *parent = nullptr);

    void fitHeight();
    void fitColumn(int column); // to all of its texts
};

} // namespace hearth
