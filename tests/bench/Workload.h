// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/profiles/Profile.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

// The work that every design is given: keys, profiles, orders of access. Everything comes from fixed seeds.
namespace hearth::bench {

// splitmix64. Not synchronized.
class Random
{
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed)
    {
    }

    std::uint64_t next()
    {
        std::uint64_t bits = m_state += 0x9e3779b97f4a7c15U;
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
        return bits ^ (bits >> 31);
    }
    // Below the bound, which is at most 2^32.
    std::uint32_t below(std::uint64_t bound) { return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32); }
    // In [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

private:
    std::uint64_t m_state;
};

// "user-0000123" on the stack: twelve characters, as most identities have.
class Key
{
public:
    explicit Key(std::uint32_t index)
    {
        for (std::size_t at = m_text.size(); at-- > prefix.size(); index /= 10)
            m_text[at] = static_cast<char>('0' + index % 10);
    }
    std::string_view text() const { return {m_text.data(), m_text.size()}; }

private:
    static constexpr std::string_view prefix = "user-";
    static constexpr std::size_t digits = 7;
    std::array<char, prefix.size() + digits> m_text{'u', 's', 'e', 'r', '-'};
};

// What a row of user_profiles becomes, made anew for each put, as a load does.
ProfilePtr makeProfile(std::uint32_t index);

// The machine's clock, and a way to let time pass for what is to expire. Thread-safe.
class BenchClock final : public Clock
{
public:
    MonotonicTime now() const override
    {
        return m_clock.now() + std::chrono::nanoseconds(m_ahead.load(std::memory_order_relaxed));
    }
    WallTime wallNow() const override { return m_clock.wallNow(); }
    void advance(std::chrono::nanoseconds elapsed) { m_ahead += elapsed.count(); }

private:
    SystemClock m_clock;
    std::atomic<std::chrono::nanoseconds::rep> m_ahead = 0;
};

inline constexpr std::chrono::nanoseconds longTtl = std::chrono::hours(24 * 365);
inline constexpr std::chrono::nanoseconds shortTtl = std::chrono::minutes(1);

enum class Distribution : std::uint8_t { Uniform, Zipf }; // Zipf: exponent 0.99, the ranks scattered over the keys

// One access of a sequence: whose, and whether the 95/5 mix writes here.
struct Access {
    std::uint32_t index : 31;
    std::uint32_t writes : 1;
};

// 0 ... entries - 1 in the order in which every design is filled: scattered, as profiles come in.
const std::vector<std::uint32_t> &fillOrder(std::size_t entries);

// The accesses of one thread: as long for each, a power of two, to be repeated. Thread-safe; made at the first call.
inline constexpr std::size_t sequenceLength = std::size_t{1} << 21;
const std::vector<Access> &sequence(Distribution distribution, std::size_t entries, unsigned thread);

} // namespace hearth::bench
