// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace hearth {

// How long something in the GUI thread kept it from its events, and how long the machine kept everybody.
//
// A timer of 10 ms notes in the GUI thread when it comes late; a thread that only sleeps 10 ms at a time notes the same
// of itself. What of a late tick the sleeping thread was late as well was the machine; the rest is a block. GUI thread
// only.
class BlockProbe final : public QObject
{
public:
    using Clock = std::chrono::steady_clock;
    using Milliseconds = std::chrono::milliseconds;

    struct Report {
        Milliseconds block{};    // the longest, without what was the machine's
        Milliseconds lateness{}; // the latest tick, as it was
        Milliseconds machine{};  // the latest that the sleeping thread was
        std::size_t ticks = 0;
    };

    BlockProbe()
        : m_sleeper([this] { sleepAgainAndAgain(); })
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(interval);
        QObject::connect(&m_timer, &QTimer::timeout, this, &BlockProbe::tick);
        begin();
    }
    ~BlockProbe() override
    {
        m_isOver = true;
        m_sleeper.join();
    }

    // Forgets what was before.
    void begin()
    {
        const std::lock_guard lock(m_mutex);
        m_ofMachine.clear();
        m_ofThread.clear();
        m_ticks = 0;
        m_lastTick = Clock::now();
        m_timer.start();
    }
    // Since begin(). The event loop must have run until just now.
    Report report()
    {
        tick(); // what blocks now counts as well
        // The sleeping thread may be about to note that it was late.
        std::this_thread::sleep_for(2 * interval);
        const std::lock_guard lock(m_mutex);
        Report report;
        report.ticks = m_ticks;
        for (const Span &late : m_ofThread) {
            report.lateness = std::max(report.lateness, lengthOf(late));
            Milliseconds ours = lengthOf(late);
            for (const Span &machine : m_ofMachine)
                ours -= lengthOf({std::max(late.first, machine.first), std::min(late.second, machine.second)});
            report.block = std::max(report.block, ours);
        }
        for (const Span &machine : m_ofMachine)
            report.machine = std::max(report.machine, lengthOf(machine));
        m_lastTick = Clock::now();
        return report;
    }

private:
    using Span = std::pair<Clock::time_point, Clock::time_point>; // from when it was due to when it came
    static constexpr Milliseconds interval{10};
    static constexpr Milliseconds worthNoting{5};

    static Milliseconds lengthOf(const Span &span)
    {
        return std::max(std::chrono::round<Milliseconds>(span.second - span.first), Milliseconds(0));
    }
    static void note(std::vector<Span> &where, Clock::time_point due, Clock::time_point now)
    {
        if (now - due > worthNoting)
            where.emplace_back(due, now);
    }
    void tick()
    {
        const auto now = Clock::now();
        note(m_ofThread, m_lastTick + interval, now);
        m_lastTick = now;
        ++m_ticks;
    }
    void sleepAgainAndAgain()
    {
        while (!m_isOver) {
            const auto due = Clock::now() + interval;
            std::this_thread::sleep_until(due);
            const std::lock_guard lock(m_mutex);
            note(m_ofMachine, due, Clock::now());
        }
    }

    QTimer m_timer;
    Clock::time_point m_lastTick{};
    std::vector<Span> m_ofThread;
    std::size_t m_ticks = 0;

    std::mutex m_mutex; // State below is protected by m_mutex.
    std::vector<Span> m_ofMachine;
    std::atomic<bool> m_isOver = false;
    std::thread m_sleeper; // the last: it uses the others
};

} // namespace hearth
