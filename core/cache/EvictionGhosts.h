// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
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

    explicit EvictionGhosts(std::size_t capacity) { resize(capacity); }

    // Forgets all.
    void resize(std::size_t capacity);
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
    struct Release {
        void operator()(void *memory) const { std::free(memory); }
    };

    Set &setOf(std::uint64_t hash) const { return m_sets[((hash >> 16 & 0xffffffff) * m_setCount) >> 32]; }
    static bool takeOut(std::span<Fingerprint> ways, Fingerprint fingerprint);
    static bool push(std::span<Fingerprint> ways, Fingerprint fingerprint);

    std::unique_ptr<void, Release> m_memory; // zeros
    Set *m_sets = nullptr;                   // in there
    std::size_t m_setCount = 0;
    std::size_t m_smallWays = 1; // used of each set: fewer in a small cache
    std::size_t m_mainWays = 1;
    std::size_t m_smallCount = 0;
    std::size_t m_mainCount = 0;
};

} // namespace hearth
