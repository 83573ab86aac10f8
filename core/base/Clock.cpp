// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/base/Clock.h"

#include <limits>
#include <time.h>

namespace hearth {

namespace {

std::chrono::nanoseconds read(clockid_t id)
{
    timespec time{};
    ::clock_gettime(id, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

} // namespace

MonotonicTime SystemClock::now() const
{
    return MonotonicTime(read(CLOCK_BOOTTIME));
}

WallTime SystemClock::wallNow() const
{
    return WallTime(std::chrono::duration_cast<std::chrono::milliseconds>(read(CLOCK_REALTIME)));
}

MonotonicTime saturatedSum(MonotonicTime time, std::chrono::nanoseconds delta)
{
    std::chrono::nanoseconds::rep sum = 0;
    if (!__builtin_add_overflow(time.time_since_epoch().count(), delta.count(), &sum))
        return MonotonicTime(std::chrono::nanoseconds(sum));
    return delta.count() > 0 ? MonotonicTime::max() : MonotonicTime::min();
}

} // namespace hearth
