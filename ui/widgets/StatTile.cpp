// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/StatTile.h"

#include "ui/theme/Icon.h"
#include "ui/widgets/PaintHelpers.h"
#include "ui/widgets/VisibleText.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>

namespace hearth {

namespace {

constexpr int padding = space::m;
constexpr double smallestScale = 0.6;
constexpr int signSize = 16;

QString toneWord(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return StatTile::tr("good");
    case Tone::Warning:
        return StatTile::tr("warning");
    case Tone::Error:
        return StatTile::tr("critical");
    case Tone::Neutral:
    case Tone::Accent:
        break;
    }
    return {};
}

bool hasSign(Tone tone)
{
    return tone == Tone::Ok || tone == Tone::Warning || tone == Tone::Error;
}

Glyph signOf(Tone tone)
{
    return tone == Tone::Ok ? Glyph::Ok : tone == Tone::Warning ? Glyph::Warning : Glyph::Error;
}

// The font in which the text fits, down to the smallest that is still a big number.
QFont fittingFont(const QString &text, int width)
{
    constexpr double step = 0.05;
    QFont font = textFont(TextRole::Value);
    const double full = font.pointSizeF();
    // Widths do not follow sizes exactly, and are rounded: try, rather than calculate.
    for (double scale = 1; scale > smallestScale && QFontMetrics(font).horizontalAdvance(text) >= width - 1;
         scale -= step)
        font.setPointSizeF(full * (scale - step));
    return font;
}

} // namespace

StatTile::StatTile(const QString &label, QWidget *parent)
    : QAbstractButton(parent)
    , m_value(QStringLiteral("\u2013"))
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFocusPolicy(Qt::NoFocus);
    setAttribute(Qt::WA_Hover);
    setLabel(label);
}

void StatTile::setLabel(const QString &label)
{
    m_label = visibleText(label);
    contentChanged();
}

void StatTile::setValue(const QString &value)
{
    const QString shown = visibleText(value);
    if (shown == m_value)
        return;
    m_value = shown;
    contentChanged();
}

void StatTile::setSubline(const QString &text)
{
    const QString shown = visibleText(text);
    if (shown == m_subline)
        return;
    m_subline = shown;
    contentChanged();
}

void StatTile::setTone(Tone tone)
{
    if (m_tone == tone)
        return;
    m_tone = tone;
    contentChanged();
}

void StatTile::setClickable(bool clickable)
{
    m_clickable = clickable;
    setFocusPolicy(clickable ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(clickable ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
}

void StatTile::setExplanation(const QString &text)
{
    m_explanation = text;
    setAccessibleDescription(text);
    setToolTip(plainToolTip(text));
}

QSize StatTile::sizeHint() const
{
    // Room for "1,234,567", whatever is shown.
    const int number = QFontMetrics(textFont(TextRole::Value)).horizontalAdvance(QStringLiteral("1,234,567"));
    const int height = QFontMetrics(textFont(TextRole::Body)).height() +
                       QFontMetrics(textFont(TextRole::Value)).height() +
                       QFontMetrics(textFont(TextRole::Small)).height() + 2 * padding - space::xs;
    return {number + 2 * padding, height};
}

QSize StatTile::minimumSizeHint() const
{
    return {sizeHint().width() * 7 / 10, sizeHint().height()};
}

void StatTile::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    const bool active = m_clickable && (underMouse() || isDown());
    const bool focused = hasFocus();
    const QColor frame = focused || active ? theme.accent : theme.line;
    paintCard(painter, rect(), isDown() ? theme.selection : theme.panel, frame, focused ? 2 : 1);

    QFont body = textFont(TextRole::Body);
    const QFont small = textFont(TextRole::Small);
    if (QFontMetrics(body).horizontalAdvance(m_label) > width() - 2 * padding)
        body = small;
    const QFontMetrics bodyMetrics(body);
    const QFontMetrics smallMetrics(small);
    QRect room = rect().adjusted(padding, padding - 2, -padding, -(padding - 2));
    const auto flags = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine;

    QRect line(room.left(), room.top(), room.width(), bodyMetrics.height());
    painter.setFont(body);
    painter.setPen(theme.quiet);
    painter.drawText(line, flags, bodyMetrics.elidedText(m_label, Qt::ElideRight, line.width()));

    const int smallTop = room.bottom() + 1 - smallMetrics.height();
    line = QRect(room.left(), line.bottom(), room.width(), smallTop - line.bottom());
    if (hasSign(m_tone)) {
        const QRect sign(line.right() + 1 - signSize, line.center().y() - signSize / 2, signSize, signSize);
        paintIcon(painter, sign, signOf(m_tone), theme.tone(m_tone));
        line.setRight(sign.left() - space::xs);
    }
    const QFont valueFont = fittingFont(m_value, line.width());
    painter.setFont(valueFont);
    painter.setPen(theme.text);
    painter.drawText(line, flags, QFontMetrics(valueFont).elidedText(m_value, Qt::ElideRight, line.width()));

    line = QRect(room.left(), smallTop, room.width(), smallMetrics.height());
    painter.setFont(small);
    // What is wrong stands in the sub-line; where there is none, at least that something is.
    const bool isTrouble = m_tone == Tone::Warning || m_tone == Tone::Error;
    const QString words = isTrouble && m_subline.isEmpty() ? toneWord(m_tone) : m_subline;
    painter.setPen(isTrouble ? theme.tone(m_tone) : theme.quiet);
    painter.drawText(line, flags, smallMetrics.elidedText(words, Qt::ElideRight, line.width()));
}

void StatTile::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (m_clickable && enter && !event->isAutoRepeat()) {
        click();
        return;
    }
    if (!m_clickable) {
        event->ignore();
        return;
    }
    QAbstractButton::keyPressEvent(event);
}

bool StatTile::hitButton(const QPoint &position) const
{
    return m_clickable && rect().contains(position);
}

void StatTile::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        updateGeometry();
    if (event->type() == QEvent::PaletteChange)
        update();
    QAbstractButton::changeEvent(event);
}

void StatTile::enterEvent(QEnterEvent *event)
{
    update();
    QAbstractButton::enterEvent(event);
}

void StatTile::leaveEvent(QEvent *event)
{
    update();
    QAbstractButton::leaveEvent(event);
}

void StatTile::contentChanged()
{
    QString name = m_label + QStringLiteral(": ") + m_value;
    for (const QString &part : {toneWord(m_tone), m_subline}) {
        if (!part.isEmpty())
            name += QStringLiteral(", ") + part;
    }
    setAccessibleName(name);
    if (m_explanation.isEmpty())
        setToolTip(plainToolTip(name));
    update();
}

} // namespace hearth
