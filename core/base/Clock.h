// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <chrono>

namespace hearth {

// A monotonic clock that goes on while the machine is suspended; its epoch is the machine's start.
// Only a tag for the time_point: the time itself comes from a Clock that is passed in.
struct MonotonicTag {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<MonotonicTag>;
    static constexpr bool is_steady = true;
};

using MonotonicTime = MonotonicTag::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// Where time comes from. Thread-safe.
// Expiry is decided by now(); wallNow() is only for showing, it may jump.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual MonotonicTime now() const = 0;
    virtual WallTime wallNow() const = 0;
    // now() > time, for a caller who would do nothing else with it.
    virtual bool hasPassed(MonotonicTime time) const { return now() > time; }
};

// The machine's clocks: CLOCK_BOOTTIME (counts suspend) and CLOCK_REALTIME.
class SystemClock final : public Clock
{
public:
    MonotonicTime now() const override;
    WallTime wallNow() const override;
    // Asks the kernel's clock only when the answer is not certain without it: that the time is more than two
    // milliseconds ahead of what the same thread read less than two milliseconds ago, it knows from the processor's
    // time stamp counter. (A suspension of the machine that the counter does not notice is noticed one millisecond
    // after it at the latest.)
    bool hasPassed(MonotonicTime time) const override;
};

// time + delta, held at the ends of the range instead of overflowing.
MonotonicTime saturatedSum(MonotonicTime time, std::chrono::nanoseconds delta);

} // namespace hearth
