// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesHeader.h"

#include "ui/theme/Theme.h"

#include <QPainter>
#include <QStyleOptionHeader>

namespace hearth {

namespace {

constexpr int padding = space::s; // as the style sheet says
constexpr double arrowWidth = 8;
constexpr double arrowHeight = 5;

} // namespace

EntriesHeader::EntriesHeader(QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent)
{
}

void EntriesHeader::initStyleOptionForIndex(QStyleOptionHeader *option, int section) const
{
    QHeaderView::initStyleOptionForIndex(option, section);
    option->sortIndicator = QStyleOptionHeader::None; // painted here
}

void EntriesHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    painter->save(); // the base leaves its pen and font behind
    QHeaderView::paintSection(painter, rect, section);
    painter->restore();
    if (!isSortIndicatorShown() || section != sortIndicatorSection())
        return;
    const QString title = model()->headerData(section, orientation()).toString();
    const int alignment = model()->headerData(section, orientation(), Qt::TextAlignmentRole).toInt();
    const int words = fontMetrics().horizontalAdvance(title);
    const double left = alignment & Qt::AlignRight ? rect.right() - padding - words - space::xs - arrowWidth
                                                   : rect.left() + padding + words + space::xs;
    const double middle = rect.center().y() + 0.5;
    const double point = (sortIndicatorOrder() == Qt::AscendingOrder ? -1 : 1) * arrowHeight / 2;
    const QPointF corners[] = {QPointF(left, middle - point), QPointF(left + arrowWidth, middle - point),
                               QPointF(left + arrowWidth / 2, middle + point)};
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(Qt::NoPen);
    painter->setBrush(Theme::of(this).quiet);
    painter->drawPolygon(corners, 3);
    painter->restore();
}

} // namespace hearth
