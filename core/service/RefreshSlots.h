// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace hearth {

// The refreshes that are under way in the background: so many at most, and one of a user at most. A hit decides with it
// whether to begin one.
//
// Thread-safe, without locks. A user whose place another one has is refreshed by a later hit.
class RefreshSlots
{
public:
    static constexpr std::size_t slotCount = 64;

    // Returns: the slot, to be released when the refresh is over; or none.
    std::optional<std::size_t> take(std::uint64_t userHash)
    {
        const std::size_t slot = userHash % slotCount;
        bool isFree = false;
        if (m_taken[slot].load(std::memory_order_relaxed) || !m_taken[slot].compare_exchange_strong(isFree, true))
            return std::nullopt;
        return slot;
    }
    void release(std::size_t slot) { m_taken[slot].store(false); }

    // None begins before that: the database fails.
    void pauseUntil(MonotonicTime time) { m_pausedUntil.store(time.time_since_epoch().count()); }
    bool isPaused(MonotonicTime now) const
    {
        return now.time_since_epoch().count() < m_pausedUntil.load(std::memory_order_relaxed);
    }
    std::size_t underWay() const
    {
        std::size_t count = 0;
        for (const std::atomic<bool> &taken : m_taken)
            count += taken.load() ? 1 : 0;
        return count;
    }

private:
    std::array<std::atomic<bool>, slotCount> m_taken{};
    std::atomic<std::chrono::nanoseconds::rep> m_pausedUntil = 0;
};

} // namespace hearth
