// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/PaintHelpers.h"

#include <QPainter>

namespace hearth {

void paintCard(QPainter &painter, const QRect &rect, const QColor &fill, const QColor &frame, double frameWidth,
               double cornerRadius)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(frame, frameWidth));
    painter.setBrush(fill);
    const double inset = frameWidth / 2;
    painter.drawRoundedRect(QRectF(rect).adjusted(inset, inset, -inset, -inset), cornerRadius, cornerRadius);
    painter.restore();
}

} // namespace hearth
