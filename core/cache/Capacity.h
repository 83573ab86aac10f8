// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <atomic>
#include <cassert>
#include <cstdint>

namespace hearth {

// How many entries and lines of memory there may be, and how many there are. A place is taken before an entry is made
// and given back after it is gone, so neither ever exceeds its limit. Thread-safe, without a lock.
class Capacity
{
public:
    explicit Capacity(std::uint64_t entries)
        : m_entryLimit(entries)
    {
    }

    // For one entry of so many lines. Returns: false when there is no room.
    bool tryTake(std::uint64_t lines)
    {
        if (!tryAdd(m_entries, 1, m_entryLimit))
            return false;
        if (tryAdd(m_lines, lines, m_lineLimit))
            return true;
        m_entries.fetch_sub(1);
        return false;
    }
    void giveBack(std::uint64_t lines)
    {
        assert(m_entries > 0 && m_lines >= lines);
        m_lines.fetch_sub(lines);
        m_entries.fetch_sub(1);
    }
    std::uint64_t entries() const { return m_entries.load(); }
    std::uint64_t lines() const { return m_lines.load(); }
    // Whether there are more than may be, after a limit was lowered.
    bool isOverdrawn() const { return m_entries > m_entryLimit || m_lines > m_lineLimit; }
    // Even when there is nothing else.
    bool isTooSmallFor(std::uint64_t lines) const { return lines > m_lineLimit; }
    void setEntryLimit(std::uint64_t entries) { m_entryLimit = entries; }
    void setLineLimit(std::uint64_t lines) { m_lineLimit = lines; }

private:
    // The limit is read again each time, so that one lowered meanwhile holds.
    static bool tryAdd(std::atomic<std::uint64_t> &taken, std::uint64_t more, const std::atomic<std::uint64_t> &limit)
    {
        std::uint64_t before = taken.load();
        do {
            const std::uint64_t most = limit.load();
            if (before > most || more > most - before)
                return false;
        } while (!taken.compare_exchange_weak(before, before + more));
        return true;
    }

    std::atomic<std::uint64_t> m_entryLimit;
    std::atomic<std::uint64_t> m_lineLimit = UINT64_MAX;
    std::atomic<std::uint64_t> m_entries = 0;
    std::atomic<std::uint64_t> m_lines = 0;
};

} // namespace hearth
