// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Several threads number the same texts at once, and read each other's, until the table is full. A plain program, so
// that ThreadSanitizer needs no suppressions.
#include "core/profiles/ProfileTexts.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace hearth;

namespace {

constexpr unsigned threads = 4;
constexpr unsigned voices = 6'000;
constexpr unsigned capacity = 5'000; // fewer: some have no place
constexpr unsigned rounds = 40'000;

void check(bool holds, const char *claim)
{
    if (holds)
        return;
    std::fprintf(stderr, "FAILED: %s\n", claim);
    std::exit(1);
}

std::string voiceOf(unsigned number)
{
    return "voice-" + std::to_string(number);
}

// The number that a voice was first seen to have, + 1; 0: none yet. Relaxed, so that nothing here orders what is
// tested.
std::array<std::atomic<unsigned>, voices> seen;

void work(unsigned seed, ProfileTexts &table)
{
    std::mt19937 random(seed);
    for (unsigned round = 0; round < rounds; ++round) {
        const unsigned voice = random() % voices;
        const std::string text = voiceOf(voice);
        if (const auto index = table.index({"en", text, "deepgram"})) {
            unsigned none = 0;
            const bool isFirst = seen[voice].compare_exchange_strong(none, *index + 1, std::memory_order_relaxed);
            check(isFirst || none == *index + 1, "everybody sees the same number");
            check(table.at(*index) == (RowTexts{"en", text, "deepgram"}), "a number stands for its texts");
        } else {
            check(table.size() == capacity, "only a full table refuses");
        }
        const unsigned other = random() % voices; // somebody else's number, without asking for the texts
        if (const unsigned number = seen[other].load(std::memory_order_relaxed))
            check(table.at(number - 1).voiceId == voiceOf(other) || table.at(number - 1) == RowTexts{},
                  "the texts of others are whole, or not seen yet");
    }
}

} // namespace

int main()
{
    ProfileTexts table(capacity);
    std::vector<std::thread> all;
    for (unsigned thread = 0; thread < threads; ++thread)
        all.emplace_back([thread, &table] { work(thread, table); });
    for (std::thread &thread : all)
        thread.join();
    check(table.size() == capacity, "the table is full");
    std::printf("%u threads agreed on %zu numbers\n", threads, table.size());
    return 0;
}
