// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/Demands.h"
#include "tests/bench/Results.h"

#include <vector>

// What bench_dashboard measured, as a table and as what must be true of it.
namespace hearth::bench {

bool isOfDashboard(const Results &run);
void printDashboard(const Results &run);
std::vector<Demand> dashboardDemands(const Results &run);

} // namespace hearth::bench
