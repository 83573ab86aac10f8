// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/TimeSeriesChart.h"

#include "core/base/Format.h"
#include "ui/theme/Icon.h"
#include "ui/widgets/ChartLegend.h"
#include "ui/widgets/ChartPlot.h"
#include "ui/widgets/ChartTableDialog.h"
#include "ui/widgets/ElidedLabel.h"
#include "ui/widgets/PaintHelpers.h"
#include "ui/widgets/VisibleText.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace hearth {

namespace {

constexpr auto none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t mostPoints = 600; // of a row
constexpr auto shortestUpdate = std::chrono::milliseconds(1000);

QString noValue()
{
    return QStringLiteral("\u2013");
}

QString shortCount(double value)
{
    return QString::fromStdString(format::shortCount(value));
}

QString agoText(double secondsAgo)
{
    const auto seconds = std::chrono::seconds(std::llround(secondsAgo));
    if (seconds.count() <= 0)
        return TimeSeriesChart::tr("now");
    return TimeSeriesChart::tr("%1 ago").arg(QString::fromStdString(format::span(seconds)));
}

} // namespace

TimeSeriesChart::TimeSeriesChart(const QString &title, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
    , m_emptyText(tr("No data yet"))
    , m_formatValue(shortCount)
    , m_formatTime(agoText)
    , m_crosshair(none)
    , m_titleLabel(new ElidedLabel(title, this))
    , m_legend(new ChartLegend(this))
    , m_plot(new ChartPlot(this))
    , m_nextRender(new QTimer(this))
{
    m_titleLabel->setTextRole(TextRole::Strong);
    m_titleLabel->setMinimumWidth(m_titleLabel->sizeHint().width());
    auto *table = new QToolButton(this);
    table->setIcon(icon(Glyph::Table, Tint::Quiet));
    table->setAutoRaise(true);
    table->setIconSize(QSize(16, 16));
    table->setFixedSize(24, 22);
    table->setToolTip(tr("Show as table"));
    table->setAccessibleName(tr("%1: show as table").arg(visibleText(title)));
    connect(table, &QToolButton::clicked, this, &TimeSeriesChart::showAsTable);

    auto *header = new QHBoxLayout;
    header->setSpacing(space::m);
    header->addWidget(m_titleLabel, 0, Qt::AlignTop);
    header->addWidget(m_legend, 1, Qt::AlignTop);
    header->addWidget(table, 0, Qt::AlignTop);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::m, space::s, space::s, space::s);
    layout->setSpacing(space::xs);
    layout->addLayout(header);
    layout->addWidget(m_plot, 1);

    m_nextRender->setSingleShot(true);
    connect(m_nextRender, &QTimer::timeout, this, &TimeSeriesChart::render);
    connect(m_plot, &ChartPlot::hovered, this, [this](double secondsAgo) {
        setCrosshair(secondsAgo);
        Q_EMIT hovered(secondsAgo);
    });
    connect(m_plot, &ChartPlot::rangeSelected, this, &TimeSeriesChart::rangeSelected);
    connect(m_plot, &ChartPlot::crosshairMoveRequested, this, &TimeSeriesChart::moveCrosshairBy);
    connect(m_plot, &ChartPlot::tableRequested, this, &TimeSeriesChart::showAsTable);
    connect(m_legend, &ChartLegend::heightNeededChanged, this, &TimeSeriesChart::legendHeightChanged);
    m_plot->setAccessibleName(tr("%1, chart").arg(visibleText(title)));
    setAccessibleName(visibleText(title));
}

TimeSeriesChart::~TimeSeriesChart() = default;

void TimeSeriesChart::setScale(ScaleKind kind)
{
    m_scale = AxisScale(kind);
    changed();
}

void TimeSeriesChart::setSpecs(std::vector<SeriesSpec> specs)
{
    m_specs = std::move(specs);
    m_data = {};
    m_legend->setSpecs(m_specs);
    m_plot->setSpecs(m_specs);
    changed();
}

void TimeSeriesChart::setValueFormatter(ValueFormatter format)
{
    m_formatValue = std::move(format);
    changed();
}

void TimeSeriesChart::setAxisFormatter(ValueFormatter format)
{
    m_formatAxis = std::move(format);
    changed();
}

void TimeSeriesChart::setTimeFormatter(TimeFormatter format)
{
    m_formatTime = std::move(format);
    changed();
}

void TimeSeriesChart::setTableTimeFormatters(TimeFormatter cell, TimeFormatter tip)
{
    m_formatTableTime = std::move(cell);
    m_formatTimeTip = std::move(tip);
}

void TimeSeriesChart::setWindow(std::chrono::seconds window)
{
    setVisibleRange(window, std::chrono::seconds(0));
}

