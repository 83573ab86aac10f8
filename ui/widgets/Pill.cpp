// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Pill.h"

#include "ui/theme/Icon.h"
#include "ui/widgets/PaintHelpers.h"
#include "ui/widgets/TtlBar.h"
#include "ui/widgets/VisibleText.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

namespace hearth {

namespace {

constexpr int sidePadding = 10;
constexpr int dotRoom = 14;
constexpr int arrowSize = 12;
constexpr int arrowRoom = 16;

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

void Pill::setDetails(const QStringList &lines)
{
    m_details = lines;
    showTip();
}

// Whole, where it is cut, and what else is known.
void Pill::showTip()
{
    QStringList lines = m_details;
    if (width() < sizeHint().width())
        lines.prepend(text());
    for (QString &line : lines)
        line = visibleText(line).toHtmlEscaped();
    const QString tip = lines.isEmpty() ? QString() : QStringLiteral("<qt>%1</qt>").arg(lines.join(u"<br>"));
    if (tip != toolTip())
        setToolTip(tip);
}

int Pill::textLeft() const
{
    return sidePadding + (m_dot ? dotRoom : 0);
}

int Pill::textRight() const
{
    return sidePadding + (m_menu ? arrowRoom : 0);
}

void Pill::setMenu(QMenu *menu)
{
    if (m_menu == menu)
        return;
    m_menu = menu;
    setFocusPolicy(menu ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(menu ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setAccessibleDescription(menu ? tr("Press to choose another one") : QString());
    contentChanged();
}

void Pill::openMenu()
{
    if (m_menu)
        m_menu->popup(mapToGlobal(QPoint(0, height() + 2)));
}

void Pill::mousePressEvent(QMouseEvent *event)
{
    if (!m_menu || event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    openMenu();
}

void Pill::keyPressEvent(QKeyEvent *event)
{
    switch (event->key()) {
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Down:
        if (m_menu)
            return openMenu();
        break;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

QSize Pill::sizeHint() const
{
    const QFontMetrics strong(textFont(TextRole::Strong));
    const QFontMetrics body(textFont(TextRole::Body));
    int width = textLeft() + textRight() + 2 + strong.horizontalAdvance(m_strong);
    if (!m_quiet.isEmpty())
        width += body.horizontalAdvance(m_strong.isEmpty() ? m_quiet : QStringLiteral(" · ") + m_quiet);
    return {width, body.height() + space::s};
}

QSize Pill::minimumSizeHint() const
{
    const QFontMetrics body(textFont(TextRole::Body));
    return {std::min(sizeHint().width(), textLeft() + textRight() + body.averageCharWidth() * 18), sizeHint().height()};
}

void Pill::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    const bool isFocused = m_menu && hasFocus();
    paintCard(painter, rect(), theme.panel, isFocused ? theme.accent : theme.line, isFocused ? 2 : 1, height() / 2.0);
    if (m_menu)
        paintIcon(painter, QRect(width() - sidePadding - arrowSize, (height() - arrowSize) / 2, arrowSize, arrowSize),
                  Glyph::ChevronDown, theme.quiet);
    if (m_dot)
        paintStateDot(painter, QRect(sidePadding, 0, dotRoom, height()), m_tone, theme);

    QRect room(textLeft(), 0, width() - textLeft() - textRight(), height());
    // A long name gives way to the words behind it: they say where one is, and whether it answers.
    const QString rest = m_strong.isEmpty() || m_quiet.isEmpty() ? m_quiet : QStringLiteral(" · ") + m_quiet;
    const QFont body = textFont(TextRole::Body);
    const QFont strongFont = textFont(TextRole::Strong);
    const QFontMetrics strongMetrics(strongFont);
    const int strongRoom = std::max(room.width() / 2, room.width() - QFontMetrics(body).horizontalAdvance(rest));
    const QString strong = strongMetrics.elidedText(m_strong, Qt::ElideMiddle, strongRoom);
    painter.setFont(strongFont);
    painter.setPen(theme.text);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, strong);
    room.setLeft(room.left() + strongMetrics.horizontalAdvance(strong));

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
    showTip();
    QWidget::resizeEvent(event);
}

void Pill::contentChanged()
{
    setAccessibleName(text());
    showTip();
    updateGeometry();
    update();
}

} // namespace hearth
