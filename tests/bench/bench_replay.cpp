// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/TtlCache.h"
#include "core/profiles/PackedProfile.h"
#include "tests/bench/CompareLru.h"
#include "tests/bench/Trace.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Drives the real cache with a recorded trace and says how many of its gets were hits. No time passes but the trace's.
namespace hearth::bench { namespace {

constexpr const char *usage = R"(Usage: bench_replay FILE --capacity N [--ttl SECONDS]
       bench_replay [--compare-lru FILE_OR_FOLDER...] [--zipf] [--json NUMBERS]

Replays a trace of accesses through the cache: a get, and after a miss a put, as when the row was loaded at once.
A line is one access: a key, or "SECONDS KEY" (then so much time passes; else a nanosecond a line). FILE may be -
for standard input:
  xzcat trace.txt.xz | bench_replay - --capacity 1000

  --capacity N    entries that fit (1 to 1000000000)
  --ttl SECONDS   how long an entry stays fresh, fractions allowed; without it nothing expires
  --help          this text

Prints gets, hits, misses and the hit ratio.

The second form prints, for each trace at 1, 5 and 10 % of its distinct keys, the misses of the cache, those of an LRU
list, and the ratio; then the mean of the ratios and the worst. Nothing expires there.

  --compare-lru   traces; *.xz is unpacked, a folder stands for the *.xz, *.txt and *.trace in it
  --zipf          generated traces: Zipf 0.8, Zipf 0.99, and 0.99 with scans; the same each time
  --json NUMBERS  where the ratios go as well, for bench_report

Exit codes: 0 done, 1 the cache's own counters disagree, 2 wrong usage or
a trace that cannot be read.
)";

struct Options {
    std::string file;
    std::uint64_t capacity = 0;
    std::optional<std::chrono::nanoseconds> ttl;
};

std::uint64_t capacityOf(std::string_view text)
{
    std::uint64_t capacity = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), capacity);
    if (error != std::errc() || end != text.data() + text.size() || capacity < 1 || capacity > 1'000'000'000)
        refuse("--capacity takes a number from 1 to 1000000000, not \"" + std::string(text) + "\"");
    return capacity;
}

std::chrono::nanoseconds ttlOf(std::string_view text)
{
    const auto ttl = secondsOf(text);
    if (!ttl || ttl->count() == 0)
        refuse("--ttl takes seconds, more than 0 and at most 1000000000, not \"" + std::string(text) + "\"");
    return *ttl;
}

// Returns: nothing when the arguments ask for one replay.
std::optional<Comparison> comparisonOf(int count, char **arguments)
{
    const std::vector<std::string> all(arguments + 1, arguments + count);
    const auto isOne = [](const std::string &argument) { return argument == "--compare-lru" || argument == "--zipf"; };
    if (std::none_of(all.begin(), all.end(), isOne))
        return std::nullopt;
    Comparison comparison;
    bool takesFiles = false;
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (all[at] == "--zipf") {
            comparison.zipf = true;
        } else if (all[at] == "--compare-lru") {
            takesFiles = true;
        } else if (all[at] == "--json" && at + 1 < all.size()) {
            comparison.json = all[++at];
        } else if (takesFiles && all[at].rfind('-', 0) != 0) {
            comparison.files.push_back(all[at]);
        } else {
            refuse(all[at] + " does not go with --compare-lru and --zipf; --help tells what does");
        }
    }
    if (takesFiles && comparison.files.empty())
        refuse("--compare-lru needs a FILE or a folder");
    return comparison;
}

Options optionsOf(int count, char **arguments)
{
    Options options;
    const auto valueAfter = [&](int &at) -> std::string_view {
        if (at + 1 >= count)
            refuse(std::string(arguments[at]) + " needs a value");
        return arguments[++at];
    };
    for (int at = 1; at < count; ++at) {
        const std::string_view argument = arguments[at];
        if (argument == "--help" || argument == "-h") {
            std::fputs(usage, stdout);
            std::exit(0);
        } else if (argument == "--capacity") {
            options.capacity = capacityOf(valueAfter(at));
        } else if (argument == "--ttl") {
            options.ttl = ttlOf(valueAfter(at));
        } else if (argument.size() > 1 && argument.front() == '-') {
            refuse("unknown option " + std::string(argument) + "; --help tells which there are");
        } else if (!options.file.empty()) {
            refuse("one FILE only, and here are two: " + options.file + " and " + std::string(argument));
        } else {
            options.file = argument;
        }
    }
    if (options.file.empty())
        refuse("which FILE? --help tells what it looks like");
    if (options.capacity == 0)
        refuse("--capacity N is missing: how many entries fit?");
    return options;
}

struct Replay {
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    bool isTimed = false;
};

Replay replay(std::istream &trace, TtlCache<PackedProfile> &cache, TraceClock &clock, std::chrono::nanoseconds ttl)
{
    Replay done;
    std::uint64_t number = 0;
    for (std::string line; std::getline(trace, line);) {
        const TraceLine access = parsed(line, ++number);
        if (access.key.empty())
            continue;
        clock.move(access.time);
        done.isTimed = done.isTimed || access.time;
        ++done.gets;
        const auto lookup = cache.get(access.key);
        if (lookup.value) {
            ++done.hits;
            continue;
        }
        PutOptions options;
        options.ttl = ttl;
        options.readAt = clock.now();
        options.generation = lookup.generation;
        cache.put(access.key, PackedProfile(), options);
    }
    if (trace.bad())
        refuse("reading the trace failed after line " + std::to_string(number));
    return done;
}

void openTrace(std::ifstream &file, const std::string &path)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        refuse(path + " is a directory");
    file.open(path);
    if (!file)
        refuse("cannot open " + path + ": " + std::strerror(errno));
}

int run(const Options &options)
{
    std::ifstream file;
    if (options.file != "-")
        openTrace(file, options.file);
    std::ios::sync_with_stdio(false);

    TraceClock clock;
    TtlCache<PackedProfile> cache(clock, options.capacity);
    const Replay done = replay(options.file == "-" ? std::cin : file, cache, clock, options.ttl.value_or(neverExpires));
    if (options.ttl && !done.isTimed)
        std::fputs("bench_replay: no line of the trace has a time, so nothing expired\n", stderr);

    const CacheCounters counters = cache.counters();
    if (counters.gets != done.gets || counters.hits != done.hits || counters.misses() != done.gets - done.hits) {
        std::fprintf(stderr, "bench_replay: the cache counted other gets, hits or misses than the trace had\n");
        return 1;
    }
    const double ratio = done.gets == 0 ? 0 : static_cast<double>(done.hits) / static_cast<double>(done.gets);
    std::printf("gets %llu\nhits %llu\nmisses %llu\nhit ratio %.4f\n", static_cast<unsigned long long>(done.gets),
                static_cast<unsigned long long>(done.hits), static_cast<unsigned long long>(done.gets - done.hits),
                ratio);
    return 0;
}

}} // namespace hearth::bench

int main(int argc, char **argv)
{
    if (const auto comparison = hearth::bench::comparisonOf(argc, argv))
        return hearth::bench::compareWithLru(*comparison);
    return hearth::bench::run(hearth::bench::optionsOf(argc, argv));
}
