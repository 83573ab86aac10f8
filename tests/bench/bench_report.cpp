// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Makes tables of what bench_cache measured: every ratio against every peer and against the machine's floors.
namespace hearth::bench { namespace {

constexpr const char *usage = R"(Usage: bench_report RESULTS.json RATIOS.json

Reads what bench_cache --benchmark_out=RESULTS.json wrote, prints tables, and writes the ratios as JSON.
)";

constexpr const char *ours = "TtlCache";
const std::vector<std::string> peers{"naive", "QHash", "TBB", "libcuckoo", "absl", "robin-map"};

// The numbers of one benchmark: the median of its repetitions, the least and the most.
struct Measured {
    nlohmann::json median;
    nlohmann::json least;
    nlohmann::json most;
};
using Results = std::map<std::string, Measured>; // by name, "get/naive/uniform/95-5/2" with the threads at the end

std::vector<std::string> parted(const std::string &name)
{
    std::vector<std::string> parts;
    std::size_t start = 0;
    for (std::size_t slash; (slash = name.find('/', start)) != std::string::npos; start = slash + 1)
        parts.push_back(name.substr(start, slash - start));
    parts.push_back(name.substr(start));
    return parts;
}

// What Google Benchmark appends ("/real_time", "/repeats:5", "/threads:2") leaves; the threads of a get stay.
std::string nameOf(const nlohmann::json &run)
{
    std::string name;
    for (const std::string &part : parted(run.value("run_name", run.value("name", std::string())))) {
        if (part.find(':') == std::string::npos && part != "real_time")
            name += (name.empty() ? "" : "/") + part;
    }
    if (name.rfind("get/", 0) == 0)
        name += "/" + std::to_string(run.value("threads", 1));
    return name;
}

Results resultsOf(const nlohmann::json &document)
{
    Results results;
    for (const nlohmann::json &run : document.at("benchmarks")) {
        if (run.value("error_occurred", false)) {
            std::printf("FAILED %s: %s\n", nameOf(run).c_str(), run.value("error_message", std::string()).c_str());
            continue;
        }
        const std::string aggregate = run.value("aggregate_name", std::string());
        Measured &measured = results[nameOf(run)];
        if (aggregate.empty() || aggregate == "median")
            measured.median = run;
        if (aggregate.empty() || aggregate == "min")
            measured.least = run;
        if (aggregate.empty() || aggregate == "max")
            measured.most = run;
    }
    return results;
}

std::optional<double> number(const Results &results, const std::string &name, const char *field,
                             nlohmann::json Measured::*which = &Measured::median)
{
    const auto found = results.find(name);
    if (found == results.end() || !(found->second.*which).contains(field))
        return std::nullopt;
    return (found->second.*which).at(field).get<double>();
}

// A cell of a table; "-" where nothing was measured.
std::string shown(std::optional<double> value, const char *format, double unit = 1)
{
    if (!value)
        return "-";
    char text[64];
    std::snprintf(text, sizeof text, format, *value / unit);
    return text;
}

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
    for (const auto &[name, measured] : results) {
        const auto cpu = number(results, name, "cpu_time");
        const auto real = number(results, name, "real_time");
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
    for (const auto &[name, measured] : results) {
        if (name.rfind("floor/", 0) != 0)
            continue;
        const double steps = name == "floor/eight misses at once" ? 8 : 1;
        std::string note;
        if (const auto megabytes = number(results, name, "megabytes"))
            note = "  " + shown(megabytes, "%.0f") + " MB, " +
                   shown(number(results, name, "huge_pages_share"), "%.0f", 0.01) + " % on huge pages";
        std::printf("%-44s %8s [%s - %s]%s\n", name.substr(6).c_str(),
                    shown(number(results, name, "cpu_time"), "%.1f", steps).c_str(),
                    shown(number(results, name, "cpu_time", &Measured::least), "%.1f", steps).c_str(),
                    shown(number(results, name, "cpu_time", &Measured::most), "%.1f", steps).c_str(), note.c_str());
    }
}

// The rows of a part, without the design: "uniform/95-5/2".
std::vector<std::string> rowsOf(const Results &results, const std::string &part)
{
    const std::string prefix = part + "/" + ours + "/";
    std::vector<std::string> rows;
    for (const auto &[name, measured] : results) {
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

// With a lock that all take, less than all CPUs is the design's own doing; with none it is other work.
void printCpus(const Results &results, const std::vector<std::string> &rows)
{
    printTitle(
        "The same, CPUs in use (what waits for a lock uses none, and neither does what other work pushed aside)");
    std::vector<std::string> designs{ours};
    designs.insert(designs.end(), peers.begin(), peers.end());
    printRow("", designs, 25, 10);
    for (const std::string &row : rows) {
        std::vector<std::string> cells;
        for (const std::string &design : designs) {
            const auto cpu = number(results, "get/" + design + "/" + row, "cpu_time");
            const auto real = number(results, "get/" + design + "/" + row, "real_time");
            cells.push_back(cpu && real ? shown(*cpu / *real, "%.2f") : "-");
        }
        printRow(titleOf(row), cells, 25, 10);
    }
}

void printThroughput(const Results &results, Ratios &ratios)
{
    const std::vector<std::string> rows = rowsOf(results, "get");
    printTitle("Gets and puts, million a second (median [least - most]; one thread: a second of its CPU time)");
    std::vector<std::string> heads{ours};
    heads.insert(heads.end(), peers.begin(), peers.end());
    printRow("", heads, 25, 17);
    for (const std::string &row : rows) {
        std::vector<std::string> cells;
        for (const std::string &design : heads) {
            const std::string name = "get/" + design + "/" + row;
            cells.push_back(shown(number(results, name, "items_per_second"), "%.2f", 1e6) + " [" +
                            shown(number(results, name, "items_per_second", &Measured::least), "%.2f", 1e6) + "-" +
                            shown(number(results, name, "items_per_second", &Measured::most), "%.2f", 1e6) + "]");
        }
        printRow(titleOf(row), cells, 25, 17);
    }

    printTitle("The same, TtlCache / peer (medians; ! where TtlCache is behind)");
    std::vector<std::string> columns = peers;
    columns.push_back("best peer");
    printRow("", columns, 25, 10);
    for (const std::string &row : rows) {
        std::vector<std::string> cells;
        std::optional<double> weakest;
        for (const std::string &peer : peers) {
            const auto ratio = ratios.add("throughput, " + titleOf(row), peer,
                                          number(results, "get/TtlCache/" + row, "items_per_second"),
                                          number(results, "get/" + peer + "/" + row, "items_per_second"), true);
            cells.push_back(ratioShown(ratio));
            if (ratio && (!weakest || *ratio < *weakest))
                weakest = ratio;
        }
        cells.push_back(ratioShown(weakest));
        printRow(titleOf(row), cells, 25, 10);
    }
    printCpus(results, rows);
}

void printLatencyRow(const Results &results, Ratios &ratios, const std::string &design, const std::string &distribution)
{
    const auto at = [&](const std::string &who, const char *where, const char *field) {
        return number(results, "latency/" + who + "/" + distribution + "/" + where, field);
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
        if (!number(results, std::string("latency/TtlCache/") + distribution + "/alone", "p50_ns"))
            continue;
        printTitle(std::string("One hit, ") + distribution +
                   ", ns (max: us; medians of the repetitions; each holds one timer pair, see the floors)");
        printRow("", {"alone", "", "", "", "beside", "a 95-5", "writer", "", "p99", "at once", "peer / T", "tlCache:"},
                 12, 8);
        printRow("",
                 {"p50", "p99", "p99.9", "max", "p50", "p99", "p99.9", "max", "b./alone", "share", "p50", "p99",
                  "b. p50", "b. p99"},
                 12, 8);
        printLatencyRow(results, ratios, ours, distribution);
        for (const std::string &peer : peers)
            printLatencyRow(results, ratios, peer, distribution);
        for (const char *floor : {"miss of a line per entry", "miss of memory as TtlCache takes"}) {
            const auto hit = number(results, std::string("latency/TtlCache/") + distribution + "/alone", "p50_ns");
            const auto ratio = ratios.add(std::string(distribution) + " hit p50 alone", std::string("floor: ") + floor,
                                          hit, number(results, std::string("floor/") + floor, "cpu_time"), false);
            if (ratio)
                std::printf("TtlCache's p50 alone is %.2fx one dependent %s\n", 1 / *ratio, floor);
        }
    }
}

void printMemory(const Results &results, Ratios &ratios)
{
    const auto profiles = number(results, "memory/profiles alone", "bytes_per_entry");
    if (!profiles)
        return;
    printTitle("Memory, bytes an entry (growth of the resident set in a process of its own; key, profile, index, all)");
    printRow("", {"all in", "less profile", "peer / TtlCache"}, 12, 16);
    printRow("profiles", {shown(profiles, "%.0f"), "", ""}, 12, 16);
    const auto mine = number(results, std::string("memory/") + ours, "bytes_per_entry");
    std::vector<std::string> designs{ours};
    designs.insert(designs.end(), peers.begin(), peers.end());
    for (const std::string &design : designs) {
        const auto bytes = number(results, "memory/" + design, "bytes_per_entry");
        const auto ratio =
            design == ours ? std::nullopt : ratios.add("memory, bytes an entry", design, mine, bytes, false);
        printRow(design,
                 {shown(bytes, "%.0f"), bytes ? shown(*bytes - *profiles, "%.0f") : "-",
                  design == ours ? "" : ratioShown(ratio)},
                 12, 16);
    }
}

void printCleanups(const Results &results, Ratios &ratios)
{
    if (!number(results, std::string("cleanup/") + ours, "stall_best_ms"))
        return;
    printTitle("Cleanup beside a reader, 5 rounds (naive: full scan under the lock)");
    printRow("", {"best total ms", "best stall ms", "worst stall ms", "read p50 ns", "p99 ns", "p99.9 ns"}, 12, 14);
    for (const std::string &design : {std::string(ours), std::string("naive")}) {
        std::vector<std::string> cells;
        for (const char *field : {"cleanup_best_ms", "stall_best_ms", "stall_worst_ms"})
            cells.push_back(shown(number(results, "cleanup/" + design, field), "%.2f"));
        for (const char *field : {"p50_ns", "p99_ns", "p999_ns"})
            cells.push_back(shown(number(results, "cleanup/" + design, field), "%.0f"));
        printRow(design, cells, 12, 14);
    }
    for (const char *field : {"cleanup_best_ms", "stall_best_ms"}) {
        const auto ratio =
            ratios.add(std::string("cleanup, ") + field, "naive", number(results, "cleanup/TtlCache", field),
                       number(results, "cleanup/naive", field), false);
        std::printf("naive / TtlCache, %s: %s\n", field, ratioShown(ratio).c_str());
    }
    // The naive lock lets the reader in before and after the scan only, so its percentiles say little; its stall says
    // all.
}

void warnOfMisses(const Results &results)
{
    for (const auto &[name, measured] : results) {
        if (const auto hits = number(results, name, "hit_share", &Measured::least); hits && *hits < 1)
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

void printContext(const nlohmann::json &context)
{
    std::printf("%s entries, %s run, %s, %d CPUs, load %s\n", context.value("entries", std::string("?")).c_str(),
                context.value("mode", std::string("?")).c_str(), context.value("date", std::string()).c_str(),
                context.value("num_cpus", 0), context.value("load_avg", nlohmann::json()).dump().c_str());
    std::printf("TtlCache  bounded, TTL, statistics, generations, reasons of misses; its peers have the TTL only:\n"
                "naive     std::unordered_map, std::mutex         QHash      QHash, QReadWriteLock\n"
                "TBB       tbb::concurrent_hash_map               libcuckoo  libcuckoo::cuckoohash_map\n"
                "absl      64 x absl::flat_hash_map, shared_mutex\n"
                "robin-map 64 x tsl::robin_map, shared_mutex\n");
}

int report(const char *from, const char *to)
{
    std::ifstream file(from);
    const nlohmann::json document = nlohmann::json::parse(file, nullptr, false);
    if (document.is_discarded() || !document.contains("benchmarks")) {
        std::fprintf(stderr, "bench_report: %s is not what bench_cache writes\n", from);
        return 1;
    }
    printContext(document.value("context", nlohmann::json::object()));
    const Results results = resultsOf(document);
    Ratios ratios;
    printDisturbance(results);
    printFloors(results);
    printThroughput(results, ratios);
    printLatencies(results, ratios);
    printMemory(results, ratios);
    printCleanups(results, ratios);
    printWeak(ratios);
    warnOfMisses(results);

    std::ofstream out(to);
    out << nlohmann::json{{"context", document.value("context", nlohmann::json::object())}, {"ratios", ratios.all()}}
               .dump(2)
        << "\n";
    if (!out.flush()) {
        std::fprintf(stderr, "bench_report: cannot write %s\n", to);
        return 1;
    }
    return 0;
}

}} // namespace hearth::bench

int main(int argc, char **argv)
{
    if (argc != 3) {
        std::fputs(hearth::bench::usage, stderr);
        return 2;
    }
    return hearth::bench::report(argv[1], argv[2]);
}
