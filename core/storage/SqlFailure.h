// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstdint>
#include <string>

namespace hearth {

// What a failed query or connection means for what happens next.
enum class SqlFailureKind : std::uint8_t {
    Unreachable,        // no connection: keep trying
    TooManyConnections, // no further connection; those that are open work
    Lost,               // the connection under the query died: a new one may work
    Unusable,           // connected, but the tables are missing or have another shape, or it is no database
    Denied,             // the role may not do this
    Timeout,
    Other, // this query failed; the connection is as good as before
};

// Why the database did not do what was asked: for the program, and in words. Immutable value.
struct SqlFailure {
    SqlFailureKind kind = SqlFailureKind::Other;
    Error error;          // the detail is a sentence without secrets
    std::string nextStep; // what a person can do about it; may be empty
};

} // namespace hearth
