// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/telemetry/LatencyHistogram.h"
#include "core/telemetry/Stats.h"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace hearth {

inline constexpr const char *metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

// What a server counts of itself.
struct HttpCounts {
    std::map<unsigned, std::uint64_t> responsesByStatus;
    std::uint64_t connections = 0;         // open now
    std::uint64_t connectionsAccepted = 0; // since the start
    std::uint64_t connectionsRefused = 0;  // too many
};

// All of it in the text format of Prometheus: base units, _total for counters, histograms of latencies. No user ids.
std::string metricsText(const Stats &stats, const LatencyHistogram::Counts &hitLatency,
                        const LatencyHistogram::Counts &loadLatency, const HttpCounts &http,
                        const std::string &version);

} // namespace hearth
