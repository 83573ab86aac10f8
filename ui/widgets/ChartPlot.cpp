// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChartPlot.h"

#include "ui/widgets/VisibleText.h"

#include <QChart>
#include <QGraphicsLayout>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLineSeries>
#include <QMouseEvent>
#include <QToolTip>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace hearth {

namespace {

constexpr auto none = std::numeric_limits<double>::quiet_NaN();
constexpr double penWidth = 1.5;
constexpr double basePenWidth = 2.25; // it runs along areas, half of it over them
constexpr double areaOpacity = 0.85;
constexpr double areaOpacityOnLine = 0.5; // areas that explain a line leave it the first word
constexpr int dragThreshold = 4;

} // namespace

ChartPlot::ChartPlot(QWidget *parent)
    : QChartView(parent)
    , m_x(new QValueAxis(this))
    , m_y(new QValueAxis(this))
    , m_crosshair(none)
    , m_dragFrom(none)
    , m_dragTo(none)
{
    chart()->legend()->hide();
    chart()->setBackgroundVisible(false);
    chart()->setPlotAreaBackgroundVisible(false);
    chart()->setAnimationOptions(QChart::NoAnimation);
    chart()->setMargins(QMargins());
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->addAxis(m_x, Qt::AlignBottom);
    chart()->addAxis(m_y, Qt::AlignLeft);
    m_x->setVisible(false);
    m_y->setVisible(false);
    m_x->setRange(-m_oldest, -m_newest);
    m_y->setRange(0, 1);
    setFrameShape(QFrame::NoFrame);
    setBackgroundBrush(Qt::NoBrush);
    setRenderHint(QPainter::Antialiasing);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    setMinimumSize(160, 90);
}

void ChartPlot::setSpecs(const std::vector<SeriesSpec> &specs)
{
    chart()->removeAllSeries(); // deletes them
    m_rows.clear();
    for (const SeriesSpec &spec : specs)
        m_rows.push_back(Row{spec, {}, {}});
}

void ChartPlot::setTimes(double oldest, double newest)
{
    if (oldest == m_oldest && newest == m_newest)
        return;
    m_oldest = oldest;
    m_newest = newest;
    m_x->setRange(-oldest, -newest);
    viewport()->update();
}

void ChartPlot::setValueAxis(const AxisScale &scale, const std::vector<QString> &labels)
{
    m_scale = scale;
    m_labels = labels;
    const QFontMetrics metrics(textFont(TextRole::Small));
    int width = metrics.horizontalAdvance(QStringLiteral("100 ms"));
    for (const QString &label : labels)
        width = std::max(width, metrics.horizontalAdvance(label));
    if (width > m_labelWidth) {
        m_labelWidth = width;
        layoutPlot();
    }
    viewport()->update();
}

QLineSeries *ChartPlot::makeLine()
{
    auto *line = new QLineSeries;
    chart()->addSeries(line);
    line->attachAxis(m_x);
    line->attachAxis(m_y);
    return line;
}

bool ChartPlot::hasBaseLine() const
{
    return std::any_of(m_rows.begin(), m_rows.end(),
                       [](const Row &row) { return row.spec.style == SeriesSpec::Style::BaseLine; });
}

QPen ChartPlot::penOf(const Row &row) const
{
    QPen pen(Theme::of(this).seriesColour(row.spec.colourIndex),
             row.spec.style == SeriesSpec::Style::BaseLine ? basePenWidth : penWidth);
    pen.setCapStyle(Qt::FlatCap);
    pen.setJoinStyle(Qt::BevelJoin);
    if (row.isDashed())
        pen.setDashPattern({3, 2});
    return pen;
}

void ChartPlot::dress(const Row &row) const
{
    const QPen pen = penOf(row);
    for (QLineSeries *line : row.lines)
        line->setPen(pen);
}

