// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/Terminal.h"
#include "core/node/Snapshots.h"

#include <deque>
#include <string>
#include <vector>

namespace hearth {

// What a terminal shows of a node at one moment. A value.
struct WatchState {
    std::string node; // "node eu-1 (production)"
    std::string time; // of the clock on the wall
    NodeLink link;
    Stats stats;
    std::deque<Sample> samples; // oldest first
    std::vector<Event> events;  // oldest first
    std::string question;       // that waits for y or n; empty: none
    std::string message;        // what the last action did
    bool isPaused = false;
};

// The picture: at most so many lines, none wider than so many columns.
std::vector<std::string> watchFrame(const WatchState &state, const TextStyle &style, int columns, int rows);
// The same in one line, for where nothing can be drawn.
std::string watchLine(const WatchState &state);

} // namespace hearth
