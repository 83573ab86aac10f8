// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Threads do everything at once to a small cache while others watch: no torn value, no value from before an
// invalidation, no moment above the bound, no snapshot with more answers than questions, and in the end all sums agree.
// A plain program, so that ThreadSanitizer needs no suppressions. Bounded by steps, not by time.
#include "core/cache/TtlCache.h"
#include "tests/core/cache/CheckedValue.h"
#include "tests/support/ManualClock.h"

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

constexpr std::size_t keyCount = 2000;
constexpr std::size_t bound = 1000;
constexpr std::size_t smallBound = 600;
constexpr int workerCount = 4;

std::atomic<int> failures = 0;

void expect(bool holds, const char *claim)
{
    if (holds)
        return;
    if (++failures <= 10)
        std::fprintf(stderr, "FAIL: %s\n", claim);
}

using Value = CheckedValue; // of a key and a version of its pretended database row

// Short ones, and ones that fit no line.
std::string nameOf(std::size_t key)
{
    static constexpr std::array<std::size_t, 8> paddings{0, 0, 0, 0, 0, 20, 60, 300};
    return "user" + std::string(paddings.at(key % paddings.size()), '.') + std::to_string(key);
}

struct World {
    ManualClock clock;
    TtlCache<Value> cache{clock, bound};
    std::vector<std::string> names;
    std::vector<std::atomic<std::uint32_t>> rows = std::vector<std::atomic<std::uint32_t>>(keyCount); // the database
    std::vector<std::atomic<std::uint32_t>> valid = std::vector<std::atomic<std::uint32_t>>(keyCount);
    std::atomic<std::uint64_t> gets = 0;
    std::atomic<std::uint64_t> hits = 0;
    std::atomic<std::uint64_t> stored = 0;
    std::atomic<std::uint64_t> refused = 0;
    std::atomic<std::uint64_t> cleaned = 0;
    std::atomic<std::uint64_t> removed = 0;
    std::atomic<int> working = 0;

    World()
    {
        for (std::size_t key = 0; key < keyCount; ++key)
            names.push_back(nameOf(key));
    }
};

void load(World &world, std::size_t key, Generation generation, std::mt19937 &random)
{
    PutOptions options;
    options.generation = generation;
    options.readAt = world.clock.now();
    options.ttl = std::chrono::milliseconds(random() % 200);
    const CheckedValue row(static_cast<std::uint32_t>(key), world.rows[key]);
    if (random() % 4 == 0)
        std::this_thread::yield();
    const PutResult result = world.cache.put(world.names[key], row, options);
    ++(result == PutResult::Stored ? world.stored : world.refused);
}

void look(World &world, std::size_t key, std::mt19937 &random)
{
    const std::uint32_t valid = world.valid[key]; // noted before the get: nothing older may come back
    const auto lookup = world.cache.get(world.names[key]);
    ++world.gets;
    if (!lookup.value) {
        load(world, key, lookup.generation, random);
        return;
    }
    ++world.hits;
    expect(lookup.value->isWhole(), "a value is whole");
    expect(lookup.value->key() == key, "a value belongs to its key");
    expect(lookup.value->version() >= valid, "no value from before an invalidation is returned");
}

// A write to the database, and the invalidation that follows it.
void write(World &world, std::size_t key, std::mt19937 &random)
{
    const std::uint32_t version = ++world.rows[key];
    if (random() % 3 == 0)
        world.removed += world.cache.remove(world.names[key]) ? 1 : 0;
    else
        world.cache.expire(world.names[key]);
    std::uint32_t valid = world.valid[key];
    while (valid < version && !world.valid[key].compare_exchange_weak(valid, version)) {}
}

