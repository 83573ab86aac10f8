// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ElidedLabel.h"

#include "ui/widgets/VisibleText.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QStyleOption>

namespace hearth {

ElidedLabel::ElidedLabel(QWidget *parent)
    : QFrame(parent)
{
    setFont(textFont(m_role));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
}

ElidedLabel::ElidedLabel(const QString &text, QWidget *parent)
    : ElidedLabel(parent)
{
    setText(text);
}

void ElidedLabel::setText(const QString &text)
{
    if (m_text == text)
        return;
    m_text = text;
    m_visible = visibleText(text);
    setAccessibleName(m_visible);
    textChanged();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode)
{
    m_elide = mode;
    textChanged();
}

void ElidedLabel::setTextRole(TextRole role)
{
    m_role = role;
    setFont(textFont(role));
    textChanged();
}

void ElidedLabel::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void ElidedLabel::setQuietText(bool quiet)
{
    m_quiet = quiet;
    update();
}

void ElidedLabel::setAlignment(Qt::Alignment alignment)
{
    m_alignment = alignment;
    update();
}

void ElidedLabel::setSelectable(bool selectable)
{
    m_selectable = selectable;
    setFocusPolicy(selectable ? Qt::StrongFocus : Qt::NoFocus);
    setCursor(selectable ? Qt::IBeamCursor : Qt::ArrowCursor);
}

bool ElidedLabel::isElided() const
{
    return shownText() != m_visible;
}

QString ElidedLabel::shownText() const
{
    return fontMetrics().elidedText(m_visible, m_elide, contentsRect().width());
}

QSize ElidedLabel::sizeHint() const
{
    const QMargins margins = contentsMargins();
    return {fontMetrics().horizontalAdvance(m_visible) + 1 + margins.left() + margins.right(),
            fontMetrics().height() + margins.top() + margins.bottom()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    const int fewLetters = fontMetrics().averageCharWidth() * 4;
    return {std::min(sizeHint().width(), fewLetters), sizeHint().height()};
}

void ElidedLabel::paintEvent(QPaintEvent *event)
{
    QFrame::paintEvent(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    QColor colour = m_tone != Tone::Neutral ? theme.tone(m_tone) : m_quiet ? theme.quiet : theme.text;
    if (!isEnabled())
        colour = mixed(theme.quiet, theme.panel, 0.7);
    const QString shown = shownText();
    if (m_selected) {
        QRect box = fontMetrics().boundingRect(contentsRect(), static_cast<int>(m_alignment), shown);
        painter.fillRect(box, theme.accent);
        colour = theme.accentText;
    }
    painter.setPen(colour);
    painter.drawText(contentsRect(), static_cast<int>(m_alignment) | Qt::TextSingleLine, shown);
    if (hasFocus() && !m_selected) {
        painter.setPen(theme.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ElidedLabel::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::FontChange)
        textChanged();
    else if (event->type() == QEvent::PaletteChange)
        update();
    QFrame::changeEvent(event);
}

void ElidedLabel::resizeEvent(QResizeEvent *event)
{
    updateToolTip();
    QFrame::resizeEvent(event);
}

void ElidedLabel::keyPressEvent(QKeyEvent *event)
{
    if (m_selectable && event->matches(QKeySequence::Copy)) {
        copy();
        return;
    }
    if (m_selectable && event->matches(QKeySequence::SelectAll)) {
        m_selected = true;
        update();
        return;
    }
    QFrame::keyPressEvent(event);
}

void ElidedLabel::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (m_selectable) {
        m_selected = true;
        setFocus(Qt::MouseFocusReason);
        update();
    }
    QFrame::mouseDoubleClickEvent(event);
}

void ElidedLabel::focusOutEvent(QFocusEvent *event)
{
    m_selected = false;
    update();
    QFrame::focusOutEvent(event);
}

void ElidedLabel::contextMenuEvent(QContextMenuEvent *event)
{
    if (!m_selectable) {
        QFrame::contextMenuEvent(event);
        return;
    }
    QMenu menu(this);
    connect(menu.addAction(tr("Copy")), &QAction::triggered, this, [this] { copy(); });
    menu.exec(event->globalPos());
}

void ElidedLabel::textChanged()
{
    updateGeometry();
    updateToolTip();
    update();
}

void ElidedLabel::updateToolTip()
{
    setToolTip(isElided() ? plainToolTip(m_text) : QString());
}

void ElidedLabel::copy() const
{
    QApplication::clipboard()->setText(m_text);
}

} // namespace hearth
