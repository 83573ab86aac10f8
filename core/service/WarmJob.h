// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileId.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// What a warm-up is asked for, and what it answers. Values.
namespace hearth {

// Whom to warm.
struct WarmUsers {
    std::vector<ProfileId> ids;
};
struct WarmRecent {
    std::size_t count = 0;
}; // the users whose rows changed last
struct WarmLanguage {
    std::string code;
};
struct WarmActiveRooms {
}; // hosts of active rooms, and those whom this node gave tokens that are still valid
using WarmTarget = std::variant<WarmUsers, WarmRecent, WarmLanguage, WarmActiveRooms>;

enum class JobState : std::uint8_t { Running, Done, Cancelled, Failed };

// How a warm-up is getting on. requested = warmed + alreadyCached + notFound + failed when it is done or has failed; it
// is 0 until it is known whom the target means, and exact at the end.
struct WarmProgress {
    static constexpr std::size_t maximumFailedUsers = 1'000;

    std::uint64_t jobId = 0;
    JobState state = JobState::Running;
    std::uint64_t requested = 0;
    std::uint64_t done = 0;
    std::uint64_t warmed = 0;
    std::uint64_t alreadyCached = 0;
    std::uint64_t notFound = 0;
    std::uint64_t failed = 0;
    std::chrono::milliseconds elapsed{};
    std::string problem;                  // a sentence, when something failed
    std::vector<std::string> failedUsers; // at most maximumFailedUsers, for a retry

    // These are through, without success.
    void fail(const ProfileId *begin, const ProfileId *end, const std::string &why);
    void fail(const std::vector<ProfileId> &ids, const std::string &why)
    {
        fail(ids.data(), ids.data() + ids.size(), why);
    }
};

// "warmed 388 of 412, 24 cached already, 4.2 s"
std::string summaryOf(const WarmProgress &progress);

// What a warm-up would do. Nothing is loaded to find out, except whom the target means.
struct WarmPlan {
    std::uint64_t requested = 0;
    std::uint64_t alreadyCached = 0;
    std::uint64_t toLoad = 0;
    std::uint64_t queries = 0; // of the warm-up, counting included
};

} // namespace hearth
