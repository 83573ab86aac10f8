// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Icon.h"

#include <QAbstractButton>

namespace hearth {

// One page on the NavigationRail. GUI thread only.
class RailButton final : public QAbstractButton
{
    Q_OBJECT

public:
    RailButton(Glyph glyph, const QString &title, const QString &keyHint, QWidget *parent);

    void setCollapsed(bool collapsed);
    int wantedWidth() const;

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    Glyph m_glyph;
    QString m_keyHint;
    bool m_collapsed = false;
    bool m_showsFocus = false; // The keyboard brought it.
};

} // namespace hearth
