// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/AxisScale.h"
#include "ui/widgets/ChartData.h"

#include <QChartView>

#include <vector>

class QLineSeries;
class QValueAxis;

namespace hearth {

// The drawing of a TimeSeriesChart: lines by Qt Charts; areas, dashed lines, grid, labels, marks and crosshair painted
// here, because the axes of Qt Charts cut their labels and move, and its areas and dashes cost too much. All of it
// lives in a unit square that never changes its axes. GUI thread only.
class ChartPlot final : public QChartView
{
    Q_OBJECT

public:
    explicit ChartPlot(QWidget *parent = nullptr);

    void setSpecs(const std::vector<SeriesSpec> &specs);
    void setTimes(double oldest, double newest);                                   // seconds ago
    void setValueAxis(const AxisScale &scale, const std::vector<QString> &labels); // one per tick
    void setPieces(int row, const ChartPieces &pieces);
    void setMarks(std::vector<ChartMark> marks, double now);
    void setEmptyText(const QString &text);                     // empty: there are data
    void setCrosshair(double secondsAgo, const QString &label); // NaN: none
    QRect plotRect() const { return m_plot; }                   // in the view's coordinates
    // As it is shown, but without crosshair and focus, at the view's size. Also on devices that cannot clip (SVG).
    void paintPicture(QPainter &painter, const QPoint &at);
    QColor lineColour(int row) const; // as drawn, for tests

Q_SIGNALS:
    void hovered(double secondsAgo);
    void rangeSelected(double oldest, double newest);
    void crosshairMoveRequested(int samples);
    void tableRequested();

protected:
    void drawBackground(QPainter *painter, const QRectF &rect) override;
    void drawForeground(QPainter *painter, const QRectF &rect) override;
    void resizeEvent(QResizeEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void changeEvent(QEvent *event) override;
    bool viewportEvent(QEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;

private:
    struct Row {
        SeriesSpec spec;
        std::vector<QLineSeries *> lines; // a pool: those not needed now are empty
        ChartPieces painted;              // here, not by Qt Charts; in units
        bool isArea() const { return spec.style == SeriesSpec::Style::StackedArea; }
        bool isDashed() const { return spec.style == SeriesSpec::Style::DashedLine; }
    };

    QLineSeries *makeLine();
    bool hasBaseLine() const;
    void dress(const Row &row) const;
    QPen penOf(const Row &row) const;
    QColor areaColour(const Row &row) const;
    QList<QPointF> inUnits(const QList<QPointF> &points) const;
    QList<QPointF> inPixels(QList<QPointF> points) const;
    void layoutPlot();
    double xOf(double secondsAgo) const;
    double secondsAgoAt(double x) const;
    QRectF timeLabelRect(const QString &label, double secondsAgo) const;
    void paintTimeLabels(QPainter &painter) const;
    void paintAreas(QPainter &painter) const;
    void paintDashedLines(QPainter &painter) const;
    void paintMarks(QPainter &painter) const;
    void paintCrosshair(QPainter &painter) const;
    void updateStrip(double secondsAgo);

    QValueAxis *m_x = nullptr;
    QValueAxis *m_y = nullptr;
    std::vector<Row> m_rows;
    std::vector<ChartMark> m_marks;
    AxisScale m_scale;
    std::vector<QString> m_labels;
    QString m_emptyText;
    QString m_crosshairLabel;
    QRect m_plot;
    double m_now = 0;
    double m_oldest = 1800;
    double m_newest = 0;
    double m_crosshair;
    double m_dragFrom; // seconds ago, NaN: no drag
    double m_dragTo;
    int m_labelWidth = 0;     // only ever grows
    bool m_isPicture = false; // painted for a file
};

// The labels of a time axis from `oldest` to `newest` seconds ago: "-30 min", "-20", "-10", "now".
struct TimeTick {
    double secondsAgo;
    QString label;
};
std::vector<TimeTick> timeTicks(double oldest, double newest);

// Leaves of a line, whose points ascend, what lies between the edges: it ends on them where it crosses them.
void cutToEdges(QList<QPointF> &line, double left, double right);

} // namespace hearth
