// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tens of thousands of entries come and are cleaned up, again and again, while threads read, visit and replace a few
// hundred that stay: those are always found, always whole, never older than before, and every visit sees each of them
// exactly once. So nothing is lost or doubled while the tables grow, shrink and move entries about.
// A plain program, so that ThreadSanitizer needs no suppressions. Bounded by steps, not by time.
#include "core/cache/TtlCache.h"
#include "tests/core/cache/CheckedValue.h"
#include "tests/support/ManualClock.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t stayerCount = 400;
constexpr std::uint32_t tideSize = 20'000;

std::atomic<int> failures = 0;

void expect(bool holds, const char *claim)
{
    if (holds)
        return;
    if (++failures <= 10)
        std::fprintf(stderr, "FAIL: %s\n", claim);
}

// Short ones, and ones that fit no line: all begin alike.
std::string nameOf(std::uint32_t key)
{
    static constexpr std::array<std::size_t, 8> paddings{0, 1, 0, 2, 0, 25, 0, 250};
    return "user" + std::string(paddings.at(key % paddings.size()), '.') + std::to_string(key);
}

struct World {
    ManualClock clock;
    TtlCache<CheckedValue> cache{clock, 10'000'000};
    std::vector<std::string> names; // the stayers, then the others
    std::atomic<bool> isOver = false;
    std::atomic<std::uint64_t> reads = 0;
    std::atomic<std::uint64_t> visits = 0;
    std::atomic<std::uint64_t> replacements = 0;

    World()
    {
        for (std::uint32_t key = 0; key < stayerCount + tideSize; ++key)
            names.push_back(nameOf(key));
        for (std::uint32_t key = 0; key < stayerCount; ++key)
            put(key, 1, 24h * 365);
    }

    // Returns: whether it was stored.
    bool put(std::uint32_t key, std::uint32_t version, std::chrono::nanoseconds ttl)
    {
        PutOptions options;
        options.generation = cache.generation(names[key]);
        options.readAt = clock.now();
        options.ttl = ttl;
        if (cache.put(names[key], CheckedValue(key, version), options) == PutResult::Stored)
            return true;
        // Another key with the same mark was invalidated, or left and was newer: then once more.
        options.readAt = clock.now();
        options.generation = cache.generation(names[key]);
        return cache.put(names[key], CheckedValue(key, version), options) == PutResult::Stored;
    }
};

// In comes the tide: entries with a short time to live; and out: the time passes, and a cleanup takes them, or most
// were removed one by one before.
void makeTides(World &world, int tides)
{
    for (int tide = 1; tide <= tides; ++tide) {
        std::uint64_t there = 0;
        for (std::uint32_t key = stayerCount; key < stayerCount + tideSize; ++key)
            there += world.put(key, static_cast<std::uint32_t>(tide), 1s) ? 1 : 0;
        expect(world.cache.size().total() == stayerCount + there, "at high tide everything is there that was stored");
        if (tide % 3 == 0) {
            for (std::uint32_t key = stayerCount; key < stayerCount + tideSize / 2; ++key)
                there -= world.cache.remove(world.names[key]) ? 1 : 0;
        }
        world.clock.advance(2s);
        expect(world.cache.cleanup().removed == there, "a cleanup takes what is over, and tells the number");
        expect(world.cache.size().total() == stayerCount, "after the tide only those are there that stay");
    }
    world.isOver = true;
}

void readAlong(World &world, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<std::uint32_t> newest(stayerCount + tideSize, 0);
    std::uint64_t reads = 0;
    for (; !world.isOver || reads < 1000; ++reads) {
        const bool isStayer = random() % 4 != 0;
        const std::uint32_t key =
            static_cast<std::uint32_t>(isStayer ? random() % stayerCount : stayerCount + random() % tideSize);
        const auto lookup = world.cache.get(world.names[key]);
        expect(lookup.value || !isStayer, "an entry that stays is always found");
        if (!lookup.value)
            continue;
        expect(lookup.value->isWhole(), "a value is whole");
        expect(lookup.value->key() == key, "a value belongs to its key");
        expect(lookup.value->version() >= newest[key], "no value older than one that was read before");
        newest[key] = lookup.value->version();
    }
    world.reads += reads;
}

void visitAll(World &world)
{
    std::vector<int> seen(stayerCount);
    std::uint64_t visits = 0;
    for (; !world.isOver || visits < 2; ++visits) {
        std::fill(seen.begin(), seen.end(), 0);
        world.cache.forEach([&](std::string_view key, const CheckedValue &value, const EntryFacts &facts) {
            expect(value.isWhole() && value.key() < world.names.size(), "a visited value is whole");
            expect(key == world.names[value.key() % world.names.size()], "a visited value belongs to its key");
            expect(facts.deadline == facts.cachedAt + facts.ttl, "the facts of a visited entry belong together");
            if (value.key() < stayerCount)
                ++seen[value.key()];
        });
        expect(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }),
               "a visit sees what was there throughout exactly once");
    }
    world.visits += visits;
}

void replaceStayers(World &world)
{
    std::uint32_t version = 2;
    for (; !world.isOver; ++version) {
        for (std::uint32_t key = 0; key < stayerCount && !world.isOver; ++key)
            world.put(key, version, 24h * 365);
        std::this_thread::yield();
    }
    world.replacements += version;
}

} // namespace

// An argument is the number of tides.
int main(int argc, char **argv)
{
    const int tides = argc > 1 ? std::atoi(argv[1]) : 12;
    World world;
    std::vector<std::thread> threads;
    threads.emplace_back(makeTides, std::ref(world), tides);
    threads.emplace_back(readAlong, std::ref(world), 1U);
    threads.emplace_back(readAlong, std::ref(world), 2U);
    threads.emplace_back(visitAll, std::ref(world));
    threads.emplace_back(replaceStayers, std::ref(world));
    for (std::thread &thread : threads)
        thread.join();

    const CacheCounters all = world.cache.counters();
    const std::string wrong = world.cache.checkInvariants();
    expect(wrong.empty(), wrong.c_str());
    expect(all.gets == world.reads, "every get was counted");
    expect(all.hits + all.misses() == all.gets, "hits + misses = gets");
    expect(all.removals.at(static_cast<std::size_t>(RemovalCause::Evicted)) == 0, "nobody was evicted: there was room");
    expect(world.cache.size().total() == stayerCount, "only those are there that stay");
    std::printf("%d tides, %llu reads, %llu visits, %llu rounds of replacing: %s\n", tides,
                static_cast<unsigned long long>(world.reads.load()),
                static_cast<unsigned long long>(world.visits.load()),
                static_cast<unsigned long long>(world.replacements.load()), failures == 0 ? "PASS" : "FAIL");
    return failures == 0 ? 0 : 1;
}
