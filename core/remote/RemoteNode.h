// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"

#include <QString>
#include <QUrl>

#include <chrono>
#include <memory>
#include <string>

namespace hearth {

struct FollowWishes;

struct RemoteNodeOptions {
    QUrl url;          // of the node: "https://eu-1.example.org", a path before the routes allowed
    std::string token; // empty: none is sent
    QString caFile;    // PEM of a certificate authority: only what it signed is trusted then
    std::chrono::milliseconds timeout{10'000}; // of one request; each one ends
    bool follows = true;                       // asks for samples and events by itself; a command line does not
};

// A node elsewhere: a NodeClient over its HTTP API.
//
// GUI thread only (the thread that made it). Nothing blocks. Each future is answered once, on that thread; those that
// are not answered when it is destroyed are cancelled.
//
// While somebody listens to its signals it asks the node once a second for what is new, and says by linkChanged() when
// it cannot: then it tries again, soon at first, then rarely. Without listeners it asks nothing by itself.
//
// Times are told in this machine's time: where the node's clock is another, what it says is put right by the distance,
// which is taken from the Date of its answers (see ClockSkew). So ages and what is left of a TTL are right here.
//
// The token goes over https or to the loopback only, certificates are always verified, a redirect to elsewhere is an
// error. Where the options themselves are wrong, nothing is sent, and every answer says what is wrong.
class RemoteNode final : public NodeClient
{
    Q_OBJECT

public:
    explicit RemoteNode(RemoteNodeOptions options, QObject *parent = nullptr);
    ~RemoteNode() override;

    // Asks the node who it is; info() says it from then on. Whoever follows need not call this.
    // Returns: Unavailable, Timeout, PermissionDenied (the token), BadData (it is no such node).
    QFuture<Result<NodeInfo>> introduce();

    NodeInfo info() const override;
    NodeLink link() const override;
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
    // The counters of the moment, asked for: stats() has them from then on. For those who do not follow.
    QFuture<Result<Stats>> askStats();

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
    // A node elsewhere makes no traffic for us: traffic() says so.
    void startTraffic() override;
    void stopTraffic() override;

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    struct Parts;

    FollowWishes wishes() const;
    void takeInfo(const NodeInfo &info);
    void takeLink(LinkState state, const std::string &problem);
    void takeHearsay(LinkState state, const std::string &problem);
    void takeStats(const Stats &stats);
    void takeAdvance(const Stats &stats, const std::vector<Sample> &samples);
    // What more is asked for begins with "&", percent-encoded.
    QFuture<Result<ProfileView>> compared(const std::string &identity, const std::string &more);
    QFuture<Result<std::uint64_t>> runForUsers(const std::vector<std::string> &identities, const char *method,
                                               const char *ending, bool isAbsentAnError);
    void watch(std::uint64_t jobId, const std::vector<std::string> &rejected, const std::string &problem);

    const std::unique_ptr<Parts> m_parts;
};

} // namespace hearth
