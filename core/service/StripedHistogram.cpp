// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/StripedHistogram.h"

#include <algorithm>
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

} // namespace hearth
