// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QRect>

class QPainter;

namespace hearth {

// A draining bar: the part that is left, 0-1, in a column of a table. Vertically centred in `rect`. For delegates.
// Nothing is left: an empty track. GUI thread only.
void paintTtlBar(QPainter &painter, const QRect &rect, double fractionLeft, const Theme &theme);

// The dot before a state's word, left aligned and vertically centred in `rect`. Returns: where the word begins.
int paintStateDot(QPainter &painter, const QRect &rect, Tone tone, const Theme &theme);

} // namespace hearth
