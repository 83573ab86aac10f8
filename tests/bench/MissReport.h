// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/Demands.h"
#include "tests/bench/Results.h"

#include <vector>

// What bench_misspath measured, as a table and as what must be true of it.
namespace hearth::bench {

bool isOfMissPath(const Results &run);
void printMissPath(const Results &run);
std::vector<Demand> missPathDemands(const Results &run);

} // namespace hearth::bench
