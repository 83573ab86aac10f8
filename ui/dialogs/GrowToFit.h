// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace hearth {

// Makes a window as high as its layout needs at its width. Labels that wrap have told no minimum: a window grows with
// what there is to say, and never shrinks by itself. GUI thread only.
void growToFit(QWidget &window);

} // namespace hearth
