// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QFuture>
#include <QObject>

#include <string>
#include <vector>

namespace hearth {

// A node, in this process or elsewhere: the only thing through which a user interface sees and steers a cache.
//
// GUI thread only: call it there, connect there, and signals and futures arrive there. Nothing here blocks.
// Answers may arrive after they stopped mattering: a page drops those of requests that it has superseded.
// Looking (everything that is not under "Acting") changes nothing on the node: no counter, no TTL, no order.
class NodeClient : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    virtual NodeInfo info() const = 0;
    virtual NodeLink link() const { return {}; }
    // The newest that is known; what sampled() and databaseChanged() brought last.
    virtual Stats stats() const = 0;
    virtual TrafficView traffic() const = 0;

    // Looking.
    virtual QFuture<Result<std::vector<Sample>>> samples(std::uint64_t since, std::size_t limit) = 0;
    // Cancel the future of a page that nobody waits for any more: it is not looked for to the end.
    virtual QFuture<Result<EntriesPage>> entries(const EntriesQuery &query) = 0;
    // With the row of the database beside it, as it is now.
    virtual QFuture<Result<ProfileView>> profile(const std::string &identity) = 0;
    // What is cached, without asking the database: no agreement, no events. Returns: NotFound, when nothing is cached.
    virtual QFuture<Result<ProfileView>> peek(const std::string &identity);
    // As profile(), with what is masked for the role that asks. An event and in the audit where something was masked:
    // who, whom, and why. A node that masks nothing answers as profile().
    // Returns: InvalidArgument, where the reason is none (checkRevealReason()).
    virtual QFuture<Result<ProfileView>> reveal(const std::string &identity, const std::string &reason);
    virtual QFuture<Result<std::vector<Event>>> events(const EventsQuery &query);
    virtual QFuture<Result<LiveSettings>> settings();
    virtual QFuture<Result<ExpiryPreview>> previewExpiry(const EntriesTarget &target) = 0;
    virtual QFuture<Result<WarmEstimate>> estimateWarmUp(const WarmRequest &request) = 0;
    // What installTriggers() would run. Here for nodes whose database cannot tell of changes: an error.
    virtual QFuture<Result<std::string>> triggersSql();

    // Acting. Each but read() is an event on the node.
    // In whose name the acting calls from here on are made, where several people share one client (a node's own HTTP
    // side): the event log names them. Without meaning for a node elsewhere, which knows by the token.
    virtual void setActor(const std::string &who);
    // A counted read, as the translation service makes it: may load, never creates.
    virtual QFuture<Result<ProfileReading>> read(const std::string &identity);
    virtual QFuture<Result<CleanupOutcome>> cleanUp() = 0;
    virtual QFuture<Result<ExpiryOutcome>> expire(const EntriesTarget &target) = 0;
    // Returns: NotFound, when the time for it is over.
    virtual QFuture<Result<UndoOutcome>> undoExpiry(const std::string &undoId);
    // Reloads from the database, cached or not. Returns: how many were reloaded.
    virtual QFuture<Result<std::uint64_t>> refresh(const std::vector<std::string> &identities) = 0;
    virtual QFuture<Result<std::uint64_t>> remove(const std::vector<std::string> &identities) = 0;
    // Returns: the number of the job; its progress comes as warmUpProgressed().
    virtual QFuture<Result<std::uint64_t>> warmUp(const WarmRequest &request) = 0;
    virtual void cancelWarmUp(std::uint64_t jobId) = 0;
    // Returns: InvalidArgument, naming what is not allowed; then nothing has changed.
    virtual QFuture<Result<LiveSettings>> changeSettings(const LiveSettingsChange &change);
    // Forgets one person: entry, stale copy, what is being loaded, and the name in events and audit.
    virtual QFuture<Result<void>> erase(const std::string &identity);
    // Makes the triggers by which the database tells of changes to user_profiles: only ever when a person says so.
    // Where the role may not, the answer holds the SQL for an administrator. Here for nodes that cannot.
    virtual QFuture<Result<TriggerInstallation>> installTriggers();
    virtual void startTraffic() = 0;
    virtual void stopTraffic() = 0;

Q_SIGNALS:
    // Once a second.
    void sampled(const hearth::Sample &sample, const hearth::Stats &stats);
    void databaseChanged(const hearth::DatabaseStatus &status);
    // A node elsewhere was found, lost or found again; info() may be another one then.
    void linkChanged(const hearth::NodeLink &link);
    // At most every 100 ms while a job runs, and when it ended.
    void warmUpProgressed(const hearth::WarmStatus &status);
    // Cleanups, warm-ups, forced expiries, outages: what is worth a mark on a chart.
    void eventHappened(const hearth::Event &event);
    void trafficChanged(const hearth::TrafficView &traffic);
};

} // namespace hearth
