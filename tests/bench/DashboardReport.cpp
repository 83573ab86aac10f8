// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/DashboardReport.h"

#include <cstdio>
#include <optional>
#include <string>

namespace hearth::bench {

namespace {

using Number = std::optional<double>;

constexpr const char *laptop = "overview/1600x900";
constexpr const char *large = "overview/3840x2000";

Number naiveRatio(const Results &run)
{
    const Number naive = run.number("naive/1600x900", "cpu_ms_per_update");
    const Number ours_ = run.number(laptop, "cpu_ms_per_update");
    return naive && ours_ && *ours_ > 0 ? Number(*naive / *ours_) : std::nullopt;
}

Demand demand(const std::string &what, Number measured, const char *format, const char *relation, double wanted,
              bool isMet, bool isAsked = true)
{
    Demand made{what, shown(measured, format), relation + shown(wanted, format), Demand::State::Unmeasured, isAsked,
                {}};
    if (measured) {
        made.state = isMet ? Demand::State::Met : Demand::State::Weak;
        made.numbers.push_back(*measured);
    }
    return made;
}

Demand atMost(const std::string &what, Number measured, const char *format, double wanted, bool isAsked = true)
{
    return demand(what, measured, format, "<= ", wanted, measured && *measured <= wanted, isAsked);
}

Demand atLeast(const std::string &what, Number measured, const char *format, double wanted, bool isAsked = true)
{
    return demand(what, measured, format, ">= ", wanted, measured && *measured >= wanted, isAsked);
}

void line(const std::string &what, const std::string &measured, const std::string &more = {})
{
    std::printf("%-66s %14s  %s\n", what.c_str(), measured.c_str(), more.c_str());
}

} // namespace

bool isOfDashboard(const Results &run)
{
    return run.context().value("executable", std::string()) == "bench_dashboard";
}

void printDashboard(const Results &run)
{
    std::printf(
        "\n======== the dashboard, %s run, %s, load %s\n", run.context().value("mode", std::string("?")).c_str(),
        run.context().value("date", std::string()).c_str(), run.context().value("load_avg", std::string("?")).c_str());
    std::printf("\nThe overview: a day of samples, four charts at 24 h, an update a second; CPU of the GUI thread\n");
    for (const char *name : {laptop, large})
        line(std::string(name) + ": an update, all in", shown(run.number(name, "cpu_ms_per_update"), "%.2f ms"),
             shown(run.number(name, "cpu_percent"), "%.2f % % of a core, ") +
                 shown(run.number(name, "renders_per_update"), "%.2f charts drawn anew an update"));
    line("  of it the sample taken and the contents of the charts made",
         shown(run.number("model/update", "cpu_ms_per_update"), "%.3f ms"),
         shown(run.number("model/update", "points"), "%.0f points a row"));
    line("a day of samples taken, once", shown(run.number("model/a day taken", "cpu_ms"), "%.1f ms"));
    line("QLineSeries with all 86,400 points, replaced each second",
         shown(run.number("naive/1600x900", "cpu_ms_per_update"), "%.0f ms"),
         shown(naiveRatio(run), "%.0fx the overview's"));
    std::printf("\nThe program, from exec() to its first painted frame (medians of the starts)\n");
    line("wall", shown(run.number("first frame/hearth", "wall_ms"), "%.0f ms"),
         shown(run.number("first frame/hearth", "wall_ms", Of::Least), "at best %.0f ms"));
    line("CPU of the process", shown(run.number("first frame/hearth", "process_cpu_ms"), "%.0f ms"),
         shown(run.number("first frame/hearth", "gui_cpu_ms"), "%.0f ms of its GUI thread"));
}

std::vector<Demand> dashboardDemands(const Results &run)
{
    return {
        atMost("overview, four charts at 24 h, an update a second: % of a core", run.number(laptop, "cpu_percent"),
               "%.2f", 4),
        atMost("  the same on a large screen (3840x2000 pixels)", run.number(large, "cpu_percent"), "%.2f", 4, false),
        atLeast("  an update: x QLineSeries with all points, replaced", naiveRatio(run), "%.0fx", 1),
        atLeast("  charts drawn anew an update", run.number(laptop, "renders_per_update"), "%.2f", 3.8),
        atMost("first frame of the program, from exec(), ms", run.number("first frame/hearth", "wall_ms"), "%.0f", 100),
    };
}

} // namespace hearth::bench
