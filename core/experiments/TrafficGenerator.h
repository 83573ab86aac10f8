// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/service/OpenQueries.h"
#include "core/service/ProfileService.h"
#include "core/telemetry/EventLog.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace hearth {

// How the simulated users behave.
struct TrafficSettings {
    double getsPerSecond = 200;
    std::size_t users = 500;         // at most so many existing identities, the most recently updated ones
    double zipfExponent = 0.9;       // 0: all alike; the larger, the fewer users make most of the gets
    double unknownShare = 0.02;      // gets for identities that do not exist
    double maxQueriesPerSecond = 20; // gets that would need more are not made; 0: no cap (the sample database)
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

    TrafficState state() const; // Thread-safe.

public Q_SLOTS:
    void start(const hearth::TrafficSettings &settings, const std::string &who);
    void stop(const std::string &who);

Q_SIGNALS:
    void stateChanged(const hearth::TrafficState &state);

private:
    void askForUsers();
    void takeUsers(Result<std::vector<ProfileId>> users);
    void enter(TrafficPhase phase, std::string problem);
    void makeDueGets();
    void makeOneGet();
    bool takeQueryToken();
    ProfileId nextUser();
    double random(); // 0 <= … < 1
    void record(const std::string &who, std::string detail);

    const Clock &m_clock;
    ProfileService &m_service;
    ProfileRepository &m_repository;
    EventLog &m_events;
    const std::shared_ptr<OpenQueries> m_queries;
    const std::shared_ptr<std::atomic<int>> m_unanswered; // gets that wait for the database

    mutable Mutex m_mutex;
    TrafficState m_state HEARTH_GUARDED_BY(m_mutex); // State below belongs to the service thread.

    TrafficSettings m_settings;
    TrafficPhase m_phase = TrafficPhase::Off;
    std::string m_startedBy;
    std::uint64_t m_attempt = 0; // answers to earlier questions for users are dropped
    QTimer m_timer;              // for the gets
    QTimer m_retryTimer;         // while it cannot start
    std::mt19937_64 m_random;
    std::vector<ProfileId> m_users;       // the most popular first
    std::vector<double> m_popularityUpTo; // cumulative, ends with 1
    MonotonicTime m_lastTick{};
    double m_dueGets = 0;
    double m_queryTokens = 0;
};

} // namespace hearth
