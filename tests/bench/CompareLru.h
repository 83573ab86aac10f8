// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace hearth::bench {

// What is to be compared with what LRU would miss.
struct Comparison {
    std::vector<std::string> files; // traces, or folders of them
    bool zipf = false;              // also the generated ones
    std::string json;               // where the numbers go as well; empty: nowhere
};

// Replays each trace through the real cache and through an LRU list, at 1, 5 and 10 % of its distinct keys, and prints
// the misses of both. Nothing expires. Returns: the exit code.
int compareWithLru(const Comparison &comparison);

} // namespace hearth::bench
