// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QList>
#include <QPointF>
#include <QString>

#include <cstddef>
#include <vector>

namespace hearth {

// How one row of values is drawn.
struct SeriesSpec {
    enum class Style {
        Line,
        DashedLine,
        StackedArea, // on top of the areas before it
        BaseLine     // a line on which the stacked areas stand
    };
    QString name;        // "active"
    int colourIndex = 0; // into Theme::series
    Style style = Style::Line;
    QString shortName = {}; // in the legend, where the item before it says the rest; empty: the name

    bool isStacked() const { return style == Style::StackedArea || style == Style::BaseLine; }
};

// What a chart shows. Times are seconds on any clock, ascending; NaN is "no data" and drawn as a gap, never as 0.
struct TimeSeriesData {
    double now = 0; // the right edge
    std::vector<double> times;
    std::vector<std::vector<double>> values; // one row per SeriesSpec, each as long as times
};

// Something that happened, on the time axis.
struct ChartMark {
    double time = 0; // the clock of TimeSeriesData
    QString text;    // "cleanup: removed 3, 12 remain"
    Tone tone = Tone::Neutral;
    QString name = {}; // of its kind, "cleanup": what may leave the program, because it names nobody
};

// One row made ready for drawing: unbroken pieces, x = -seconds ago, y = value (of a stack: with what is below it).
struct ChartPieces {
    std::vector<QList<QPointF>> upper;
    std::vector<QList<QPointF>> lower; // of stacked areas: what they stand on, at the same x
};

// What to draw of the data between `oldest` and `newest` seconds ago, and the range that the values cover.
struct ChartGeometry {
    std::vector<ChartPieces> rows; // one per SeriesSpec
    double low = 0;                // NaN when there is no value at all
    double high = 0;
};

struct ChartWindow {
    double oldest = 1800; // seconds ago
    double newest = 0;
    double maximumGap = 0; // seconds; samples further apart are not joined; 0: all are
};

// Cuts, stacks, decimates and splits at gaps. Not synchronized; no state.
ChartGeometry chartGeometry(const TimeSeriesData &data, const std::vector<SeriesSpec> &specs, const ChartWindow &window,
                            std::size_t maximumPoints);

} // namespace hearth
