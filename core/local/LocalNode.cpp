// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/LocalNode.h"

#include "core/local/EntryListing.h"
#include "core/local/NodeEvents.h"
#include "core/local/RefreshRun.h"
#include "core/node/RevealReason.h"

#include <QFutureWatcher>
#include <QMetaObject>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto listingsLifetime = 10s;
constexpr std::size_t eventsOfOneUser = 50;
constexpr std::size_t eventsAtOnce = 100'000;
constexpr std::size_t maximumRejectedNames = 1'000;

// A traffic that cannot start keeps trying: that is on, too, until somebody stops it.
TrafficView viewOfTraffic(const TrafficState &state)
{
    const bool isOn = state.phase != TrafficPhase::Off && state.phase != TrafficPhase::NoUsers;
    return {isOn, state.settings.getsPerSecond, state.users, state.problem};
}

WarmState warmState(JobState state)
{
    switch (state) {
    case JobState::Running:
        return WarmState::Running;
    case JobState::Done:
        return WarmState::Done;
    case JobState::Cancelled:
        return WarmState::Cancelled;
    case JobState::Failed:
        return WarmState::Failed;
    }
    return WarmState::Failed;
}

ExpiryOutcome outcomeOf(const ForcedExpiry &forced)
{
    return {forced.expired, forced.undoId, forced.undoUntil};
}

const char *wordFor(Served served)
{
    switch (served) {
    case Served::Hit:
        return "hit";
    case Served::Stale:
        return "stale";
    case Served::Miss:
    case Served::Coalesced:
        break;
    }
    return "miss";
}

Error notCached()
{
    return {ErrorCode::NotFound, "That user is not in the cache."};
}

template <class T>
QFuture<Result<T>> answered(Result<T> result)
{
    QPromise<Result<T>> promise;
    promise.start();
    promise.addResult(std::move(result));
    promise.finish();
    return promise.future();
}

template <class T>
auto pending()
{
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    return promise;
}

} // namespace

LocalNode::LocalNode(NodeInfo info, LocalNodeServices services, TrafficSettings traffic, QObject *parent)
    : NodeClient(parent)
    , m_info(std::move(info))
    , m_services(services)
    , m_trafficSettings(traffic)
    , m_views(services.clock, services.cache, services.texts, services.voices)
    , m_listings(services.cache, services.texts, services.clock)
    , m_settings(services.cache, services.profiles, services.cleanup, services.events, services.simulation,
                 !m_info.embedded)
    , m_gate(std::make_shared<CallGate>())
    , m_stats(services.sampler.stats())
    , m_traffic(viewOfTraffic(services.traffic.state()))
    , m_lastEvent(services.events.lastSeq())
{
    m_pool.setMaxThreadCount(2);
    m_listingsTimer.setSingleShot(true);
    m_listingsTimer.setInterval(listingsLifetime);
    connect(&m_listingsTimer, &QTimer::timeout, this, [this] { m_pool.start([this] { m_listings.forget(); }); });
    connect(&services.sampler, &StatsSampler::sampled, this, &LocalNode::takeSample, Qt::QueuedConnection);
    connect(&services.warmUp, &WarmUp::progressed, this, &LocalNode::takeProgress, Qt::QueuedConnection);
    connect(&services.warmUp, &WarmUp::planned, this, &LocalNode::takePlan, Qt::QueuedConnection);
    connect(&services.traffic, &TrafficGenerator::stateChanged, this, &LocalNode::takeTraffic, Qt::QueuedConnection);
}

LocalNode::~LocalNode()
{
    m_gate->close(); // from here on nothing is put into the pool
    m_pool.clear();
    m_pool.waitForDone();
}

NodeInfo LocalNode::info() const
{
    return m_info;
}

Stats LocalNode::stats() const
{
    return m_stats;
}

TrafficView LocalNode::traffic() const
{
    return m_traffic;
}

// ---- how answers come about

template <class T>
void LocalNode::deliver(const Promise<T> &promise, Result<T> result)
{
    QMetaObject::invokeMethod(
        this,
        [promise, result = std::move(result)]() mutable {
            promise->addResult(std::move(result));
            promise->finish();
        },
        Qt::QueuedConnection);
}

template <class T, class Work>
QFuture<Result<T>> LocalNode::inBackground(Work work)
{
    const Promise<T> promise = pending<T>();
    m_pool.start([this, promise, work = std::move(work)] { deliver<T>(promise, work()); });
    return promise->future();
}

