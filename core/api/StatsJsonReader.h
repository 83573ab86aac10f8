// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/telemetry/Stats.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// Counters from JSON: what StatsJson wrote, on the side of whoever asked. Plain functions, thread-safe.
//
// The documents come from elsewhere and may hold anything: they are nested 16 levels at most, members that nobody knows
// are skipped, those of the contract must be there. Texts are kept as they are. `ahead` is how far the node's clock is
// ahead of this machine's: it is taken off every time. Returns, each: BadData, with a sentence that quotes nothing.
namespace hearth {

Result<Stats> statsFromJson(std::string_view json);

struct SamplesAnswer {
    std::string instanceId;
    std::vector<Sample> samples;
    std::uint64_t next = 0;
};
Result<SamplesAnswer> samplesFromJson(std::string_view json, std::chrono::milliseconds ahead = {});

} // namespace hearth
