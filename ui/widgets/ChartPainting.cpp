// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The part of ChartPlot that paints: grid, labels and areas behind the lines, dashed lines, marks and crosshair before
// them.
#include "ui/widgets/ChartPlot.h"
#include "ui/widgets/PaintHelpers.h"
#include "ui/widgets/VisibleText.h"

#include <QPaintEngine>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace hearth {

namespace {

constexpr double second = 1;
constexpr double minute = 60;
constexpr double hour = 3600;

struct TimeUnit {
    double seconds;
    const char *name;
};

TimeUnit unitFor(double window)
{
    if (window <= 2 * minute)
        return {second, QT_TRANSLATE_NOOP("hearth::ChartPlot", "s")};
    if (window <= 2 * hour)
        return {minute, QT_TRANSLATE_NOOP("hearth::ChartPlot", "min")};
    return {hour, QT_TRANSLATE_NOOP("hearth::ChartPlot", "h")};
}

// The smallest step that leaves at most five parts.
double stepFor(double windowInUnits)
{
    constexpr std::array<double, 14> steps = {0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480};
    constexpr double mostParts = 5;
    for (const double step : steps) {
        if (windowInUnits / step <= mostParts + 1e-9)
            return windowInUnits == 24 && step == 5 ? 6 : step; // a day in quarters
    }
    return windowInUnits / mostParts;
}

// Where the line from a to b crosses x.
QPointF crossing(const QPointF &a, const QPointF &b, double x)
{
    return {x, a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x())};
}

} // namespace

void cutToEdges(QList<QPointF> &line, double left, double right)
{
    while (line.size() > 1 && line[1].x() <= left)
        line.removeFirst();
    while (line.size() > 1 && line[line.size() - 2].x() >= right)
        line.removeLast();
    if (line.size() > 1 && line.front().x() < left)
        line.front() = crossing(line[0], line[1], left);
    if (line.size() > 1 && line.back().x() > right)
        line.back() = crossing(line[line.size() - 2], line.back(), right);
    if (line.size() == 1 && (line.front().x() < left || line.front().x() > right))
        line.clear();
}

namespace {

QPolygonF between(const QList<QPointF> &upper, const QList<QPointF> &lower)
{
    QPolygonF polygon(upper);
    std::for_each(lower.rbegin(), lower.rend(), [&polygon](const QPointF &point) { polygon << point; });
    return polygon;
}

// The time that Qt takes for an antialiased shape grows with the square of the edges that cross one row of pixels, so
// what is long and ragged is painted a few points at a time. A vector device has no such cost.
bool isPaintedInParts(const QPainter &painter)
{
    return painter.paintEngine()->type() == QPaintEngine::Raster &&
           painter.deviceTransform().type() <= QTransform::TxScale;
}

constexpr qsizetype pointsOfPart = 12;

// Strips that meet between two pixels of the device, where no seam can be seen.
void paintInStrips(QPainter &painter, const QList<QPointF> &upper, const QList<QPointF> &lower)
{
    const QTransform device = painter.deviceTransform();
    const auto atPixel = [&device](double x) {
        return (std::round(x * device.m11() + device.dx()) - device.dx()) / device.m11();
    };
    double left = upper.front().x();
    for (qsizetype first = 0; first < upper.size() - 1; first += pointsOfPart) {
        const qsizetype last = std::min(first + pointsOfPart, upper.size() - 1);
        const double right = last == upper.size() - 1 ? upper.back().x() : atPixel(upper[last].x());
        // A point more on either side: the rounded edges may lie a little further out.
        const qsizetype from = std::max<qsizetype>(first - 1, 0);
        const qsizetype count = std::min(last + 1, upper.size() - 1) - from + 1;
        QList<QPointF> above = upper.mid(from, count);
        QList<QPointF> below = lower.mid(from, count);
        cutToEdges(above, left, right);
        cutToEdges(below, left, right);
        painter.drawPolygon(between(above, below));
        left = right;
    }
}

double lengthOf(const QList<QPointF> &line)
{
    double length = 0;
    for (qsizetype i = 1; i < line.size(); ++i)
        length += std::hypot(line[i].x() - line[i - 1].x(), line[i].y() - line[i - 1].y());
    return length;
}

// The dashes go on where those of the part before ended.
void paintDashesInParts(QPainter &painter, QPen pen, const QList<QPointF> &line)
{
    double length = 0;
    for (qsizetype first = 0; first < line.size() - 1; first += pointsOfPart) {
        const QList<QPointF> part = line.mid(first, pointsOfPart + 1);
        pen.setDashOffset(length / pen.widthF());
        painter.setPen(pen);
        painter.drawPolyline(part.data(), static_cast<int>(part.size()));
        length += lengthOf(part);
    }
}

} // namespace

