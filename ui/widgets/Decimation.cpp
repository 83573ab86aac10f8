// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Decimation.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hearth {

namespace {

constexpr auto none = static_cast<std::size_t>(-1);

struct Extremes {
    std::size_t least = none;
    std::size_t greatest = none;
    std::size_t gap = none; // the first sample without a value
};

void take(Extremes &extremes, const std::vector<double> &row, std::size_t index)
{
    const double value = row[index];
    if (std::isnan(value)) {
        if (extremes.gap == none)
            extremes.gap = index;
        return;
    }
    if (extremes.least == none || value < row[extremes.least])
        extremes.least = index;
    if (extremes.greatest == none || value > row[extremes.greatest])
        extremes.greatest = index;
}

// Appends what one bucket keeps, in order, without repetitions.
void keep(std::vector<std::size_t> &kept, const std::vector<Extremes> &rows)
{
    const auto first = static_cast<std::ptrdiff_t>(kept.size());
    for (const Extremes &extremes : rows) {
        for (const std::size_t index : {extremes.least, extremes.greatest, extremes.gap}) {
            if (index != none)
                kept.push_back(index);
        }
    }
    std::sort(kept.begin() + first, kept.end());
    kept.erase(std::unique(kept.begin() + first, kept.end()), kept.end());
}

} // namespace

std::vector<std::size_t> decimate(const std::vector<double> &times,
                                  const std::vector<const std::vector<double> *> &rows, std::size_t maximumPoints,
                                  double span)
{
    std::vector<std::size_t> kept;
    if (times.size() <= maximumPoints) {
        kept.resize(times.size());
        std::iota(kept.begin(), kept.end(), std::size_t{0});
        return kept;
    }
    // Each bucket keeps up to three samples a row; aligned buckets make one more of them than fit the span.
    const std::size_t perBucket = std::max<std::size_t>(1, rows.size()) * 3;
    const std::size_t buckets = std::max<std::size_t>(2, maximumPoints / perBucket) - 1;
    const double width = std::max(span, times.back() - times.front()) / static_cast<double>(buckets);
    if (!(width > 0))
        return {times.size() - 1};

    std::vector<Extremes> extremes(rows.size());
    double bucket = std::floor(times.front() / width);
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double own = std::floor(times[i] / width);
        if (own > bucket) {
            keep(kept, extremes);
            std::fill(extremes.begin(), extremes.end(), Extremes());
            bucket = own;
        }
        for (std::size_t row = 0; row < rows.size(); ++row)
            take(extremes[row], *rows[row], i);
    }
    keep(kept, extremes);
    return kept;
}

} // namespace hearth
