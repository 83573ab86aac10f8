// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/TtlCache.h"
#include "core/profiles/ProfileId.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <limits>

namespace hearth {

// Users of whom the database said lately that it does not know them, so that asking for them over and over costs no
// query. A cache of its own: a flood of made-up identities evicts no profile, and takes its bound of memory at most.
//
// What is remembered is over after its TTL, with any invalidation of the user (it holds for one generation of the
// profile cache only), and with any profile of the user that was read later. Thread-safe.
class UnknownUsers
{
public:
    static constexpr std::size_t maximumUsers = 10'000;

    // A ttl of 0: nobody is remembered.
    UnknownUsers(const Clock &clock, std::chrono::nanoseconds ttl);

    // generation: of the user in the profile cache, as it is now.
    bool contains(const ProfileId &id, Generation generation);
    // generation: under which it was asked. sentAt: when.
    void remember(const ProfileId &id, Generation generation, MonotonicTime sentAt);
    // A profile of the user was read then.
    void forget(const ProfileId &id, MonotonicTime readAt);
    // Forgets everybody; and what was asked before is not remembered any more.
    void forgetAll();
    std::size_t size() const { return m_users.size().total(); }
    std::size_t bytes() const { return m_users.bytes(); }

private:
    struct Absence {
        Generation generation = 0;
    };

    const Clock &m_clock;
    const std::chrono::nanoseconds m_ttl;
    std::atomic<MonotonicTime::rep> m_forgottenAt{std::numeric_limits<MonotonicTime::rep>::min()};
    TtlCache<Absence> m_users;
};

} // namespace hearth
