// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Pill.h"

#include "ui/widgets/PaintHelpers.h"
#include "ui/widgets/TtlBar.h"
#include "ui/widgets/VisibleText.h"

#include <QEvent>
#include <QPainter>

namespace hearth {

namespace {

constexpr int sidePadding = 10;
constexpr int dotRoom = 14;

} // namespace

Pill::Pill(QWidget *parent)
    : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void Pill::setTone(Tone tone)
{
    if (m_tone == tone)
        return;
    m_tone = tone;
    update();
}

void Pill::setDotVisible(bool visible)
{
    m_dot = visible;
    contentChanged();
}

void Pill::setText(const QString &strong, const QString &quiet)
{
    const QString strongShown = visibleText(strong);
    const QString quietShown = visibleText(quiet);
    if (strongShown == m_strong && quietShown == m_quiet)
        return;
    m_strong = strongShown;
    m_quiet = quietShown;
    contentChanged();
}

QString Pill::text() const
{
    if (m_strong.isEmpty() || m_quiet.isEmpty())
        return m_strong + m_quiet;
    return m_strong + QStringLiteral(" · ") + m_quiet;
}

int Pill::textLeft() const
{
    return sidePadding + (m_dot ? dotRoom : 0);
}

QSize Pill::sizeHint() const
{
    const QFontMetrics strong(textFont(TextRole::Strong));
    const QFontMetrics body(textFont(TextRole::Body));
    int width = textLeft() + sidePadding + 2 + strong.horizontalAdvance(m_strong);
    if (!m_quiet.isEmpty())
        width += body.horizontalAdvance(m_strong.isEmpty() ? m_quiet : QStringLiteral(" · ") + m_quiet);
    return {width, body.height() + space::s};
}

QSize Pill::minimumSizeHint() const
{
    const QFontMetrics body(textFont(TextRole::Body));
    return {std::min(sizeHint().width(), textLeft() + sidePadding + body.averageCharWidth() * 18), sizeHint().height()};
}

void Pill::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    paintCard(painter, rect(), theme.panel, theme.line, 1, height() / 2.0);
    if (m_dot)
        paintStateDot(painter, QRect(sidePadding, 0, dotRoom, height()), m_tone, theme);

    QRect room(textLeft(), 0, width() - textLeft() - sidePadding, height());
    const QFont strongFont = textFont(TextRole::Strong);
    const QFontMetrics strongMetrics(strongFont);
    const QString strong = strongMetrics.elidedText(m_strong, Qt::ElideMiddle, room.width());
    painter.setFont(strongFont);
    painter.setPen(theme.text);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, strong);
    room.setLeft(room.left() + strongMetrics.horizontalAdvance(strong));

    const QString rest = m_strong.isEmpty() || m_quiet.isEmpty() ? m_quiet : QStringLiteral(" · ") + m_quiet;
    const QFont body = textFont(TextRole::Body);
    painter.setFont(body);
    painter.setPen(theme.quiet);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine,
                     QFontMetrics(body).elidedText(rest, Qt::ElideRight, room.width()));
}

void Pill::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        contentChanged();
    else if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

void Pill::resizeEvent(QResizeEvent *event)
{
    setToolTip(width() < sizeHint().width() ? plainToolTip(text()) : QString());
    QWidget::resizeEvent(event);
}

void Pill::contentChanged()
{
    setAccessibleName(text());
    setToolTip(width() < sizeHint().width() ? plainToolTip(text()) : QString());
    updateGeometry();
    update();
}

} // namespace hearth
