// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <algorithm>
#include <chrono>

namespace hearth {

// Shows whether the GUI thread was blocked: a 10 ms timer that records its own greatest lateness. GUI thread only.
class GuiLatenessProbe final : public QObject
{
public:
    explicit GuiLatenessProbe(QObject *parent = nullptr)
        : QObject(parent)
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(interval);
        QObject::connect(&m_timer, &QTimer::timeout, this, [this] { tick(); });
        m_sinceTick.start();
        m_timer.start();
    }

    std::chrono::milliseconds worst() const { return m_worst; }

private:
    static constexpr std::chrono::milliseconds interval{10};

    void tick()
    {
        const std::chrono::milliseconds passed(m_sinceTick.restart());
        m_worst = std::max(m_worst, passed - interval);
    }

    QTimer m_timer;
    QElapsedTimer m_sinceTick;
    std::chrono::milliseconds m_worst{0};
};

} // namespace hearth
