// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/Results.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hearth::bench {

// One thing that the engine must reach. Immutable value.
struct Demand {
    enum class State { Unmeasured, Met, Weak };

    std::string what;
    std::string measured;
    std::string wanted;
    State state = State::Unmeasured;
    bool isAsked = true; // else it is more than what must be true, and says where one stands
    std::vector<double> numbers;
};

// All of them, with what these runs measured.
std::vector<Demand> demandsOf(const std::vector<Results> &runs);
void printDemands(const std::vector<Demand> &demands); // a line each: demand | measured | wanted | ok or WEAK
nlohmann::json jsonOf(const std::vector<Demand> &demands);

// How long a hit takes without the timer around it, in nanoseconds: the same is taken off whatever was timed one by
// one, the machine's single misses as well.
std::optional<double> withoutTimer(const Results &results, const std::string &name, const std::string &field);

} // namespace hearth::bench