void TimeSeriesChart::setVisibleRange(std::chrono::seconds oldest, std::chrono::seconds newest)
{
    if (oldest <= newest || (oldest == m_oldest && newest == m_newest))
        return;
    m_oldest = oldest;
    m_newest = newest;
    changed();
}

void TimeSeriesChart::setMaximumGap(std::chrono::seconds gap)
{
    if (gap == m_maximumGap)
        return;
    m_maximumGap = gap;
    changed();
}

void TimeSeriesChart::setEmptyText(const QString &text)
{
    m_emptyText = text;
    changed();
}

void TimeSeriesChart::setDescription(const QString &text)
{
    m_explanation = text;
    m_titleLabel->setToolTip(plainToolTip(text));
    updateDescription();
}

void TimeSeriesChart::setData(TimeSeriesData data)
{
    m_data = std::move(data);
    m_dirty = true;
    requestRender();
}

void TimeSeriesChart::setMarks(std::vector<ChartMark> marks)
{
    std::sort(marks.begin(), marks.end(), [](const ChartMark &a, const ChartMark &b) { return a.time < b.time; });
    m_marks = std::move(marks);
    m_dirty = true;
    requestRender();
}

// A setting, not a sample: shown at once.
void TimeSeriesChart::changed()
{
    m_dirty = true;
    m_sinceRender.invalidate();
    m_nextRender->stop(); // it may wait for the next second
    requestRender();
}

void TimeSeriesChart::requestRender()
{
    if (!isVisible() || window()->isMinimized() || m_nextRender->isActive() || !m_dirty)
        return;
    const auto since = std::chrono::milliseconds(m_sinceRender.isValid() ? m_sinceRender.elapsed() : 0);
    // Zero: several settings made in a row are drawn once.
    const bool due = !m_sinceRender.isValid() || since >= shortestUpdate;
    m_nextRender->start(due ? std::chrono::milliseconds(0) : shortestUpdate - since);
}

void TimeSeriesChart::render()
{
    if (!isVisible() || window()->isMinimized() || !m_dirty)
        return;
    renderNow();
}

void TimeSeriesChart::renderNow()
{
    m_dirty = false;
    m_sinceRender.start();
    ++m_renderCount;

    ChartWindow visible;
    visible.oldest = static_cast<double>(m_oldest.count());
    visible.newest = static_cast<double>(m_newest.count());
    visible.maximumGap = static_cast<double>(m_maximumGap.count());
    m_geometry = chartGeometry(m_data, m_specs, visible, mostPoints);
    m_scale.fit(m_geometry.low, m_geometry.high);

    const ValueFormatter &format = m_formatAxis ? m_formatAxis : m_formatValue;
    std::vector<QString> labels;
    for (const double tick : m_scale.range().ticks)
        labels.push_back(format(tick));
    m_plot->setTimes(visible.oldest, visible.newest);
    m_plot->setValueAxis(m_scale, labels);
    for (std::size_t row = 0; row < m_specs.size(); ++row)
        m_plot->setPieces(static_cast<int>(row), m_geometry.rows[row]);
    m_plot->setMarks(m_marks, m_data.now);
    m_plot->setEmptyText(std::isnan(m_geometry.low) ? m_emptyText : QString());
    updateLegend();
    updateDescription();
}

std::size_t TimeSeriesChart::sampleAt(double secondsAgo) const
{
    const auto count = m_data.times.size();
    if (count == 0 || std::isnan(secondsAgo))
        return count;
    const double time = m_data.now - secondsAgo;
    const auto after = std::lower_bound(m_data.times.begin(), m_data.times.end(), time);
    auto index = static_cast<std::size_t>(after - m_data.times.begin());
    if (index == count || (index > 0 && time - m_data.times[index - 1] < m_data.times[index] - time))
        --index;
    const double window = static_cast<double>((m_oldest - m_newest).count());
    const double near = std::max(2.0, window / 60);
    return std::abs(m_data.times[index] - time) <= near ? index : count;
}

// The last sample, or the one under the crosshair.
void TimeSeriesChart::updateLegend()
{
    std::size_t index = m_data.times.size();
    if (!std::isnan(m_crosshair))
        index = sampleAt(m_crosshair);
    else if (!m_data.times.empty())
        index = m_data.times.size() - 1;
    std::vector<QString> values;
    for (std::size_t row = 0; row < m_specs.size(); ++row) {
        const bool known =
            row < m_data.values.size() && index < m_data.values[row].size() && !std::isnan(m_data.values[row][index]);
        values.push_back(known ? m_formatValue(m_data.values[row][index]) : noValue());
    }
    m_legend->setValues(values);
    if (std::isnan(m_crosshair)) {
        m_plot->setCrosshair(none, {});
        return;
    }
    m_plot->setCrosshair(m_crosshair, crosshairText());
}

