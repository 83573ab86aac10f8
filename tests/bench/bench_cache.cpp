// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/HashedKey.h"
#include "tests/bench/Measures.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

// Measures TtlCache, its peers and the machine in one process. The names of the results, part/design/…, are what
// bench_report reads. As long as all designs fit into memory, those that are compared run one after the other, so that
// whatever else the machine does meanwhile touches them alike.
namespace hearth::bench { namespace {

constexpr const char *usage =
    R"(Usage: bench_cache [--quick] [--entries N] [--benchmark_...]

Measures TtlCache beside its peers and the machine's floors; tests/bench/run makes a table of it.

  --quick       fewer rows and shorter runs: below a minute, to see where one stands
  --entries N   entries in each cache (1000000); 10000 to 100000000, above 2000000 one design is filled at a time
  --help        this text, then what Google Benchmark knows
)";

struct Options {
    bool quick = false;
    std::size_t entries = 1'000'000;
};

// What every measure is given.
struct Plan {
    bool quick;
    int repetitions;
    double seconds;      // of one repetition of a throughput
    std::int64_t timed;  // gets of one repetition of a latency
    std::int64_t chased; // steps of one repetition of a chase
};
Plan planOf(const Options &options)
{
    return options.quick ? Plan{true, 3, 0.08, 50'000, 300'000} : Plan{false, 5, 0.25, 200'000, 1'000'000};
}

double least(const std::vector<double> &values)
{
    return *std::min_element(values.begin(), values.end());
}
double most(const std::vector<double> &values)
{
    return *std::max_element(values.begin(), values.end());
}

template <class Measure>
benchmark::internal::Benchmark *add(const std::string &name, int repetitions, const Measure &measure)
{
    return benchmark::RegisterBenchmark(name.c_str(), measure)
        ->Repetitions(repetitions)
        ->ReportAggregatesOnly(true)
        ->ComputeStatistics("min", least)
        ->ComputeStatistics("max", most);
}

// Calls body.operator()<Design>() for all designs, or, when they do not fit into memory together, for one.
template <class Only, class Body>
void forEachStanding(const Body &body)
{
    if constexpr (std::is_void_v<Only>)
        forEachDesign(body);
    else
        body.template operator()<Only>();
}

// ---- memory: bytes of a filled design, with keys and profiles

template <class Design>
void fillAndKeep(std::size_t entries)
{
    static BenchClock clock;
    filled<Design>(clock, entries).release(); // the process ends before anybody could miss it
}

void fillProfilesOnly(std::size_t entries)
{
    auto *profiles = new std::vector<ProfilePtr>; // kept, as above
    profiles->reserve(entries);
    for (const std::uint32_t index : fillOrder(entries))
        profiles->push_back(makeProfile(index));
    benchmark::DoNotOptimize(profiles->data());
}

void addBytes(const std::string &name, double bytesPerEntry)
{
    benchmark::RegisterBenchmark(name.c_str(), [bytesPerEntry](benchmark::State &state) {
        for (auto _ : state) {}
        state.counters["bytes_per_entry"] = bytesPerEntry;
    })->Iterations(1);
}

// Measures at once, in other processes, because no filled design may stand here yet. Returns: bytes that TtlCache took.
std::size_t addMemory(std::size_t entries)
{
    std::vector<Fill> fills{fillProfilesOnly};
    std::vector<std::string> names{"memory/profiles alone"};
    forEachDesign([&]<class Design>() {
        fills.push_back(fillAndKeep<Design>);
        names.push_back(std::string("memory/") + Design::name);
    });
    fillOrder(entries); // made here, so that it is not counted there
    const std::size_t atOnce = entries <= 2'000'000 ? 4 : 1;
    const std::vector<std::size_t> bytes = residentBytesOf(fills, entries, atOnce);
    for (std::size_t at = 0; at < fills.size(); ++at) {
        const double pointers = at == 0 ? sizeof(ProfilePtr) : 0; // the list that holds the profiles is none of them
        addBytes(names[at], static_cast<double>(bytes[at]) / static_cast<double>(entries) - pointers);
    }
    return bytes[1];
}

// ---- floors

// Kept for the repetitions; asking for another size lets go of the one before.
const ChaseGround &chaseGround(std::size_t bytes)
{
    static std::unique_ptr<ChaseGround> ground;
    static std::size_t size = 0;
    if (!ground || size != bytes) {
        ground.reset();
        ground = std::make_unique<ChaseGround>(bytes);
        size = bytes;
    }
    return *ground;
}

void chase(benchmark::State &state, std::size_t bytes)
{
    const ChaseGround &ground = chaseGround(bytes);
    std::uint32_t line = 0;
    for (auto _ : state)
        benchmark::DoNotOptimize(line = ground.next(line));
    state.SetItemsProcessed(state.iterations());
    state.counters["megabytes"] = static_cast<double>(bytes) / 1e6;
    if (const double share = ground.hugePageShare(); share > 0) // of zeros Google Benchmark makes NaN, which is no JSON
        state.counters["huge_pages_share"] = share;
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
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines.size()));
}

