// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <chrono>
#include <cstdint>
#include <string>

namespace hearth {

enum class DatabaseState : std::uint8_t {
    Connecting, // not known yet
    Reachable,
    Unreachable, // no connection: retried on its own
    Unusable,    // connected, but a table is missing, rights are, or the file is no database: retried on its own
};
std::string toString(DatabaseState state); // "connecting", "reachable", "unreachable", "unusable"

// What is known of the database behind the cache. Immutable value.
struct DatabaseStatus {
    DatabaseState state = DatabaseState::Connecting;
    std::string kind;       // "postgresql", "sqlite"
    std::string displayUrl; // without its secret
    std::string problem;    // a sentence in words, empty while all is well: what is wrong
    std::string nextStep;   // and what to do about it
    std::string notice;     // something to know that is no problem ("read-only role: defaults are cached, not stored")
    WallTime since{};       // when this state began
    std::chrono::milliseconds simulatedLatency{}; // added to every query

    friend bool operator==(const DatabaseStatus &, const DatabaseStatus &) = default;
};

} // namespace hearth