QColor ChartPlot::areaColour(const Row &row) const
{
    const Theme &theme = Theme::of(this);
    return mixed(theme.seriesColour(row.spec.colourIndex), theme.panel,
                 hasBaseLine() ? areaOpacityOnLine : areaOpacity);
}

QColor ChartPlot::lineColour(int row) const
{
    const Row &wanted = m_rows[static_cast<std::size_t>(row)];
    if (wanted.isArea())
        return areaColour(wanted);
    return wanted.lines.empty() ? penOf(wanted).color() : wanted.lines.front()->pen().color();
}

QList<QPointF> ChartPlot::inUnits(const QList<QPointF> &points) const
{
    constexpr double beyond = 0.5; // a line leaves the picture, but not for the moon
    QList<QPointF> result;
    result.reserve(points.size() + 1);
    for (const QPointF &point : points) {
        const double y = m_scale.position(point.y());
        if (!std::isnan(y))
            result.append(QPointF(point.x(), std::clamp(y, -beyond, 1 + beyond)));
    }
    cutToEdges(result, -m_oldest, -m_newest);
    if (result.size() == 1) { // one sample alone is a short dash, or nobody would see it
        const QPointF dash((m_oldest - m_newest) / 200, 0);
        if (result.front().x() - dash.x() >= -m_oldest)
            result.prepend(result.front() - dash);
        else
            result.append(result.front() + dash);
    }
    return result;
}

void ChartPlot::setPieces(int row, const ChartPieces &pieces)
{
    Row &target = m_rows[static_cast<std::size_t>(row)];
    if (target.isArea() || target.isDashed()) {
        target.painted = {};
        for (const QList<QPointF> &piece : pieces.upper)
            target.painted.upper.push_back(inUnits(piece));
        for (const QList<QPointF> &piece : pieces.lower)
            target.painted.lower.push_back(inUnits(piece));
        viewport()->update();
        return;
    }
    if (target.lines.size() < pieces.upper.size()) {
        while (target.lines.size() < pieces.upper.size())
            target.lines.push_back(makeLine());
        dress(target);
    }
    for (std::size_t i = 0; i < target.lines.size(); ++i) {
        const bool used = i < pieces.upper.size();
        if (used || target.lines[i]->count() > 0)
            target.lines[i]->replace(used ? inUnits(pieces.upper[i]) : QList<QPointF>());
    }
}

void ChartPlot::setMarks(std::vector<ChartMark> marks, double now)
{
    m_marks = std::move(marks);
    m_now = now;
    viewport()->update();
}

void ChartPlot::setEmptyText(const QString &text)
{
    if (text == m_emptyText)
        return;
    m_emptyText = text;
    viewport()->update();
}

void ChartPlot::setCrosshair(double secondsAgo, const QString &label)
{
    updateStrip(m_crosshair);
    m_crosshair = secondsAgo;
    m_crosshairLabel = label;
    updateStrip(m_crosshair);
}

void ChartPlot::paintPicture(QPainter &painter, const QPoint &at)
{
    m_isPicture = true;
    const QRect all = viewport()->rect();
    render(&painter, QRectF(all.translated(at)), all);
    m_isPicture = false;
}

// Repaints only what a crosshair there covers.
void ChartPlot::updateStrip(double secondsAgo)
{
    if (std::isnan(secondsAgo))
        return;
    const int x = static_cast<int>(xOf(secondsAgo));
    viewport()->update(QRect(x - 2, 0, 5, height()));
    viewport()->update(QRect(0, m_plot.bottom() + 1, width(), height() - m_plot.bottom() - 1));
}

void ChartPlot::layoutPlot()
{
    const QFontMetrics metrics(textFont(TextRole::Small));
    const int left = m_labelWidth + space::s;
    const int right = metrics.horizontalAdvance(QStringLiteral("now")) / 2 + 2;
    const int top = metrics.height() / 2 + 2;
    const int bottom = metrics.height() + space::s;
    m_plot = QRect(left, top, std::max(1, width() - left - right), std::max(1, height() - top - bottom));
    chart()->setPlotArea(m_plot);
}

