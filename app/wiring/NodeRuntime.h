// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/NodeConfig.h"
#include "core/base/Clock.h"
#include "core/experiments/TrafficGenerator.h"
#include "core/local/LocalNode.h"
#include "core/profiles/ProfileTexts.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/rooms/AgentService.h"
#include "core/rooms/RoomService.h"
#include "core/service/ChangeIntake.h"
#include "core/service/CleanupService.h"
#include "core/service/DatabaseJournal.h"
#include "core/service/ExpiryUndo.h"
#include "core/service/ProfileService.h"
#include "core/service/StatsSampler.h"
#include "core/service/WarmUp.h"
#include "core/storage/ChangeTriggers.h"
#include "core/storage/PgInvalidationSource.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "core/storage/SqlRoomRepository.h"
#include "core/storage/SqlUserSource.h"
#include "core/telemetry/EventLog.h"
#include "core/telemetry/HistoryRecorder.h"
#include "core/telemetry/SampleHistory.h"

#include <QObject>
#include <QThread>
#include <QTimer>

#include <functional>
#include <memory>

namespace hearth {

struct NodeRuntimeOptions {
    DatabaseOptions database;
    std::size_t maxEntries = 1'000'000;
    ProfileServiceSettings profiles; // its loadTimeout is the database's
    std::chrono::seconds cleanupInterval{600};
    std::size_t maxBytes = 0;     // of entries; 0: no bound
    unsigned recheckQueries = 10; // a second, of cached rows that others may have changed; 0: off
    LiveKitAccess liveKit = {};   // for join tokens; what is empty is not configured
    QString historyFile = {};     // keeps the samples across starts; empty: they are kept in memory only
};

// What the settings say, the same for every program. Where they name no database, it is the sample one in this file.
NodeRuntimeOptions runtimeOptionsOf(const NodeConfig &config, const QString &sampleDatabaseFile);

// One node: the cache, its services, the service thread and the database's, wired together. start() and stop() are
// the only order in which they come and go.
//
// Construct, start and stop it on one thread; the signals come from any thread. The database is connected to from the
// construction on, also before start().
class NodeRuntime final : public QObject
{
    Q_OBJECT

public:
    explicit NodeRuntime(NodeRuntimeOptions options, QObject *parent = nullptr);
    // Stops.
    ~NodeRuntime() override;

    void start();
    // Reverses the construction and start(), if it was started: no callback runs after it; callers that wait are told
    // that it is shutting down. Within 2 s.
    void stop();

    LocalNodeServices services();
    RoomService &rooms() { return m_rooms; }
    AgentService &agents() { return m_agents; }
    DatabaseStatus databaseStatus() const;
    // The counters of now.
    Stats stats() const { return m_sampler.stats(); }

Q_SIGNALS:
    void databaseStatusChanged(const hearth::DatabaseStatus &status);

private:
    static ProfileServiceSettings profileSettings(const NodeRuntimeOptions &options);
    void takeStatus(const DatabaseStatus &status);
    void onServiceThread(const std::function<void()> &what);
    bool isDatabaseAway() const;
    TriggerPort triggerPort();
    SimulationPort simulationPort();
    void loadVoices();

    // In the order of construction: each borrows only what stands above it.
    const NodeRuntimeOptions m_options;
    SystemClock m_clock;
    EventLog m_events;
    DatabaseJournal m_databaseJournal;
    SampleHistory m_history;
    HistoryRecorder m_recorder;
    VoiceDirectory m_voices;
    ProfileTexts m_texts;
    ProfileCache m_cache;
    std::unique_ptr<SqlExecutorPool> m_database;
    SqlProfileRepository m_repository;
    SqlRoomRepository m_roomRepository;
    ChangeTriggers m_triggers;
    PgInvalidationSource m_changeSource;
    SqlUserSource m_userSource;
    ProfileService m_profiles;
    ExpiryUndo m_undo;
    RoomService m_rooms;
    AgentService m_agents;
    // These live on the service thread.
    QThread m_serviceThread;
    CleanupService m_cleanup;
    WarmUp m_warmUp;
    ChangeIntake m_changes;
    StatsSampler m_sampler;
    TrafficGenerator m_traffic;
    QTimer m_overdueTimer; // releases who waits too long
    QTimer m_voicesTimer;  // voices that were added are known after a minute
};

} // namespace hearth