// "10:33:20 · cleanup"
QString TimeSeriesChart::crosshairText() const
{
    constexpr double pixelsNear = 4;
    QString text = m_formatTime(m_crosshair);
    const double window = static_cast<double>((m_oldest - m_newest).count());
    // The keyboard goes from sample to sample: a mark between two of them is told at one of these.
    const double half = m_data.times.size() > 1
                            ? (m_data.times.back() - m_data.times.front()) / double(m_data.times.size() - 1) / 2
                            : 0;
    const double near = std::max(half, window * pixelsNear / std::max(1, m_plot->plotRect().width()));
    for (const ChartMark &mark : m_marks) {
        if (std::abs(m_data.now - mark.time - m_crosshair) <= near)
            text += QStringLiteral(" · ") + visibleText(mark.text);
    }
    return text;
}

void TimeSeriesChart::updateDescription()
{
    QStringList parts;
    if (!m_explanation.isEmpty())
        parts << m_explanation;
    if (std::isnan(m_geometry.low) || m_geometry.rows.empty())
        parts << m_emptyText;
    else if (std::isnan(m_crosshair))
        parts << tr("Now: %1").arg(m_legend->text());
    else
        parts << tr("%1: %2").arg(crosshairText(), m_legend->text());
    parts << tr("Arrow keys move through time, Enter shows the values as a table.");
    const QString text = parts.join(QStringLiteral(". "));
    setAccessibleDescription(text);
    m_plot->setAccessibleDescription(text);
}

void TimeSeriesChart::setCrosshair(double secondsAgo)
{
    if (secondsAgo == m_crosshair || (std::isnan(secondsAgo) && std::isnan(m_crosshair)))
        return;
    m_crosshair = secondsAgo;
    updateLegend();
    updateDescription();
}

void TimeSeriesChart::moveCrosshairBy(int samples)
{
    if (m_data.times.empty())
        return;
    const auto last = static_cast<std::ptrdiff_t>(m_data.times.size()) - 1;
    auto index = static_cast<std::ptrdiff_t>(sampleAt(m_crosshair));
    index = index > last ? last : std::clamp(index + samples, std::ptrdiff_t{0}, last);
    const double oldest = static_cast<double>(m_oldest.count());
    const double newest = static_cast<double>(m_newest.count());
    const double ago = m_data.now - m_data.times[static_cast<std::size_t>(index)];
    const double target = std::clamp(ago, newest, oldest);
    setCrosshair(target);
    Q_EMIT hovered(target);
}

void TimeSeriesChart::showAsTable()
{
    const ChartTableDialog::Formatters formatters{m_formatValue, m_formatTableTime ? m_formatTableTime : m_formatTime,
                                                  m_formatTimeTip};
    auto *dialog = new ChartTableDialog(m_title, m_data, m_specs, formatters, this);
    dialog->show();
}

void TimeSeriesChart::paintPicture(QPainter &painter)
{
    if (m_dirty)
        renderNow();
    const double crosshair = std::exchange(m_crosshair, none); // a picture tells of its newest moment
    updateLegend();
    const Theme &theme = Theme::of(this);
    paintCard(painter, rect(), theme.panel, theme.line);
    painter.setFont(textFont(TextRole::Strong));
    painter.setPen(theme.text);
    painter.drawText(m_titleLabel->geometry(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
                     visibleText(m_title));
    painter.save();
    painter.translate(m_legend->pos());
    m_legend->paintItems(painter);
    painter.restore();
    m_plot->paintPicture(painter, m_plot->pos());
    m_crosshair = crosshair;
    updateLegend();
}

int TimeSeriesChart::legendHeight() const
{
    return m_legend->heightForWidth(m_legend->width());
}

void TimeSeriesChart::setLeastLegendHeight(int height)
{
    m_legend->setLeastHeight(height);
}

QString TimeSeriesChart::legendText() const
{
    return m_legend->text();
}

QRect TimeSeriesChart::plotRect() const
{
    return m_plot->plotRect().translated(m_plot->pos());
}

const std::vector<QList<QPointF>> &TimeSeriesChart::drawnPieces(int row) const
{
    return m_geometry.rows[static_cast<std::size_t>(row)].upper;
}

QColor TimeSeriesChart::drawnColour(int row) const
{
    return m_plot->lineColour(row);
}

void TimeSeriesChart::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    if (m_dirty) {
        m_nextRender->stop();
        render(); // the first picture is complete
    }
}

void TimeSeriesChart::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        update();
}

void TimeSeriesChart::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    paintCard(painter, rect(), theme.panel, theme.line);
}

} // namespace hearth
