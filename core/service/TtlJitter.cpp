// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/TtlJitter.h"

#include <cstdint>

namespace hearth {

namespace {

// 0 <= … < 1
double shareOf(const ProfileId &id)
{
    std::uint64_t hash = 0xcbf29ce484222325; // FNV-1a, then mixed: the low bits of similar names are similar
    for (const char character : id.text())
        hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3;
    hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
    hash ^= hash >> 32;
    return static_cast<double>(hash >> 11) / static_cast<double>(std::uint64_t{1} << 53);
}

} // namespace

std::chrono::nanoseconds jitteredTtl(std::chrono::nanoseconds ttl, const ProfileId &id)
{
    const double cut = 0.1 * shareOf(id) * static_cast<double>(ttl.count());
    return ttl - std::chrono::nanoseconds(static_cast<std::int64_t>(cut));
}

} // namespace hearth
