// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>

// What is measured of the dashboard. Each adds rows of figures under the names that DashboardReport reads. CPU is that
// of the GUI thread, by the thread's own clock: what else the machine does then does not count. GUI thread only.
namespace hearth::bench {

struct DashboardPlan {
    bool quick = false;
    std::string program; // hearth; empty: its start is not measured
    std::string plugins; // the folder in which generic/ holds the plugin firstframe
    int orQuick(int full, int few) const { return quick ? few : full; }
};

using Figures = std::initializer_list<std::pair<const char *, double>>;
using AddRow = std::function<void(const std::string &name, Figures figures)>;

// The overview with a day of samples, all four charts at 24 h, an update a second, in real time.
void measureOverview(const DashboardPlan &plan, const AddRow &add);
// What an update costs before anything is painted: the sample taken, the four charts' contents made.
void measureModel(const DashboardPlan &plan, const AddRow &add);
// The same day in Qt Charts as people write it: each series has all points, and gets them all anew each second.
void measureNaiveCharts(const DashboardPlan &plan, const AddRow &add);
// The program itself, from exec() to its first painted frame.
void measureFirstFrame(const DashboardPlan &plan, const AddRow &add);

// CPU that the calling thread has used, in milliseconds.
double threadCpu();

} // namespace hearth::bench
