// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/ProfileService.h"
#include "core/telemetry/EventLog.h"

#include <QObject>
#include <QTimer>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace hearth {

// How the simulated users behave.
struct TrafficSettings {
    double getsPerSecond = 200;
    std::size_t users = 500;             // at most so many existing identities, the most recently updated ones
    double zipfExponent = 0.9;           // 0: all alike; the larger, the fewer users make most of the gets
    double unknownShare = 0.02;          // gets for identities that do not exist
    double maxQueriesPerSecond = 20;     // gets that would need more are not made; 0: no cap (the sample database)
};

enum class TrafficPhase : std::uint8_t { Off, Starting, On, NoUsers, Failed };

struct TrafficState {
    TrafficPhase phase = TrafficPhase::Off;
    TrafficSettings settings;
    std::size_t users = 0;
    std::string problem; // a sentence when it could not start
};

// Makes gets like a translation service would, so that a demonstration shows life. It writes nothing: it reads
// existing identities and looks unknown ones up without creating them.
//
// Lives on the service thread; slots must be invoked queued. Whether it may run on a database that is not the sample
// one is for a person to confirm: the caller's business.
class TrafficGenerator : public QObject
{
    Q_OBJECT

public:
    TrafficGenerator(const Clock &clock, ProfileService &service, ProfileRepository &repository, EventLog &events,
                     QObject *parent = nullptr);
    ~TrafficGenerator() override;

    TrafficState state() const;

public Q_SLOTS:
    void start(const hearth::TrafficSettings &settings, const std::string &who);
    void stop(const std::string &who);

Q_SIGNALS:
    void stateChanged(const hearth::TrafficState &state);
};

} // namespace hearth