std::vector<TimeTick> timeTicks(double oldest, double newest)
{
    const TimeUnit unit = unitFor(oldest - newest);
    const double step = stepFor((oldest - newest) / unit.seconds);
    std::vector<TimeTick> ticks;
    const double last = newest / unit.seconds;
    for (double at = std::floor(oldest / unit.seconds / step + 1e-9) * step; at >= last - 1e-9; at -= step) {
        const double rounded = std::round(at * 10) / 10;
        if (rounded == 0) {
            ticks.push_back({0, ChartPlot::tr("now")});
            continue;
        }
        QString label = QStringLiteral("-%1").arg(rounded);
        if (ticks.empty())
            label += QLatin1Char(' ') + ChartPlot::tr(unit.name);
        ticks.push_back({at * unit.seconds, label});
    }
    return ticks;
}

void ChartPlot::drawBackground(QPainter *painter, const QRectF &rect)
{
    Q_UNUSED(rect);
    const Theme &theme = Theme::of(this);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing, false);
    painter->fillRect(this->rect(), theme.panel);
    const QFont font = textFont(TextRole::Small);
    const QFontMetrics metrics(font);
    painter->setFont(font);
    const std::vector<double> &ticks = m_scale.range().ticks;
    for (std::size_t i = 0; i < ticks.size(); ++i) {
        const double y = m_plot.bottom() + 1 - m_plot.height() * m_scale.position(ticks[i]);
        painter->setPen(theme.line);
        painter->drawLine(QPointF(m_plot.left(), std::round(y)), QPointF(m_plot.right(), std::round(y)));
        if (i >= m_labels.size())
            continue;
        const QRectF room(0, y - metrics.height() / 2.0, m_plot.left() - space::s, metrics.height());
        painter->setPen(theme.quiet);
        painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, m_labels[i]);
    }
    paintTimeLabels(*painter);
    paintAreas(*painter);
    painter->restore();
}

QList<QPointF> ChartPlot::inPixels(QList<QPointF> points) const
{
    const double bottom = m_plot.bottom() + 1;
    for (QPointF &point : points)
        point = QPointF(xOf(-point.x()), bottom - m_plot.height() * std::clamp(point.y(), 0.0, 1.0));
    return points;
}

void ChartPlot::paintAreas(QPainter &painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const bool inParts = isPaintedInParts(painter);
    for (const Row &row : m_rows) {
        if (!row.isArea())
            continue;
        painter.setBrush(areaColour(row));
        for (std::size_t i = 0; i < row.painted.upper.size(); ++i) {
            const QList<QPointF> upper = inPixels(row.painted.upper[i]);
            const QList<QPointF> lower = inPixels(row.painted.lower[i]);
            if (inParts && !upper.isEmpty())
                paintInStrips(painter, upper, lower);
            else
                painter.drawPolygon(between(upper, lower));
        }
    }
}

void ChartPlot::paintDashedLines(QPainter &painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const bool inParts = isPaintedInParts(painter);
    for (const Row &row : m_rows) {
        if (!row.isDashed())
            continue;
        const QPen pen = penOf(row);
        painter.setPen(pen);
        for (const QList<QPointF> &piece : row.painted.upper) {
            const QList<QPointF> line = inPixels(piece);
            if (inParts)
                paintDashesInParts(painter, pen, line);
            else
                painter.drawPolyline(line.data(), static_cast<int>(line.size()));
        }
    }
}

QRectF ChartPlot::timeLabelRect(const QString &label, double secondsAgo) const
{
    const QFontMetrics metrics(textFont(TextRole::Small));
    const int labelWidth = metrics.horizontalAdvance(label) + 2;
    // The first one begins at the edge: its unit would hang out.
    const double left = std::clamp(xOf(secondsAgo) - labelWidth / 2.0, static_cast<double>(m_plot.left()),
                                   static_cast<double>(width() - labelWidth));
    return QRectF(left, m_plot.bottom() + space::xs + 2, labelWidth, metrics.height());
}

void ChartPlot::paintTimeLabels(QPainter &painter) const
{
    painter.setPen(Theme::of(this).quiet);
    for (const TimeTick &tick : timeTicks(m_oldest, m_newest))
        painter.drawText(timeLabelRect(tick.label, tick.secondsAgo), Qt::AlignCenter | Qt::TextSingleLine, tick.label);
}

