// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/OverviewCharts.h"

#include "core/base/Format.h"

#include <QGridLayout>
#include <QResizeEvent>

#include <algorithm>
#include <cmath>

namespace hearth {

namespace {

constexpr int lowestChart = 190;

QString countText(double value)
{
    return QString::fromStdString(format::count(static_cast<std::uint64_t>(std::max(0.0, std::round(value)))));
}

QString shortCountText(double value)
{
    return QString::fromStdString(format::shortCount(value));
}

// There is no half an entry: an axis of few has labels at whole numbers only.
QString wholeNumberText(double value)
{
    return value == std::floor(value) ? shortCountText(value) : QString();
}

QString percentText(double ratio)
{
    return QString::fromStdString(format::percent(ratio));
}

QString latencyText(double nanoseconds)
{
    return QString::fromStdString(format::latency(std::chrono::nanoseconds(std::llround(nanoseconds))));
}

QString rateText(double perSecond)
{
    return QString::fromStdString(format::rate(perSecond));
}

bool hasValues(const TimeSeriesData &data)
{
    const auto finite = [](double value) { return std::isfinite(value); };
    return std::any_of(data.values.begin(), data.values.end(),
                       [&](const auto &row) { return std::any_of(row.begin(), row.end(), finite); });
}

bool isSame(const std::vector<SeriesSpec> &a, const std::vector<SeriesSpec> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const SeriesSpec &x, const SeriesSpec &y) {
        return x.name == y.name && x.colourIndex == y.colourIndex && x.style == y.style;
    });
}

void showContent(TimeSeriesChart &chart, const ChartContent &content, const ChartsPicture &picture)
{
    if (!isSame(chart.specs(), content.specs))
        chart.setSpecs(content.specs);
    chart.setMaximumGap(picture.maximumGap);
    chart.setVisibleRange(picture.oldest, picture.newest);
    chart.setMarks(picture.marks);
    chart.setData(content.data);
}

} // namespace

QString percentTickText(double ratio)
{
    constexpr double perMille = 1000; // of a percent
    return QString::number(std::round(ratio * 100 * perMille) / perMille) + QStringLiteral(" %");
}

OverviewCharts::OverviewCharts(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setSpacing(space::m);
    m_charts[0] = addChart(tr("Entries"), tr("Nothing recorded yet"),
                           tr("Cached users, active and expired. Expired ones leave with the next cleanup."));
    m_charts[1] = addChart(tr("Hit rate"), tr("No traffic yet"),
                           tr("Share of the gets that the cache answered, and why the others were misses."));
    m_charts[2] = addChart(tr("Latency"), tr("No traffic yet"),
                           tr("How long hits and queries of the database took, on a logarithmic axis."));
    m_charts[3] = addChart(tr("Traffic"), tr("Nothing recorded yet"),
                           tr("Gets, and loads from the database that they needed, per second."));

    m_charts[1]->setScale(ScaleKind::Percent);
    m_charts[2]->setScale(ScaleKind::Logarithmic);
    setFormatters(0, countText, wholeNumberText);
    setFormatters(1, percentText, percentTickText);
    setFormatters(2, latencyText, latencyText);
    setFormatters(3, rateText, shortCountText);
    showPicture(OverviewModel(SystemClock()).picture());
    arrange(2);
}

TimeSeriesChart *OverviewCharts::addChart(const QString &title, const QString &emptyText, const QString &description)
{
    auto *chart = new TimeSeriesChart(title, this);
    chart->setEmptyText(emptyText);
    chart->setDescription(description);
    chart->setMinimumHeight(lowestChart);
    connect(chart, &TimeSeriesChart::hovered, this, [this](double secondsAgo) {
        for (TimeSeriesChart *each : m_charts)
            each->setCrosshair(secondsAgo);
    });
    connect(chart, &TimeSeriesChart::legendHeightChanged, this, &OverviewCharts::alignLegends);
    connect(chart, &TimeSeriesChart::rangeSelected, this, &OverviewCharts::rangeSelected);
    return chart;
}

void OverviewCharts::showPicture(const ChartsPicture &picture)
{
    const std::array<const ChartContent *, 4> contents{&picture.entries, &picture.hitRate, &picture.latency,
                                                       &picture.traffic};
    for (std::size_t i = 0; i < contents.size(); ++i) {
        m_hasValues[i] = hasValues(contents[i]->data);
        showContent(*m_charts[i], *contents[i], picture);
    }
}

void OverviewCharts::setFormatters(std::size_t chart, QString (*value)(double), QString (*axis)(double))
{
    m_charts[chart]->setValueFormatter(value);
    // An axis without data has no scale to tell.
    m_charts[chart]->setAxisFormatter(
        [this, chart, axis](double tick) { return m_hasValues[chart] ? axis(tick) : QString(); });
}

void OverviewCharts::setTimeFormatter(const TimeSeriesChart::TimeFormatter &format)
{
    for (TimeSeriesChart *chart : m_charts)
        chart->setTimeFormatter(format);
}

void OverviewCharts::setTableTimeFormatters(const TimeSeriesChart::TimeFormatter &cell,
                                            const TimeSeriesChart::TimeFormatter &tip)
{
    for (TimeSeriesChart *chart : m_charts)
        chart->setTableTimeFormatters(cell, tip);
}

void OverviewCharts::resizeEvent(QResizeEvent *event)
{
    arrange(event->size().width() < narrowBelow() ? 1 : 2);
    QWidget::resizeEvent(event);
}

// The plots of one row of the grid begin at one height.
void OverviewCharts::alignLegends()
{
    if (m_columns == 0)
        return; // not all charts are there
    const auto abreast = static_cast<std::size_t>(m_columns);
    for (std::size_t row = 0; row < m_charts.size(); row += abreast) {
        int height = 0;
        for (std::size_t i = row; i < row + abreast; ++i)
            height = std::max(height, m_charts[i]->legendHeight());
        for (std::size_t i = row; i < row + abreast; ++i)
            m_charts[i]->setLeastLegendHeight(height);
    }
}

void OverviewCharts::arrange(int columns)
{
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (int i = 0; i < static_cast<int>(m_charts.size()); ++i) {
        TimeSeriesChart *chart = m_charts[static_cast<std::size_t>(i)];
        m_grid->removeWidget(chart);
        m_grid->addWidget(chart, i / columns, i % columns);
    }
    for (int row = 0; row < 4; ++row)
        m_grid->setRowStretch(row, row * columns < 4 ? 1 : 0);
    alignLegends();
    m_grid->setColumnStretch(0, 1);
    m_grid->setColumnStretch(1, columns > 1 ? 1 : 0);
}

} // namespace hearth
