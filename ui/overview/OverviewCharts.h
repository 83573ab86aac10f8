// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/overview/OverviewModel.h"

#include <QWidget>

#include <array>

class QGridLayout;

namespace hearth {

// A tick of the hit rate's axis: as many digits as tell those of a zoomed axis apart, "99.92 %".
QString percentTickText(double ratio);

// The four charts, linked: one crosshair, one time axis, the same marks. Two by two, or below each other where there
// is no room for two. GUI thread only.
class OverviewCharts final : public QWidget
{
    Q_OBJECT

public:
    explicit OverviewCharts(QWidget *parent = nullptr);

    void showPicture(const ChartsPicture &picture);
    // How the moment under the crosshair is written.
    void setTimeFormatter(const TimeSeriesChart::TimeFormatter &format);
    // How it is written in a chart's table, and in the tip of that.
    void setTableTimeFormatters(const TimeSeriesChart::TimeFormatter &cell, const TimeSeriesChart::TimeFormatter &tip);
    const std::array<TimeSeriesChart *, 4> &charts() const { return m_charts; }
    int columns() const { return m_columns; }

    static constexpr int narrowBelow() { return 820; }

Q_SIGNALS:
    void rangeSelected(double oldestSecondsAgo, double newestSecondsAgo);

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    TimeSeriesChart *addChart(const QString &title, const QString &emptyText, const QString &description);
    void setFormatters(std::size_t chart, QString (*value)(double), QString (*axis)(double));
    void arrange(int columns);
    void alignLegends();

    QGridLayout *m_grid = nullptr;
    std::array<TimeSeriesChart *, 4> m_charts{}; // entries, hit rate, latency, traffic
    std::array<bool, 4> m_hasValues{};
    int m_columns = 0;
};

} // namespace hearth
