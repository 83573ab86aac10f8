// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/ZeroedArray.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hearth {

// Which keys had to make room lately, and from which queue of the eviction they went. A set of fingerprints of 16 bits
// is one cache line: two short FIFOs, the newest first. Remembers 1.2 times as many keys of the small queue and 0.4
// times as many of the main queue as the cache may hold, in 3.2 bytes for each entry; memory is touched when it is
// needed. Two keys are mistaken for each other with a probability of about 1/2000, which costs a place in the wrong
// queue.
//
// Not synchronized: under the lock of the shard.
class EvictionGhosts
{
public:
    enum class Queue : std::uint8_t { None, Small, Main };

    // Of a cache that may hold so many entries.
    explicit EvictionGhosts(std::size_t capacity);

    void remember(std::uint64_t hash, Queue from);
    // Forgets the key. Returns: from where it had gone, None when it is not remembered.
    Queue take(std::uint64_t hash);
    std::size_t smallCount() const { return m_smallCount; }
    std::size_t mainCount() const { return m_mainCount; }

private:
    using Fingerprint = std::uint16_t; // 0: none
    static constexpr std::size_t smallWays = 24;
    static constexpr std::size_t mainWays = 8;
    struct alignas(64) Set {
        std::array<Fingerprint, smallWays> small;
        std::array<Fingerprint, mainWays> main;
    };

    Set &setOf(std::uint64_t hash) { return m_sets[((hash >> 16 & 0xffffffff) * m_sets.size()) >> 32]; }
    static bool takeOut(std::span<Fingerprint> ways, Fingerprint fingerprint);
    static bool push(std::span<Fingerprint> ways, Fingerprint fingerprint);

    ZeroedArray<Set> m_sets;
    std::size_t m_smallWays; // used of each set: fewer in a small cache
    std::size_t m_mainWays;
    std::size_t m_smallCount = 0;
    std::size_t m_mainCount = 0;
};

} // namespace hearth
