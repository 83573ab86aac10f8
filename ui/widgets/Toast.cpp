// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/Toast.h"

#include "ui/theme/Icon.h"
#include "ui/widgets/PaintHelpers.h"
#include "ui/widgets/TtlBar.h"
#include "ui/widgets/VisibleText.h"

#include <QAccessible>
#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

namespace hearth {

namespace {

constexpr int widestText = 420;

} // namespace

Toast::Toast(ToastMessage message, QWidget *parent)
    : QFrame(parent)
    , m_message(std::move(message))
    , m_timer(new QTimer(this))
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::l + dotRoom, space::s + 2, space::s, space::s + 2);
    layout->setSpacing(space::s);

    auto *label = new QLabel(this);
    label->setTextFormat(Qt::PlainText);
    label->setText(visibleText(m_message.text));
    label->setWordWrap(true);
    const int needed = label->fontMetrics().horizontalAdvance(label->text()) + 4;
    label->setMinimumWidth(std::min(needed, widestText));
    label->setMaximumWidth(widestText);
    layout->addWidget(label, 1);

    if (!m_message.actionText.isEmpty()) {
        auto *button = new QPushButton(visibleText(m_message.actionText), this);
        connect(button, &QPushButton::clicked, this, [this] {
            const auto action = std::exchange(m_message.action, nullptr);
            Q_EMIT closed();
            if (action)
                action();
        });
        layout->addWidget(button);
    }
    auto *close = new QToolButton(this);
    close->setIcon(icon(Glyph::Close, Tint::Quiet));
    close->setAccessibleName(tr("Close this message"));
    close->setToolTip(tr("Close"));
    connect(close, &QToolButton::clicked, this, &Toast::closed);
    layout->addWidget(close, 0, Qt::AlignTop);

    setAccessibleName(label->text());
    m_timer->setSingleShot(true);
    m_timer->setInterval(m_message.duration);
    connect(m_timer, &QTimer::timeout, this, &Toast::closed);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *before, QWidget *now) {
        if (now && isAncestorOf(now) && !(before && isAncestorOf(before)))
            m_focusBefore = before;
        resume();
    });
}

void Toast::paintEvent(QPaintEvent *event)
{
    Q_UNUSED(event);
    const Theme &theme = Theme::of(this);
    QPainter painter(this);
    paintCard(painter, rect(), theme.panel, theme.control);
    paintStateDot(painter, QRect(space::l, 0, dotRoom, height()), m_message.tone, theme);
}

void Toast::showEvent(QShowEvent *event)
{
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    resume();
    QFrame::showEvent(event);
}

void Toast::enterEvent(QEnterEvent *event)
{
    m_timer->stop();
    QFrame::enterEvent(event);
}

void Toast::leaveEvent(QEvent *event)
{
    resume();
    QFrame::leaveEvent(event);
}

void Toast::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closed();
    else
        QFrame::keyPressEvent(event);
}

bool Toast::hasFocusWithin() const
{
    const QWidget *focus = QApplication::focusWidget();
    return focus && isAncestorOf(focus);
}

void Toast::giveFocusBack()
{
    if (!hasFocusWithin())
        return;
    if (m_focusBefore)
        m_focusBefore->setFocus();
    else
        QApplication::focusWidget()->clearFocus(); // or hiding would move it into the next toast
}

void Toast::resume()
{
    const bool held = underMouse() || (hasFocusWithin() && m_focusBefore);
    if (held || m_message.duration == std::chrono::milliseconds::zero())
        m_timer->stop();
    else if (isVisible() && !m_timer->isActive())
        m_timer->start();
}

ToastArea::ToastArea(QWidget &host)
    : QObject(&host)
    , m_host(host)
{
    host.installEventFilter(this);
}

void ToastArea::show(const QString &text, Tone tone)
{
    ToastMessage message;
    message.text = text;
    message.tone = tone;
    show(std::move(message));
}

void ToastArea::show(ToastMessage message)
{
    m_waiting.push_back(std::move(message));
    if (waitingCount() > maximumWaiting)
        m_waiting.pop_front();
    showNext();
}

void ToastArea::showNext()
{
    while (visibleCount() < maximumVisible && !m_waiting.empty()) {
        auto *toast = new Toast(std::move(m_waiting.front()), &m_host);
        m_waiting.pop_front();
        m_visible.push_back(toast);
        connect(toast, &Toast::closed, this, [this, toast] { remove(toast); });
        arrange();
        toast->show();
        toast->raise();
    }
}

void ToastArea::remove(Toast *toast)
{
    const auto found = std::find(m_visible.begin(), m_visible.end(), toast);
    if (found == m_visible.end())
        return;
    m_visible.erase(found);
    toast->giveFocusBack();
    toast->hide();
    toast->deleteLater();
    arrange();
    showNext();
}

void ToastArea::arrange()
{
    int bottom = m_host.height() - space::l;
    for (auto it = m_visible.rbegin(); it != m_visible.rend(); ++it) {
        Toast &toast = **it;
        QSize size = toast.sizeHint();
        size.setWidth(std::min(size.width(), m_host.width() - 2 * space::l));
        if (toast.hasHeightForWidth())
            size.setHeight(toast.heightForWidth(size.width()));
        toast.setGeometry(m_host.width() - space::l - size.width(), bottom - size.height(), size.width(),
                          size.height());
        bottom -= size.height() + space::s;
    }
}

bool ToastArea::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == &m_host && event->type() == QEvent::Resize)
        arrange();
    return QObject::eventFilter(watched, event);
}

} // namespace hearth