void ChartPlot::drawForeground(QPainter *painter, const QRectF &rect)
{
    Q_UNUSED(rect);
    const Theme &theme = Theme::of(this);
    painter->save();
    paintDashedLines(*painter);
    paintMarks(*painter);
    if (!m_emptyText.isEmpty()) {
        painter->setFont(textFont(TextRole::Body));
        painter->setPen(theme.quiet);
        constexpr auto flags = Qt::AlignCenter | Qt::TextWordWrap;
        const QRect room = m_plot.adjusted(space::s, 0, -space::s, 0);
        const QRect words = painter->fontMetrics().boundingRect(room, flags, m_emptyText);
        painter->fillRect(words.adjusted(-space::s, 0, space::s, 0), theme.panel); // no grid line through them
        painter->drawText(room, flags, m_emptyText);
    }
    if (m_isPicture) {
        painter->restore();
        return;
    }
    if (!std::isnan(m_dragFrom) && !std::isnan(m_dragTo)) {
        QColor shade = theme.accent;
        shade.setAlphaF(0.18F);
        const double from = xOf(std::max(m_dragFrom, m_dragTo));
        painter->fillRect(QRectF(from, m_plot.top(), xOf(std::min(m_dragFrom, m_dragTo)) - from, m_plot.height()),
                          shade);
    }
    if (!std::isnan(m_crosshair))
        paintCrosshair(*painter);
    if (hasFocus())
        paintCard(*painter, this->rect(), Qt::transparent, theme.accent, 1, radius::control);
    painter->restore();
}

void ChartPlot::paintMarks(QPainter &painter) const
{
    constexpr double closest = 5; // pixels between two triangles
    constexpr double half = 4;
    const Theme &theme = Theme::of(this);
    double previous = -closest;
    for (const ChartMark &mark : m_marks) {
        const double secondsAgo = m_now - mark.time;
        const double x = xOf(secondsAgo);
        if (secondsAgo > m_oldest || secondsAgo < m_newest || x - previous < closest)
            continue;
        previous = x;
        const bool isNeutral = mark.tone == Tone::Neutral;
        // Its tone, or a grey; the line is a veil over what it crosses, so that many of them do not hide the curves.
        const QColor colour = isNeutral ? theme.quiet : theme.tone(mark.tone);
        QColor veil = isNeutral ? theme.text : colour;
        veil.setAlphaF(isNeutral ? 0.3F : 0.7F);
        const double column = std::round(x);
        painter.setRenderHint(QPainter::Antialiasing, false);
        QPen pen(veil, 1, Qt::CustomDashLine);
        pen.setDashPattern({2, 3});
        painter.setPen(pen);
        painter.drawLine(QPointF(column, m_plot.top() + 2 * half), QPointF(column, m_plot.bottom()));
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.panel, 1));
        painter.setBrush(colour);
        const QPointF corners[] = {QPointF(column - half - 1, m_plot.top() - 1.0),
                                   QPointF(column + half + 1, m_plot.top() - 1.0),
                                   QPointF(column, m_plot.top() + 2 * half - 1)};
        painter.drawPolygon(corners, 3);
    }
}

void ChartPlot::paintCrosshair(QPainter &painter) const
{
    if (m_crosshair > m_oldest || m_crosshair < m_newest)
        return;
    const Theme &theme = Theme::of(this);
    const double x = std::round(xOf(m_crosshair));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(mixed(theme.text, theme.panel, 0.75), 1));
    painter.drawLine(QPointF(x, m_plot.top()), QPointF(x, m_plot.bottom()));
    if (m_crosshairLabel.isEmpty())
        return;
    const QFont font = textFont(TextRole::Small);
    const QFontMetrics metrics(font);
    const int limit = width() - 2;
    const QString label = metrics.elidedText(m_crosshairLabel, Qt::ElideRight, limit - space::s * 2);
    const int chipWidth = metrics.horizontalAdvance(label) + space::s * 2;
    const int left = static_cast<int>(std::clamp(x - chipWidth / 2.0, 1.0, static_cast<double>(limit - chipWidth)));
    const QRect chip(left, m_plot.bottom() + 4, chipWidth, metrics.height() + 3);
    for (const TimeTick &tick : timeTicks(m_oldest, m_newest)) { // no halves of labels beside it
        const QRectF covered = timeLabelRect(tick.label, tick.secondsAgo);
        if (covered.intersects(chip))
            painter.fillRect(covered, theme.panel);
    }
    paintCard(painter, chip, theme.hover, theme.control, 1, radius::control);
    painter.setFont(font);
    painter.setPen(theme.text);
    painter.drawText(chip, Qt::AlignCenter | Qt::TextSingleLine, label);
}

} // namespace hearth
