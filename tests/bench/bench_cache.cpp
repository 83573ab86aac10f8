// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/HashedKey.h"
#include "tests/bench/Fills.h"
#include "tests/bench/Measures.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// Measures TtlCache, its peers and the machine in one process. The names of the results, part/design/…, are what
// bench_report reads. As long as all designs fit into memory, those that are compared run one after the other, so that
// whatever else the machine does meanwhile touches them alike.
namespace hearth::bench { namespace {

constexpr const char *usage =
    R"(Usage: bench_cache [--quick] [--entries N] [--only NAME[,NAME...]] [--benchmark_...]

Measures TtlCache beside its peers and the machine's floors; tests/bench/run makes a table of it.

  --quick       fewer rows and shorter runs: below a minute, to see where one stands
  --entries N   entries in each cache (1000000); 10000 to 10000000, above 2000000 one design is filled at a time
  --only NAMES  only these designs, as the table calls them: --only "TtlCache,naive,absl packed"
  --help        this text, then what Google Benchmark knows
)";

struct Options {
    bool quick = false;
    std::size_t entries = 1'000'000;
    std::vector<std::string> only; // empty: all
};

// What every measure is given.
struct Plan {
    bool quick = false;
    int repetitions = 0;
    double seconds = 0;      // of one repetition of a throughput
    std::int64_t timed = 0;  // gets of one repetition of a latency
    std::int64_t chased = 0; // steps of one repetition of a chase
    int fills = 0;           // of which the longest put is the shortest of
    std::vector<std::string> only;

