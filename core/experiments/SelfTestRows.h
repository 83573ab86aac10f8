// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/Profile.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// Which run of the self-test a row belongs to: it stands in the row's identity, so that what a run that was killed left
// behind can be told from what another one is using right now. A value.
struct SelfTestRun {
    std::int64_t startedAt = 0; // seconds since 1970
    std::uint32_t machine = 0;  // a hash that stands for the machine
    std::int64_t process = 0;

    // "hearth-selftest-6743a1c0-9f3b2a11-4711-1"
    std::string identity(unsigned number) const;
    // Returns: nullopt for what no run would have made.
    static std::optional<SelfTestRun> of(std::string_view identity);
    // Whether nobody needs its rows any more: its process is gone, as far as that can be known, or it is long over.
    // isAlive: whether that process runs on this machine.
    bool isOver(const SelfTestRun &current, bool isAlive) const;

    friend bool operator==(const SelfTestRun &, const SelfTestRun &) = default;
};

// The rows of the self-test's own in the database: a port. Blocks; one thread at a time. Every row carries the marker
// as its voice's provider, and nothing without it is ever removed.
class SelfTestRows
{
public:
    static constexpr const char *marker = "hearth-selftest";

    virtual ~SelfTestRows() = default;
    // All, or none. Returns: PermissionDenied, and whatever the table has against such rows.
    virtual Result<void> insert(const std::vector<Profile> &profiles) = 0;
    // Returns: how many there were.
    virtual Result<std::uint64_t> remove(const std::vector<ProfileId> &ids) = 0;
    // Those of any run.
    virtual Result<std::vector<ProfileId>> find() = 0;
};

} // namespace hearth