// ---- looking

QFuture<Result<std::vector<Sample>>> LocalNode::samples(std::uint64_t since, std::size_t limit)
{
    using Samples = std::vector<Sample>;
    const Promise<Samples> promise = pending<Samples>();
    // Those of before the start may still be on their way from a disk; no thread waits for them.
    m_services.history.whenComplete([this, gate = m_gate, promise, since, limit] {
        const CallGate::Pass pass(*gate);
        if (!pass)
            return;
        m_pool.start(
            [this, promise, since, limit] { deliver<Samples>(promise, m_services.history.samples(since, limit)); });
    });
    return promise->future();
}

QFuture<Result<EntriesPage>> LocalNode::entries(const EntriesQuery &query)
{
    m_listingsTimer.start();
    const Promise<EntriesPage> promise = pending<EntriesPage>();
    m_pool.start([this, promise, query] {
        const auto isWanted = [&promise] { return !promise->isCanceled(); };
        deliver<EntriesPage>(promise, m_listings.page(query, *m_services.voices.current(), isWanted));
    });
    return promise->future();
}

QFuture<Result<ProfileView>> LocalNode::profile(const std::string &identity)
{
    const Result<ProfileId> id = ProfileId::parse(identity);
    if (!id)
        return answered<ProfileView>(id.error());
    const Promise<ProfileView> promise = pending<ProfileView>();
    m_services.profiles.readDatabase(*id, [this, gate = m_gate, promise, id = *id](Result<LoadedProfile> loaded) {
        const CallGate::Pass pass(*gate);
        if (pass)
            m_pool.start([this, promise, id, loaded] { deliver<ProfileView>(promise, viewOf(id, loaded)); });
    });
    return promise->future();
}

ProfileView LocalNode::viewOf(const ProfileId &id, const Result<LoadedProfile> &loaded) const
{
    ProfileView view = m_views.compared(id, loaded);
    view.events = m_services.events.events({0, std::nullopt, id.text(), eventsOfOneUser});
    std::reverse(view.events.begin(), view.events.end());
    return view;
}

QFuture<Result<ProfileView>> LocalNode::peek(const std::string &identity)
{
    const Result<ProfileId> id = ProfileId::parse(identity);
    if (!id)
        return answered<ProfileView>(id.error());
    ProfileView view = m_views.cached(*id);
    return view.entry ? answered<ProfileView>(std::move(view)) : answered<ProfileView>(notCached());
}

// Who has the core in their own program may see all of it: nothing is masked, and so nothing is revealed.
QFuture<Result<ProfileView>> LocalNode::reveal(const std::string &identity, const std::string &reason)
{
    const Result<void> isReason = checkRevealReason(reason);
    return isReason ? profile(identity) : answered<ProfileView>(isReason.error());
}

QFuture<Result<std::vector<Event>>> LocalNode::events(const EventsQuery &query)
{
    return inBackground<std::vector<Event>>([this, query] {
        return m_services.events.events({query.since, query.kind, query.user, query.limit});
    });
}

QFuture<Result<LiveSettings>> LocalNode::settings()
{
    return answered<LiveSettings>(m_settings.current());
}

// The users of a target whose entries are active.
Result<std::vector<ProfileId>> LocalNode::activeOf(const EntriesTarget &target) const
{
    if (const auto *users = std::get_if<TheseUsers>(&target)) {
        const Result<std::vector<ProfileId>> ids = allParsed(users->identities);
        if (!ids)
            return ids.error();
        return activeUsers(m_services.cache, m_services.clock, *ids);
    }
    const auto *matching = std::get_if<MatchingUsers>(&target);
    return activeUsers(m_services.cache, m_services.texts, m_services.clock,
                       matching ? matching->filter : EntriesFilter{});
}

QFuture<Result<ExpiryPreview>> LocalNode::previewExpiry(const EntriesTarget &target)
{
    return inBackground<ExpiryPreview>([this, target]() -> Result<ExpiryPreview> {
        if (!std::holds_alternative<TheseUsers>(target)) {
            const auto *matching = std::get_if<MatchingUsers>(&target);
            return previewOf(m_services.cache, m_services.texts, m_services.clock,
                             matching ? matching->filter : EntriesFilter{});
        }
        Result<std::vector<ProfileId>> users = activeOf(target);
        if (!users)
            return users.error();
        return previewOf(*std::move(users));
    });
}

