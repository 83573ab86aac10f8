// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"
#include "ui/overview/OverviewModel.h"

#include <QByteArray>
#include <QPicture>
#include <QSize>
#include <QString>
#include <QStringList>

#include <vector>

namespace hearth {

class OverviewCharts;

// The charts as files. None of them holds a user's identity: of marks they have the name of their kind only.

// What stands around the charts in a picture.
struct ChartsCaption {
    QString title; // the node
    QString times; // "30 min · 28 Nov 2026, 11:05:12 – 11:35:12 CET · 2026-11-28 10:05:12 – 10:35:12 UTC"
    QString marks; // "▾ cleanup ×3 · database not reachable 11:31:07"; empty: none
};
ChartsCaption chartsCaption(const NodeInfo &node, const OverviewModel &model);

// What is to be painted, not yet painted: that takes longer than a frame, and can be done on another thread.
struct ChartsDrawing {
    ChartsCaption caption;
    QSize size;
    QPicture strokes;
};
// The charts as they are shown, but without crosshair and focus, at the size that they have. GUI thread only.
ChartsDrawing chartsDrawing(const OverviewCharts &charts, const ChartsCaption &caption);
// Thread-safe.
QByteArray chartsPng(ChartsDrawing drawing, double scale);
QByteArray chartsSvg(ChartsDrawing drawing);

// A point of the charts.
struct ChartsRow {
    WallTime time; // its end
    ChartBucket slice;
    QStringList marks; // names
};
// What the picture shows, oldest first.
std::vector<ChartsRow> chartsRows(const OverviewModel &model);
// One line each, under a header that names the units. Times are UTC; where nothing was recorded the cell is empty.
// Thread-safe.
QByteArray chartsCsv(const std::vector<ChartsRow> &rows);

} // namespace hearth
