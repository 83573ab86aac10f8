// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace hearth {

// DEFAULT_PROFILES
enum class DefaultProfiles : std::uint8_t { Store, CacheOnly, Off };

struct ProfileServiceSettings {
    static constexpr std::chrono::seconds minimumTtl{1};
    static constexpr std::chrono::seconds maximumTtl{30 * 24 * 3600};
    static constexpr std::chrono::seconds maximumStaleGrace{30 * 24 * 3600};
    static constexpr double maximumRefreshAhead = 0.9;

    std::chrono::seconds ttl{1800};
    DefaultProfiles defaultProfiles = DefaultProfiles::Store;
    std::chrono::seconds staleGrace{3600}; // how long past its deadline an entry may be served when loads fail
    std::chrono::seconds staleRetry{5};    // while they fail: one retry per user per so long
    std::chrono::seconds negativeTtl{5};   // unknown users are remembered for so long; 0: not
    double refreshAhead = 0;               // share of the TTL after which an entry in use is refreshed; 0: never
    // What the repository promises: each query is answered within so long. Nobody waits much longer, whatever it does.
    std::chrono::milliseconds loadTimeout{5'000};
};

} // namespace hearth
