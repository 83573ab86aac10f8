// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/ThreadNumber.h"
#include "core/telemetry/LatencyHistogram.h"

#include <array>
#include <chrono>
#include <cstddef>

namespace hearth {

// A LatencyHistogram for what many threads do at once, all the time: they record into stripes of their own, so that no
// two of the first sixteen write to the same cache line; counts() adds the stripes up. 128 KiB.
//
// Thread-safe: record() is one relaxed increment, from any thread. A snapshot taken meanwhile may miss the newest.
class StripedHistogram
{
public:
    void record(std::chrono::nanoseconds latency) { m_stripes[threadNumber() % stripeCount].histogram.record(latency); }
    // Everything recorded since construction.
    LatencyHistogram::Counts counts() const;

private:
    static constexpr std::size_t stripeCount = 16;
    static constexpr std::size_t cacheLine = 64;
    struct alignas(cacheLine) Stripe {
        LatencyHistogram histogram;
    };

    std::array<Stripe, stripeCount> m_stripes;
};

} // namespace hearth
