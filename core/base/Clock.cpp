// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/base/Clock.h"

#include <cstdint>
#include <time.h>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace hearth {

namespace {

std::chrono::nanoseconds read(clockid_t id)
{
    timespec time{};
    ::clock_gettime(id, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

#if defined(__x86_64__)

// Whether the counter runs at one rate, whatever the processor does ("invariant TSC").
bool hasSteadyCounter()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d & (1U << 8)) != 0;
}

// What the calling thread knows without asking: while the counter has not gone on by so many ticks, which take less
// than two milliseconds at 600 MHz and more, the time is before `certainlyBefore`.
constexpr std::uint64_t ticks = std::uint64_t{1} << 20;
constexpr std::chrono::milliseconds longest{2};
struct LastReading {
    std::uint64_t counter = 0;
    MonotonicTime certainlyBefore = MonotonicTime::min();
};
constinit thread_local LastReading lastReading;

#endif

} // namespace

bool SystemClock::hasPassed(MonotonicTime time) const
{
#if defined(__x86_64__)
    // Not serialized: the counter may be read as much earlier as the loads before it take, which is nothing here.
    const std::uint64_t counter = __rdtsc();
    LastReading &last = lastReading;
    if (counter - last.counter < ticks && time >= last.certainlyBefore)
        return false;
    static const bool isSteady = hasSteadyCounter();
    const MonotonicTime current = now();
    if (isSteady)
        last = {counter, saturatedSum(current, longest)};
    return current > time;
#else
    return now() > time;
#endif
}

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