void work(World &world, unsigned seed, int steps)
{
    std::mt19937 random(seed);
    for (int step = 0; step < steps; ++step) {
        const std::size_t key = random() % keyCount;
        const auto dice = random() % 1000;
        if (dice < 850)
            look(world, key, random);
        else if (dice < 930)
            write(world, key, random);
        else if (dice < 990)
            world.clock.advance(std::chrono::microseconds(random() % 1000));
        else if (dice < 995)
            world.cleaned += world.cache.cleanup().removed;
        else if (dice < 997)
            world.removed += world.cache.removeIfReadBefore(world.names[key], world.clock.now()) ? 1 : 0;
        else if (dice < 998)
            world.cache.expireIf(
                [&](std::string_view, const Value &value, const EntryFacts &) { return value.key() % 50 == key % 50; });
        else if (dice < 999)
            world.cache.noteLoadFailure(world.names[key]);
        else if (random() % 20 == 0)
            world.cache.expireAll();
    }
    --world.working;
}

void watch(World &world)
{
    CacheCounters last;
    std::uint64_t rounds = 0;
    for (; world.working > 0; ++rounds) {
        expect(world.cache.size().total() <= bound, "the bound holds at every moment");
        const CacheCounters now = world.cache.counters();
        expect(now.hits + now.misses() <= now.gets, "no more answers than questions");
        expect(now.gets >= last.gets && now.puts >= last.puts && now.hits >= last.hits, "counters never go back");
        last = now;
        world.cache.forEach([&](std::string_view key, const Value &value, const EntryFacts &) {
            expect(value.isWhole(), "a visited value is whole");
            expect(value.key() < keyCount && key == world.names[value.key()], "a visited value belongs to its key");
        });
        if (rounds % 8 == 0) {
            world.cache.setMaxEntries(smallBound);
            world.cache.setMaxEntries(bound);
        }
        std::this_thread::yield();
    }
    expect(rounds > 0, "somebody watched");
}

void checkSums(World &world)
{
    const CacheCounters all = world.cache.counters();
    std::uint64_t entries = 0;
    world.cache.forEach([&](std::string_view, const Value &, const EntryFacts &) { ++entries; });

    const auto removals = [&](RemovalCause cause) { return all.removals.at(static_cast<std::size_t>(cause)); };
    expect(world.cache.checkInvariants().empty(), "the structures agree");
    expect(all.gets == world.gets, "every get was counted");
    expect(all.hits == world.hits, "every hit was counted");
    expect(all.hits + all.misses() == all.gets, "hits + misses = gets");
    expect(all.puts == world.stored, "every put was counted");
    expect(all.refusedPuts == world.refused, "every refused put was counted");
    expect(removals(RemovalCause::Expired) == world.cleaned, "the cleanups told the number removed");
    expect(removals(RemovalCause::Removed) == world.removed, "every removal was counted");
    expect(removals(RemovalCause::Evicted) > 0, "there was need to evict");
    expect(all.puts - all.replacements - world.cleaned - world.removed - removals(RemovalCause::Evicted) == entries,
           "puts - replacements - removals = entries");
    expect(world.cache.size().total() == entries, "the size is the number of entries");
    std::printf("%llu gets, %llu hits, %llu puts, %llu refused, %llu evicted, %llu entries\n",
                static_cast<unsigned long long>(all.gets), static_cast<unsigned long long>(all.hits),
                static_cast<unsigned long long>(all.puts), static_cast<unsigned long long>(all.refusedPuts),
                static_cast<unsigned long long>(removals(RemovalCause::Evicted)),
                static_cast<unsigned long long>(entries));
}

} // namespace

// An argument is the number of steps of each thread.
int main(int argc, char **argv)
{
    const int steps = argc > 1 ? std::atoi(argv[1]) : 250'000;
    World world;
    world.working = workerCount;
    std::vector<std::thread> threads;
    for (unsigned seed = 1; seed <= workerCount; ++seed)
        threads.emplace_back(work, std::ref(world), seed, steps);
    threads.emplace_back(watch, std::ref(world));
    for (std::thread &thread : threads)
        thread.join();

    checkSums(world);
    std::printf("%s\n", failures == 0 ? "PASS" : "FAIL");
    return failures == 0 ? 0 : 1;
}
