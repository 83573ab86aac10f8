// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Panel.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/PaintHelpers.h"

#include <QPainter>

namespace hearth {

Panel::Panel(QWidget *parent)
    : QFrame(parent)
{
}

void Panel::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    paintCard(painter, rect(), theme.panel, theme.line);
}

} // namespace hearth
