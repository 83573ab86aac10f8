// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/Workload.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>

namespace hearth::bench {

namespace {

std::vector<std::uint32_t> shuffled(std::size_t count, std::uint64_t seed)
{
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    Random random(seed);
    for (std::size_t left = count; left > 1; --left)
        std::swap(order[left - 1], order[random.below(left)]);
    return order;
}

std::vector<Access> makeSequence(Distribution distribution, std::size_t entries, unsigned thread)
{
    constexpr std::uint64_t writeEvery = 20;
    Random random(0x48656172 + 1000 * thread + (distribution == Distribution::Zipf ? 1 : 0));
    std::vector<Access> accesses(sequenceLength);
    if (distribution == Distribution::OneKey) {
        std::fill(accesses.begin(), accesses.end(), Access{1, 0});
        return accesses;
    }
    if (distribution == Distribution::Uniform) {
        for (Access &access : accesses)
            access = {random.below(entries) & 0x7fffffffU, random.below(writeEvery) == 0 ? 1U : 0U};
        return accesses;
    }
    const std::vector<std::uint32_t> keyOfRank = shuffled(entries, 2);
    const ZipfRanks ranks(entries, 0.99);
    for (Access &access : accesses)
        access = {keyOfRank[ranks.draw(random) - 1] & 0x7fffffffU, random.below(writeEvery) == 0 ? 1U : 0U};
    return accesses;
}

Profile profileOf(std::uint32_t index)
{
    Profile profile(*ProfileId::parse(Key(index).text()));
    profile.nativeLanguage = "es";
    profile.voiceId = "aura-2-celeste-es";
    profile.voiceProvider = "deepgram";
    profile.formalTone = index % 2 == 0;
    return profile;
}

} // namespace

// By rejection inversion (W. Hörmann, G. Derflinger: "Rejection-inversion to generate variates from monotone discrete
// distributions", 1996).
ZipfRanks::ZipfRanks(std::size_t count, double exponent)
    : m_exponent(exponent)
    , m_count(static_cast<double>(count))
    , m_low(integral(1.5) - 1)
    , m_high(integral(m_count + 0.5))
    , m_sure(2 - inverse(integral(2.5) - std::pow(2.0, -exponent)))
{
}

double ZipfRanks::integral(double at) const
{
    return std::pow(at, 1 - m_exponent) / (1 - m_exponent);
}

double ZipfRanks::inverse(double area) const
{
    return std::pow(area * (1 - m_exponent), 1 / (1 - m_exponent));
}

std::uint32_t ZipfRanks::draw(Random &random) const
{
    for (;;) {
        const double area = m_high + random.unit() * (m_low - m_high);
        const double at = inverse(area);
        const double rank = std::min(std::max(std::floor(at + 0.5), 1.0), m_count);
        if (rank - at <= m_sure || area >= integral(rank + 0.5) - std::pow(rank, -m_exponent))
            return static_cast<std::uint32_t>(rank);
    }
}

ProfilePtr makeProfile(std::uint32_t index)
{
    return std::make_shared<const Profile>(profileOf(index));
}

PackedProfile makePacked(std::uint32_t index)
{
    static ProfileTexts texts;
    return pack(profileOf(index), texts).value();
}

const std::vector<std::uint32_t> &fillOrder(std::size_t entries)
{
    static std::mutex mutex;
    static std::map<std::size_t, std::vector<std::uint32_t>> made;
    const std::lock_guard lock(mutex);
    std::vector<std::uint32_t> &order = made[entries];
    if (order.empty())
        order = shuffled(entries, 1);
    return order;
}

const std::vector<Access> &sequence(Distribution distribution, std::size_t entries, unsigned thread)
{
    static std::mutex mutex;
    static std::map<std::tuple<Distribution, std::size_t, unsigned>, std::vector<Access>> made;
    const std::lock_guard lock(mutex);
    std::vector<Access> &accesses = made[{distribution, entries, thread}];
    if (accesses.empty())
        accesses = makeSequence(distribution, entries, thread);
    return accesses;
}

} // namespace hearth::bench
