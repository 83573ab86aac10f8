// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/AxisScale.h"
#include "ui/widgets/ChartData.h"

class QTimer;

#include <QElapsedTimer>
#include <QString>
#include <QWidget>

#include <chrono>
#include <functional>
#include <vector>

namespace hearth {

class ChartLegend;
class ChartPlot;
class ElidedLabel;

// A panel with a title, a legend that tells values in words, and a chart over "-30 min … now".
//
// Drawn at most once a second, decimated to 600 points a row, and not at all while it is not visible: what is set
// meanwhile is drawn on showing. Charts are linked by connecting hovered() of each to setCrosshair() of all.
// Keyboard: arrows move the crosshair, Escape leaves it, Enter opens the values as a table. GUI thread only.
class TimeSeriesChart final : public QWidget
{
    Q_OBJECT

public:
    using ValueFormatter = std::function<QString(double value)>;
    using TimeFormatter = std::function<QString(double secondsAgo)>;

    explicit TimeSeriesChart(const QString &title, QWidget *parent = nullptr);
    ~TimeSeriesChart() override;

    QString title() const { return m_title; }
    void setScale(ScaleKind kind);                 // Linear unless told
    void setSpecs(std::vector<SeriesSpec> specs);  // drops the data
    void setValueFormatter(ValueFormatter format); // legend, table, description
    void setAxisFormatter(ValueFormatter format);  // labels of the value axis; the value formatter unless told
    void setTimeFormatter(TimeFormatter format);   // the moment under the crosshair; "6 min 40 s ago" unless told
    // The same moment for the table: what its cell says and what its tip says; as above, and no tip, unless told.
    void setTableTimeFormatters(TimeFormatter cell, TimeFormatter tip);
    void setWindow(std::chrono::seconds window);                                    // 30 min unless told
    void setVisibleRange(std::chrono::seconds oldest, std::chrono::seconds newest); // a part of the past
    void setMaximumGap(std::chrono::seconds gap); // samples further apart are not joined; 0: all are
    void setEmptyText(const QString &text);       // "No traffic yet"
    void setData(TimeSeriesData data);
    void setMarks(std::vector<ChartMark> marks);
    void setDescription(const QString &text); // what the chart shows, for screen readers and the tip

    // Charts side by side have their plots at one height when their legends are given the greatest height of these.
    int legendHeight() const;
    void setLeastLegendHeight(int height);

    // The chart as it is shown, without what belongs to the pointer and the keyboard, at this size and in the painter's
    // coordinates. Also to vector devices.
    void paintPicture(QPainter &painter);

    const TimeSeriesData &data() const { return m_data; }
    const std::vector<SeriesSpec> &specs() const { return m_specs; }
    const std::vector<ChartMark> &marks() const { return m_marks; }
    QString legendText() const;                       // the legend as text
    double crosshair() const { return m_crosshair; }  // seconds ago, NaN: none
    int renderCount() const { return m_renderCount; } // how often series were replaced, for tests and figures
    const AxisRange &valueRange() const { return m_scale.range(); }
    QRect plotRect() const; // where the values are, in this widget's coordinates
    // What is drawn of a row now, for tests: its unbroken pieces (x = -seconds ago, y = value) and its colour.
    const std::vector<QList<QPointF>> &drawnPieces(int row) const;
    QColor drawnColour(int row) const;

public Q_SLOTS:
    void setCrosshair(double secondsAgo); // NaN: none. Emits nothing.
    void showAsTable();

Q_SIGNALS:
    void hovered(double secondsAgo);                                      // NaN: the pointer left
    void rangeSelected(double oldestSecondsAgo, double newestSecondsAgo); // dragged over
    void legendHeightChanged();

protected:
    void showEvent(QShowEvent *event) override;
    void changeEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void changed();
    void requestRender();
    void render(); // if it can be seen and something changed
    void renderNow();
    void updateLegend();
    void updateDescription();
    QString crosshairText() const;
    void moveCrosshairBy(int samples);
    std::size_t sampleAt(double secondsAgo) const; // Returns: data().times.size() when there is none near

    QString m_title;
    QString m_explanation;
    QString m_emptyText;
    std::vector<SeriesSpec> m_specs;
    std::vector<ChartMark> m_marks;
    TimeSeriesData m_data;
    ChartGeometry m_geometry; // As drawn.
    AxisScale m_scale;
    ValueFormatter m_formatValue;
    ValueFormatter m_formatAxis;
    TimeFormatter m_formatTime;
    TimeFormatter m_formatTableTime;
    TimeFormatter m_formatTimeTip;
    std::chrono::seconds m_oldest = std::chrono::minutes(30);
    std::chrono::seconds m_newest = std::chrono::seconds(0);
    std::chrono::seconds m_maximumGap = std::chrono::seconds(0);
    double m_crosshair;
    int m_renderCount = 0;

    ElidedLabel *m_titleLabel = nullptr;
    ChartLegend *m_legend = nullptr;
    ChartPlot *m_plot = nullptr;
    QTimer *m_nextRender = nullptr;
    QElapsedTimer m_sinceRender;
    bool m_dirty = true; // Something was set that is not drawn yet.
};

} // namespace hearth
