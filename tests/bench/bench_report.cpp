// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/DashboardReport.h"
#include "tests/bench/Demands.h"
#include "tests/bench/MissReport.h"
#include "tests/bench/Results.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Makes tables of what bench_cache measured: every ratio against every peer and against the machine's floors.
namespace hearth::bench { namespace {

constexpr const char *usage = R"(Usage: bench_report RESULTS.json... REPORT.json

Reads what bench_cache --benchmark_out=RESULTS.json and bench_replay --json RESULTS.json wrote, one run or several (of
a million and of ten million entries, say). Prints tables, every ratio against every peer and the machine's floors, then
each demand with what was measured and ok or WEAK, and writes ratios and demands as JSON.
)";

void printRow(const std::string &head, const std::vector<std::string> &cells, int headWidth, int width)
{
    std::printf("%-*s", headWidth, head.c_str());
    for (const std::string &cell : cells)
        std::printf(" %*s", width, cell.c_str());
    std::printf("\n");
}

void printTitle(const std::string &title)
{
    std::printf("\n%s\n", title.c_str());
}

// Collects every comparison. A ratio above 1 says that TtlCache is better, whether more or less is better there.
class Ratios
{
public:
    // Returns: the ratio, nothing where one side was not measured.
    std::optional<double> add(const std::string &what, const std::string &against, std::optional<double> mine,
                              std::optional<double> theirs, bool moreIsBetter)
    {
        if (!mine || !theirs || *mine <= 0 || *theirs <= 0)
            return std::nullopt;
        const double ratio = moreIsBetter ? *mine / *theirs : *theirs / *mine;
        m_all.push_back({{"what", what}, {"against", against}, {"ours", *mine}, {"theirs", *theirs}, {"ratio", ratio}});
        return ratio;
    }
    const nlohmann::json &all() const { return m_all; }

private:
    nlohmann::json m_all = nlohmann::json::array();
};

std::string ratioShown(std::optional<double> ratio)
{
    return shown(ratio, "%.2fx") + (ratio && *ratio < 1 ? "!" : " ");
}

// Whether others took the CPU away: of the time that single-threaded gets took, the share in which they ran.
void printDisturbance(const Results &results)
{
    std::vector<double> shares;
    for (const std::string &name : results.names()) {
        const auto cpu = results.number(name, "cpu_time");
        const auto real = results.number(name, "real_time");
        if (name.rfind("get/", 0) == 0 && parted(name).back() == "1" && cpu && real)
            shares.push_back(*cpu / *real);
    }
    if (shares.empty())
        return;
    std::sort(shares.begin(), shares.end());
    const double share = shares[shares.size() / 2];
    std::printf("\nThe single-threaded gets had %.0f %% of a CPU%s\n", share * 100,
                share < 0.95 ? ": OTHER WORK RAN on this machine meanwhile, so the figures are rough" : "");
}

void printFloors(const Results &results)
{
    printTitle("The machine's floors in this run, ns (median [least - most])");
    for (const std::string &name : results.names()) {
        if (name.rfind("floor/", 0) != 0)
            continue;
        const double steps = name.find("eight misses") != std::string::npos ? 8 : 1;
        std::string note;
        if (const auto megabytes = results.number(name, "megabytes"))
            note = "  " + shown(megabytes, "%.0f") + " MB, " +
                   shown(results.number(name, "huge_pages_share"), "%.0f", 0.01) + " % on huge pages";
        std::printf("%-44s %8s [%s - %s]%s\n", name.substr(6).c_str(),
                    shown(results.number(name, "cpu_time"), "%.1f", steps).c_str(),
                    shown(results.number(name, "cpu_time", Of::Least), "%.1f", steps).c_str(),
                    shown(results.number(name, "cpu_time", Of::Most), "%.1f", steps).c_str(), note.c_str());
    }
}

// TtlCache and those of its peers that took part.
std::vector<std::string> designsOf(const Results &results)
{
    std::vector<std::string> designs{ours};
    for (const std::string &peer : allPeers()) {
        if (results.number("memory/" + peer, "bytes_per_entry"))
            designs.push_back(peer);
    }
    return designs;
}

// The rows of a part, without the design: "uniform/95-5/2".
std::vector<std::string> rowsOf(const Results &results, const std::string &part)
{
    const std::string prefix = part + "/" + ours + "/";
    std::vector<std::string> rows;
    for (const std::string &name : results.names()) {
        if (name.rfind(prefix, 0) == 0)
            rows.push_back(name.substr(prefix.size()));
    }
    return rows;
}

std::string titleOf(const std::string &row)
{
    const std::vector<std::string> parts = parted(row);
    return parts[0] + " " + parts[1] + ", " + parts[2] + (parts[2] == "1" ? " thread" : " threads");
}

std::string rangeShown(const Results &results, const std::string &name, const char *field, double unit)
{
    if (!results.number(name, field))
        return "-";
    return shown(results.number(name, field), "%.2f", unit) + " [" +
           shown(results.number(name, field, Of::Least), "%.2f", unit) + "-" +
           shown(results.number(name, field, Of::Most), "%.2f", unit) + "]";
}

void printRates(const Results &results, const std::vector<std::string> &rows, const std::vector<std::string> &titles)
{
    printTitle("Gets and puts, million a second (median [least-most]; one thread: a second of its CPU time)");
    printRow("", titles, 12, 19);
    for (const std::string &design : designsOf(results)) {
        std::vector<std::string> cells;
        for (const std::string &row : rows)
            cells.push_back(rangeShown(results, "get/" + design + "/" + row, "items_per_second", 1e6));
        printRow(design, cells, 12, 19);
    }
}

void printRateRatios(const Results &results, Ratios &ratios, const std::vector<std::string> &rows,
                     const std::vector<std::string> &titles)
{
    printTitle(
        "The same, TtlCache / peer (medians; ! where TtlCache is behind), and CPUs in use (what waits for a lock "
        "uses none)");
    printRow("", titles, 12, 19);
    for (const std::string &design : designsOf(results)) {
        std::vector<std::string> cells;
        for (const std::string &row : rows) {
            const std::string name = "get/" + design + "/" + row;
            const auto cpu = results.number(name, "cpu_time");
            const auto real = results.number(name, "real_time");
            const std::string cpus = cpu && real ? shown(*cpu / *real, " %.2f") : " -";
            const auto ratio = design == ours
                                   ? std::nullopt
                                   : ratios.add("throughput, " + titleOf(row), design,
                                                results.number(std::string("get/TtlCache/") + row, "items_per_second"),
                                                results.number(name, "items_per_second"), true);
            cells.push_back((design == ours ? "" : ratioShown(ratio)) + cpus);
        }
        printRow(design, cells, 12, 19);
    }
}

void printThroughput(const Results &results, Ratios &ratios)
{
    for (const char *distribution : {"uniform", "zipf", "one key"}) {
        std::vector<std::string> rows;
        std::vector<std::string> titles;
        for (const std::string &row : rowsOf(results, "get")) {
            if (row.rfind(distribution, 0) != 0)
                continue;
            rows.push_back(row);
            const std::vector<std::string> parts = parted(row);
            titles.push_back(parts[0] + " " + parts[1] + " T=" + parts[2]);
        }
        if (rows.empty())
            continue;
        printRates(results, rows, titles);
        printRateRatios(results, ratios, rows, titles);
    }
}

void printAllocations(const Results &results)
{
    printTitle("Allocations of a hit");
    std::vector<std::string> cells;
    for (const std::string &design : designsOf(results))
        cells.push_back(shown(results.number("allocations/" + design, "allocations_per_hit"), "%.2f"));
    printRow("", designsOf(results), 0, 12);
    printRow("", cells, 0, 12);
}

void printBatches(const Results &results)
{
    if (!results.number("batch/TtlCache/uniform/1", "items_per_second"))
        return;
    printTitle("TtlCache, gets of several keys at once, ns a key (median [least-most])");
    printRow("", {"one get", "8 at once", "16", "32"}, 12, 22);
    for (const std::string distribution : {"uniform", "zipf"}) {
        std::vector<std::string> cells;
        for (const char *batch : {"1", "8", "16", "32"}) {
            const std::string name = "batch/TtlCache/" + distribution + "/" + batch;
            const auto perKey = [&](Of which) {
                const auto rate = results.number(name, "items_per_second", which);
                return shown(rate ? std::optional(1e9 / *rate) : std::nullopt, "%.0f");
            };
            cells.push_back(perKey(Of::Median) + " [" + perKey(Of::Most) + "-" + perKey(Of::Least) + "]");
        }
        printRow(distribution, cells, 12, 22);
    }
}

void printLatencyRow(const Results &results, Ratios &ratios, const std::string &design, const std::string &distribution)
{
    const auto at = [&](const std::string &who, const char *where, const char *field) {
        return results.number("latency/" + who + "/" + distribution + "/" + where, field);
    };
    std::vector<std::string> cells;
    for (const char *where : {"alone", "beside writer"}) {
        for (const char *field : {"p50_ns", "p99_ns", "p999_ns"})
            cells.push_back(shown(at(design, where, field), "%.0f"));
        cells.push_back(shown(at(design, where, "max_us"), "%.0f"));
    }
    const auto alone = at(design, "alone", "p99_ns");
    const auto beside = at(design, "beside writer", "p99_ns");
    cells.push_back(alone && beside ? shown(*beside / *alone, "%.2fx") : "-");
    cells.push_back(shown(at(design, "beside writer", "beside_share"), "%.2f"));
    if (design != ours) {
        for (const char *where : {"alone", "beside writer"}) {
            for (const char *field : {"p50_ns", "p99_ns"}) {
                const std::string what = distribution + " hit " + std::string(field).substr(0, 3) + " " + where;
                cells.push_back(
                    ratioShown(ratios.add(what, design, at(ours, where, field), at(design, where, field), false)));
            }
        }
    }
    printRow(design, cells, 12, 8);
}

void printLatencies(const Results &results, Ratios &ratios)
{
    for (const char *distribution : {"uniform", "zipf"}) {
        if (!results.number(std::string("latency/TtlCache/") + distribution + "/alone", "p50_ns"))
            continue;
        printTitle(std::string("One hit, ") + distribution +
                   ", ns (max: us; medians of the repetitions; each holds one timer pair, see the floors)");
        printRow("", {"alone", "", "", "", "beside", "a 95-5", "writer", "", "p99", "at once", "peer / T", "tlCache:"},
                 12, 8);
        printRow("",
                 {"p50", "p99", "p99.9", "max", "p50", "p99", "p99.9", "max", "b./alone", "share", "p50", "p99",
                  "b. p50", "b. p99"},
                 12, 8);
        for (const std::string &design : designsOf(results))
            printLatencyRow(results, ratios, design, distribution);
        const auto timer = results.number("floor/timer", "p50_ns");
        const std::string floor = std::string("floor/timed miss of memory as TtlCache takes, ") + distribution;
        std::printf(
            "TtlCache's p50 alone %s, one dependent access to as much memory %s (timed alike; the empty timer's %s "
            "taken off both)\n",
            shown(withoutTimer(results, std::string("latency/TtlCache/") + distribution + "/alone", "p50_ns"), "%.0f")
                .c_str(),
            shown(withoutTimer(results, floor, "p50_ns"), "%.0f").c_str(), shown(timer, "%.0f").c_str());
    }
}

void printMemory(const Results &results, Ratios &ratios)
{
    const auto profiles = results.number("memory/profiles alone", "bytes_per_entry");
    if (!profiles)
        return;
    printTitle("Memory, bytes an entry (growth of the resident set in a process of its own; key, profile, index, all)");
    printRow("", {"all in", "less profile", "peer / TtlCache"}, 12, 16);
    printRow("profiles", {shown(profiles, "%.0f"), "", ""}, 12, 16);
    const auto mine = results.number(std::string("memory/") + ours, "bytes_per_entry");
    for (const std::string &design : designsOf(results)) {
        const auto bytes = results.number("memory/" + design, "bytes_per_entry");
        const auto ratio =
            design == ours ? std::nullopt : ratios.add("memory, bytes an entry", design, mine, bytes, false);
        const bool hasThem = std::find(tablePeers.begin(), tablePeers.end(), design) != tablePeers.end();
        printRow(design,
                 {shown(bytes, "%.0f"), bytes && hasThem ? shown(*bytes - *profiles, "%.0f") : "",
                  design == ours ? "" : ratioShown(ratio)},
                 12, 16);
    }
    std::printf("TtlCache with identities of 24 characters: %s; a tenth full: %s an entry\n",
                shown(results.number("memory 24/TtlCache", "bytes_per_entry"), "%.0f").c_str(),
                shown(results.number("memory a tenth full/TtlCache", "bytes_per_entry"), "%.0f").c_str());
    for (const char *percent : {"100", "90"}) {
        const std::string name = std::string("given back ") + percent + "/TtlCache";
        std::printf("TtlCache, %s %% expired and cleaned up: %s -> %s bytes an entry once there\n", percent,
                    shown(results.number(name, "full_bytes"), "%.0f").c_str(),
                    shown(results.number(name, "left_bytes"), "%.0f").c_str());
    }
}

void printGrowth(const Results &results)
{
    if (!results.number("growth/TtlCache", "longest_ms"))
        return;
    printTitle("Puts while filling (medians of the fills; at the end the longest, of each 64th of a fill in the best "
               "of them)");
    printRow("", {"construction ms", "p50 us", "p99.99 us", "longest ms", "less machine ms"}, 12, 16);
    for (const std::string &design : {std::string(ours), std::string("naive")}) {
        const std::string name = "growth/" + design;
        printRow(design,
                 {shown(results.number(name, "construction_ms"), "%.3f"), shown(results.number(name, "p50_us"), "%.2f"),
                  shown(results.number(name, "p9999_us"), "%.1f"), shown(results.number(name, "longest_ms"), "%.2f"),
                  shown(results.number("growth of all fills/" + design, "longest_ms"), "%.3f")},
                 12, 16);
    }
}

void printWalks(const Results &results)
{
    if (!results.number("snapshot/TtlCache", "snapshot_ms"))
        return;
    printTitle("TtlCache, everything copied out, and the counters and the size");
    std::printf("snapshot %s ms; beside a reader %s ms, its longest stall %s ms at best, its p99 %s ns; stats %s us\n",
                shown(results.number("snapshot/TtlCache", "snapshot_ms"), "%.0f").c_str(),
                shown(results.number("snapshot/TtlCache", "beside_ms"), "%.0f").c_str(),
                shown(results.number("snapshot/TtlCache", "stall_ms", Of::Least), "%.3f").c_str(),
                shown(results.number("snapshot/TtlCache", "p99_ns"), "%.0f").c_str(),
                shown(results.number("stats/TtlCache", "p50_ns"), "%.2f", 1000).c_str());
}

void printCleanups(const Results &results, Ratios &ratios)
{
    if (!results.number(std::string("cleanup/") + ours, "stall_best_ms"))
        return;
    printTitle("Cleanup beside a reader, 5 rounds (naive: full scan under the lock)");
    printRow("", {"best total ms", "best stall ms", "worst stall ms", "read p50 ns", "p99 ns", "p99.9 ns"}, 12, 14);
    for (const std::string &design : {std::string(ours), std::string("naive")}) {
        std::vector<std::string> cells;
        for (const char *field : {"cleanup_best_ms", "stall_best_ms", "stall_worst_ms"})
            cells.push_back(shown(results.number("cleanup/" + design, field), "%.2f"));
        for (const char *field : {"p50_ns", "p99_ns", "p999_ns"})
            cells.push_back(shown(results.number("cleanup/" + design, field), "%.0f"));
        printRow(design, cells, 12, 14);
    }
    for (const char *field : {"cleanup_best_ms", "stall_best_ms"}) {
        const auto ratio =
            ratios.add(std::string("cleanup, ") + field, "naive", results.number("cleanup/TtlCache", field),
                       results.number("cleanup/naive", field), false);
        std::printf("naive / TtlCache, %s: %s\n", field, ratioShown(ratio).c_str());
    }
    // The naive lock lets the reader in before and after the scan only, so its percentiles say little; its stall says
    // all.
}

void warnOfMisses(const Results &results)
{
    for (const std::string &name : results.names()) {
        if (const auto hits = results.number(name, "hit_share", Of::Least); hits && *hits < 1)
            std::printf("BEWARE: in %s only %.4f %% of the gets were hits; all should be\n", name.c_str(), *hits * 100);
    }
}

void printWeak(const Ratios &ratios)
{
    std::vector<nlohmann::json> weak;
    for (const nlohmann::json &ratio : ratios.all()) {
        if (ratio.at("ratio") < 1 && ratio.at("against").get<std::string>().rfind("floor", 0) != 0)
            weak.push_back(ratio);
    }
    std::sort(weak.begin(), weak.end(),
              [](const auto &left, const auto &right) { return left.at("ratio") < right.at("ratio"); });
    std::printf("\nTtlCache is behind a peer in %zu of %zu comparisons%s\n", weak.size(), ratios.all().size(),
                weak.empty() ? "" : ", weakest first:");
    for (const nlohmann::json &ratio : weak)
        std::printf("  %.2fx  %s, against %s\n", ratio.at("ratio").get<double>(),
                    ratio.at("what").get<std::string>().c_str(), ratio.at("against").get<std::string>().c_str());
}

void printContext(const Results &run)
{
    const nlohmann::json &context = run.context();
    std::printf("\n======== %zu entries, %s run, %s, %d CPUs, load %s\n", run.entries(),
                context.value("mode", std::string("?")).c_str(), context.value("date", std::string()).c_str(),
                context.value("num_cpus", 0), context.value("load_avg", nlohmann::json()).dump().c_str());
    if (context.contains("beware"))
        std::printf("BEWARE: %s\n", context.at("beware").dump().c_str());
    std::printf("flags of all that is compiled here: %s\n", context.value("flags", std::string("?")).c_str());
    std::printf(
        "TtlCache  bounded, TTL, statistics, generations, reasons of misses; its peers have the TTL only:\n"
        "naive     std::unordered_map, std::mutex         QHash      QHash, QReadWriteLock\n"
        "TBB       tbb::concurrent_hash_map               QCache     QCache, QMutex (bounded)\n"
        "libcuckoo libcuckoo::cuckoohash_map\n"
        "absl      64 x absl::flat_hash_map, shared_mutex robin-map  64 x tsl::robin_map, shared_mutex\n"
        "All these keep a shared_ptr, as people write it; \"packed\" ones TtlCache's own 16-byte value inline, and\n"
        "the keys here fit into a std::string without memory of its own (those of 24 characters would not).\n");
}

nlohmann::json printRun(const Results &results)
{
    Ratios ratios;
    printContext(results);
    printDisturbance(results);
    printFloors(results);
    printThroughput(results, ratios);
    printAllocations(results);
    printBatches(results);
    printLatencies(results, ratios);
    printMemory(results, ratios);
    printGrowth(results);
    printWalks(results);
    printCleanups(results, ratios);
    printWeak(ratios);
    warnOfMisses(results);
    return {{"context", results.context()}, {"ratios", ratios.all()}};
}

int report(const std::vector<std::string> &from, const char *to)
{
    std::vector<Results> runs;
    nlohmann::json written = nlohmann::json::array();
    for (const std::string &path : from) {
        std::ifstream file(path);
        const nlohmann::json document = nlohmann::json::parse(file, nullptr, false);
        if (document.is_discarded() || !document.contains("benchmarks")) {
            std::fprintf(stderr, "bench_report: %s is not what a benchmark writes\n", path.c_str());
            return 1;
        }
        runs.emplace_back(document);
        if (runs.back().entries() > 0)
            written.push_back(printRun(runs.back()));
        else if (isOfMissPath(runs.back()))
            printMissPath(runs.back());
        else if (isOfDashboard(runs.back()))
            printDashboard(runs.back());
    }
    std::vector<Demand> demands = demandsOf(runs);
    for (const Results &run : runs) {
        std::vector<Demand> more;
        if (isOfMissPath(run))
            more = missPathDemands(run);
        else if (isOfDashboard(run))
            more = dashboardDemands(run);
        demands.insert(demands.end(), more.begin(), more.end());
    }
    printDemands(demands);

    std::ofstream out(to);
    out << nlohmann::json{{"runs", written}, {"demands", jsonOf(demands)}}.dump(2) << "\n";
    if (!out.flush()) {
        std::fprintf(stderr, "bench_report: cannot write %s\n", to);
        return 1;
    }
    return 0;
}

}} // namespace hearth::bench

int main(int argc, char **argv)
{
    if (argc < 3) {
        std::fputs(hearth::bench::usage, stderr);
        return 2;
    }
    return hearth::bench::report(std::vector<std::string>(argv + 1, argv + argc - 1), argv[argc - 1]);
}
