// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/profile/LinedDelegate.h"

#include "ui/theme/Theme.h"

#include <QAbstractItemView>
#include <QPainter>

namespace hearth {

int LinedDelegate::rowHeight(const QFont &font)
{
    return QFontMetrics(font).height() + space::s + 2;
}

QSize LinedDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    return {option.fontMetrics.horizontalAdvance(text) + 2 * padding, rowHeight(option.font)};
}

void LinedDelegate::paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    const Theme &theme = Theme::of(option.widget);
    if (m_differsRole >= 0 && index.column() > 0 && index.data(m_differsRole).toBool())
        painter.fillRect(option.rect, theme.warningGround);
    if (option.state.testFlag(QStyle::State_Selected))
        painter.fillRect(option.rect, theme.selection);
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme.line);
    const auto *view = qobject_cast<const QAbstractItemView *>(option.widget);
    const bool isCurrentRow = view != nullptr && view->hasFocus() && view->currentIndex().row() == index.row();
    if (isCurrentRow) { // where the keyboard is
        painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), theme.accent);
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), option.rect.width(), 1), theme.accent);
    }
}

void LinedDelegate::paintText(QPainter &painter, const QRect &rect, const QString &text, Qt::Alignment alignment,
                              const QColor &colour)
{
    painter.setPen(colour);
    const QString shown = painter.fontMetrics().elidedText(text, Qt::ElideRight, rect.width());
    painter.drawText(rect, static_cast<int>(alignment) | Qt::TextSingleLine, shown);
}

void LinedDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    painter->setFont(option.font);
    paintGround(*painter, option, index);
    const Theme &theme = Theme::of(option.widget);
    const QVariant alignment = index.data(Qt::TextAlignmentRole);
    paintText(*painter, option.rect.adjusted(padding, 0, -padding, 0), index.data(Qt::DisplayRole).toString(),
              alignment.isValid() ? alignment.value<Qt::Alignment>() : Qt::AlignLeft | Qt::AlignVCenter,
              isQuiet(index) ? theme.quiet : theme.text);
    painter->restore();
}

} // namespace hearth
