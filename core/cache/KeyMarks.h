// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/CacheTypes.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hearth {

// What must be known of every key that ever was, present or not, to refuse a late put: how often it was invalidated,
// and how new the newest read is that the cache held and let go.
// Bounded: keys share stripes by their hash. A collision only makes a put be refused that could have been stored (the
// next miss loads again); it never lets one through.
//
// Not synchronized.
class KeyMarks
{
public:
    KeyMarks()
        : m_stripes(stripeCount)
    {
    }

    // Never the same again after a bump.
    Generation generation(std::uint64_t hash) const { return m_bumpsOfAll + stripe(hash).bumps; }
    // From now on the generation decides alone: what carries the new one was read after all that has gone.
    void bump(std::uint64_t hash)
    {
        ++stripe(hash).bumps;
        stripe(hash).newestReadGone = MonotonicTime::min();
    }
    void bumpAll() { ++m_bumpsOfAll; }

    // Values read before this are older than what was here.
    MonotonicTime newestReadGone(std::uint64_t hash) const { return stripe(hash).newestReadGone; }
    void noteReadGone(std::uint64_t hash, MonotonicTime readAt)
    {
        MonotonicTime &newest = stripe(hash).newestReadGone;
        newest = newest < readAt ? readAt : newest;
    }

    static constexpr std::size_t stripeCount = 1024;

private:
    struct Stripe {
        std::uint64_t bumps = 0;
        MonotonicTime newestReadGone = MonotonicTime::min();
    };

    const Stripe &stripe(std::uint64_t hash) const { return m_stripes[(hash >> 32) % stripeCount]; }
    Stripe &stripe(std::uint64_t hash) { return m_stripes[(hash >> 32) % stripeCount]; }

    std::uint64_t m_bumpsOfAll = 0;
    std::vector<Stripe> m_stripes;
};

} // namespace hearth
