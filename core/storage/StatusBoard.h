// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/SqlFailure.h"
#include "core/telemetry/DatabaseStatus.h"

#include <chrono>
#include <deque>
#include <functional>
#include <string>

namespace hearth {

// The status of the database as others see it, and the one who listens to it.
//
// Thread-safe. Changes are written down at once and told by notify(), in order, one at a time, outside every lock.
// Ownership: borrows the clock.
class StatusBoard
{
public:
    using Listener = std::function<void(const DatabaseStatus &)>;
    StatusBoard(const DatabaseOptions &options, const Clock &clock, Listener listener);

    DatabaseStatus status() const;
    // Of the circuit, since is not read.
    void showReachable(const std::string &notice, const CircuitStatus &circuit);
    void showFailure(DatabaseState state, const SqlFailure &failure, const CircuitStatus &circuit);
    // When the state goes to or from Closed that is news; an attempt and its number are only written down.
    void showCircuit(const CircuitStatus &circuit);
    void setSimulatedLatency(std::chrono::milliseconds latency);

    // Tells the listener what is new; never call it under a lock.
    void notify();
    // The listener is not called any more once this has returned, unless it is being called at this moment.
    void silence();

private:
    DatabaseStatus withCircuitLocked(CircuitStatus circuit) const HEARTH_REQUIRES(m_mutex);
    void postLocked(const DatabaseStatus &status) HEARTH_REQUIRES(m_mutex);

    const Clock &m_clock; // Constant after construction.
    const Listener m_listener;

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    DatabaseStatus m_status HEARTH_GUARDED_BY(m_mutex);
    std::deque<DatabaseStatus> m_news HEARTH_GUARDED_BY(m_mutex);
    bool m_telling HEARTH_GUARDED_BY(m_mutex) = false; // somebody is calling the listener
    bool m_silent HEARTH_GUARDED_BY(m_mutex) = false;
};

} // namespace hearth
