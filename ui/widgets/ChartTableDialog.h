// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/ChartData.h"

#include <QDialog>

#include <functional>
#include <vector>

namespace hearth {

// The values of a chart as a table, newest first: for screen readers, for copying, for exact figures. A snapshot: it
// does not move while it is read. GUI thread only.
class ChartTableDialog final : public QDialog
{
    Q_OBJECT

public:
    ChartTableDialog(const QString &title, const TimeSeriesData &values, const std::vector<SeriesSpec> &specs,
                     const std::function<QString(double)> &formatValue,
                     const std::function<QString(double)> &formatTime, QWidget *parent);

    QString asText() const; // tab separated, with a header
};

} // namespace hearth
