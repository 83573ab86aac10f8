// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace hearth {

enum class ScaleKind {
    Linear,      // from zero
    Logarithmic, // whole decades; values ≤ 0 are no data
    Percent      // ratios 0-1; anchored at 100 % or at 0 %, zoomed to where the line is
};

// The range of an axis and its labelled values, in the data's unit.
struct AxisRange {
    double minimum = 0;
    double maximum = 1;
    std::vector<double> ticks; // ascending, first and last are the ends

    bool operator==(const AxisRange &) const = default;
};

// Chooses the range of a value axis so that it moves seldom and in coarse steps: it grows as soon as the data leave it,
// and shrinks only when they would use little of it. Not synchronized.
class AxisScale
{
public:
    explicit AxisScale(ScaleKind kind = ScaleKind::Linear);

    ScaleKind kind() const { return m_kind; }
    const AxisRange &range() const { return m_range; }
    // The data now lie within [low, high]. Returns: whether the range changed.
    bool fit(double low, double high);
    // Where a value lies in the range, 0 (bottom) to 1 (top); outside beyond these. NaN for what cannot be shown.
    double position(double value) const;

private:
    AxisRange candidate(double low, double high) const;
    bool isWorthShrinking(const AxisRange &smaller, double low, double high) const;

    ScaleKind m_kind;
    AxisRange m_range;
    bool m_fitted = false;
};

// The smallest of 1, 1.5, 2, 3, 4, 5, 6, 8, 10 times a power of ten that is ≥ value; 1 for zero and below.
double niceCeiling(double value);

} // namespace hearth
