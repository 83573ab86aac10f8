// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/RailButton.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/PaintHelpers.h"
#include "ui/widgets/VisibleText.h"

#include <QFocusEvent>
#include <QPainter>

namespace hearth {

namespace {

constexpr int glyphSize = 20;
constexpr int padding = 10;

} // namespace

RailButton::RailButton(Glyph glyph, const QString &title, const QString &keyHint, QWidget *parent)
    : QAbstractButton(parent)
    , m_glyph(glyph)
    , m_keyHint(keyHint)
{
    setText(title);
    setAccessibleName(keyHint.isEmpty() ? title : title + QStringLiteral(", ") + keyHint);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void RailButton::setCollapsed(bool collapsed)
{
    m_collapsed = collapsed;
    setToolTip(collapsed ? plainToolTip(accessibleName()) : QString());
    updateGeometry();
    update();
}

int RailButton::wantedWidth() const
{
    if (m_collapsed)
        return glyphSize + 2 * padding;
    return padding + glyphSize + padding + QFontMetrics(textFont(TextRole::Strong)).horizontalAdvance(text()) +
           space::l + QFontMetrics(textFont(TextRole::Small)).horizontalAdvance(m_keyHint) + padding;
}

QSize RailButton::sizeHint() const
{
    return {wantedWidth(), std::max(glyphSize, fontMetrics().height()) + space::m};
}

void RailButton::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    const bool current = isChecked();
    if (current || underMouse()) {
        const QColor fill = current ? theme.selection : mixed(theme.selection, theme.rail, 0.5);
        paintCard(painter, rect(), fill, fill, 1, radius::control);
    }
    if (hasFocus() && m_showsFocus)
        paintCard(painter, rect(), Qt::transparent, theme.accent, 2, radius::control);

    const QRect iconRect(padding, (height() - glyphSize) / 2, glyphSize, glyphSize);
    paintIcon(painter, iconRect, m_glyph, current ? theme.accent : theme.quiet);
    if (m_collapsed)
        return;
    const auto flags = Qt::AlignVCenter | Qt::TextSingleLine;
    const QRect room = rect().adjusted(padding + glyphSize + padding, 0, -padding, 0);
    painter.setFont(textFont(current ? TextRole::Strong : TextRole::Body));
    painter.setPen(current ? theme.selectionText : mixed(theme.text, theme.quiet, 0.5));
    painter.drawText(room, flags | Qt::AlignLeft, text());
    painter.setFont(textFont(TextRole::Small));
    painter.setPen(theme.quiet);
    painter.drawText(room, flags | Qt::AlignRight, m_keyHint);
}

void RailButton::enterEvent(QEnterEvent *event)
{
    update();
    QAbstractButton::enterEvent(event);
}

void RailButton::leaveEvent(QEvent *event)
{
    update();
    QAbstractButton::leaveEvent(event);
}

void RailButton::focusInEvent(QFocusEvent *event)
{
    const Qt::FocusReason reason = event->reason();
    // Arrow keys within the rail arrive as OtherFocusReason; so does the first focus of a new window.
    const bool moved = reason == Qt::OtherFocusReason && window()->focusWidget() == this && window()->isActiveWindow();
    m_showsFocus = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || moved;
    QAbstractButton::focusInEvent(event);
}

} // namespace hearth
