// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/EntryCursors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <random>
#include <string_view>
#include <unordered_map>

namespace hearth {

namespace {

std::string hexadecimal(std::uint64_t number)
{
    std::array<char, 20> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, 16);
    return {buffer.data(), written.ptr};
}

std::optional<std::uint64_t> number(std::string_view text)
{
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::uint64_t newName()
{
    std::random_device random;
    return (std::uint64_t(random()) << 32U) | random();
}

} // namespace

std::uint64_t EntryCursors::keep(ListPtr list)
{
    const Kept kept{newName(), m_clock.now(), std::move(list)};
    std::list<Kept> old; // destroyed outside of the lock
    MutexLock lock(m_mutex);
    takeOldLocked(kept.usedAt, old);
    m_kept.push_back(kept);
    m_weight += weightOf(kept);
    while (m_weight > m_mostRows && m_kept.size() > 1)
        takeLocked(oldestOfGreediestLocked(), old);
    return kept.name;
}

void EntryCursors::forgetOld()
{
    std::list<Kept> old; // destroyed outside of the lock
    MutexLock lock(m_mutex);
    takeOldLocked(m_clock.now(), old);
}

void EntryCursors::takeOldLocked(MonotonicTime now, std::list<Kept> &old)
{
    while (!m_kept.empty() && now - m_kept.front().usedAt > lifetime)
        takeLocked(m_kept.begin(), old);
}

void EntryCursors::takeLocked(std::list<Kept>::iterator which, std::list<Kept> &old)
{
    m_weight -= weightOf(*which);
    old.splice(old.begin(), m_kept, which);
}

// The newest is none: somebody was just given its name. There are a few hundred at most.
std::list<EntryCursors::Kept>::iterator EntryCursors::oldestOfGreediestLocked()
{
    const auto newest = std::prev(m_kept.end());
    std::unordered_map<std::string_view, std::size_t> weights;
    for (const Kept &kept : m_kept)
        weights[kept.list->who] += weightOf(kept);
    auto found = m_kept.begin();
    for (auto each = m_kept.begin(); each != newest; ++each) {
        if (weights.at(each->list->who) > weights.at(found->list->who))
            found = each;
    }
    return found;
}

std::string EntryCursors::cursor(std::uint64_t name, std::size_t position)
{
    return hexadecimal(name) + "." + hexadecimal(position);
}

std::optional<EntryCursors::Found> EntryCursors::find(std::string_view cursor, std::string_view who)
{
    const std::size_t dot = cursor.find('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    const auto name = number(cursor.substr(0, dot));
    const auto position = number(cursor.substr(dot + 1));
    if (!name || !position)
        return std::nullopt;

    const MonotonicTime now = m_clock.now();
    std::list<Kept> old; // destroyed outside of the lock
    MutexLock lock(m_mutex);
    takeOldLocked(now, old);
    const auto found = std::find_if(m_kept.begin(), m_kept.end(),
                                    [&](const Kept &kept) { return kept.name == *name && kept.list->who == who; });
    if (found == m_kept.end() || *position < found->list->first)
        return Found{nullptr, *name, *position};
    found->usedAt = now;
    m_kept.splice(m_kept.end(), m_kept, found);
    return Found{m_kept.back().list, *name, *position};
}

void EntryCursors::clear()
{
    std::list<Kept> old; // destroyed outside of the lock
    MutexLock lock(m_mutex);
    old.swap(m_kept);
    m_weight = 0;
}

} // namespace hearth
