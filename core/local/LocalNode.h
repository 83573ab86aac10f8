// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/experiments/TrafficGenerator.h"
#include "core/local/EntryListings.h"
#include "core/local/NodeRequests.h"
#include "core/local/NodeSettings.h"
#include "core/local/ProfileViews.h"
#include "core/node/NodeClient.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/service/CallGate.h"
#include "core/service/CleanupService.h"
#include "core/service/ExpiryUndo.h"
#include "core/service/ProfileService.h"
#include "core/service/StatsSampler.h"
#include "core/service/WarmUp.h"

#include <QPromise>
#include <QThreadPool>
#include <QTimer>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace hearth {

// The triggers of the database behind the node.
struct TriggerPort {
    std::function<void(Completion<void>)> install;
    std::function<std::string()> sql; // what install runs, for an administrator
};

// The services that a LocalNode speaks to. Borrowed; all outlive the LocalNode.
struct LocalNodeServices {
    const Clock &clock;
    ProfileCache &cache;
    const ProfileTexts &texts; // by which the cache is packed
    ProfileService &profiles;
    ExpiryUndo &undo;
    CleanupService &cleanup; // these four live on the service thread
    WarmUp &warmUp;
    StatsSampler &sampler;
    TrafficGenerator &traffic;
    EventLog &events;
    SampleHistory &history;
    const VoiceDirectory &voices;
    TriggerPort triggers = {}; // empty: there can be none
    SimulationPort simulation = {};
    std::function<void(const ProfileId &)> forgetTokens = {}; // given to a user; empty: nobody was given any
};

// The node in this process: a NodeClient over the services, which it reaches by queued calls and worker threads only.
//
// GUI thread only. Futures that are not answered when it is destroyed are cancelled. Entries whose future is cancelled
// are not looked for to the end. What listing them takes of memory (EntryListings) is given back ten seconds after the
// last time that somebody asked for them.
class LocalNode final : public NodeClient
{
    Q_OBJECT

public:
    LocalNode(NodeInfo info, LocalNodeServices services, TrafficSettings traffic, QObject *parent = nullptr);
    ~LocalNode() override;

    NodeInfo info() const override;
    Stats stats() const override;
    TrafficView traffic() const override;

    QFuture<Result<std::vector<Sample>>> samples(std::uint64_t since, std::size_t limit) override;
    QFuture<Result<EntriesPage>> entries(const EntriesQuery &query) override;
    QFuture<Result<ProfileView>> profile(const std::string &identity) override;
    QFuture<Result<ProfileView>> peek(const std::string &identity) override;
    QFuture<Result<ProfileView>> reveal(const std::string &identity, const std::string &reason) override;
    QFuture<Result<std::vector<Event>>> events(const EventsQuery &query) override;
    QFuture<Result<LiveSettings>> settings() override;
    QFuture<Result<ExpiryPreview>> previewExpiry(const EntriesTarget &target) override;
    QFuture<Result<WarmEstimate>> estimateWarmUp(const WarmRequest &request) override;
    QFuture<Result<std::string>> triggersSql() override;

    void setActor(const std::string &who) override { m_actor = who; }
    QFuture<Result<ProfileReading>> read(const std::string &identity) override;
    QFuture<Result<CleanupOutcome>> cleanUp() override;
    QFuture<Result<ExpiryOutcome>> expire(const EntriesTarget &target) override;
    QFuture<Result<UndoOutcome>> undoExpiry(const std::string &undoId) override;
    QFuture<Result<std::uint64_t>> refresh(const std::vector<std::string> &identities) override;
    QFuture<Result<std::uint64_t>> remove(const std::vector<std::string> &identities) override;
    QFuture<Result<std::uint64_t>> warmUp(const WarmRequest &request) override;
    void cancelWarmUp(std::uint64_t jobId) override;
    QFuture<Result<LiveSettings>> changeSettings(const LiveSettingsChange &change) override;
    QFuture<Result<void>> erase(const std::string &identity) override;
    QFuture<Result<TriggerInstallation>> installTriggers() override;
    void startTraffic() override;
    void stopTraffic() override;

public Q_SLOTS:
    // From any thread, queued: the database behind the node changed its state.
    void setDatabaseStatus(const hearth::DatabaseStatus &status);

private:
    template <class T>
    using Promise = std::shared_ptr<QPromise<Result<T>>>;
    struct PendingEstimate {
        Promise<WarmEstimate> promise;
        std::uint64_t rejected = 0;
    };

    // Answers on the GUI thread, from any thread that is inside the gate or of the pool.
    template <class T>
    void deliver(const Promise<T> &promise, Result<T> result);
    // Runs the work on a thread of the pool.
    template <class T, class Work>
    QFuture<Result<T>> inBackground(Work work);
    Result<std::vector<ProfileId>> activeOf(const EntriesTarget &target) const;
    void giveUpWith(const QFuture<Result<WarmEstimate>> &future, std::uint64_t number);
    ProfileView viewOf(const ProfileId &id, const Result<LoadedProfile> &loaded) const;

    void takeSample(const Sample &sample, const Stats &stats);
    void pollEvents();
    void takeEvents(std::uint64_t upTo, const std::vector<Event> &notable);
    void takeProgress(const WarmProgress &progress);
    void takePlan(std::uint64_t requestId, const Result<WarmPlan> &plan);
    void takeTraffic(const TrafficState &state);

    const NodeInfo m_info;
    const LocalNodeServices m_services;
    const TrafficSettings m_trafficSettings;
    const ProfileViews m_views;
    EntryListings m_listings;
    QTimer m_listingsTimer; // runs out when nobody looks at entries any more
    NodeSettings m_settings;
    const std::shared_ptr<CallGate> m_gate; // for answers on threads of others
    QThreadPool m_pool;

    std::string m_actor = "dashboard"; // in whose name it acts
    Stats m_stats;
    DatabaseStatus m_database; // what setDatabaseStatus() said last: a sample may know it earlier
    TrafficView m_traffic;
    std::uint64_t m_lastEvent; // the number of the newest that was looked at
    bool m_isPolling = false;
    std::map<std::uint64_t, std::shared_ptr<const ParsedRequest>> m_rejectedOfJobs; // jobs with rejected lines
    std::map<std::uint64_t, PendingEstimate> m_estimates;
    std::uint64_t m_lastEstimate = 0;
};

} // namespace hearth
