// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/LocalNode.h"

#include "core/local/EntryListing.h"
#include "core/local/RefreshRun.h"

#include <QFutureWatcher>
#include <QMetaObject>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t eventsOfOneUser = 50;
constexpr std::size_t eventsAtOnce = 100'000;
constexpr std::size_t maximumRejectedNames = 1'000;

// What is worth a mark on a chart; the coming and going of single entries is not.
bool isNotable(const Event &event)
{
    if (event.result != EventResult::Done)
        return false;
    switch (event.kind) {
    case EventKind::Expired:
    case EventKind::Removed:
        return !event.who.empty(); // not what others change in the database, all day long
    case EventKind::Cleanup:
    case EventKind::Warm:
    case EventKind::Database:
    case EventKind::Settings:
    case EventKind::Traffic:
    case EventKind::Restored:
    case EventKind::Erased:
        return true;
    case EventKind::Cached:
    case EventKind::Evicted:
    case EventKind::Failure:
    case EventKind::Refreshed:
    case EventKind::Profile:
    case EventKind::Room:
    case EventKind::Token:
    case EventKind::Revealed:
    case EventKind::Refused:
        return false;
    }
    return false;
}

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

Event triggersEvent(const std::string &who)
{
    Event event;
    event.kind = EventKind::Settings;
    event.who = who;
    event.detail = "triggers installed that tell of changes in the database";
    return event;
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
    , m_gate(std::make_shared<CallGate>())
    , m_stats(services.sampler.stats())
    , m_traffic(viewOfTraffic(services.traffic.state()))
    , m_lastEvent(services.events.lastSeq())
{
    m_pool.setMaxThreadCount(2);
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

LocalNode::ParsedIdentities LocalNode::parsed(const std::vector<std::string> &identities)
{
    ParsedIdentities parsed;
    for (std::size_t i = 0; i < identities.size(); ++i) {
        if (auto id = ProfileId::parse(identities[i])) {
            parsed.ids.push_back(*std::move(id));
            continue;
        } else if (parsed.rejected.empty()) {
            parsed.problem = "Line " + std::to_string(i + 1) + ": " + id.error().detail;
        }
        parsed.rejected.push_back(identities[i]);
    }
    return parsed;
}

Result<std::vector<ProfileId>> LocalNode::allParsed(const std::vector<std::string> &identities)
{
    std::vector<ProfileId> ids;
    for (const std::string &identity : identities) {
        auto id = ProfileId::parse(identity);
        if (!id)
            return id.error();
        ids.push_back(*std::move(id));
    }
    return ids;
}

Result<LocalNode::ParsedRequest> LocalNode::parsed(const WarmRequest &request)
{
    if (const auto *recent = std::get_if<RecentUsers>(&request.whom))
        return ParsedRequest{WarmRecent{recent->count}, {}, request.perSecond};
    if (const auto *language = std::get_if<UsersOfLanguage>(&request.whom))
        return ParsedRequest{WarmLanguage{language->code}, {}, request.perSecond};
    if (std::holds_alternative<ActiveRoomUsers>(request.whom))
        return ParsedRequest{WarmActiveRooms{}, {}, request.perSecond};
    ParsedIdentities identities = parsed(std::get<TheseIdentities>(request.whom).identities);
    if (identities.ids.empty() && !identities.rejected.empty())
        return Error{ErrorCode::InvalidArgument, identities.problem};
    WarmUsers users{std::exchange(identities.ids, {})};
    return ParsedRequest{std::move(users), std::move(identities), request.perSecond};
}

// ---- looking

QFuture<Result<std::vector<Sample>>> LocalNode::samples(std::uint64_t since, std::size_t limit)
{
    using Samples = std::vector<Sample>;
    return inBackground<Samples>([this, since, limit] { return m_services.history.samples(since, limit); });
}

QFuture<Result<EntriesPage>> LocalNode::entries(const EntriesQuery &query)
{
    return inBackground<EntriesPage>([this, query] {
        return listEntries(m_services.cache, m_services.texts, m_services.clock, *m_services.voices.current(), query);
    });
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
    const auto voices = m_services.voices.current();
    const auto voiceOf = [&](const Profile &profile) {
        return voices->resolve(profile.voiceId, profile.voiceProvider, profile.nativeLanguage);
    };
    ProfileView view;
    view.identity = id.text();
    if (const auto entry = m_services.cache.peek(id.text())) {
        const PackedProfile &packed = entry->value;
        const ProfileTexts &texts = m_services.texts;
        view.cached = std::make_shared<const Profile>(unpack(id, packed, texts));
        view.cachedVoice = voiceOf(*view.cached);
        view.entry = rowOf(id.text(), texts.at(packed.texts()), entry->facts, Moment(m_services.clock), *voices);
    }
    view.events = m_services.events.events({0, std::nullopt, id.text(), eventsOfOneUser});
    std::reverse(view.events.begin(), view.events.end());
    if (!loaded) {
        view.databaseProblem = loaded.error().detail;
        return view;
    }
    view.queryTime = loaded->timing.queryTime;
    view.agreement = Agreement::Absent;
    if (!loaded->profile)
        return view;
    view.stored = std::make_shared<const Profile>(*loaded->profile);
    view.storedVoice = voiceOf(*view.stored);
    if (view.cached)
        view.differing = differences(*view.cached, *view.stored);
    view.agreement = view.cached && view.differing.empty() ? Agreement::Same : Agreement::Different;
    return view;
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

void LocalNode::takePlan(std::uint64_t requestId, const WarmPlan &plan, const std::string &problem)
{
    const auto found = m_estimates.find(requestId);
    if (found == m_estimates.end())
        return;
    const PendingEstimate estimate = std::move(found->second);
    m_estimates.erase(found);
    Result<WarmEstimate> result =
        WarmEstimate{plan.requested + estimate.rejected, plan.alreadyCached, plan.toLoad, plan.queries};
    if (!problem.empty())
        result = Error{ErrorCode::Unavailable, problem};
    estimate.promise->addResult(std::move(result));
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
            return ExpiryOutcome{m_services.profiles.expireAll(who), {}, {}};
        // Those who are named are invalidated even if they are not cached; those who match are those who are.
        const auto *named = std::get_if<TheseUsers>(&target);
        const Result<std::vector<ProfileId>> ids = named ? allParsed(named->identities) : activeOf(target);
        if (!ids)
            return ids.error();
        return ExpiryOutcome{m_services.profiles.expire(*ids, who), {}, {}};
    });
}

QFuture<Result<std::uint64_t>> LocalNode::refresh(const std::vector<std::string> &identities)
{
    const Promise<std::uint64_t> promise = pending<std::uint64_t>();
    const auto done = [this, gate = m_gate, promise](Result<std::uint64_t> result) {
        const CallGate::Pass pass(*gate);
        if (pass)
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
        std::erase_if(events, [](const Event &event) { return !isNotable(event); });
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
