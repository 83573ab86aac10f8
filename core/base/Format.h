// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

// Numbers as people read them. Plain functions, thread-safe, locale-independent, UTF-8.
// One place, so that a duration looks the same in a log line, a tile, a chart's axis and a message.
namespace hearth::format {

// "0", "999", "12,410", "1,820,000": thousands separated by commas.
std::string count(std::uint64_t value);
// "950", "12.4 k", "1.82 M": three significant digits, for tiles and axes.
std::string shortCount(double value);
// "430 ns", "1.1 µs", "212 ms", "4.21 s": three significant digits at the most.
std::string latency(std::chrono::nanoseconds value);
// "0:05", "3:41", "1:02:09": a countdown or an age in seconds, rounded down; "2 d 3:04:05" from a day on.
std::string clockTime(std::chrono::seconds value);
// "30 min" for whole minutes, "90 s" where it is not: the words of the log lines ("30 min TTL").
std::string ttl(std::chrono::seconds value);
// "4 min 12 s", "2 h 5 min", "3 d 4 h", "0.4 ms" below a second: the two largest units.
std::string span(std::chrono::nanoseconds value);
// "97.4 %", "100 %", "n/a" without a value. The ratio is 0-1. Never rounds up to 100 % nor down to 0 %.
std::string percent(std::optional<double> ratio);
// "4,120 /s", "0.3 /s".
std::string rate(double perSecond);
// "512 B", "1.5 KiB", "3.2 GiB".
std::string bytes(std::size_t value);

} // namespace hearth::format
