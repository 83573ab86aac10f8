// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/bench/MissStand.h"

#include <cstddef>
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

// What is measured of a miss. Each adds rows of figures under the names that MissReport reads; a row that is added
// several times was repeated.
namespace hearth::bench {

struct MissPlan {
    MissServer server;
    bool quick = false;
    std::size_t users = 1'000'000;              // in the table
    std::size_t pick(std::size_t number) const; // some user or other, well spread
    std::size_t orQuick(std::size_t full, std::size_t few) const { return quick ? few : full; }
};

using Figures = std::initializer_list<std::pair<const char *, double>>;
using AddRow = std::function<void(const std::string &name, Figures figures)>;

void fillTable(const MissPlan &plan);
// The users whose rows changed last, by a warm-up as operators start it. Returns: profiles a second.
double warmRecent(const MissPlan &plan, MissStand &stand, std::size_t count);
// On the executor's own thread, beside libpq by hand.
void measureSingle(const MissPlan &plan, const AddRow &add);
// From other threads, and what two switches of threads cost alone.
void measureHandOff(const MissPlan &plan, const AddRow &add);
// ProfileService::get of somebody who is not cached.
void measureService(const MissPlan &plan, const AddRow &add);
// A thousand threads, one user.
void measureHerd(const MissPlan &plan, const AddRow &add);
// A thousand users at once, together and one by one.
void measureBatching(const MissPlan &plan, const AddRow &add);
// Everybody in one query, beside COPY.
void measureWarming(const MissPlan &plan, const AddRow &add);
// The server killed, and started again.
void measureRecovery(const MissPlan &plan, const AddRow &add);
// A million entries re-checked by polling.
void measurePolling(const MissPlan &plan, const AddRow &add);

} // namespace hearth::bench
