// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/DesktopOptions.h"

class QSettings;

namespace hearth {

// Where a database is named, but not what to do with it, a person is asked once: watch a node that serves it, or run
// an own cache beside it. The answer is remembered for that database, and applied to the options.
//
// GUI thread only; opens a dialog. Where no person looks (a picture is taken, there is no screen) nothing is asked.
// Returns: false when the person wants to quit instead.
bool chooseStart(DesktopOptions &options, QSettings &settings, bool isSeen);

} // namespace hearth
