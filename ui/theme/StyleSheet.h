// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QString>

namespace hearth {

// The application's style sheet: what palette and Fusion cannot say. Generated, so that both themes share every rule.
QString styleSheet(const Theme &theme);

} // namespace hearth
