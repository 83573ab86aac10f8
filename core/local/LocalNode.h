// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/experiments/TrafficGenerator.h"
#include "core/node/NodeClient.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/service/CleanupService.h"
#include "core/service/ProfileService.h"
#include "core/service/StatsSampler.h"
#include "core/service/WarmUp.h"

#include <QThreadPool>

namespace hearth {

// The services that a LocalNode speaks to. Borrowed; all outlive the LocalNode.
struct LocalNodeServices {
    const Clock &clock;
    ProfileCache &cache;
    ProfileService &profiles;
    CleanupService &cleanup;       // these four live on the service thread
    WarmUp &warmUp;
    StatsSampler &sampler;
    TrafficGenerator &traffic;
    EventLog &events;
    SampleHistory &history;
    const VoiceDirectory &voices;
};

// The node in this process: a NodeClient over the services, which it reaches by queued calls and worker threads only.
//
// GUI thread only.
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
    QFuture<Result<ExpiryPreview>> previewExpiry(const EntriesTarget &target) override;
    QFuture<Result<WarmEstimate>> estimateWarmUp(const WarmRequest &request) override;

    QFuture<Result<CleanupOutcome>> cleanUp() override;
    QFuture<Result<std::uint64_t>> expire(const EntriesTarget &target) override;
    QFuture<Result<std::uint64_t>> refresh(const std::vector<std::string> &identities) override;
    QFuture<Result<std::uint64_t>> remove(const std::vector<std::string> &identities) override;
    QFuture<Result<std::uint64_t>> warmUp(const WarmRequest &request) override;
    void cancelWarmUp(std::uint64_t jobId) override;
    void startTraffic() override;
    void stopTraffic() override;

public Q_SLOTS:
    // From any thread, queued: the database behind the node changed its state.
    void setDatabaseStatus(const hearth::DatabaseStatus &status);
};

} // namespace hearth
