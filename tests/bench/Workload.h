// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/profiles/PackedProfile.h"
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

// Most identities have some twelve characters; 24 is what an entry must hold without more memory.
enum class KeyLength : std::uint8_t { Twelve = 12, TwentyFour = 24 };

// "user-0000123" or "user-0000123@example.org" on the stack; indexes are below mostKeys.
class Key
{
public:
    explicit Key(std::uint32_t index = 0, KeyLength length = KeyLength::Twelve)
        : m_length(static_cast<std::size_t>(length))
    {
        for (std::size_t at = prefix + digits; at-- > prefix; index /= 10)
            m_text[at] = static_cast<char>('0' + index % 10);
    }
    std::string_view text() const { return {m_text.data(), m_length}; }

private:
    static constexpr std::size_t prefix = 5;
    static constexpr std::size_t digits = 7;
    std::array<char, 25> m_text{"user-0000000@example.org"};
    std::size_t m_length;
};
inline constexpr std::size_t mostKeys = 10'000'000;

// What a row of user_profiles becomes, made anew for each put, as a load does.
ProfilePtr makeProfile(std::uint32_t index);
// The same, then packed.
PackedProfile makePacked(std::uint32_t index);

// The machine's clock, and a way to let time pass for what is to expire. Thread-safe.
class BenchClock final : public Clock
{
public:
    MonotonicTime now() const override
    {
        return m_clock.now() + std::chrono::nanoseconds(m_ahead.load(std::memory_order_relaxed));
    }
    WallTime wallNow() const override { return m_clock.wallNow(); }
    bool hasPassed(MonotonicTime time) const override
    {
        return m_clock.hasPassed(time - std::chrono::nanoseconds(m_ahead.load(std::memory_order_relaxed)));
    }
    void advance(std::chrono::nanoseconds elapsed) { m_ahead += elapsed.count(); }

private:
    SystemClock m_clock;
    std::atomic<std::chrono::nanoseconds::rep> m_ahead = 0;
};

inline constexpr std::chrono::nanoseconds longTtl = std::chrono::hours(24 * 365);
inline constexpr std::chrono::nanoseconds shortTtl = std::chrono::minutes(1);

// Draws ranks 1 ... count with a probability of rank^-exponent. Immutable value.
class ZipfRanks
{
public:
    ZipfRanks(std::size_t count, double exponent); // exponent: above 0, not 1
    std::uint32_t draw(Random &random) const;

private:
    double integral(double at) const;
    double inverse(double area) const;

    double m_exponent;
    double m_count;
    double m_low;
    double m_high;
    double m_sure;
};

// Zipf: exponent 0.99, the ranks scattered over the keys. OneKey: all read the same.
enum class Distribution : std::uint8_t { Uniform, Zipf, OneKey };

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