QFuture<Result<WarmEstimate>> LocalNode::estimateWarmUp(const WarmRequest &request)
{
    const Promise<WarmEstimate> promise = pending<WarmEstimate>();
    m_pool.start([this, promise, request] {
        Result<ParsedRequest> parsedRequest = parsed(request);
        if (!parsedRequest)
            return deliver<WarmEstimate>(promise, parsedRequest.error());
        // Shared, because the GUI thread must not copy a million users.
        const auto shared = std::make_shared<const ParsedRequest>(*std::move(parsedRequest));
        const auto ask = [this, promise, shared] {
            const std::uint64_t number = ++m_lastEstimate;
            m_estimates[number] = {promise, shared->identities.rejected.size()};
            WarmUp &warmUp = m_services.warmUp;
            QMetaObject::invokeMethod(
                &warmUp, [&warmUp, number, shared] { warmUp.plan(number, shared->target, shared->perSecond); },
                Qt::QueuedConnection);
            giveUpWith(promise->future(), number);
        };
        QMetaObject::invokeMethod(this, ask, Qt::QueuedConnection);
    });
    return promise->future();
}

// Who cancels the future wants no estimate any more: the database need not go on either.
void LocalNode::giveUpWith(const QFuture<Result<WarmEstimate>> &future, std::uint64_t number)
{
    auto *watcher = new QFutureWatcher<Result<WarmEstimate>>(this);
    connect(watcher, &QFutureWatcherBase::finished, watcher, [this, watcher, number] {
        watcher->deleteLater();
        if (m_estimates.erase(number) == 0)
            return; // it was answered
        WarmUp &warmUp = m_services.warmUp;
        QMetaObject::invokeMethod(
            &warmUp, [&warmUp, number] { warmUp.cancelPlan(number); }, Qt::QueuedConnection);
    });
    connect(watcher, &QFutureWatcherBase::canceled, watcher, &QFutureWatcherBase::finished);
    watcher->setFuture(future);
}

void LocalNode::takePlan(std::uint64_t requestId, const Result<WarmPlan> &plan)
{
    const auto found = m_estimates.find(requestId);
    if (found == m_estimates.end())
        return;
    const PendingEstimate estimate = std::move(found->second);
    m_estimates.erase(found);
    estimate.promise->addResult(
        plan ? Result<WarmEstimate>(
                   WarmEstimate{plan->requested + estimate.rejected, plan->alreadyCached, plan->toLoad, plan->queries})
             : Result<WarmEstimate>(plan.error()));
    estimate.promise->finish();
}

// ---- acting

QFuture<Result<CleanupOutcome>> LocalNode::cleanUp()
{
    return inBackground<CleanupOutcome>([this, who = m_actor] {
        const CleanupReport report = m_services.cleanup.cleanUpNow(who);
        return CleanupOutcome{report.initialCount, report.removed, report.finalCount, report.took, report.keptStale};
    });
}

QFuture<Result<ExpiryOutcome>> LocalNode::expire(const EntriesTarget &target)
{
    return inBackground<ExpiryOutcome>([this, target, who = m_actor]() -> Result<ExpiryOutcome> {
        if (std::holds_alternative<AllUsers>(target))
            return outcomeOf(m_services.undo.expireAll(who));
        // Those who are named are invalidated even if they are not cached; those who match are those who are.
        const auto *named = std::get_if<TheseUsers>(&target);
        const Result<std::vector<ProfileId>> ids = named ? allParsed(named->identities) : activeOf(target);
        if (!ids)
            return ids.error();
        return outcomeOf(m_services.undo.expire(*ids, who));
    });
}

QFuture<Result<UndoOutcome>> LocalNode::undoExpiry(const std::string &undoId)
{
    return inBackground<UndoOutcome>([this, undoId, who = m_actor]() -> Result<UndoOutcome> {
        const Result<UndoneExpiry> undone = m_services.undo.undo(undoId, who);
        if (!undone)
            return undone.error();
        return UndoOutcome{undone->restored, undone->skipped};
    });
}

