// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <atomic>

namespace hearth {

// A clock that stands still until a test moves it. Thread-safe.
// It starts on a machine that has been up for ten hours, at noon of 2026-01-01 UTC.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(MonotonicTime start = MonotonicTime(std::chrono::hours(10)))
        : m_now(start.time_since_epoch().count())
    {
    }

    MonotonicTime now() const override { return MonotonicTime(std::chrono::nanoseconds(m_now.load())); }
    WallTime wallNow() const override
    {
        return std::chrono::floor<std::chrono::milliseconds>(
            std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(m_wall.load())));
    }

    // Time passes, on both clocks.
    void advance(std::chrono::nanoseconds elapsed)
    {
        m_now += elapsed.count();
        m_wall += elapsed.count();
    }
    // Somebody sets the machine's clock; monotonic time does not notice.
    void setWall(WallTime time) { m_wall = std::chrono::nanoseconds(time.time_since_epoch()).count(); }
    void jumpWall(std::chrono::milliseconds distance) { m_wall += std::chrono::nanoseconds(distance).count(); }

private:
    std::atomic<std::chrono::nanoseconds::rep> m_now;
    std::atomic<std::chrono::nanoseconds::rep> m_wall =
        std::chrono::nanoseconds(std::chrono::seconds(1'767'268'800)).count();
};

} // namespace hearth
