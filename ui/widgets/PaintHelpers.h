// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QColor>
#include <QRect>

class QPainter;

namespace hearth {

// Shared by the widgets that paint themselves. GUI thread only.

// A filled rectangle with round corners and a hairline frame that stays within `rect`.
void paintCard(QPainter &painter, const QRect &rect, const QColor &fill, const QColor &frame, double frameWidth = 1,
               double cornerRadius = radius::panel);

} // namespace hearth
