// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChartData.h"

#include "ui/widgets/Decimation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hearth {

namespace {

constexpr auto notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t mostPieces = 100; // beyond it the oldest pieces are joined: each one costs a series

// The visible part of the data, with one sample beyond either edge so that lines run through.
struct Slice {
    std::vector<double> times;
    std::vector<std::vector<double>> rows;
    std::vector<int> breaksBefore; // how many time gaps lie before each sample
};

std::vector<double> part(const std::vector<double> &row, std::size_t first, std::size_t last)
{
    std::vector<double> result(last - first, notANumber);
    for (std::size_t i = first; i < std::min(last, row.size()); ++i)
        result[i - first] = row[i];
    return result;
}

Slice cut(const TimeSeriesData &data, std::size_t rowCount, const ChartWindow &window)
{
    const auto begin = data.times.begin();
    auto from = std::lower_bound(begin, data.times.end(), data.now - window.oldest);
    auto to = std::upper_bound(begin, data.times.end(), data.now - window.newest);
    if (from != begin)
        --from;
    if (to != data.times.end())
        ++to;
    const auto first = static_cast<std::size_t>(from - begin);
    const auto last = static_cast<std::size_t>(std::max(from, to) - begin);

    Slice slice;
    slice.times.assign(from, std::max(from, to));
    for (std::size_t row = 0; row < rowCount; ++row)
        slice.rows.push_back(row < data.values.size() ? part(data.values[row], first, last)
                                                      : std::vector<double>(last - first, notANumber));
    slice.breaksBefore.resize(slice.times.size(), 0);
    for (std::size_t i = 1; i < slice.times.size(); ++i) {
        const bool far = window.maximumGap > 0 && slice.times[i] - slice.times[i - 1] > window.maximumGap;
        slice.breaksBefore[i] = slice.breaksBefore[i - 1] + (far ? 1 : 0);
    }
    return slice;
}

// Replaces each stacked row by the sum up to it. Where one has no value, the stack has none.
void stack(Slice &slice, const std::vector<SeriesSpec> &specs)
{
    for (std::size_t i = 0; i < slice.times.size(); ++i) {
        double sum = 0;
        for (std::size_t row = 0; row < specs.size(); ++row) {
            if (specs[row].isStacked())
                sum += slice.rows[row][i]; // NaN stays NaN
        }
        const bool missing = std::isnan(sum);
        sum = 0;
        for (std::size_t row = 0; row < specs.size(); ++row) {
            if (specs[row].isStacked())
                slice.rows[row][i] = missing ? notANumber : sum += slice.rows[row][i];
        }
    }
}

void include(ChartGeometry &geometry, const Slice &slice, std::size_t row)
{
    for (const double value : slice.rows[row]) {
        if (std::isnan(value))
            continue;
        geometry.low = std::isnan(geometry.low) ? value : std::min(geometry.low, value);
        geometry.high = std::isnan(geometry.high) ? value : std::max(geometry.high, value);
    }
}

void joinOldest(std::vector<QList<QPointF>> &pieces)
{
    while (pieces.size() > mostPieces) {
        pieces[0] += pieces[1];
        pieces.erase(pieces.begin() + 1);
    }
}

std::vector<QList<QPointF>> split(const Slice &slice, const std::vector<double> &row,
                                  const std::vector<double> &decides, const std::vector<std::size_t> &kept, double now)
{
    std::vector<QList<QPointF>> pieces;
    int breaks = -1; // time gaps before the last point; -1: the next one begins a piece
    for (const std::size_t index : kept) {
        if (std::isnan(decides[index])) {
            breaks = -1;
            continue;
        }
        if (breaks != slice.breaksBefore[index])
            pieces.emplace_back();
        breaks = slice.breaksBefore[index];
        pieces.back().append(QPointF(slice.times[index] - now, row[index]));
    }
    joinOldest(pieces);
    return pieces;
}

void addStack(ChartGeometry &geometry, const Slice &slice, const std::vector<SeriesSpec> &specs,
              std::size_t maximumPoints, const ChartWindow &window, double now)
{
    std::vector<const std::vector<double> *> layers;
    for (std::size_t row = 0; row < specs.size(); ++row) {
        if (specs[row].isStacked())
            layers.push_back(&slice.rows[row]);
    }
    if (layers.empty())
        return;
    // The same moments for all layers: they share their edges.
    const auto kept = decimate(slice.times, layers, maximumPoints, window.oldest - window.newest);
    const std::vector<double> ground(slice.times.size(), 0.0);
    const std::vector<double> *below = &ground;
    for (std::size_t row = 0; row < specs.size(); ++row) {
        if (!specs[row].isStacked())
            continue;
        const std::vector<double> &own = slice.rows[row];
        geometry.rows[row].upper = split(slice, own, own, kept, now);
        if (specs[row].style == SeriesSpec::Style::StackedArea)
            geometry.rows[row].lower = split(slice, *below, own, kept, now);
        below = &own;
    }
}

} // namespace

ChartGeometry chartGeometry(const TimeSeriesData &data, const std::vector<SeriesSpec> &specs, const ChartWindow &window,
                            std::size_t maximumPoints)
{
    ChartGeometry geometry;
    geometry.low = notANumber;
    geometry.high = notANumber;
    geometry.rows.resize(specs.size());
    Slice slice = cut(data, specs.size(), window);
    stack(slice, specs);
    addStack(geometry, slice, specs, maximumPoints, window, data.now);
    for (std::size_t row = 0; row < specs.size(); ++row) {
        include(geometry, slice, row);
        if (specs[row].isStacked())
            continue;
        const std::vector<double> &own = slice.rows[row];
        const auto kept = decimate(slice.times, {&own}, maximumPoints, window.oldest - window.newest);
        geometry.rows[row].upper = split(slice, own, own, kept, data.now);
    }
    return geometry;
}

} // namespace hearth
