// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/base/Format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

namespace hearth::format {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view notAvailable = "n/a";

// Fixed point with at most that many decimals, without trailing zeros; always with a decimal point, not a comma.
std::string fixed(double value, int decimals)
{
    std::array<char, 512> buffer{};
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
    if (end.ec != std::errc())
        return std::string(notAvailable);
    std::string text(buffer.data(), end.ptr);
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.')
            text.pop_back();
    }
    return text;
}

double rounded(double value, int decimals)
{
    const double scale = std::pow(10.0, decimals);
    return std::round(value * scale) / scale;
}

int decimalsForThreeDigits(double value)
{
    return value < 10 ? 2 : value < 100 ? 1 : 0;
}

std::string threeDigits(double value)
{
    return fixed(value, decimalsForThreeDigits(value));
}

// Whether the value would be shown as the limit or more: then it belongs to the next unit.
bool showsAsAtLeast(double value, double limit)
{
    return rounded(value, decimalsForThreeDigits(value)) >= limit;
}

std::string twoDigits(std::uint64_t value)
{
    return (value < 10 ? "0" : "") + std::to_string(value);
}

// The amount without its sign, also for the smallest value, which has no positive counterpart.
template <class Rep, class Period>
std::uint64_t magnitude(std::chrono::duration<Rep, Period> value)
{
    const auto bits = static_cast<std::uint64_t>(value.count());
    return value.count() < 0 ? std::uint64_t{0} - bits : bits;
}

std::string latencyOf(std::uint64_t nanoseconds)
{
    if (nanoseconds < 1000)
        return std::to_string(nanoseconds) + " ns";
    double value = static_cast<double>(nanoseconds) / 1e3;
    for (const char *unit : {" µs", " ms"}) {
        if (!showsAsAtLeast(value, 1000))
            return threeDigits(value) + unit;
        value /= 1000;
    }
    return (showsAsAtLeast(value, 1000) ? count(static_cast<std::uint64_t>(std::llround(value))) : threeDigits(value)) +
           " s";
}

// Two units, the smaller only if it is not zero.
std::string twoUnits(std::uint64_t large, const char *largeUnit, std::uint64_t small, const char *smallUnit)
{
    std::string text = std::to_string(large) + largeUnit;
    if (small != 0)
        text += ' ' + std::to_string(small) + smallUnit;
    return text;
}

std::string spanOfSeconds(std::uint64_t seconds)
{
    if (seconds < 3600)
        return twoUnits(seconds / 60, " min", seconds % 60, " s");
    if (seconds < 86400)
        return twoUnits(seconds / 3600, " h", seconds % 3600 / 60, " min");
    return twoUnits(seconds / 86400, " d", seconds % 86400 / 3600, " h");
}

std::string spanOf(std::uint64_t nanoseconds)
{
    const double milliseconds = static_cast<double>(nanoseconds) / 1e6;
    if (milliseconds < 0.1)
        return latencyOf(nanoseconds);
    if (!showsAsAtLeast(milliseconds, 1000))
        return threeDigits(milliseconds) + " ms";
    const double seconds = milliseconds / 1e3;
    if (!showsAsAtLeast(seconds, 60))
        return threeDigits(seconds) + " s";
    return spanOfSeconds(std::max(nanoseconds / 1'000'000'000, std::uint64_t{60}));
}

std::string signedText(bool negative, std::string text)
{
    return negative ? '-' + text : text;
}

} // namespace

std::string count(std::uint64_t value)
{
    std::string text = std::to_string(value);
    for (std::size_t position = text.size(); position > 3; position -= 3)
        text.insert(position - 3, 1, ',');
    return text;
}

std::string shortCount(double value)
{
    if (!std::isfinite(value))
        return std::string(notAvailable);
    double size = std::abs(value);
    for (const char *unit : {"", " k", " M", " G", " T"}) {
        if (!showsAsAtLeast(size, 1000))
            return signedText(value < 0 && rounded(size, 2) > 0, threeDigits(size) + unit);
        size /= 1000;
    }
    return signedText(value < 0, fixed(size * 1000, 0) + " T");
}

std::string latency(std::chrono::nanoseconds value)
{
    return signedText(value < 0ns, latencyOf(magnitude(value)));
}

std::string clockTime(std::chrono::seconds value)
{
    const std::uint64_t seconds = magnitude(value);
    const std::uint64_t days = seconds / 86400;
    const std::uint64_t hours = seconds % 86400 / 3600;
    const std::uint64_t minutes = seconds % 3600 / 60;

    std::string text = days > 0 ? std::to_string(days) + " d " : std::string();
    if (seconds >= 3600)
        text += std::to_string(hours) + ':' + twoDigits(minutes);
    else
        text += std::to_string(minutes);
    return signedText(value < 0s, text + ':' + twoDigits(seconds % 60));
}

std::string ttl(std::chrono::seconds value)
{
    if (value != 0s && value % 1min == 0s)
        return std::to_string(value / 1min) + " min";
    return std::to_string(value.count()) + " s";
}

std::string span(std::chrono::nanoseconds value)
{
    return signedText(value < 0ns, spanOf(magnitude(value)));
}

std::string percent(std::optional<double> ratio)
{
    if (!ratio || !std::isfinite(*ratio))
        return std::string(notAvailable);
    double value = rounded(*ratio * 100, 1);
    if (*ratio < 1 && value >= 100)
        value = 99.9;
    if (*ratio > 0 && value <= 0)
        value = 0.1;
    return fixed(value == 0 ? 0 : value, 1) + " %";
}

std::string rate(double perSecond)
{
    if (!std::isfinite(perSecond))
        return std::string(notAvailable);
    const double size = std::abs(perSecond);
    std::string text;
    if (size > 0 && rounded(size, 2) <= 0)
        text = "< 0.01";
    else if (showsAsAtLeast(size, 1000) && size < 1e18)
        text = count(static_cast<std::uint64_t>(std::llround(size)));
    else
        text = threeDigits(size);
    return signedText(perSecond < 0, text) + " /s";
}

std::string bytes(std::size_t value)
{
    if (value < 1024)
        return std::to_string(value) + " B";
    double size = static_cast<double>(value) / 1024;
    const auto decimals = [](double amount) { return amount < 99.95 ? 1 : 0; };
    for (const char *unit : {" KiB", " MiB", " GiB", " TiB", " PiB"}) {
        if (rounded(size, decimals(size)) < 1024)
            return fixed(size, decimals(size)) + unit;
        size /= 1024;
    }
    return fixed(size, decimals(size)) + " EiB";
}

} // namespace hearth::format
