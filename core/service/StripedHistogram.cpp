// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/StripedHistogram.h"

#include <algorithm>
#include <atomic>
#include <functional>

namespace hearth {

LatencyHistogram::Counts StripedHistogram::counts() const
{
    LatencyHistogram::Counts sum{};
    for (const Stripe &stripe : m_stripes) {
        const LatencyHistogram::Counts part = stripe.histogram.counts();
        std::transform(sum.begin(), sum.end(), part.begin(), sum.begin(), std::plus<>());
    }
    return sum;
}

std::size_t StripedHistogram::stripeOfThisThread()
{
    static std::atomic<std::size_t> threads = 0;
    thread_local const std::size_t stripe = threads.fetch_add(1, std::memory_order_relaxed) % stripeCount;
    return stripe;
}

} // namespace hearth
