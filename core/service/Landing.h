// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/ProfileRepository.h"
#include "core/service/ServedProfile.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace hearth {

// What a query for one user came to: the same for all who waited for it. Immutable value.
struct Landing {
    enum class Outcome : std::uint8_t {
        Found,
        Absent,     // the database has no such row
        Superseded, // what was read may be older than an invalidation: read again
        Failed,
    };

    static Landing found(ServedProfile profile) { return {Outcome::Found, std::move(profile), {}, {}}; }
    static Landing absent(const QueryTiming &timing) { return {Outcome::Absent, std::nullopt, {}, timing}; }
    static Landing superseded() { return {Outcome::Superseded, std::nullopt, {}, {}}; }
    static Landing failed(Error error) { return {Outcome::Failed, std::nullopt, std::move(error), {}}; }

    Outcome outcome = Outcome::Failed;
    std::optional<ServedProfile> profile; // Found
    Error error;                          // Failed
    QueryTiming timing;                   // Absent
};

} // namespace hearth
