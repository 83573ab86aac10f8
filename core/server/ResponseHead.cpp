// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ResponseHead.h"

#include "core/api/Problem.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace hearth {

namespace {

constexpr std::size_t longestRequestId = 128;

void appendNumber(std::string &out, std::uint64_t number)
{
    std::array<char, 24> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    out.append(buffer.data(), written.ptr);
}

} // namespace

std::string httpDate(WallTime time)
{
    static constexpr std::array<const char *, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array<const char *, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                  days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                  months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()));
    return text.data();
}

std::string_view usableRequestId(std::string_view text)
{
    const auto isUsable = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-._~:+=/").find(c) != std::string_view::npos;
    };
    const bool fits = text.size() <= longestRequestId && std::all_of(text.begin(), text.end(), isUsable);
    return fits ? text : std::string_view();
}

void appendResponse(std::string &out, const ApiResponse &response, const ResponseFrame &frame)
{
    out.append("HTTP/1.1 ");
    appendNumber(out, response.status);
    out.append(" ").append(reasonPhrase(response.status));
    out.append("\r\nDate: ").append(frame.date);
    out.append("\r\nContent-Type: ").append(response.contentType);
    out.append("\r\nContent-Length: ");
    appendNumber(out, response.body.size());
    out.append("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: ");
    out.append(frame.requestId).append("\r\n").append(response.headers);
    if (!frame.keepsAlive)
        out.append("Connection: close\r\n");
    else if (frame.isHttp10)
        out.append("Connection: keep-alive\r\n");
    out.append("\r\n");
    if (frame.hasBody)
        out.append(response.body);
}

} // namespace hearth
