// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QFrame>

namespace hearth {

// One line of plain text that is cut with "…" where it does not fit, and then shows the whole in its tool tip.
// Data passes through visibleText(). GUI thread only.
class ElidedLabel final : public QFrame
{
    Q_OBJECT
    Q_PROPERTY(QString text READ text WRITE setText)

public:
    explicit ElidedLabel(QWidget *parent = nullptr);
    explicit ElidedLabel(const QString &text, QWidget *parent = nullptr);

    QString text() const { return m_text; } // as given, uncut
    void setText(const QString &text);
    void setElideMode(Qt::TextElideMode mode); // right unless told
    void setTextRole(TextRole role);
    void setTone(Tone tone); // Neutral: the text colour
    void setQuietText(bool quiet);
    void setAlignment(Qt::Alignment alignment);
    // Reachable by keyboard; a double click or focus selects the whole, Ctrl+C copies it uncut.
    void setSelectable(bool selectable);
    bool isElided() const;
    QString shownText() const; // what fits now

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void textChanged();
    void updateToolTip();
    void copy() const;

    QString m_text;
    QString m_visible;
    Qt::TextElideMode m_elide = Qt::ElideRight;
    Qt::Alignment m_alignment = Qt::AlignLeft | Qt::AlignVCenter;
    TextRole m_role = TextRole::Body;
    Tone m_tone = Tone::Neutral;
    bool m_quiet = false;
    bool m_selectable = false;
    bool m_selected = false;
};

} // namespace hearth