QFuture<Result<ProfileReading>> LocalNode::read(const std::string &identity)
{
    const Result<ProfileId> id = ProfileId::parse(identity);
    if (!id)
        return answered<ProfileReading>(id.error());
    const Promise<ProfileReading> promise = pending<ProfileReading>();
    const MonotonicTime begin = m_services.clock.now();
    m_services.profiles.get(*id, UnknownUser::NotFound,
                            [this, gate = m_gate, promise, id = *id, begin](const Result<ServedProfile> &served) {
                                const CallGate::Pass pass(*gate);
                                if (!pass)
                                    return;
                                if (!served)
                                    return deliver<ProfileReading>(promise, served.error());
                                ProfileReading reading;
                                reading.took = m_services.clock.now() - begin;
                                reading.profile = std::make_shared<const Profile>(served->profile(id));
                                reading.voice = m_services.voices.current()->resolve(reading.profile->voiceId,
                                                                                     reading.profile->voiceProvider,
                                                                                     reading.profile->nativeLanguage);
                                reading.servedAs = wordFor(served->served());
                                deliver<ProfileReading>(promise, std::move(reading));
                            });
    return promise->future();
}

QFuture<Result<std::uint64_t>> LocalNode::refresh(const std::vector<std::string> &identities)
{
    const Promise<std::uint64_t> promise = pending<std::uint64_t>();
    const auto done = [this, gate = m_gate, promise, identities, who = m_actor](Result<std::uint64_t> result) {
        const CallGate::Pass pass(*gate);
        if (!pass)
            return;
        if (result)
            m_services.events.append(refreshedEvent(identities, *result, who));
        deliver<std::uint64_t>(promise, std::move(result));
    };
    // In the background, because a database that refuses does so at once, user by user.
    m_pool.start([&profiles = m_services.profiles, identities, done] {
        Result<std::vector<ProfileId>> ids = allParsed(identities);
        if (!ids)
            return done(ids.error());
        std::make_shared<RefreshRun>(profiles, *std::move(ids), done)->start();
    });
    return promise->future();
}

QFuture<Result<std::uint64_t>> LocalNode::remove(const std::vector<std::string> &identities)
{
    return inBackground<std::uint64_t>([this, identities, who = m_actor]() -> Result<std::uint64_t> {
        const Result<std::vector<ProfileId>> ids = allParsed(identities);
        if (!ids)
            return ids.error();
        return m_services.profiles.remove(*ids, who);
    });
}

QFuture<Result<std::uint64_t>> LocalNode::warmUp(const WarmRequest &request)
{
    const Promise<std::uint64_t> promise = pending<std::uint64_t>();
    m_pool.start([this, promise, request, who = m_actor] {
        Result<ParsedRequest> parsedRequest = parsed(request);
        if (!parsedRequest)
            return deliver<std::uint64_t>(promise, parsedRequest.error());
        const auto shared = std::make_shared<const ParsedRequest>(*std::move(parsedRequest));
        const auto begin = [this, promise, shared, who] {
            WarmUp &warmUp = m_services.warmUp;
            const std::uint64_t jobId = warmUp.reserveJobId();
            if (!shared->identities.rejected.empty())
                m_rejectedOfJobs.emplace(jobId, shared);
            promise->addResult(jobId);
            promise->finish();
            QMetaObject::invokeMethod(
                &warmUp, [&warmUp, jobId, shared, who] { warmUp.start(jobId, shared->target, who, shared->perSecond); },
                Qt::QueuedConnection);
        };
        QMetaObject::invokeMethod(this, begin, Qt::QueuedConnection);
    });
    return promise->future();
}

void LocalNode::cancelWarmUp(std::uint64_t jobId)
{
    WarmUp &warmUp = m_services.warmUp;
    QMetaObject::invokeMethod(
        &warmUp, [&warmUp, jobId] { warmUp.cancel(jobId); }, Qt::QueuedConnection);
}

QFuture<Result<LiveSettings>> LocalNode::changeSettings(const LiveSettingsChange &change)
{
    const Promise<LiveSettings> promise = pending<LiveSettings>();
    m_pool.start([this, gate = m_gate, promise, change, who = m_actor] {
        m_settings.change(change, who, [this, gate, promise](Result<LiveSettings> settings) {
            const CallGate::Pass pass(*gate);
            if (pass)
                deliver<LiveSettings>(promise, std::move(settings));
        });
    });
    return promise->future();
}

// What is removed takes with it what is remembered of an unknown user, and what is being loaded now. The events come
// last, so that those of the removal are nameless, too.
QFuture<Result<void>> LocalNode::erase(const std::string &identity)
{
    return inBackground<void>([this, identity, who = m_actor]() -> Result<void> {
        const Result<ProfileId> id = ProfileId::parse(identity);
        if (!id)
            return id.error();
        const std::uint64_t removed = m_services.profiles.remove({*id}, who);
        if (m_services.forgetTokens)
            m_services.forgetTokens(*id);
        const std::uint64_t nameless = m_services.events.erase(id->text());
        m_services.events.append(erasedEvent(removed, nameless, who));
        return {};
    });
}

