// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/service/UserSource.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace hearth {

class WakeUp;
struct DatabaseOptions;

// Which users, and how many of them.
struct UserSelection {
    UserGroup group;
    std::size_t limit = 0;
};

// What whoever reads tells while it reads. Where one returns false, reading ends with Cancelled.
struct UserReading {
    std::function<bool()> begin; // the one query is about to be sent
    std::function<bool(const std::vector<Profile> &)> rows;
    // Instead of rows, where this is set: only identities are read.
    std::function<bool(const std::vector<ProfileId> &)> ids;
};

// Reads groups of users over one connection, which it opens when it needs one.
//
// Not synchronized: made, used and destroyed by one thread; only the WakeUp is for others.
class UserReader
{
public:
    // Asked when the WakeUp woke it: whether to give up; if not, the WakeUp has been reset.
    using WasStopped = std::function<bool()>;
    // Ownership: borrows the WakeUp and the clock.
    static std::unique_ptr<UserReader> create(const DatabaseOptions &options, const Clock &clock, const WakeUp &wakeUp,
                                              WasStopped wasStopped);
    virtual ~UserReader() = default;

    // How many read() would bring.
    virtual Result<std::uint64_t> count(const UserSelection &selection) = 0;
    // Returns: how many it brought.
    virtual Result<std::uint64_t> read(const UserSelection &selection, const UserReading &reading) = 0;
    // Whether it holds a connection.
    virtual bool isConnected() const = 0;
    // Gives up what is left of a query that failed or was stopped.
    virtual void recover() = 0;
    virtual void close() = 0;
};

// Rows that are given at once.
constexpr std::size_t userPortion = 512;

// The limit that a selection comes to.
std::size_t effectiveLimit(const UserSelection &selection);
// Whether it is all of the group, so that the order says nothing.
bool isWhole(const UserSelection &selection);
// Whether nobody can be in the group, whatever the rows say: no database holds such a text.
bool isNobody(const UserGroup &group);

} // namespace hearth
