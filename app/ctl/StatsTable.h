// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/Table.h"
#include "core/telemetry/Stats.h"

namespace hearth {

// The counters of a node as names and values.
Table statsTable(const Stats &stats);

// "reachable", "unreachable; circuit breaker open": in a few words, and what they mean.
Table::Cell databaseCell(const DatabaseStatus &status);

} // namespace hearth
