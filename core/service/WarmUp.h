// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"
#include "core/service/OpenQueries.h"
#include "core/service/ProfileService.h"

#include <QObject>

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace hearth {

// Whom to warm.
struct WarmUsers {
    std::vector<ProfileId> ids;
};
struct WarmRecent {
    std::size_t count = 0;
}; // the users whose rows changed last
struct WarmLanguage {
    std::string code;
};
using WarmTarget = std::variant<WarmUsers, WarmRecent, WarmLanguage>;

enum class JobState : std::uint8_t { Running, Done, Cancelled, Failed };

// How a warm-up is getting on. requested = warmed + alreadyCached + notFound + failed when it is done.
struct WarmProgress {
    std::uint64_t jobId = 0;
    JobState state = JobState::Running;
    std::uint64_t requested = 0;
    std::uint64_t done = 0;
    std::uint64_t warmed = 0;
    std::uint64_t alreadyCached = 0;
    std::uint64_t notFound = 0;
    std::uint64_t failed = 0;
    std::chrono::milliseconds elapsed{};
    std::string problem;                  // a sentence, when something failed
    std::vector<std::string> failedUsers; // at most 1,000, for a retry
};

// What a warm-up would do. Nothing is loaded to find out, except whom the target means.
struct WarmPlan {
    std::uint64_t requested = 0;
    std::uint64_t alreadyCached = 0;
    std::uint64_t toLoad = 0;
    std::uint64_t queries = 0;
};

// Loads users into the cache before anybody asks: several hundred in one query, one query at a time, those skipped
// that are cached already. Several jobs run one after the other. A job ends early when there is no use in going on:
// the database cannot be reached, or does not let us read.
//
// Lives on the service thread; slots must be invoked queued. Progress is a signal at most every 100 ms and at the end.
class WarmUp : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t batchSize = 200;
    static constexpr std::size_t maximumFailedUsers = 1'000;

    WarmUp(const Clock &clock, ProfileCache &cache, ProfileRepository &repository, ProfileService &service,
           EventLog &events, QObject *parent = nullptr);
    ~WarmUp() override;

    // Gives the job its number at once; any thread.
    std::uint64_t reserveJobId();

public Q_SLOTS:
    void start(std::uint64_t jobId, const hearth::WarmTarget &target, const std::string &who);
    void cancel(std::uint64_t jobId);
    // Answers with planned().
    void plan(std::uint64_t requestId, const hearth::WarmTarget &target);

Q_SIGNALS:
    void progressed(const hearth::WarmProgress &progress);
    // problem: a sentence, when it could not be found out; then the plan is empty.
    void planned(std::uint64_t requestId, const hearth::WarmPlan &plan, const std::string &problem);

private:
    using Ids = std::vector<ProfileId>;
    struct Job;
    struct Planning;

    void planNextTurn(const std::shared_ptr<Planning> &planning);
    void runNextJob();
    void resolve(const WarmTarget &target, std::function<void(Result<Ids>)> done);
    void begin(Result<std::vector<ProfileId>> ids);
    void nextBatch();
    void load(std::vector<ProfileId> batch);
    void batchLoaded(const std::vector<ProfileId> &batch, const std::vector<Generation> &generations,
                     Result<LoadedProfiles> loaded);
    void store(const std::vector<ProfileId> &batch, const std::vector<Generation> &generations, LoadedProfiles loaded);
    void fail(Ids::const_iterator begin, Ids::const_iterator end, const std::string &problem);
    void failRest(const std::string &problem);
    void report();
    void finish(JobState state);
    // Makes `then` run on the service thread, whatever thread the answer came on.
    template <class T>
    Completion<T> here(std::function<void(Result<T>)> then);

    const Clock &m_clock;
    ProfileCache &m_cache;
    ProfileRepository &m_repository;
    ProfileService &m_service;
    EventLog &m_events;
    const std::shared_ptr<OpenQueries> m_queries;
    std::atomic<std::uint64_t> m_lastJobId = 0;
    std::deque<std::unique_ptr<Job>> m_waiting; // service thread only
    std::unique_ptr<Job> m_job;                 // the one that runs; service thread only
};

} // namespace hearth
