// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/MissMeasures.h"
#include "tests/bench/MissReport.h"
#include "tests/bench/Results.h"

#include <QCoreApplication>
#include <QLoggingCategory>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

// Measures what a miss costs, on a PostgreSQL of its own that tests/support/postgres made and named in the environment.
// The numbers are written as Google Benchmark writes its own, so that bench_report reads both.
namespace hearth::bench { namespace {

constexpr const char *usage = R"(Usage: bench_misspath [--quick] [--only NAMES] [--json FILE]

Measures a miss beside libpq by hand, a herd, batches, warming beside COPY, an outage, and polling, and says what must
be true of it. tests/bench/run starts the PostgreSQL server for it; by hand:

  mkdir /tmp/server && tests/support/postgres create /tmp/server/pg > /tmp/server/environment
  env $(cat /tmp/server/environment) build/release/bin/bench_misspath --quick
  tests/support/postgres destroy /tmp/server/pg

It fills the tables of that server, kills it and starts it again: never name a database that somebody needs.

  --quick       about a minute
  --only NAMES  only these, parted by commas: single,handoff,service,herd,batching,warming,
                recovery,polling
  --json FILE   the numbers
)";

struct Part {
    const char *name;
    void (*measure)(const MissPlan &, const AddRow &);
};
constexpr Part parts[] = {
    {"single", measureSingle},     {"handoff", measureHandOff},   {"service", measureService},
    {"herd", measureHerd},         {"batching", measureBatching}, {"warming", measureWarming},
    {"recovery", measureRecovery}, {"polling", measurePolling},
};

struct Options {
    bool quick = false;
    std::string only; // ",single,herd,"; empty: all
    std::string json;
};

nlohmann::json measured(const Options &options)
{
    nlohmann::json document;
    document["context"] = {{"executable", "bench_misspath"},
                           {"date", localTimeNow()},
                           {"mode", options.quick ? "quick" : "full"},
                           {"load_avg", firstWordOf("/proc/loadavg")}};
    document["benchmarks"] = nlohmann::json::array();
    const AddRow add = [&](const std::string &name, Figures figures) {
        nlohmann::json row{{"name", name}};
        for (const auto &[field, value] : figures)
            row[field] = value;
        document["benchmarks"].push_back(row);
    };
    const MissPlan plan{MissServer::fromEnvironment(), options.quick};
    std::fprintf(stderr, "filling the table\n");
    fillTable(plan);
    for (const Part &part : parts) {
        if (!options.only.empty() && options.only.find(std::string(",") + part.name + ',') == std::string::npos)
            continue;
        std::fprintf(stderr, "measuring: %s\n", part.name);
        part.measure(plan, add);
    }
    return document;
}

int run(const Options &options)
{
    const nlohmann::json document = measured(options);
    const Results results(document);
    printMissPath(results);
    printDemands(missPathDemands(results));
    if (options.json.empty())
        return 0;
    std::ofstream out(options.json);
    out << document.dump(2) << "\n";
    if (!out.flush()) {
        std::fprintf(stderr, "bench_misspath: cannot write %s\n", options.json.c_str());
        return 1;
    }
    return 0;
}

}} // namespace hearth::bench

int main(int argc, char **argv)
{
    hearth::bench::Options options;
    for (int at = 1; at < argc; ++at) {
        const std::string_view option = argv[at];
        const bool hasValue = at + 1 < argc;
        if (option == "--quick") {
            options.quick = true;
        } else if (option == "--only" && hasValue) {
            options.only = std::string(",") + argv[++at] + ',';
        } else if (option == "--json" && hasValue) {
            options.json = argv[++at];
        } else {
            std::fputs(hearth::bench::usage, option == "--help" ? stdout : stderr);
            return option == "--help" ? 0 : 2;
        }
    }
    const QCoreApplication application(argc, argv);
    QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false"));
    return hearth::bench::run(options);
}
