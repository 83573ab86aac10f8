// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/AxisScale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace hearth {

namespace {

constexpr double worthShrinking = 0.6;      // a smaller range must be at most this part of the present one
constexpr double roomBeforeShrinking = 0.8; // and the data must leave this much of it unused at the top
constexpr double headroom = 1.02;           // a line never touches the frame
constexpr std::array<double, 9> niceSteps = {1, 1.5, 2, 3, 4, 5, 6, 8, 10};
constexpr std::array<double, 9> percentFloors = {0.999, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.6, 0.0};
constexpr std::array<double, 7> percentCeilings = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0};

// How many equal parts look right below a nice number.
int partsOf(double ceiling)
{
    const double exponent = std::pow(10.0, std::floor(std::log10(ceiling) + 1e-9));
    const int lead = static_cast<int>(std::lround(ceiling / exponent * 10)); // 10, 15, 20 … 100
    switch (lead) {
    case 10:
    case 50:
    case 100:
        return 5;
    case 15:
    case 30:
    case 60:
        return 3;
    default:
        return 4;
    }
}

std::vector<double> evenTicks(double minimum, double maximum, int parts)
{
    std::vector<double> ticks;
    for (int i = 0; i <= parts; ++i)
        ticks.push_back(i == parts ? maximum : minimum + (maximum - minimum) * i / parts);
    return ticks;
}

AxisRange linearRange(double high)
{
    const double maximum = niceCeiling(high * headroom);
    return {0, maximum, evenTicks(0, maximum, partsOf(maximum))};
}

AxisRange percentRange(double low, double high)
{
    constexpr double upperHalf = 0.5;
    if (high > upperHalf || low > high) {
        for (const double bottom : percentFloors) {
            // A tenth of the range stays free below the line.
            if (low >= bottom + (1 - bottom) * 0.1 || bottom == 0.0)
                return {bottom, 1, evenTicks(bottom, 1, partsOf(1 - bottom))};
        }
    }
    for (const double top : percentCeilings) {
        if (high * headroom <= top)
            return {0, top, evenTicks(0, top, partsOf(top))};
    }
    return {0, 1, evenTicks(0, 1, 5)};
}

AxisRange logarithmicRange(double low, double high)
{
    constexpr int fewestDecades = 2;
    constexpr int mostLabels = 6;
    int first = static_cast<int>(std::floor(std::log10(low) + 1e-9));
    int last = static_cast<int>(std::ceil(std::log10(high) - 1e-9));
    while (last - first < fewestDecades)
        ++last;
    const int step = (last - first + mostLabels - 2) / (mostLabels - 1);
    while ((last - first) % step != 0)
        ++last;
    AxisRange range{std::pow(10.0, first), std::pow(10.0, last), {}};
    for (int decade = first; decade <= last; decade += step)
        range.ticks.push_back(std::pow(10.0, decade));
    return range;
}

} // namespace

double niceCeiling(double value)
{
    if (!(value > 0) || !std::isfinite(value))
        return 1;
    const double exponent = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step : niceSteps) {
        if (value <= step * exponent * (1 + 1e-9))
            return step * exponent;
    }
    return 10 * exponent;
}

AxisScale::AxisScale(ScaleKind kind)
    : m_kind(kind)
    , m_range(kind == ScaleKind::Logarithmic ? logarithmicRange(1, 100)
              : kind == ScaleKind::Percent   ? percentRange(0, 1)
                                             : linearRange(0.9))
{
}

bool AxisScale::fit(double low, double high)
{
    if (!std::isfinite(low) || !std::isfinite(high))
        return false; // no data: the axis stays
    const AxisRange wanted = candidate(low, high);
    const bool leaves = low < m_range.minimum || high > m_range.maximum;
    if (m_fitted && !leaves && !isWorthShrinking(wanted, low, high))
        return false;
    m_fitted = true;
    if (wanted == m_range)
        return false;
    m_range = wanted;
    return true;
}

AxisRange AxisScale::candidate(double low, double high) const
{
    switch (m_kind) {
    case ScaleKind::Linear:
        break;
    case ScaleKind::Logarithmic:
        return low > 0 ? logarithmicRange(low, high) : m_range;
    case ScaleKind::Percent:
        return percentRange(low, high);
    }
    return linearRange(high);
}

bool AxisScale::isWorthShrinking(const AxisRange &smaller, double low, double high) const
{
    if (m_kind == ScaleKind::Logarithmic) {
        // A decade must be free, and a little more, so that a line along its edge does not make the axis flicker.
        constexpr double margin = 1.3;
        return high * 10 * margin < m_range.maximum || low > m_range.minimum * 10 * margin;
    }
    const double present = m_range.maximum - m_range.minimum;
    const double wanted = smaller.maximum - smaller.minimum;
    if (wanted > present * worthShrinking)
        return false;
    // Already comfortably inside the smaller range, not just within it.
    const double used = m_kind == ScaleKind::Percent && smaller.minimum > 0 ? (1 - low) : high;
    return used <= wanted * (m_kind == ScaleKind::Percent ? roomBeforeShrinking : 1.0);
}

double AxisScale::position(double value) const
{
    if (m_kind != ScaleKind::Logarithmic)
        return (value - m_range.minimum) / (m_range.maximum - m_range.minimum);
    if (!(value > 0))
        return std::numeric_limits<double>::quiet_NaN();
    return (std::log10(value) - std::log10(m_range.minimum)) /
           (std::log10(m_range.maximum) - std::log10(m_range.minimum));
}

} // namespace hearth
