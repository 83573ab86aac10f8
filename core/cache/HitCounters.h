// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/ThreadNumber.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hearth {

// Counts the hits: every thread on a cache line of its own, by a plain store; summed when read.
// Threads beyond the first hundred share the last line. Exact. Thread-safe.
class HitCounters
{
public:
    // Returns: a number that differs from hit to hit of one thread.
    std::uint64_t add()
    {
        const std::size_t number = threadNumber();
        if (number == sharedThreadNumber)
            return m_lines[number].hits.fetch_add(1, std::memory_order_relaxed);
        std::atomic<std::uint64_t> &hits = m_lines[number].hits;
        const std::uint64_t before = hits.load(std::memory_order_relaxed);
        hits.store(before + 1, std::memory_order_relaxed);
        return before;
    }
    std::uint64_t sum() const
    {
        std::uint64_t hits = 0;
        for (const Line &line : m_lines)
            hits += line.hits.load(std::memory_order_relaxed);
        return hits;
    }

private:
    struct alignas(64) Line {
        std::atomic<std::uint64_t> hits = 0;
    };

    std::array<Line, sharedThreadNumber + 1> m_lines;
};

} // namespace hearth
