// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A herd of threads asks for few keys: each flight has one leader, each waiter hears exactly once, and in the end no
// flight is left. A plain program, so that ThreadSanitizer needs no suppressions.
#include "core/cache/SingleFlight.h"

#include <array>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

using namespace hearth;

namespace {

constexpr int threadCount = 64;
constexpr int roundCount = 200;
constexpr int keyCount = 4;

std::atomic<int> failures = 0;

void expect(bool holds, const char *claim)
{
    if (holds)
        return;
    if (++failures <= 10)
        std::fprintf(stderr, "FAIL: %s\n", claim);
}

// All join before anybody lands: one leader per key.
void herd()
{
    SingleFlight<std::uint64_t> flights;
    std::array<std::atomic<int>, keyCount> leaders{};
    std::atomic<int> heard = 0;
    std::barrier everybodyIsHere(threadCount);

    const auto work = [&](int thread) {
        const int key = thread % keyCount;
        const std::string name = "user" + std::to_string(key);
        for (std::uint64_t round = 0; round < roundCount; ++round) {
            everybodyIsHere.arrive_and_wait();
            const bool leads = flights.join(name, round, [&heard, round](std::uint64_t value) {
                expect(value == round, "a waiter hears the value of its own flight");
                ++heard;
            });
            leaders.at(static_cast<std::size_t>(key)) += leads ? 1 : 0;
            everybodyIsHere.arrive_and_wait();
            if (leads)
                flights.land(name, round, round);
            everybodyIsHere.arrive_and_wait();
            expect(flights.size() == 0, "the table is empty when idle");
        }
    };
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threadCount; ++thread)
        threads.emplace_back(work, thread);
    for (std::thread &thread : threads)
        thread.join();

    for (const auto &ofKey : leaders)
        expect(ofKey == roundCount, "each flight has exactly one leader");
    expect(heard == threadCount * roundCount, "each waiter hears exactly once");
}

// Joins and landings at once: as many landings as leaders, and still everybody hears once.
void rush()
{
    SingleFlight<int> flights;
    std::atomic<int> heard = 0;
    std::atomic<int> underWay = 0;
    const int joinsPerThread = 1000;

    const auto work = [&] {
        for (int round = 0; round < joinsPerThread; ++round) {
            if (!flights.join("ada", 0, [&heard](int) { ++heard; }))
                continue;
            expect(++underWay == 1, "two flights of a key are never under way at once");
            std::this_thread::yield();
            --underWay;
            flights.land("ada", 0, round);
        }
    };
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threadCount; ++thread)
        threads.emplace_back(work);
    for (std::thread &thread : threads)
        thread.join();

    expect(heard == threadCount * joinsPerThread, "each of the rush hears exactly once");
    expect(flights.size() == 0, "the table is empty after the rush");
}

} // namespace

int main()
{
    herd();
    rush();
    std::printf("%s\n", failures == 0 ? "PASS" : "FAIL");
    return failures == 0 ? 0 : 1;
}
