// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/TtlCache.h"
#include "core/profiles/Profile.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
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

// Drives the real cache with a recorded trace and says how many of its gets were hits. No time passes but the trace's.
namespace hearth::bench { namespace {

constexpr const char *usage = R"(Usage: bench_replay FILE --capacity N [--ttl SECONDS]

Replays a trace of accesses through the cache: a get, and after a miss a put, as when the row was loaded at once.
A line is one access: a key, or "SECONDS KEY" (then so much time passes; else a nanosecond a line). FILE may be -
for standard input:
  xzcat trace.txt.xz | bench_replay - --capacity 1000

  --capacity N    entries that fit (1 to 1000000000)
  --ttl SECONDS   how long an entry stays fresh, fractions allowed; without it nothing expires
  --help          this text

Prints gets, hits, misses and the hit ratio. Exit codes: 0 done, 1 the cache's own counters disagree, 2 wrong usage or
a trace that cannot be read.
)";

// Moves with the trace only. No two accesses happen at the same moment, as nowhere they do: of entries with one
// deadline an engine may evict any. Not synchronized.
class TraceClock final : public Clock
{
public:
    MonotonicTime now() const override { return m_now; }
    WallTime wallNow() const override { return WallTime(); }
    // To the start of the trace and so much more, or, without that or when it is not later than the access before, to
    // the next nanosecond: time does not go back.
    void move(std::optional<std::chrono::nanoseconds> sinceStart)
    {
        const MonotonicTime soonest = m_now + std::chrono::nanoseconds(1);
        m_now = sinceStart ? std::max<MonotonicTime>(soonest, start + *sinceStart) : soonest;
    }

private:
    static constexpr MonotonicTime start = MonotonicTime(std::chrono::hours(10));
    MonotonicTime m_now = start - std::chrono::nanoseconds(1);
};

struct Options {
    std::string file;
    std::uint64_t capacity = 0;
    std::optional<std::chrono::nanoseconds> ttl;
};

[[noreturn]] void refuse(const std::string &reason)
{
    std::fprintf(stderr, "bench_replay: %s\n", reason.c_str());
    std::exit(2);
}

constexpr double mostSeconds = 1e9; // some thirty years

// Returns: nothing when the text is not a number of seconds from zero to mostSeconds.
std::optional<std::chrono::nanoseconds> secondsOf(std::string_view text)
{
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0 && seconds <= mostSeconds))
        return std::nullopt;
    return std::chrono::nanoseconds(std::llround(seconds * 1e9));
}

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

struct TraceLine {
    std::string_view key; // empty: the line is
    std::optional<std::chrono::nanoseconds> time;
};

TraceLine parsed(std::string_view line, std::uint64_t number)
{
    constexpr std::string_view blanks = " \t\r";
    while (!line.empty() && blanks.find(line.back()) != std::string_view::npos)
        line.remove_suffix(1);
    while (!line.empty() && blanks.find(line.front()) != std::string_view::npos)
        line.remove_prefix(1);
    const std::size_t blank = line.find_first_of(blanks);
    if (blank == std::string_view::npos)
        return {line, std::nullopt};
    const std::string_view key = line.substr(line.find_first_not_of(blanks, blank));
    const auto time = secondsOf(line.substr(0, blank));
    if (!time || key.find_first_of(blanks) != std::string_view::npos)
        refuse("line " + std::to_string(number) + " is neither a key nor \"seconds key\": " + std::string(line));
    return {key, time};
}

struct Replay {
    std::uint64_t gets = 0;
    std::uint64_t hits = 0;
    bool isTimed = false;
};

Replay replay(std::istream &trace, TtlCache<ProfilePtr> &cache, TraceClock &clock, std::chrono::nanoseconds ttl)
{
    const auto profile = std::make_shared<const Profile>(*ProfileId::parse("somebody"));
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
        cache.put(access.key, profile, options);
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
    TtlCache<ProfilePtr> cache(clock, options.capacity);
    constexpr std::chrono::hours never(24 * 365 * 50);
    const Replay done = replay(options.file == "-" ? std::cin : file, cache, clock, options.ttl.value_or(never));
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
    return hearth::bench::run(hearth::bench::optionsOf(argc, argv));
}
