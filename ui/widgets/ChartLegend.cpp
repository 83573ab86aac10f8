// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChartLegend.h"

#include "ui/widgets/VisibleText.h"

#include <QEvent>
#include <QPainter>

namespace hearth {

namespace {

constexpr int markWidth = 14;
constexpr int markGap = 6;
constexpr int itemGap = space::m;

} // namespace

ChartLegend::ChartLegend(QWidget *parent)
    : QWidget(parent)
{
    setFont(textFont(TextRole::Small));
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void ChartLegend::setSpecs(const std::vector<SeriesSpec> &specs)
{
    m_items.clear();
    for (const SeriesSpec &spec : specs) {
        Item item;
        item.spec = spec;
        item.spec.name = visibleText(spec.name);
        item.spec.shortName = spec.shortName.isEmpty() ? item.spec.name : visibleText(spec.shortName);
        item.value = QStringLiteral("\u2013");
        item.valueWidth = fontMetrics().horizontalAdvance(QStringLiteral("00.0 %"));
        m_items.push_back(item);
    }
    fitHeight();
    update();
}

void ChartLegend::setValues(const std::vector<QString> &values)
{
    bool grown = false;
    bool changed = false;
    for (std::size_t i = 0; i < std::min(values.size(), m_items.size()); ++i) {
        if (m_items[i].value == values[i])
            continue;
        changed = true;
        m_items[i].value = values[i];
        const int width = fontMetrics().horizontalAdvance(values[i]);
        grown = grown || width > m_items[i].valueWidth;
        m_items[i].valueWidth = std::max(m_items[i].valueWidth, width);
    }
    if (grown)
        fitHeight();
    if (changed)
        update();
}

void ChartLegend::setLeastHeight(int height)
{
    if (height == m_leastHeight)
        return;
    m_leastHeight = height;
    fitHeight();
}

QString ChartLegend::text() const
{
    QStringList parts;
    for (const Item &item : m_items)
        parts << item.spec.name + QLatin1Char(' ') + item.value;
    return parts.join(QStringLiteral(", "));
}

int ChartLegend::lineHeight() const
{
    return QFontMetrics(textFont(TextRole::Body)).height(); // on one line with the title beside it
}

int ChartLegend::itemWidth(const Item &item) const
{
    return markWidth + markGap + fontMetrics().horizontalAdvance(item.spec.shortName + QLatin1Char(' ')) +
           item.valueWidth;
}

std::vector<QPoint> ChartLegend::positions(int width) const
{
    std::vector<QPoint> result;
    int x = 0;
    int y = 0;
    for (const Item &item : m_items) {
        const int needed = itemWidth(item);
        if (x > 0 && x + needed > width) {
            x = 0;
            y += lineHeight();
        }
        result.emplace_back(x, y);
        x += needed + itemGap;
    }
    return result;
}

QSize ChartLegend::sizeHint() const
{
    int width = 0;
    for (const Item &item : m_items)
        width += itemWidth(item) + itemGap;
    return {width, lineHeight()};
}

QSize ChartLegend::minimumSizeHint() const
{
    return {120, lineHeight()};
}

int ChartLegend::heightForWidth(int width) const
{
    const auto where = positions(width);
    return (where.empty() ? 0 : where.back().y()) + lineHeight();
}

void ChartLegend::fitHeight()
{
    const int needed = heightForWidth(width());
    setFixedHeight(std::max(needed, m_leastHeight));
    updateGeometry();
    if (needed == m_neededHeight)
        return;
    m_neededHeight = needed;
    Q_EMIT heightNeededChanged();
}

void ChartLegend::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    QPainter painter(this);
    paintItems(painter);
}

void ChartLegend::paintItems(QPainter &painter) const
{
    painter.setFont(font());
    const auto where = positions(width());
    for (std::size_t i = 0; i < m_items.size(); ++i)
        paintItem(painter, m_items[i], where[i]);
}

void ChartLegend::paintItem(QPainter &painter, const Item &item, const QPoint &position) const
{
    const Theme &theme = Theme::of(this);
    const QColor colour = theme.seriesColour(item.spec.colourIndex);
    const int middle = position.y() + lineHeight() / 2;
    painter.setRenderHint(QPainter::Antialiasing);
    if (item.spec.style == SeriesSpec::Style::StackedArea) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        painter.drawRoundedRect(QRectF(position.x() + 2, middle - 5, 10, 10), 2, 2);
    } else if (item.spec.style == SeriesSpec::Style::DashedLine) {
        painter.fillRect(QRectF(position.x(), middle - 1.25, 4, 2.5), colour);
        painter.fillRect(QRectF(position.x() + 6, middle - 1.25, 4, 2.5), colour);
        painter.fillRect(QRectF(position.x() + 12, middle - 1.25, 2, 2.5), colour);
    } else {
        painter.fillRect(QRectF(position.x(), middle - 1.25, markWidth, 2.5), colour);
    }
    const auto flags = Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine;
    const int room = width() - position.x() - markWidth - markGap;
    QRect text(position.x() + markWidth + markGap, position.y(), room, lineHeight());
    const QString name = item.spec.shortName + QLatin1Char(' ');
    painter.setPen(theme.quiet);
    painter.drawText(text, flags, name);
    text.setLeft(text.left() + fontMetrics().horizontalAdvance(name));
    painter.setPen(theme.text);
    painter.drawText(text, flags, fontMetrics().elidedText(item.value, Qt::ElideRight, text.width()));
}

void ChartLegend::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        fitHeight();
    else if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

void ChartLegend::resizeEvent(QResizeEvent *event)
{
    if (heightForWidth(width()) != m_neededHeight)
        fitHeight();
    QWidget::resizeEvent(event);
}

} // namespace hearth