    template <class Design>
    bool has() const
    {
        return only.empty() || std::find(only.begin(), only.end(), Design::name) != only.end();
    }
};
Plan planOf(const Options &options)
{
    Plan plan =
        options.quick ? Plan{true, 3, 0.08, 50'000, 300'000, 3, {}} : Plan{false, 5, 0.25, 200'000, 1'000'000, 5, {}};
    plan.only = options.only;
    if (options.entries > 2'000'000)
        plan.fills = std::min(plan.fills, 3); // ten seconds each
    return plan;
}

// Calls body.operator()<Design>() for all designs that are wanted.
template <class Body>
void forEachWanted(const Plan &plan, const Body &body)
{
    forEachDesign([&]<class Design>() {
        if (plan.has<Design>())
            body.template operator()<Design>();
    });
}

template <class Measure>
benchmark::internal::Benchmark *addOnce(const std::string &name, int repetition, const Measure &measure)
{
    // What has a colon is no part of the name; bench_report takes the repetitions together.
    return benchmark::RegisterBenchmark((name + "/rep:" + std::to_string(repetition)).c_str(), measure);
}

// ---- fills: bytes an entry, what goes back, how long a put takes

std::vector<Filling> memoryFillings(const Plan &plan, std::size_t entries)
{
    const std::vector<std::string> figure{"bytes_per_entry"};
    std::vector<Filling> fillings;
    const auto fill = [&]<class Design>(const std::string &name, std::size_t count, KeyLength length) {
        fillings.push_back({name, figure, [=] { return bytesPerEntry<Design>(count, entries, length); }});
    };
    fill.operator()<Ours>("memory/TtlCache", entries, KeyLength::Twelve); // always, for the size of the floor
    fill.operator()<Ours>("memory 24/TtlCache", entries, KeyLength::TwentyFour);
    fill.operator()<Ours>("memory a tenth full/TtlCache", entries / 10, KeyLength::Twelve);
    fillings.push_back({"memory/profiles alone", figure, [=] { return bytesPerProfile(entries); }});
    forEachDesign([&]<class Design>() {
        if (!Design::isOurs && plan.has<Design>())
            fill.operator()<Design>(std::string("memory/") + Design::name, entries, KeyLength::Twelve);
    });
    const std::vector<std::string> figures{"full_bytes", "left_bytes", "back_share"};
    for (const std::uint32_t ofTen : {10U, 9U}) {
        fillings.push_back({"given back " + std::to_string(10 * ofTen) + "/TtlCache", figures,
                            [=] { return bytesGivenBack<Ours>(entries, ofTen); }});
    }
    return fillings;
}

std::vector<std::vector<double>> doFillings(const std::vector<Filling> &fillings, std::size_t atOnce)
{
    std::vector<Work> works;
    for (const Filling &filling : fillings)
        works.push_back(filling.work);
    std::vector<std::vector<double>> answers = inProcesses(works, atOnce);
    for (std::size_t at = 0; at < fillings.size(); ++at)
        addFigures(fillings[at].name, fillings[at].figures, answers[at]);
    return answers;
}

// One after the other, with nothing beside them.
void addGrowth(const Plan &plan, std::size_t entries)
{
    forEachWanted(plan, [&]<class Design>() {
        if (!Design::cleans)
            return;
        const std::string name = std::string("growth/") + Design::name;
        const std::vector<std::string> figures{"construction_ms", "p50_us", "p9999_us", "longest_ms"};
        const std::vector<Work> works(static_cast<std::size_t>(Design::isOurs ? plan.fills : 1),
                                      [entries] { return putTimes<Design>(entries); });
        const std::vector<std::vector<double>> fills = inProcesses(works, 1);
        for (std::size_t fill = 0; fill < fills.size(); ++fill)
            addFigures(name + "/rep:" + std::to_string(fill), figures, fills[fill]);
        addFigures("growth of all fills/" + std::string(Design::name), {"longest_ms"}, {longestPut(fills)});
    });
}

// Measures at once, because no filled design may stand in this process yet. Returns: bytes that TtlCache took.
std::size_t addFillings(const Plan &plan, std::size_t entries)
{
    fillOrder(entries); // made here, so that it is not counted there
    const auto memory = doFillings(memoryFillings(plan, entries), entries <= 2'000'000 ? 4 : 2);
    addGrowth(plan, entries);
    return static_cast<std::size_t>(memory[0][0] * static_cast<double>(entries));
}

// ---- floors

// Kept for the repetitions and for what is measured between the designs; one of a few sizes.
const ChaseGround &chaseGround(std::size_t bytes)
{
    static std::map<std::size_t, std::unique_ptr<ChaseGround>> grounds;
    std::unique_ptr<ChaseGround> &ground = grounds[bytes];
    if (!ground)
        ground = std::make_unique<ChaseGround>(bytes);
    return *ground;
}

void describeGround(benchmark::State &state, const ChaseGround &ground)
{
    state.counters["megabytes"] = static_cast<double>(ground.lines()) * 64 / 1e6;
    state.counters["huge_pages_share"] = ground.hugePageShare();
}

void chase(benchmark::State &state, std::size_t bytes)
{
    const ChaseGround &ground = chaseGround(bytes);
    std::uint32_t line = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(line = ground.next(line));
    describeGround(state, ground);
}

// Eight walks that do not wait for each other: what a batch get could reach.
void chaseEight(benchmark::State &state, std::size_t bytes)
{
    const ChaseGround &ground = chaseGround(bytes);
    std::array<std::uint32_t, 8> lines{};
    for (std::size_t at = 0; at < lines.size(); ++at)
        lines[at] = static_cast<std::uint32_t>(ground.lines() / lines.size() * at);
    for (auto _ : state) {
        for (std::uint32_t &line : lines)
            line = ground.next(line);
        benchmark::DoNotOptimize(lines);
    }
    describeGround(state, ground);
}

void timeNothing(benchmark::State &state)
{
    Durations durations(static_cast<std::size_t>(state.max_iterations));
    for (auto _ : state) {
        const std::uint64_t start = ticks();
        durations.add(ticks() - start);
    }
    setPercentiles(state, durations);
}

void addFloors(const Plan &plan, std::size_t entries, std::size_t bytesOfOurs)
{
    const std::size_t lineEach = entries * 64;
    const auto addAll = [&](const std::string &name, const auto &measure) {
        for (int repetition = 0; repetition < plan.repetitions; ++repetition)
            addOnce("floor/" + name, repetition, measure)->Iterations(plan.chased);
    };
    addAll("miss of a line per entry", [=](benchmark::State &state) { chase(state, lineEach); });
    addAll("eight misses of a line per entry", [=](benchmark::State &state) { chaseEight(state, lineEach); });
    addAll("miss of memory as TtlCache takes", [=](benchmark::State &state) { chase(state, bytesOfOurs); });
    addAll("eight misses of memory as TtlCache takes",
           [=](benchmark::State &state) { chaseEight(state, bytesOfOurs); });
    addAll("key built and hashed", [](benchmark::State &state) {
        std::uint32_t index = 0;
        for (auto _ : state) {
            const Key key(++index % static_cast<std::uint32_t>(mostKeys));
            benchmark::DoNotOptimize(HashedKey(key.text()).hash);
        }
    });
    addAll("clock", [](benchmark::State &state) {
        const BenchClock clock;
        for (auto _ : state)
            benchmark::DoNotOptimize(clock.now());
    });
    addAll("timer", timeNothing);
}

// ---- designs

constexpr const char *toString(Distribution distribution)
{
    switch (distribution) {
    case Distribution::Uniform:
        return "uniform";
    case Distribution::Zipf:
        return "zipf";
    case Distribution::OneKey:
        return "one key";
    }
    return "";
}

// Of what is compared, each repetition of all runs before the next begins: whatever else the machine does meanwhile
// touches them alike.
void addThroughput(Stand &stand, const Plan &plan, Distribution distribution, bool writes, int threads)
{
    for (int repetition = 0; repetition < plan.repetitions; ++repetition) {
        forEachWanted(plan, [&]<class Design>() {
            const std::string name =
                std::string("get/") + Design::name + "/" + toString(distribution) + "/" + (writes ? "95-5" : "100-0");
            const double seconds = plan.seconds;
            auto *added = addOnce(name, repetition, [&stand, distribution, writes, seconds](benchmark::State &state) {
                measureThroughput<Design>(state, stand, distribution, writes, seconds);
            });
            added->Iterations(1)->Threads(threads);
            // One thread waits for nobody: its own CPU time is the same as real time, less what other work took of it.
            if (threads > 1)
                added->UseRealTime();
        });
    }
}

void addLatency(Stand &stand, const Plan &plan, Distribution distribution, bool besideWriter, std::size_t bytesOfOurs)
{
    for (int repetition = 0; repetition < plan.repetitions; ++repetition) {
        if (!besideWriter && plan.has<Ours>()) {
            const std::string name =
                std::string("floor/timed miss of memory as TtlCache takes, ") + toString(distribution);
            addOnce(name, repetition, [bytesOfOurs](benchmark::State &state) {
                measureTimedMiss(state, chaseGround(bytesOfOurs));
            })->Iterations(plan.timed);
        }
        forEachWanted(plan, [&]<class Design>() {
            const std::string name = std::string("latency/") + Design::name + "/" + toString(distribution) + "/" +
                                     (besideWriter ? "beside writer" : "alone");
            addOnce(name, repetition, [&stand, distribution, besideWriter](benchmark::State &state) {
                measureLatency<Design>(state, stand, distribution, besideWriter);
            })->Iterations(plan.timed);
        });
    }
}

void addAllocations(Stand &stand, const Plan &plan)
{
    forEachWanted(plan, [&]<class Design>() {
        addOnce(std::string("allocations/") + Design::name, 0, [&stand](benchmark::State &state) {
            measureAllocations<Design>(state, stand);
        })->Iterations(10'000);
    });
}

void addBatches(Stand &stand, const Plan &plan, Distribution distribution)
{
    for (int repetition = 0; repetition < plan.repetitions; ++repetition) {
        for (const std::size_t batch : {1, 8, 16, 32}) {
            forEachWanted(plan, [&]<class Design>() {
                if constexpr (Design::isOurs) {
                    const std::string name = std::string("batch/") + Design::name + "/" + toString(distribution) + "/" +
                                             std::to_string(batch);
                    const double seconds = plan.seconds;
                    addOnce(name, repetition, [&stand, distribution, batch, seconds](benchmark::State &state) {
                        measureBatch<Design>(state, stand, distribution, batch, seconds);
                    })->Iterations(1);
                }
            });
        }
    }
}

void addWalksAndCleanups(Stand &stand, const Plan &plan)
{
    forEachWanted(plan, [&]<class Design>() {
        const std::string ofDesign = std::string("/") + Design::name;
        if constexpr (Design::isOurs) {
            for (int repetition = 0; repetition < 5; ++repetition) {
                addOnce("snapshot" + ofDesign, repetition, [&stand](benchmark::State &state) {
                    measureSnapshot<Design>(state, stand);
                })->Iterations(1);
            }
            addOnce("stats" + ofDesign, 0, [&stand](benchmark::State &state) {
                measureStats<Design>(state, stand);
            })->Iterations(1000);
        }
        if constexpr (Design::cleans) {
            addOnce("cleanup" + ofDesign, 0, [&stand](benchmark::State &state) {
                measureCleanup<Design>(state, stand);
            })->Iterations(1);
        }
    });
}

void addDesigns(Stand &stand, const Plan &plan, std::size_t bytesOfOurs)
{
    using enum Distribution;
    if (plan.quick) {
        addThroughput(stand, plan, Uniform, true, 1);
        addThroughput(stand, plan, Zipf, true, 2);
        addLatency(stand, plan, Uniform, false, bytesOfOurs);
        addLatency(stand, plan, Uniform, true, bytesOfOurs);
    } else {
        for (const Distribution distribution : {Uniform, Zipf}) {
            for (const bool writes : {false, true}) {
                for (const int threads : {1, 2, 4})
                    addThroughput(stand, plan, distribution, writes, threads);
            }
            addLatency(stand, plan, distribution, false, bytesOfOurs);
            addLatency(stand, plan, distribution, true, bytesOfOurs);
        }
        for (const int threads : {1, 2})
            addThroughput(stand, plan, OneKey, false, threads);
    }
    addAllocations(stand, plan);
    addBatches(stand, plan, Uniform);
    addBatches(stand, plan, Zipf);
    addWalksAndCleanups(stand, plan);
}

// Returns: the names of the designs, parted by commas.
std::string designNames()
{
    std::string names;
    forEachDesign([&]<class Design>() { names += std::string(names.empty() ? "" : ", ") + Design::name; });
    return names;
}

[[noreturn]] void refuse(const std::string &reason)
{
    std::fprintf(stderr, "bench_cache: %s\n", reason.c_str());
    std::exit(2);
}

std::vector<std::string> designsOf(std::string_view list)
{
    std::vector<std::string> wanted;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        wanted.emplace_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
        bool isKnown = false;
        forEachDesign([&]<class Design>() { isKnown = isKnown || wanted.back() == Design::name; });
        if (!isKnown)
            refuse("there is no design \"" + wanted.back() + "\"; there are " + designNames());
    }
    return wanted;
}

// Takes our own options out of the arguments; Google Benchmark gets the others.
Options takeOptions(int &count, char **arguments)
{
    Options options;
    int kept = 1;
    for (int at = 1; at < count; ++at) {
        const std::string_view argument = arguments[at];
        if (argument == "--quick") {
            options.quick = true;
        } else if (argument == "--only" && at + 1 < count) {
            options.only = designsOf(arguments[++at]);
        } else if (argument == "--entries" && at + 1 < count) {
            char *end = nullptr;
            options.entries = std::strtoull(arguments[++at], &end, 10);
            if (*end != '\0' || options.entries < 10'000 || options.entries > mostKeys)
                refuse("--entries takes a number from 10000 to " + std::to_string(mostKeys) + ", not \"" +
                       arguments[at] + "\"");
        } else {
            if (argument == "--help" || argument == "-h")
                std::fputs(usage, stdout);
            arguments[kept++] = arguments[at];
        }
    }
    count = kept;
    arguments[count] = nullptr;
    return options;
}

std::string firstLineOf(const char *path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

void describe(const Options &options)
{
    benchmark::AddCustomContext("entries", std::to_string(options.entries));
    benchmark::AddCustomContext("mode", options.quick ? "quick" : "full");
    benchmark::AddCustomContext("compiler", __VERSION__);
    benchmark::AddCustomContext("flags", HEARTH_BENCH_FLAGS);
    benchmark::AddCustomContext("transparent_huge_pages", firstLineOf("/sys/kernel/mm/transparent_hugepage/enabled"));
#if !defined(NDEBUG) || defined(HEARTH_SEQ_POINTS)
    std::fputs("bench_cache: this is a build for tests; only the preset release says anything\n", stderr);
    benchmark::AddCustomContext("beware", "a build for tests");
#endif
}

}} // namespace hearth::bench

int main(int argc, char **argv)
{
    using namespace hearth::bench;
    const Options options = takeOptions(argc, argv);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    describe(options);

    const Plan plan = planOf(options);
    nanosecondsPerTick(); // measured while nothing else is
    const std::size_t bytesOfOurs = addFillings(plan, options.entries);
    addFloors(plan, options.entries, bytesOfOurs);
    Stand stand(options.entries);
    if (stand.keepsAll()) {
        addDesigns(stand, plan, bytesOfOurs);
    } else {
        forEachWanted(plan, [&]<class Design>() {
            Plan alone = plan;
            alone.only = {Design::name};
            addDesigns(stand, alone, bytesOfOurs);
        });
    }
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    std::fflush(nullptr);
    std::_Exit(0); // freeing millions of entries one by one would take longer than some of the runs
}