double ChartPlot::xOf(double secondsAgo) const
{
    return m_plot.left() + m_plot.width() * (m_oldest - secondsAgo) / (m_oldest - m_newest);
}

double ChartPlot::secondsAgoAt(double x) const
{
    const double part = std::clamp((x - m_plot.left()) / m_plot.width(), 0.0, 1.0);
    return m_oldest - part * (m_oldest - m_newest);
}

void ChartPlot::resizeEvent(QResizeEvent *event)
{
    QChartView::resizeEvent(event);
    layoutPlot();
}

void ChartPlot::mousePressEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && m_plot.contains(event->pos()))
        m_dragFrom = secondsAgoAt(event->position().x());
    m_dragTo = none;
    event->accept();
}

void ChartPlot::mouseMoveEvent(QMouseEvent *event)
{
    const bool dragging = !std::isnan(m_dragFrom);
    if (dragging) {
        if (!std::isnan(m_dragTo) || std::abs(event->position().x() - xOf(m_dragFrom)) >= dragThreshold)
            m_dragTo = secondsAgoAt(event->position().x());
        viewport()->update();
    }
    const bool inside = dragging || m_plot.contains(event->pos());
    Q_EMIT hovered(inside ? secondsAgoAt(event->position().x()) : none);
    event->accept();
}

void ChartPlot::mouseReleaseEvent(QMouseEvent *event)
{
    const double from = std::exchange(m_dragFrom, none);
    const double to = std::exchange(m_dragTo, none);
    viewport()->update();
    if (event->button() == Qt::LeftButton && !std::isnan(from) && !std::isnan(to) && from != to)
        Q_EMIT rangeSelected(std::max(from, to), std::min(from, to));
    event->accept();
}

void ChartPlot::mouseDoubleClickEvent(QMouseEvent *event)
{
    event->accept();
}

void ChartPlot::leaveEvent(QEvent *event)
{
    Q_EMIT hovered(none);
    QChartView::leaveEvent(event);
}

void ChartPlot::keyPressEvent(QKeyEvent *event)
{
    constexpr int bigStep = 10;
    const int step = event->modifiers().testFlag(Qt::ControlModifier) ? bigStep : 1;
    switch (event->key()) {
    case Qt::Key_Left:
        Q_EMIT crosshairMoveRequested(-step);
        return;
    case Qt::Key_Right:
        Q_EMIT crosshairMoveRequested(step);
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        Q_EMIT tableRequested();
        return;
    case Qt::Key_Escape:
        if (!std::isnan(m_crosshair)) {
            Q_EMIT hovered(none);
            return;
        }
        break;
    default:
        break;
    }
    event->ignore(); // a page may use the key: Space freezes
}

void ChartPlot::wheelEvent(QWheelEvent *event)
{
    event->ignore(); // the page scrolls
}

void ChartPlot::changeEvent(QEvent *event)
{
    QChartView::changeEvent(event);
    if (event->type() != QEvent::PaletteChange)
        return;
    for (const Row &row : m_rows)
        dress(row);
    viewport()->update();
}

bool ChartPlot::viewportEvent(QEvent *event)
{
    if (event->type() != QEvent::ToolTip)
        return QChartView::viewportEvent(event);
    constexpr double near = 6;
    auto *help = static_cast<QHelpEvent *>(event);
    QStringList texts;
    for (const ChartMark &mark : m_marks) {
        if (std::abs(xOf(m_now - mark.time) - help->pos().x()) <= near)
            texts << visibleText(mark.text);
    }
    if (texts.isEmpty())
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), plainToolTip(texts.join(QStringLiteral(" · "))), viewport());
    return true;
}

void ChartPlot::focusInEvent(QFocusEvent *event)
{
    QChartView::focusInEvent(event);
    viewport()->update();
}

void ChartPlot::focusOutEvent(QFocusEvent *event)
{
    QChartView::focusOutEvent(event);
    viewport()->update();
}

} // namespace hearth
