// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/Generations.h"
#include "core/service/WarmTools.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// Takes the rows of a stream straight into the cache, on the thread that brings them: no event, no line in the log and
// no hand-over to another thread for any of them. Its memory is bounded, whatever comes.
//
// begin() and take() are called by one thread at a time, in the order of UserSource; counts() by any; rest() when the
// stream has ended. Ownership: borrows cache and service.
class WarmIntake
{
public:
    // Of those who are to be asked for again, so many are remembered; more of them have failed.
    static constexpr std::size_t maximumAgain = 1'000;

    struct Counts {
        std::uint64_t warmed = 0;
        std::uint64_t alreadyCached = 0;
        std::uint64_t failed = 0;
    };
    struct Rest {
        std::vector<ProfileId> again;         // invalidated since the query was sent
        std::vector<std::string> failedUsers; // at most WarmProgress::maximumFailedUsers
        std::string problem;                  // a sentence, when some failed
    };

    // members: who is not to be counted twice; those who come are taken out.
    WarmIntake(ProfileCache &cache, ProfileService &service, RoomMembers members = {})
        : m_cache(cache)
        , m_service(service)
        , m_members(std::move(members))
    {
    }

    void begin(MonotonicTime sentAt);
    void take(const std::vector<Profile> &rows);

    Counts counts() const
    {
        constexpr auto relaxed = std::memory_order_relaxed;
        return {m_warmed.load(relaxed), m_alreadyCached.load(relaxed), m_failed.load(relaxed)};
    }
    std::optional<MonotonicTime> sentAt() const { return m_sentAt; }
    Rest &rest() { return m_rest; }
    RoomMembers &members() { return m_members; }

private:
    void keep(const WarmStored &stored);
    void fail(const ProfileId &id, const char *why);

    ProfileCache &m_cache;
    ProfileService &m_service;
    std::atomic<std::uint64_t> m_warmed = 0;
    std::atomic<std::uint64_t> m_alreadyCached = 0;
    std::atomic<std::uint64_t> m_failed = 0;

    // Of the thread that brings the rows.
    std::optional<Generations> m_asOf; // set by begin()
    std::optional<MonotonicTime> m_sentAt;
    RoomMembers m_members;
    Rest m_rest;
};

} // namespace hearth
