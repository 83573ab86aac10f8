// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmUp.h"

#include "core/base/Format.h"
#include "core/base/SeqPoint.h"

#include <QMetaObject>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr auto progressInterval = 100ms;
// How many users are looked at before other work of the service thread gets its turn.
constexpr std::size_t usersPerTurn = 5'000;

std::vector<ProfileId> withoutRepetitions(const std::vector<ProfileId> &ids)
{
    std::unordered_set<ProfileId> seen;
    std::vector<ProfileId> unique;
    for (const ProfileId &id : ids) {
        if (seen.insert(id).second)
            unique.push_back(id);
    }
    return unique;
}

std::string summaryOf(const WarmProgress &progress)
{
    std::string text = "warmed " + format::count(progress.warmed) + " of " + format::count(progress.requested);
    const auto mention = [&text](std::uint64_t count, const char *words) {
        if (count > 0)
            text += ", " + format::count(count) + words;
    };
    mention(progress.alreadyCached, " cached already");
    mention(progress.notFound, " unknown");
    mention(progress.failed, " failed");
    if (progress.state == JobState::Cancelled)
        text += ", cancelled";
    text += ", " + format::span(progress.elapsed);
    if (!progress.problem.empty())
        text += ": " + progress.problem;
    return text;
}

} // namespace

struct WarmUp::Job {
    WarmTarget target;
    std::string who;
    MonotonicTime startedAt{};
    MonotonicTime reportedAt{};
    std::vector<ProfileId> ids;
    std::size_t position = 0; // of the next user to look at
    bool isCancelled = false;
    WarmProgress progress;
};

struct WarmUp::Planning {
    std::uint64_t requestId = 0;
    std::vector<ProfileId> ids;
    std::size_t position = 0; // of the next user to look at
    std::uint64_t alreadyCached = 0;
};

