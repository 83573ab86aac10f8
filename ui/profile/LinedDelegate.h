// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace hearth {

struct Theme;

// Rows of a calm table: a hairline below each, room around the text, selection across the whole row. The text is
// drawn as plain text, whatever is in it. GUI thread only.
class LinedDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;

    static int rowHeight(const QFont &font);
    // A column of this model is quiet: names and times beside the values. -1: none.
    void setQuietColumn(int column) { m_quietColumn = column; }
    // Cells that hold true in this role of the model are quiet as well. -1: none.
    void setQuietRole(int role) { m_quietRole = role; }
    // A row whose cells (but the first column's) hold true in this role stands on amber. -1: none.
    void setDiffersRole(int role) { m_differsRole = role; }

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;

protected:
    static constexpr int padding = 8; // as the header of the theme

    void paintGround(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    static void paintText(QPainter &painter, const QRect &rect, const QString &text, Qt::Alignment alignment,
                          const QColor &colour);
    virtual bool isQuiet(const QModelIndex &index) const
    {
        return index.column() == m_quietColumn || (m_quietRole >= 0 && index.data(m_quietRole).toBool());
    }

private:
    int m_quietColumn = -1;
    int m_quietRole = -1;
    int m_differsRole = -1;
};

} // namespace hearth
