// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace hearth {

enum class DatabaseState : std::uint8_t {
    Connecting, // not known yet
    Reachable,
    Unreachable, // no connection: retried on its own
    Unusable,    // connected, but a table is missing, rights are, or the file is no database: retried on its own
};
std::string toString(DatabaseState state); // "connecting", "reachable", "unreachable", "unusable"

enum class CircuitState : std::uint8_t {
    Closed,   // queries are sent
    Open,     // the database does not answer: queries fail at once, without being sent
    HalfOpen, // one attempt is being made; everybody else still fails at once
};
std::string toString(CircuitState state); // "closed", "open", "half-open"

// The circuit breaker in front of the database. Immutable value.
struct CircuitStatus {
    CircuitState state = CircuitState::Closed;
    WallTime since{}; // when it was closed or opened; an attempt in between does not count
    std::uint32_t consecutiveFailures = 0;
    std::optional<WallTime> nextAttempt; // while it is open

    friend bool operator==(const CircuitStatus &, const CircuitStatus &) = default;
};

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
    CircuitStatus circuit;

    friend bool operator==(const DatabaseStatus &, const DatabaseStatus &) = default;
};

} // namespace hearth
