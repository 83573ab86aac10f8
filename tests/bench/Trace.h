// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Recorded accesses, and the time in which they are replayed. What cannot be read ends the program with exit code 2.
namespace hearth::bench {

// Moves with the trace only. No two accesses happen at the same moment, as nowhere they do: of entries with one
// deadline an engine may evict any. Not synchronized.
class TraceClock final : public Clock
{
public:
    MonotonicTime now() const override { return m_now; }
    WallTime wallNow() const override { return WallTime(); }
    // To the start of the trace and so much more, or, without that or when it is not later than the access before, to
    // the next nanosecond: time does not go back.
    void move(std::optional<std::chrono::nanoseconds> sinceStart)
    {
        const MonotonicTime soonest = m_now + std::chrono::nanoseconds(1);
        m_now = sinceStart ? std::max<MonotonicTime>(soonest, start + *sinceStart) : soonest;
    }

private:
    static constexpr MonotonicTime start = MonotonicTime(std::chrono::hours(10));
    MonotonicTime m_now = start - std::chrono::nanoseconds(1);
};

inline constexpr std::chrono::hours neverExpires(24 * 365 * 50);

[[noreturn]] void refuse(const std::string &reason);

// Returns: nothing when the text is not a number of seconds from zero to some thirty years.
std::optional<std::chrono::nanoseconds> secondsOf(std::string_view text);

struct TraceLine {
    std::string_view key; // empty: the line is
    std::optional<std::chrono::nanoseconds> time;
};
TraceLine parsed(std::string_view line, std::uint64_t number); // "key" or "seconds key"

// Who is accessed, one after the other, as indexes of keys. All keys occur. Immutable value.
struct Accesses {
    std::string name;
    std::vector<std::string> keys;
    std::vector<std::uint32_t> order;
};
Accesses readAccesses(const std::string &path); // times are passed over; *.xz is unpacked by the program xz

// The ranks of a Zipf distribution over some keys; with `scans`, now and then a run of keys that never come back.
Accesses zipfAccesses(double exponent, bool scans);

} // namespace hearth::bench
