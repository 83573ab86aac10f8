// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/profile/LinedDelegate.h"

namespace hearth {

// Paints the rows of an EntriesModel: a dot before the state's word, a draining bar before the time to live; a faint
// bar in place of the words of a row that is not loaded. GUI thread only.
class EntriesDelegate final : public LinedDelegate
{
    Q_OBJECT

public:
    using LinedDelegate::LinedDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    bool isQuiet(const QModelIndex &index) const override;

private:
    void paintPlaceholder(QPainter &painter, const QRect &rect, const QModelIndex &index) const;
    void paintState(QPainter &painter, const QRect &rect, const QModelIndex &index) const;
    void paintTimeToLive(QPainter &painter, const QRect &rect, const QModelIndex &index) const;
};

} // namespace hearth