WarmUp::WarmUp(const Clock &clock, ProfileCache &cache, ProfileRepository &repository, ProfileService &service,
               EventLog &events, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_cache(cache)
    , m_repository(repository)
    , m_service(service)
    , m_events(events)
    , m_queries(std::make_shared<OpenQueries>())
{
}

WarmUp::~WarmUp()
{
    m_queries->close();
}

std::uint64_t WarmUp::reserveJobId()
{
    return ++m_lastJobId;
}

template <class T>
Completion<T> WarmUp::here(std::function<void(Result<T>)> then)
{
    return [this, then = std::move(then)](Result<T> result) {
        QMetaObject::invokeMethod(
            this, [then, result = std::move(result)]() mutable { then(std::move(result)); }, Qt::QueuedConnection);
    };
}

void WarmUp::start(std::uint64_t jobId, const WarmTarget &target, const std::string &who)
{
    auto job = std::make_unique<Job>();
    job->target = target;
    job->who = who;
    job->startedAt = m_clock.now();
    job->progress.jobId = jobId;
    m_waiting.push_back(std::move(job));
    if (!m_job)
        runNextJob();
}

void WarmUp::cancel(std::uint64_t jobId)
{
    if (m_job && m_job->progress.jobId == jobId)
        m_job->isCancelled = true; // what is being loaded is still stored
    for (const auto &job : m_waiting) {
        if (job->progress.jobId == jobId)
            job->isCancelled = true;
    }
}

void WarmUp::plan(std::uint64_t requestId, const WarmTarget &target)
{
    resolve(target, [this, requestId](Result<std::vector<ProfileId>> ids) {
        if (!ids) {
            Q_EMIT planned(requestId, {}, ids.error().detail);
            return;
        }
        auto planning = std::make_shared<Planning>();
        planning->requestId = requestId;
        planning->ids = *std::move(ids);
        planNextTurn(planning);
    });
}

void WarmUp::planNextTurn(const std::shared_ptr<Planning> &planning)
{
    HEARTH_SEQ_POINT("WarmUp.planNextTurn");
    const std::vector<ProfileId> &ids = planning->ids;
    const std::size_t end = std::min(planning->position + usersPerTurn, ids.size());
    for (; planning->position < end; ++planning->position)
        planning->alreadyCached += m_service.isActive(ids[planning->position]) ? 1 : 0;
    if (end < ids.size()) {
        QMetaObject::invokeMethod(
            this, [this, planning] { planNextTurn(planning); }, Qt::QueuedConnection);
        return;
    }
    WarmPlan plan;
    plan.requested = ids.size();
    plan.alreadyCached = planning->alreadyCached;
    plan.toLoad = plan.requested - plan.alreadyCached;
    plan.queries = (plan.toLoad + batchSize - 1) / batchSize;
    Q_EMIT planned(planning->requestId, plan, {});
}

void WarmUp::runNextJob()
{
    if (m_waiting.empty())
        return;
    m_job = std::move(m_waiting.front());
    m_waiting.pop_front();
    m_job->startedAt = m_clock.now();
    resolve(m_job->target, [this](Result<std::vector<ProfileId>> ids) { begin(std::move(ids)); });
}

// Finds out whom the target means. `done` runs on the service thread, for a list of users before this returns.
void WarmUp::resolve(const WarmTarget &target, std::function<void(Result<Ids>)> done)
{
    if (const auto *users = std::get_if<WarmUsers>(&target))
        return done(withoutRepetitions(users->ids));
    const std::size_t most = m_cache.maxEntries();
    const auto ask = [&](const Completion<Ids> &answer) {
        if (const auto *recent = std::get_if<WarmRecent>(&target))
            m_repository.recentIds(std::min(recent->count, most), answer);
        else
            m_repository.idsByLanguage(std::get<WarmLanguage>(target).code, most, answer);
    };
    m_queries->ask<Ids>(ask, here<Ids>(std::move(done)));
}

void WarmUp::begin(Result<std::vector<ProfileId>> ids)
{
    if (!ids) {
        m_job->progress.problem = ids.error().detail;
        return finish(JobState::Failed);
    }
    m_job->ids = *std::move(ids);
    m_job->progress.requested = m_job->ids.size();
    m_job->reportedAt = m_clock.now();
    Q_EMIT progressed(m_job->progress);
    nextBatch();
}

void WarmUp::nextBatch()
{
    Job &job = *m_job;
    std::vector<ProfileId> batch;
    for (std::size_t seen = 0; seen < usersPerTurn && batch.size() < batchSize; ++seen) {
        if (job.isCancelled)
            return finish(JobState::Cancelled);
        if (job.position == job.ids.size())
            break;
        const ProfileId &id = job.ids[job.position++];
        if (m_service.isActive(id)) {
            ++job.progress.alreadyCached;
            ++job.progress.done;
        } else {
            batch.push_back(id);
        }
    }
    report();
    if (!batch.empty())
        load(std::move(batch));
    else if (job.position == job.ids.size())
        finish(JobState::Done);
    else
        QMetaObject::invokeMethod(this, &WarmUp::nextBatch, Qt::QueuedConnection);
}

void WarmUp::load(std::vector<ProfileId> batch)
{
    std::vector<Generation> generations;
    generations.reserve(batch.size());
    for (const ProfileId &id : batch)
        generations.push_back(m_cache.generation(id.text()));
    const auto ask = [&](Completion<LoadedProfiles> answer) { m_repository.findMany(batch, std::move(answer)); };
    const auto take = [this, batch, generations](Result<LoadedProfiles> loaded) {
        batchLoaded(batch, generations, std::move(loaded));
    };
    m_queries->ask<LoadedProfiles>(ask, here<LoadedProfiles>(take));
}

void WarmUp::batchLoaded(const std::vector<ProfileId> &batch, const std::vector<Generation> &generations,
                         Result<LoadedProfiles> loaded)
{
    m_job->progress.done += batch.size();
    if (loaded) {
        store(batch, generations, *std::move(loaded));
    } else {
        fail(batch.begin(), batch.end(), loaded.error().detail);
        if (concernsEveryUser(loaded.error().code)) {
            failRest(loaded.error().detail);
            return finish(JobState::Failed);
        }
    }
    nextBatch();
}

void WarmUp::store(const std::vector<ProfileId> &batch, const std::vector<Generation> &generations,
                   LoadedProfiles loaded)
{
    HEARTH_SEQ_POINT("WarmUp.store.loaded");
    std::unordered_map<ProfileId, Generation> asked;
    for (std::size_t i = 0; i < batch.size(); ++i)
        asked.emplace(batch[i], generations[i]);

    std::vector<ProfileService::WarmRow> rows;
    std::vector<ProfileId> present;
    for (Profile &profile : loaded.profiles) {
        const auto found = asked.find(profile.identity);
        if (found == asked.end())
            continue;
        present.push_back(profile.identity);
        rows.push_back({std::move(profile), found->second});
        asked.erase(found);
    }
    const auto [stored, uncacheable] = m_service.storeWarmed(rows, loaded.timing);
    for (const auto &[id, generation] : asked)
        m_cache.removeIfReadBefore(id.text(), loaded.timing.sentAt);

    WarmProgress &progress = m_job->progress;
    progress.warmed += stored;
    progress.notFound += asked.size();
    if (stored == present.size())
        return;
    // Not stored: somebody else loaded them meanwhile, they were invalidated, or cannot be cached; nothing is cached.
    std::erase_if(present, [this](const ProfileId &id) { return m_service.isActive(id); });
    const std::size_t lost = std::min(present.size(), batch.size() - asked.size() - stored);
    present.resize(lost, batch.front());
    fail(present.begin(), present.end(),
         uncacheable > 0 ? "The cache has no place for the languages and voices of some users."
                         : "Some users were invalidated while they were loaded.");
    progress.alreadyCached += batch.size() - asked.size() - stored - lost;
}

void WarmUp::fail(Ids::const_iterator begin, Ids::const_iterator end, const std::string &problem)
{
    if (begin == end)
        return;
    WarmProgress &progress = m_job->progress;
    progress.failed += static_cast<std::uint64_t>(end - begin);
    progress.problem = problem;
    for (; begin != end && progress.failedUsers.size() < maximumFailedUsers; ++begin)
        progress.failedUsers.push_back(begin->text());
}

void WarmUp::failRest(const std::string &problem)
{
    Job &job = *m_job;
    fail(job.ids.cbegin() + static_cast<std::ptrdiff_t>(job.position), job.ids.cend(), problem);
    job.progress.done += job.ids.size() - job.position;
    job.position = job.ids.size();
}

void WarmUp::report()
{
    const MonotonicTime now = m_clock.now();
    m_job->progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_job->startedAt);
    if (now - m_job->reportedAt < progressInterval)
        return;
    m_job->reportedAt = now;
    Q_EMIT progressed(m_job->progress);
}

void WarmUp::finish(JobState state)
{
    const std::unique_ptr<Job> job = std::move(m_job);
    WarmProgress &progress = job->progress;
    progress.state = state;
    progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(m_clock.now() - job->startedAt);

    Event event;
    event.kind = EventKind::Warm;
    event.who = job->who;
    event.count = progress.warmed;
    event.detail = summaryOf(progress);
    m_events.append(std::move(event));
    Q_EMIT progressed(progress);
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (!m_job)
                runNextJob();
        },
        Qt::QueuedConnection);
}

} // namespace hearth