QFuture<Result<std::string>> LocalNode::triggersSql()
{
    if (!m_services.triggers.sql)
        return NodeClient::triggersSql();
    QPromise<Result<std::string>> promise;
    promise.start();
    promise.addResult(m_services.triggers.sql());
    promise.finish();
    return promise.future();
}

QFuture<Result<TriggerInstallation>> LocalNode::installTriggers()
{
    if (!m_services.triggers.install)
        return NodeClient::installTriggers();
    const Promise<TriggerInstallation> promise = pending<TriggerInstallation>();
    m_services.triggers.install([this, gate = m_gate, promise, who = m_actor](const Result<void> &result) {
        const CallGate::Pass pass(*gate);
        if (!pass)
            return;
        TriggerInstallation outcome{bool(result), {}, {}};
        if (result)
            m_services.events.append(triggersEvent(who));
        else if (result.error().code == ErrorCode::PermissionDenied)
            outcome = {false, result.error().detail, m_services.triggers.sql()};
        else
            return deliver<TriggerInstallation>(promise, result.error());
        deliver<TriggerInstallation>(promise, std::move(outcome));
    });
    return promise->future();
}

void LocalNode::startTraffic()
{
    TrafficGenerator &traffic = m_services.traffic;
    QMetaObject::invokeMethod(
        &traffic, [&traffic, settings = m_trafficSettings, who = m_actor] { traffic.start(settings, who); },
        Qt::QueuedConnection);
}

void LocalNode::stopTraffic()
{
    TrafficGenerator &traffic = m_services.traffic;
    QMetaObject::invokeMethod(
        &traffic, [&traffic, who = m_actor] { traffic.stop(who); }, Qt::QueuedConnection);
}

// ---- what happens

void LocalNode::setDatabaseStatus(const DatabaseStatus &status)
{
    m_stats.database = status;
    const DatabaseStatus before = std::exchange(m_database, status);
    if (before != status)
        Q_EMIT databaseChanged(status);
}

void LocalNode::takeSample(const Sample &sample, const Stats &stats)
{
    m_stats = stats;
    Q_EMIT sampled(sample, stats);
    pollEvents();
}

void LocalNode::pollEvents()
{
    if (std::exchange(m_isPolling, true))
        return;
    m_pool.start([this, since = m_lastEvent] {
        std::vector<Event> events = m_services.events.events({since, std::nullopt, {}, eventsAtOnce});
        const std::uint64_t upTo = events.empty() ? since : events.back().seq;
        std::erase_if(events, [](const Event &event) { return !isWorthAMark(event); });
        QMetaObject::invokeMethod(
            this, [this, upTo, events = std::move(events)] { takeEvents(upTo, events); }, Qt::QueuedConnection);
    });
}

void LocalNode::takeEvents(std::uint64_t upTo, const std::vector<Event> &notable)
{
    m_lastEvent = upTo;
    m_isPolling = false;
    for (const Event &event : notable)
        Q_EMIT eventHappened(event);
}

void LocalNode::takeProgress(const WarmProgress &progress)
{
    WarmStatus status{progress.jobId,   warmState(progress.state), progress.requested,  progress.done,
                      progress.warmed,  progress.alreadyCached,    progress.notFound,   progress.failed,
                      progress.elapsed, progress.problem,          progress.failedUsers};
    const auto rejected = m_rejectedOfJobs.find(progress.jobId);
    if (rejected != m_rejectedOfJobs.end()) {
        const ParsedIdentities &identities = rejected->second->identities;
        const std::vector<std::string> &names = identities.rejected;
        status.requested += names.size();
        status.done += names.size();
        status.failed += names.size();
        if (status.problem.empty())
            status.problem = identities.problem;
        const std::size_t room = maximumRejectedNames - std::min(maximumRejectedNames, status.failedUsers.size());
        const auto shown = static_cast<std::ptrdiff_t>(std::min(room, names.size()));
        status.failedUsers.insert(status.failedUsers.end(), names.begin(), names.begin() + shown);
        if (progress.state != JobState::Running)
            m_rejectedOfJobs.erase(rejected);
    }
    Q_EMIT warmUpProgressed(status);
}

void LocalNode::takeTraffic(const TrafficState &state)
{
    m_traffic = viewOfTraffic(state);
    Q_EMIT trafficChanged(m_traffic);
}

} // namespace hearth
