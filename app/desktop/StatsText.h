// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/telemetry/Stats.h"

#include <string>

namespace hearth {

// The counters as lines for a terminal: what --print-stats shows. Ends with a line break.
std::string statsText(const Stats &stats);

} // namespace hearth
