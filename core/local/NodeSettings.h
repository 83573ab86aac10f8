// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"
#include "core/service/CleanupService.h"
#include "core/service/ProfileService.h"
#include "core/telemetry/EventLog.h"

#include <chrono>
#include <functional>
#include <string>
#include <utility>

namespace hearth {

// The latency that is added to every query.
struct SimulationPort {
    std::function<std::chrono::milliseconds()> latency = {};
    std::function<void(std::chrono::milliseconds)> setLatency = {}; // empty: it cannot be changed while the node runs
};

// What can be changed while a node runs. Thread-safe; the functions of the port may be called on any thread.
// Borrows everything but the port.
class NodeSettings
{
public:
    static constexpr std::chrono::milliseconds mostLatency{60'000};
    static constexpr std::uint64_t mostEntries = 1'000'000'000;

    // lastUntilRestart: whether changes are forgotten by a restart.
    NodeSettings(ProfileCache &cache, ProfileService &profiles, CleanupService &cleanup, EventLog &events,
                 SimulationPort simulation, bool lastUntilRestart)
        : m_cache(cache)
        , m_profiles(profiles)
        , m_cleanup(cleanup)
        , m_events(events)
        , m_simulation(std::move(simulation))
        , m_lastUntilRestart(lastUntilRestart)
    {
    }

    LiveSettings current() const;
    // All of it, or nothing. Fewer entries may take a while to leave: not on a thread that must not wait. One event, in
    // that name. done is called when all of it is in use, on the calling thread or the service thread.
    // Returns: the settings of then; InvalidArgument, naming the field as in the API and what is allowed.
    void change(const LiveSettingsChange &change, const std::string &who,
                std::function<void(Result<LiveSettings>)> done);

private:
    Result<void> check(const LiveSettingsChange &change) const;
    void apply(const LiveSettingsChange &change);

    ProfileCache &m_cache;
    ProfileService &m_profiles;
    CleanupService &m_cleanup;
    EventLog &m_events;
    const SimulationPort m_simulation;
    const bool m_lastUntilRestart;
};

} // namespace hearth
