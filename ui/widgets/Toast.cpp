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

    if (!m_message.actionText.isEmpty())
        layout->addWidget(makeActionButton());
    auto *close = new QToolButton(this);
    close->setIcon(icon(Glyph::Close, Tint::Quiet));
    close->setAccessibleName(tr("Close this message"));
    close->setToolTip(tr("Close"));
    connect(close, &QToolButton::clicked, this, &Toast::closed);
    layout->addWidget(close, 0, Qt::AlignTop);

    setAccessibleName(label->text());
    m_timer->setSingleShot(true);
    m_timer->setInterval(m_message.duration);
    if (m_message.isUrgent()) {
        m_timer->setTimerType(Qt::PreciseTimer);
        connect(m_timer, &QTimer::timeout, this, &Toast::countDown);
    } else {
        connect(m_timer, &QTimer::timeout, this, &Toast::closed);
    }
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget *before, QWidget *now) {
        if (now && isAncestorOf(now) && !(before && isAncestorOf(before)))
            m_focusBefore = before;
        resume();
    });
}

QPushButton *Toast::makeActionButton()
{
    m_action = new QPushButton(visibleText(m_message.actionText), this);
    m_action->setAccessibleName(m_action->text()); // not told anew each second
    m_action->setToolTip(plainToolTip(m_message.actionTip));
    connect(m_action, &QPushButton::clicked, this, [this] {
        const auto action = std::exchange(m_message.action, nullptr);
        Q_EMIT closed();
        if (action)
            action();
    });
    if (m_message.isUrgent())
        showSecondsLeft();
    return m_action;
}

int Toast::secondsLeft() const
{
    return static_cast<int>((m_message.actionUntil.remainingTime() + 999) / 1'000);
}

void Toast::showSecondsLeft()
{
    if (!m_action)
        return;
    m_action->setText(tr("%1 (%2 s)").arg(visibleText(m_message.actionText)).arg(secondsLeft()));
    m_action->setMinimumWidth(std::max(m_action->minimumWidth(), m_action->sizeHint().width())); // nothing jumps
}

void Toast::countDown()
{
    if (m_message.actionUntil.hasExpired()) {
        Q_EMIT closed();
        return;
    }
    showSecondsLeft();
    const qint64 untilNextSecond = m_message.actionUntil.remainingTime() - (secondsLeft() - 1) * qint64(1'000);
    m_timer->start(static_cast<int>(std::max<qint64>(untilNextSecond, 1)));
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
    if (!m_message.isUrgent())
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
    if (m_message.isUrgent()) {
        if (isVisible() && !m_timer->isActive())
            countDown();
        return;
    }
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

quint64 ToastArea::show(const QString &text, Tone tone)
{
    ToastMessage message;
    message.text = text;
    message.tone = tone;
    return show(std::move(message));
}

quint64 ToastArea::show(ToastMessage message)
{
    const quint64 number = ++m_lastNumber;
    if (message.isUrgent()) {
        m_waiting.push_front({number, std::move(message)});
        makeRoom();
    } else {
        m_waiting.push_back({number, std::move(message)});
    }
    if (waitingCount() > maximumWaiting) {
        const auto oldest = std::find_if(m_waiting.begin(), m_waiting.end(),
                                         [](const Waiting &waiting) { return !waiting.message.isUrgent(); });
        m_waiting.erase(oldest == m_waiting.end() ? m_waiting.begin() : oldest);
    }
    showNext();
    return number;
}

// The oldest that does not count down goes.
void ToastArea::makeRoom()
{
    if (visibleCount() < maximumVisible)
        return;
    const auto calm = std::find_if(m_visible.begin(), m_visible.end(),
                                   [](const Shown &shown) { return !shown.toast->message().isUrgent(); });
    if (calm != m_visible.end())
        remove(calm->toast);
}

void ToastArea::close(quint64 number)
{
    std::erase_if(m_waiting, [number](const Waiting &waiting) { return waiting.number == number; });
    const auto found = std::find_if(m_visible.begin(), m_visible.end(),
                                    [number](const Shown &shown) { return shown.number == number; });
    if (found != m_visible.end())
        remove(found->toast);
}

void ToastArea::showNext()
{
    while (visibleCount() < maximumVisible && !m_waiting.empty()) {
        Waiting next = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (next.message.actionUntil.hasExpired())
            continue;
        auto *toast = new Toast(std::move(next.message), &m_host);
        m_visible.push_back({next.number, toast});
        connect(toast, &Toast::closed, this, [this, toast] { remove(toast); });
        arrange();
        toast->show();
        toast->raise();
    }
}

void ToastArea::remove(Toast *toast)
{
    const auto found =
        std::find_if(m_visible.begin(), m_visible.end(), [toast](const Shown &shown) { return shown.toast == toast; });
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
        Toast &toast = *it->toast;
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
