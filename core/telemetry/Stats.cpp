// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/Stats.h"

#include <numeric>

namespace hearth {

std::uint64_t Stats::misses() const
{
    return std::accumulate(missesByReason.begin(), missesByReason.end(), std::uint64_t(0));
}

std::optional<double> Stats::hitRate() const
{
    if (gets == 0)
        return std::nullopt;
    return static_cast<double>(hits) / static_cast<double>(gets);
}

} // namespace hearth
