// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHeaderView>

namespace hearth {

// The header of the entries: the arrow of the sorted column stands beside its words, not at the end of a wide
// column. GUI thread only.
class EntriesHeader final : public QHeaderView
{
    Q_OBJECT

public:
    explicit EntriesHeader(QWidget *parent = nullptr);

protected:
    void initStyleOptionForIndex(QStyleOptionHeader *option, int section) const override;
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;
};

} // namespace hearth
