// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/Line.h"

#include <algorithm>
#include <bit>

namespace hearth {

namespace {

constexpr unsigned mantissaBits = 14; // of microseconds; five bits of exponent above
constexpr unsigned maximumExponent = 31;

} // namespace

std::chrono::nanoseconds LineFacts::loadTime() const
{
    const std::uint64_t coded = get(45, 19);
    return std::chrono::microseconds((coded & mask(mantissaBits)) << (coded >> mantissaBits));
}

LineFacts &LineFacts::setLoadTime(std::chrono::nanoseconds loadTime)
{
    const auto longest = std::chrono::microseconds(mask(mantissaBits) << maximumExponent);
    const auto held =
        std::clamp(std::chrono::ceil<std::chrono::microseconds>(loadTime), std::chrono::microseconds(0), longest);
    const auto micros = static_cast<std::uint64_t>(held.count());
    const auto width = static_cast<unsigned>(std::bit_width(micros));
    const unsigned exponent = width > mantissaBits ? width - mantissaBits : 0;
    return set(45, 19, micros >> exponent | std::uint64_t{exponent} << mantissaBits);
}

} // namespace hearth
