// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/DashboardMeasures.h"
#include "tests/bench/DashboardReport.h"
#include "tests/bench/Results.h"
#include "ui/theme/ThemeController.h"

#include <QApplication>
#include <QLoggingCategory>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

// Measures what the dashboard costs while it is open, and how soon it is there. The numbers are written as Google
// Benchmark writes its own, so that bench_report reads both.
namespace hearth::bench { namespace {

constexpr const char *usage = R"(Usage: bench_dashboard [--quick] [--only NAMES] [--hearth PROGRAM] [--json FILE]

Shows the overview off-screen with a day of samples and an update a second, beside Qt Charts with all points; starts
the program and waits for its first frame; and says what must be true of that.

  --quick           less than a minute
  --only NAMES      only these, parted by commas: overview,model,naive,start
  --hearth PROGRAM  the program to start; else its start is not measured
  --json FILE       the numbers
)";

struct Part {
    const char *name;
    void (*measure)(const DashboardPlan &, const AddRow &);
};
constexpr Part parts[] = {
    {"overview", measureOverview},
    {"model", measureModel},
    {"naive", measureNaiveCharts},
    {"start", measureFirstFrame},
};

struct Options {
    DashboardPlan plan;
    std::string only; // ",model,naive,"; empty: all
    std::string json;
};

nlohmann::json measured(const Options &options)
{
    nlohmann::json document;
    document["context"] = {{"executable", "bench_dashboard"},
                           {"date", localTimeNow()},
                           {"mode", options.plan.quick ? "quick" : "full"},
                           {"load_avg", firstWordOf("/proc/loadavg")}};
    document["benchmarks"] = nlohmann::json::array();
    const AddRow add = [&](const std::string &name, Figures figures) {
        nlohmann::json row{{"name", name}};
        for (const auto &[field, value] : figures)
            row[field] = value;
        document["benchmarks"].push_back(row);
    };
    for (const Part &part : parts) {
        if (!options.only.empty() && options.only.find(std::string(",") + part.name + ',') == std::string::npos)
            continue;
        std::fprintf(stderr, "measuring: %s\n", part.name);
        part.measure(options.plan, add);
    }
    return document;
}

int run(const Options &options)
{
    const nlohmann::json document = measured(options);
    const Results results(document);
    printDashboard(results);
    printDemands(dashboardDemands(results));
    if (options.json.empty())
        return 0;
    std::ofstream out(options.json);
    out << document.dump(2) << "\n";
    if (!out.flush()) {
        std::fprintf(stderr, "bench_dashboard: cannot write %s\n", options.json.c_str());
        return 1;
    }
    return 0;
}

}} // namespace hearth::bench

int main(int argc, char **argv)
{
    hearth::bench::Options options;
    options.plan.plugins = HEARTH_BENCH_PLUGINS;
    for (int at = 1; at < argc; ++at) {
        const std::string_view option = argv[at];
        const bool hasValue = at + 1 < argc;
        if (option == "--quick") {
            options.plan.quick = true;
        } else if (option == "--only" && hasValue) {
            options.only = std::string(",") + argv[++at] + ',';
        } else if (option == "--hearth" && hasValue) {
            options.plan.program = argv[++at];
        } else if (option == "--json" && hasValue) {
            options.json = argv[++at];
        } else {
            std::fputs(hearth::bench::usage, option == "--help" ? stdout : stderr);
            return option == "--help" ? 0 : 2;
        }
    }
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false"));
    hearth::ThemeController theme(application);
    theme.setMode(hearth::ThemeController::Mode::Light);
    return hearth::bench::run(options);
}