void addFloors(const Plan &plan, std::size_t entries, std::size_t bytesOfOurs)
{
    const std::size_t lineEach = entries * 64;
    add("floor/miss of a line per entry", plan.repetitions, [=](benchmark::State &state) {
        chase(state, lineEach);
    })->Iterations(plan.chased);
    add("floor/eight misses at once", plan.repetitions, [=](benchmark::State &state) {
        chaseEight(state, lineEach);
    })->Iterations(plan.chased);
    add("floor/miss of memory as TtlCache takes", plan.repetitions, [=](benchmark::State &state) {
        chase(state, bytesOfOurs);
    })->Iterations(plan.chased);
    add("floor/key built and hashed", plan.repetitions, [](benchmark::State &state) {
        std::uint32_t index = 0;
        for (auto _ : state) {
            const Key key(++index % 10'000'000);
            benchmark::DoNotOptimize(HashedKey(key.text()).hash);
        }
    })->MinTime(plan.seconds);
    add("floor/clock", plan.repetitions, [](benchmark::State &state) {
        chaseGround(0); // the chases are over
        const BenchClock clock;
        for (auto _ : state)
            benchmark::DoNotOptimize(clock.now());
    })->MinTime(plan.seconds);
    add("floor/timer", plan.repetitions, [](benchmark::State &state) {
        for (auto _ : state) {
            const std::uint64_t start = ticks();
            benchmark::DoNotOptimize(ticks() - start);
        }
    })->MinTime(plan.seconds);
}

// ---- designs

constexpr const char *toString(Distribution distribution)
{
    return distribution == Distribution::Uniform ? "uniform" : "zipf";
}

template <class Only>
void addThroughput(Stand &stand, const Plan &plan, Distribution distribution, bool writes, int threads)
{
    forEachStanding<Only>([&]<class Design>() {
        const std::string name =
            std::string("get/") + Design::name + "/" + toString(distribution) + "/" + (writes ? "95-5" : "100-0");
        auto *added = add(name, plan.repetitions, [&stand, distribution, writes](benchmark::State &state) {
            measureThroughput<Design>(state, stand, distribution, writes);
        });
        added->MinTime(plan.seconds)->Threads(threads);
        // One thread waits for nobody: its own CPU time is the same as real time, less what other work took of it.
        if (threads > 1)
            added->UseRealTime();
    });
}

template <class Only>
void addLatency(Stand &stand, const Plan &plan, Distribution distribution, bool besideWriter)
{
    forEachStanding<Only>([&]<class Design>() {
        const std::string name = std::string("latency/") + Design::name + "/" + toString(distribution) + "/" +
                                 (besideWriter ? "beside writer" : "alone");
        add(name, plan.repetitions, [&stand, distribution, besideWriter](benchmark::State &state) {
            measureLatency<Design>(state, stand, distribution, besideWriter);
        })->Iterations(plan.timed);
    });
}

template <class Only>
void addCleanup(Stand &stand)
{
    forEachStanding<Only>([&]<class Design>() {
        if constexpr (Design::cleans) {
            const std::string name = std::string("cleanup/") + Design::name;
            benchmark::RegisterBenchmark(name.c_str(), [&stand](benchmark::State &state) {
                measureCleanup<Design>(state, stand);
            })->Iterations(1);
        }
    });
}

template <class Only>
void addDesigns(Stand &stand, const Plan &plan)
{
    using enum Distribution;
    if (plan.quick) {
        addThroughput<Only>(stand, plan, Uniform, true, 1);
        addThroughput<Only>(stand, plan, Zipf, true, 2);
        addLatency<Only>(stand, plan, Uniform, false);
        addLatency<Only>(stand, plan, Uniform, true);
    } else {
        for (const Distribution distribution : {Uniform, Zipf}) {
            for (const bool writes : {false, true}) {
                for (const int threads : {1, 2, 4})
                    addThroughput<Only>(stand, plan, distribution, writes, threads);
            }
            addLatency<Only>(stand, plan, distribution, false);
            addLatency<Only>(stand, plan, distribution, true);
        }
    }
    addCleanup<Only>(stand);
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
        } else if (argument == "--entries" && at + 1 < count) {
            char *end = nullptr;
            options.entries = std::strtoull(arguments[++at], &end, 10);
            if (*end != '\0' || options.entries < 10'000 || options.entries > 100'000'000) {
                std::fprintf(stderr, "bench_cache: --entries takes a number from 10000 to 100000000, not \"%s\"\n",
                             arguments[at]);
                std::exit(2);
            }
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
    benchmark::AddCustomContext("transparent_huge_pages", firstLineOf("/sys/kernel/mm/transparent_hugepage/enabled"));
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
    addFloors(plan, options.entries, addMemory(options.entries));
    Stand stand(options.entries);
    if (stand.keepsAll())
        addDesigns<void>(stand, plan);
    else
        forEachDesign([&]<class Design>() { addDesigns<Design>(stand, plan); });
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    std::fflush(nullptr);
    std::_Exit(0); // freeing millions of entries one by one would take longer than some of the runs
}
