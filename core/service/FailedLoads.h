// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/profiles/ProfileId.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hearth {

// Users whose last load failed, and who may ask the database for them again: one in a period, so that a database that
// fails is not asked for the same user over and over. What the others are given meanwhile is the caller's business.
//
// Thread-safe; anybody() takes no lock. Bounded: some 65,000 users in 1 MiB, which is taken with the first failure;
// beyond that some are forgotten, and asked for once more.
class FailedLoads
{
public:
    enum class Turn : std::uint8_t {
        Free,  // the last load did not fail, or so long ago that it means nothing any more
        Retry, // it is this caller's turn: everybody else waits until failed() or succeeded(), or the claim is over
        Wait,
    };

    // claim: how long a retry may take.
    FailedLoads(std::chrono::nanoseconds period, std::chrono::nanoseconds claim);

    // Whether there is anybody at all.
    bool anybody() const { return m_count.load(std::memory_order_relaxed) > 0; }
    Turn turn(const ProfileId &id, MonotonicTime now);
    void failed(const ProfileId &id, MonotonicTime now);
    void succeeded(const ProfileId &id);

private:
    struct Slot {
        std::uint64_t user = 0; // a hash; 0: free
        MonotonicTime waitUntil{};
    };
    static constexpr std::size_t slotsOfSet = 4;
    static constexpr std::size_t setCount = 16'384;
    using Set = std::array<Slot, slotsOfSet>;

    static std::uint64_t hashOf(const ProfileId &id);
    Slot *findLocked(std::uint64_t user) HEARTH_REQUIRES(m_mutex);
    Slot &placeForLocked(std::uint64_t user) HEARTH_REQUIRES(m_mutex);

    const std::chrono::nanoseconds m_period;
    const std::chrono::nanoseconds m_claim;
    std::atomic<std::size_t> m_count = 0; // written under m_mutex
    mutable Mutex m_mutex;                // State below is protected by m_mutex.
    std::vector<Set> m_sets HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
