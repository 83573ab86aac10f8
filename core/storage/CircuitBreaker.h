// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/telemetry/DatabaseStatus.h"

#include <chrono>
#include <functional>
#include <optional>

namespace hearth {

// Decides when a database that does not answer is left alone, and when it is tried again.
//
//   Closed ── so many connection failures in a row, or open() ──→ Open ── back-off over ──→ HalfOpen (one attempt)
//      ↑                                                            ↑                          │
//      └────────────────────────── succeeded() ─────────────────────┼────── failed() ──────────┘
//
// Only failures of the connection count: refused, lost, hung. An error about data, a right or a table is an answer.
// Not synchronized. Time is passed in.
class CircuitBreaker
{
public:
    using SteadyTime = std::chrono::steady_clock::time_point;
    // From 0 to 1. Not called at construction.
    using Random = std::function<double()>;

    static constexpr unsigned threshold = 3;

    // retryInterval: the longest back-off; the first is an eighth of it, each further one twice the one before.
    // Jitter makes a back-off up to a half shorter, so that many nodes do not all return in the same moment.
    explicit CircuitBreaker(std::chrono::milliseconds retryInterval, Random random = {});

    CircuitState state() const { return m_state; }
    bool isClosed() const { return m_state == CircuitState::Closed; }
    unsigned consecutiveFailures() const { return m_failures; }
    // When the next attempt may begin; none while closed or while one is under way.
    std::optional<SteadyTime> nextAttempt() const { return m_nextAttempt; }

    // The server answered something.
    void succeeded();
    // Returns: true when it is open now and was not before.
    bool failed(SteadyTime now);
    // Counts as a failure, and opens whatever the count.
    void open(SteadyTime now);
    // Begins the one attempt when it is time. Returns: whether it began.
    bool beginAttempt(SteadyTime now);

private:
    void backOff(SteadyTime now);

    const std::chrono::milliseconds m_retryInterval; // Constant after construction.
    const Random m_random;

    CircuitState m_state = CircuitState::Closed;
    unsigned m_failures = 0; // in a row
    unsigned m_attempts = 0; // since it opened
    std::optional<SteadyTime> m_nextAttempt;
};

} // namespace hearth
