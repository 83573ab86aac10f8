// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/Theme.h"

#include <QDeadlineTimer>
#include <QFrame>
#include <QPointer>
#include <QString>

#include <chrono>
#include <deque>
#include <functional>
#include <vector>

class QPushButton;
class QTimer;

namespace hearth {

// A short result: "Removed 3 expired entries, 12 remain · 0.4 ms".
struct ToastMessage {
    QString text; // plain; data in it is made visible
    Tone tone = Tone::Neutral;
    QString actionText;                                           // empty: no button
    QString actionTip;                                            // its key, say
    std::function<void()> action;                                 // runs once, then the toast goes
    std::chrono::milliseconds duration = std::chrono::seconds(6); // zero: stays until closed
    // Until when the action can be done: then this is the toast's time, whatever its duration, and its button counts
    // the seconds down: "Undo (27 s)". Nothing holds it up.
    QDeadlineTimer actionUntil{QDeadlineTimer::Forever};

    bool isUrgent() const { return !actionUntil.isForever(); }
};

// One toast on the screen. Made by ToastArea. Its time stands still under the pointer and while it has the focus,
// unless it counts down.
class Toast final : public QFrame
{
    Q_OBJECT

public:
    Toast(ToastMessage message, QWidget *parent);

    const ToastMessage &message() const { return m_message; }
    void giveFocusBack(); // to where it was before it came here, if it is here

Q_SIGNALS:
    void closed();

protected:
    void paintEvent(QPaintEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void enterEvent(QEnterEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    static constexpr int dotRoom = 16;

    QPushButton *makeActionButton();
    void resume();
    int secondsLeft() const;
    void showSecondsLeft();
    void countDown();
    bool hasFocusWithin() const;

    ToastMessage m_message;
    QTimer *m_timer = nullptr;
    QPushButton *m_action = nullptr; // null: none is offered
    QPointer<QWidget> m_focusBefore; // Null: the focus did not come here on purpose.
};

// Shows toasts in the bottom right corner of its host, above everything else there, at most three at a time; the
// others wait. One that counts down waits for nobody who does not. Each is announced to screen readers. The host owns
// it. GUI thread only.
class ToastArea final : public QObject
{
    Q_OBJECT

public:
    explicit ToastArea(QWidget &host);

    // Returns: a number by which it can be closed.
    quint64 show(ToastMessage message);
    quint64 show(const QString &text, Tone tone = Tone::Neutral);
    // Takes it away, shown or waiting. Without effect when it has gone.
    void close(quint64 number);
    int visibleCount() const { return static_cast<int>(m_visible.size()); }
    int waitingCount() const { return static_cast<int>(m_waiting.size()); }

    static constexpr int maximumVisible = 3;
    static constexpr int maximumWaiting = 20; // beyond it the oldest waiting one is dropped

    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    struct Shown {
        quint64 number;
        Toast *toast; // a child of the host
    };
    struct Waiting {
        quint64 number;
        ToastMessage message;
    };
    void makeRoom();
    void showNext();
    void remove(Toast *toast);
    void arrange();

    QWidget &m_host;
    std::vector<Shown> m_visible; // oldest first
    std::deque<Waiting> m_waiting;
    quint64 m_lastNumber = 0;
};

} // namespace hearth
