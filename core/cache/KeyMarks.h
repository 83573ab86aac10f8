// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/CacheTypes.h"
#include "core/cache/ZeroedArray.h"

#include <algorithm>
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
    // stripes: a power of two
    explicit KeyMarks(std::size_t stripes)
        : m_stripes(stripes)
    {
    }

    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&stripe(hash)); }
    // Never the same again after a bump.
    Generation generation(std::uint64_t hash) const { return m_bumpsOfAll + stripe(hash).bumps; }
    // By stripe.
    std::vector<Generation> generations() const
    {
        std::vector<Generation> all(m_stripes.size());
        for (std::size_t at = 0; at < all.size(); ++at)
            all[at] = m_bumpsOfAll + m_stripes[at].bumps;
        return all;
    }
    // stripes: how many there are, a power of two
    static std::size_t stripeOf(std::uint64_t hash, std::size_t stripes) { return (hash >> 32) & (stripes - 1); }
    // From now on the generation decides alone: what carries the new one was read after all that has gone.
    void bump(std::uint64_t hash)
    {
        ++stripe(hash).bumps;
        stripe(hash).newestReadGone = 0;
    }
    void bumpAll() { ++m_bumpsOfAll; }

    // Values read before this are older than what was here.
    MonotonicTime newestReadGone(std::uint64_t hash) const
    {
        return MonotonicTime(
            std::chrono::nanoseconds(static_cast<MonotonicTime::rep>(stripe(hash).newestReadGone ^ top)));
    }
    void noteReadGone(std::uint64_t hash, MonotonicTime readAt)
    {
        std::uint64_t &newest = stripe(hash).newestReadGone;
        newest = std::max(newest, static_cast<std::uint64_t>(readAt.time_since_epoch().count()) ^ top);
    }

private:
    static constexpr std::uint64_t top = std::uint64_t{1} << 63;
    // All zeros at the beginning, so that memory is touched when it is needed.
    struct Stripe {
        std::uint64_t bumps;
        std::uint64_t newestReadGone; // its sign bit turned, so that zero is the earliest moment
    };

    const Stripe &stripe(std::uint64_t hash) const { return m_stripes[stripeOf(hash, m_stripes.size())]; }
    Stripe &stripe(std::uint64_t hash) { return m_stripes[stripeOf(hash, m_stripes.size())]; }

    std::uint64_t m_bumpsOfAll = 0;
    ZeroedArray<Stripe> m_stripes;
};

} // namespace hearth
