// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/CellText.h"

#include <optional>
#include <string>
#include <vector>

namespace hearth {

// A chart in lines of text: one character a value, the newest at the right, the lowest line last. Values are 0-1 of the
// full height; nullopt leaves a gap. With Unicode eighths of a line, with ASCII whole and half ones.
// Returns: exactly so many lines of exactly so many columns; older values that do not fit are left out.
std::vector<std::string> textChart(const std::vector<std::optional<double>> &values, int columns, int lines,
                                   Charset charset);

} // namespace hearth
