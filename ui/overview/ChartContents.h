// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/overview/OverviewModel.h"

#include <chrono>
#include <vector>

namespace hearth {

// The rows of each chart, from the slices that it shows. Where nothing was recorded a value is NaN, never 0.
ChartContent entriesContent(const std::vector<const ChartBucket *> &buckets);
// Hits, and above them the reasons for misses. Rare reasons have a row only while they occur.
ChartContent hitRateContent(const std::vector<const ChartBucket *> &buckets);
// In nanoseconds. A simulated latency is named in the legend.
ChartContent latencyContent(const std::vector<const ChartBucket *> &buckets, std::chrono::milliseconds simulated);
ChartContent trafficContent(const std::vector<const ChartBucket *> &buckets);

} // namespace hearth
