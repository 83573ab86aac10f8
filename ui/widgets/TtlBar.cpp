// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TtlBar.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace hearth {

namespace {

constexpr int barHeight = 6;
constexpr int dotSize = 8;

} // namespace

void paintTtlBar(QPainter &painter, const QRect &rect, double fractionLeft, const Theme &theme)
{
    const double fraction = std::isfinite(fractionLeft) ? std::clamp(fractionLeft, 0.0, 1.0) : 0.0;
    const QRectF track(rect.left(), rect.top() + (rect.height() - barHeight) / 2.0, rect.width(), barHeight);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.track);
    painter.drawRoundedRect(track, barHeight / 2.0, barHeight / 2.0);
    if (fraction > 0) {
        QRectF left = track;
        left.setWidth(std::max(track.width() * fraction, static_cast<double>(barHeight))); // never less than a dot
        painter.setBrush(theme.series[0]);
        painter.drawRoundedRect(left, barHeight / 2.0, barHeight / 2.0);
    }
    painter.restore();
}

int paintStateDot(QPainter &painter, const QRect &rect, Tone tone, const Theme &theme)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.tone(tone));
    painter.drawEllipse(QRectF(rect.left(), rect.top() + (rect.height() - dotSize) / 2.0, dotSize, dotSize));
    painter.restore();
    return rect.left() + dotSize + space::s - 2;
}

} // namespace hearth
