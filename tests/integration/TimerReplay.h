// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoreApplication>
#include <QPointer>
#include <QTimer>
#include <QTimerEvent>

#include <algorithm>
#include <chrono>
#include <vector>

namespace hearth {

// Lets what a window does by its timers happen as often as it would in the time that the test says, without waiting for
// it: each QTimer of the GUI thread with an interval of half a second or more fires when passSecond() has said so often
// that a second is over. A timer is known once it fired by itself. GUI thread only.
class TimerReplay final : public QObject
{
public:
    TimerReplay() { QCoreApplication::instance()->installEventFilter(this); }

    // Those that run.
    std::size_t runningTimers() const
    {
        return static_cast<std::size_t>(
            std::count_if(m_timers.begin(), m_timers.end(), [](const Known &known) { return known.isRunning(); }));
    }
    bool knowsTimerOf(std::chrono::milliseconds interval) const
    {
        return std::any_of(m_timers.begin(), m_timers.end(), [interval](const Known &known) {
            return known.isRunning() && known.timer->intervalAsDuration() == interval;
        });
    }
    // Each that is due fires, in this call. Returns: the intervals of those that did.
    std::vector<std::chrono::milliseconds> passSecond()
    {
        m_now += std::chrono::seconds(1);
        std::vector<std::chrono::milliseconds> fired;
        for (std::size_t i = 0; i < m_timers.size(); ++i) { // what fires may begin or end others
            const QPointer<QTimer> timer = m_timers[i].timer;
            if (!m_timers[i].isRunning() || m_now - m_timers[i].firedAt < timer->intervalAsDuration())
                continue;
            m_timers[i].firedAt = m_now;
            fired.push_back(timer->intervalAsDuration());
            m_roundsFired += isOfRounds(timer) ? 1 : 0;
            QTimerEvent event(timer->timerId());
            QCoreApplication::sendEvent(timer, &event);
        }
        return fired;
    }
    // Of a follower of a node elsewhere: its timer starts again when what it asked is answered.
    int roundsFired() const { return m_roundsFired; }
    bool hasRoundUnderWay() const
    {
        return std::any_of(m_timers.begin(), m_timers.end(), [](const Known &known) {
            return known.timer && isOfRounds(known.timer) && !known.timer->isActive();
        });
    }

protected:
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        auto *timer = event->type() == QEvent::Timer ? qobject_cast<QTimer *>(watched) : nullptr;
        if (timer && timer->intervalAsDuration() >= shortest && !isKnown(timer))
            m_timers.push_back({timer, m_now});
        return QObject::eventFilter(watched, event);
    }

private:
    struct Known {
        QPointer<QTimer> timer;
        std::chrono::milliseconds firedAt{};

        bool isRunning() const { return timer && timer->isActive(); }
    };
    static constexpr std::chrono::milliseconds shortest{500};

    static bool isOfRounds(const QTimer *timer)
    {
        return timer->isSingleShot() && timer->parent() && timer->parent()->inherits("hearth::NodeFollower");
    }

    bool isKnown(const QTimer *timer) const
    {
        return std::any_of(m_timers.begin(), m_timers.end(),
                           [timer](const Known &known) { return known.timer == timer; });
    }

    std::vector<Known> m_timers;
    std::chrono::milliseconds m_now{};
    int m_roundsFired = 0;
};

} // namespace hearth
