// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

namespace hearth {

// Users whom nobody names one by one.
struct RecentlyUpdated {
    std::size_t count = 0; // whose rows changed last (or, where that is unknown, were created last)
};
struct SpeakersOf {
    std::string languageCode;
};
struct HostsOfActiveRooms {
}; // those of them who have a profile
using UserGroup = std::variant<RecentlyUpdated, SpeakersOf, HostsOfActiveRooms>;

// What a stream brought, all together.
struct StreamEnd {
    std::uint64_t rows = 0;
    QueryTiming timing; // sentAt: of the one query that all rows are from; queryTime: until the last row
};

// Where a warm-up finds many users at once: all of a group in one query, read while it runs. A port.
//
// Thread-safe. Asynchronous: every function returns at once. What it brings arrives on a thread of the source, in
// order: first the query's moment, then the rows, some hundreds at a time, then, exactly once, the end. The next rows
// are read when those before have been taken: memory is bounded, whatever the size of the group. A row whose identity
// is no valid one is left out. A stop asked for is heeded within 200 ms, also while the database hangs: Cancelled.
// There is no limit on the whole, but one on silence: a database that sends nothing for its timeout is a Timeout. A
// stream has a connection of its own, so that it holds up no look-up. Several streams run one after the other. Errors:
// Timeout, Unavailable, SchemaMismatch, PermissionDenied (also where row level security hides every row), Cancelled,
// ShuttingDown.
class UserSource
{
public:
    virtual ~UserSource() = default;

    // As a limit (and as the count of RecentlyUpdated): all of the group, which need not be put in order then.
    static constexpr std::size_t everybody = std::numeric_limits<std::size_t>::max();

    // What to do with what arrives. Neither may throw, block for long, or destroy the source.
    struct Taker {
        // When the query that the rows are from is about to be sent: what is invalidated from here on is newer.
        std::function<void(MonotonicTime sentAt)> begin;
        // The vector is reused for the next ones.
        std::function<void(const std::vector<Profile> &rows)> rows;
    };

    // How many there are, at most limit: as many as stream() would bring if nothing changed.
    virtual void count(UserGroup group, std::size_t limit, Completion<std::uint64_t> done) = 0;
    virtual void stream(UserGroup group, std::size_t limit, Taker taker, std::stop_token stop,
                        Completion<StreamEnd> done) = 0;
    // Their identities only, for a dry run.
    virtual void streamIds(UserGroup group, std::size_t limit, std::function<void(const std::vector<ProfileId> &)> take,
                           std::stop_token stop, Completion<StreamEnd> done) = 0;
};

} // namespace hearth
