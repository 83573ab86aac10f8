// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/experiments/SelfTestRows.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace hearth {

namespace {

constexpr std::string_view prefix = "hearth-selftest-";
constexpr std::int64_t longestRun = 15 * 60; // seconds: a run is over by then, whatever became of it

// Takes a number and what follows it. Returns: nullopt when there is none.
std::optional<std::int64_t> takeNumber(std::string_view &text, int base, bool isLast)
{
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (read.ec != std::errc() || number < 0)
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (isLast)
        return text.empty() ? std::optional(number) : std::nullopt;
    if (text.empty() || text.front() != '-')
        return std::nullopt;
    text.remove_prefix(1);
    return number;
}

} // namespace

std::string SelfTestRun::identity(unsigned number) const
{
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "%llx-%08x-%lld-%u", static_cast<unsigned long long>(startedAt), machine,
                  static_cast<long long>(process), number);
    return std::string(prefix) + text.data();
}

std::optional<SelfTestRun> SelfTestRun::of(std::string_view identity)
{
    if (identity.substr(0, prefix.size()) != prefix)
        return std::nullopt;
    identity.remove_prefix(prefix.size());
    const auto startedAt = takeNumber(identity, 16, false);
    const auto machine = startedAt ? takeNumber(identity, 16, false) : std::nullopt;
    const auto process = machine ? takeNumber(identity, 10, false) : std::nullopt;
    const auto number = process ? takeNumber(identity, 10, true) : std::nullopt;
    if (!number || *machine > 0xFFFFFFFF)
        return std::nullopt;
    return SelfTestRun{*startedAt, static_cast<std::uint32_t>(*machine), *process};
}

bool SelfTestRun::isOver(const SelfTestRun &current, bool isAlive) const
{
    if (*this == current)
        return false;
    const bool isOld = current.startedAt - startedAt > longestRun;
    return isOld || (machine == current.machine && !isAlive);
}

} // namespace hearth
