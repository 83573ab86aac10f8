// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/telemetry/Stats.h"

#include <string>
#include <string_view>
#include <vector>

// Counters as JSON, the shapes of the HTTP API. Plain functions, thread-safe.
namespace hearth {

// {"success":true,"cache_stats":{…}}
std::string statsJson(const Stats &stats);
// {"instance_id":…,"samples":[…],"next":…}: next is the number to ask for since; sinceAsked where there are none.
std::string samplesJson(std::string_view instanceId, const std::vector<Sample> &samples, std::uint64_t sinceAsked);
// So many samples as one each, aligned on their numbers: counts are added, of percentiles the largest stands, of what
// is a level the last. The number and the time are the last one's. A step of 0 or 1 changes nothing.
std::vector<Sample> thinned(const std::vector<Sample> &samples, std::uint64_t step);

} // namespace hearth
