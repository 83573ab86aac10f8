// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/ProfileJson.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

namespace hearth {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr WallTime firstTime = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
constexpr WallTime lastTime = WallTime(std::chrono::sys_days(std::chrono::year(9999) / 12 / 31)) + 24h - 1ms;

// Reads a text from left to right. Once something did not match, everything after fails too.
class Reader
{
public:
    explicit Reader(std::string_view text)
        : m_rest(text)
    {
    }

    bool isGood() const { return m_good; }
    bool isAtEnd() const { return m_good && m_rest.empty(); }

    // Exactly that many digits, of a number from low to high.
    int number(std::size_t digits, int low, int high)
    {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i)
            value = value * 10 + digit();
        m_good = m_good && value >= low && value <= high;
        return m_good ? value : 0;
    }
    // One of these characters. Returns: it, or NUL.
    char oneOf(std::string_view allowed)
    {
        m_good = m_good && !m_rest.empty() && allowed.find(m_rest.front()) != std::string_view::npos;
        return m_good ? take() : '\0';
    }
    bool skip(char c)
    {
        const bool there = m_good && !m_rest.empty() && m_rest.front() == c;
        if (there)
            take();
        return there;
    }
    bool isAtDigit() const { return m_good && !m_rest.empty() && m_rest.front() >= '0' && m_rest.front() <= '9'; }
    int digit()
    {
        m_good = isAtDigit();
        return m_good ? take() - '0' : 0;
    }

private:
    char take()
    {
        const char c = m_rest.front();
        m_rest.remove_prefix(1);
        return c;
    }

    std::string_view m_rest;
    bool m_good = true;
};

// The digits after the point, at least one; those beyond the third are dropped.
milliseconds readFraction(Reader &reader)
{
    int value = reader.digit() * 100;
    for (int weight = 10; reader.isAtDigit(); weight /= 10)
        value += reader.digit() * weight; // a weight of 0 from the fourth digit on
    return milliseconds(value);
}

// "Z" or "+05:30": how far local time is ahead of UTC.
std::chrono::minutes readOffset(Reader &reader)
{
    const char sign = reader.oneOf("Zz+-");
    if (sign != '+' && sign != '-')
        return 0min;
    const auto hours = std::chrono::hours(reader.number(2, 0, 23));
    reader.oneOf(":");
    const auto offset = hours + std::chrono::minutes(reader.number(2, 0, 59));
    return sign == '-' ? -offset : offset;
}

Error notATime()
{
    return Error{ErrorCode::BadData, "A time is written as in RFC 3339: 2026-11-22T10:33:20.120Z."};
}

} // namespace

std::string toRfc3339(WallTime time)
{
    time = std::clamp(time, firstTime, lastTime);
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);

    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text.data();
}

Result<WallTime> wallTimeFromRfc3339(std::string_view text)
{
    Reader reader(text);
    const std::chrono::year year(reader.number(4, 0, 9999));
    reader.oneOf("-");
    const std::chrono::month month(static_cast<unsigned>(reader.number(2, 1, 12)));
    reader.oneOf("-");
    const std::chrono::day day(static_cast<unsigned>(reader.number(2, 1, 31)));
    reader.oneOf("Tt ");
    const auto hours = std::chrono::hours(reader.number(2, 0, 23));
    reader.oneOf(":");
    const auto minutes = std::chrono::minutes(reader.number(2, 0, 59));
    reader.oneOf(":");
    const auto seconds = std::chrono::seconds(reader.number(2, 0, 60));
    const milliseconds fraction = reader.skip('.') ? readFraction(reader) : 0ms;
    const std::chrono::minutes offset = readOffset(reader);
    if (!reader.isAtEnd())
        return notATime();

    const std::chrono::year_month_day date(year, month, day);
    if (!date.ok())
        return {ErrorCode::BadData, "The month of that time has no such day."};
    const WallTime minute = WallTime(std::chrono::sys_days(date)) + hours + minutes - offset;
    const bool isLastMinuteOfDay = minute + 1min == std::chrono::ceil<std::chrono::days>(minute + 1min);
    if (seconds == 60s && !isLastMinuteOfDay)
        return {ErrorCode::BadData, "A second 60 occurs only in a leap second, at the end of a day in UTC."};
    const WallTime time = minute + seconds + fraction;
    if (time < firstTime || time > lastTime)
        return {ErrorCode::BadData, "That time lies outside of the years 0000 to 9999 in UTC."};
    return time;
}

} // namespace hearth
