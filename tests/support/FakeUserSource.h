// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/service/UserSource.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace hearth {

// Users in memory, and a stream that goes on as the test says.
//
// Thread-safe. By default a stream runs at once, to its end, on the asking thread. hold() makes it wait before each
// step: its begin, each portion of rows, its end; releaseOne() lets one step happen, on the releasing thread. A stop
// ends it at once, also while it is held, on the thread that asks for it. Rows are those of the moment of asking.
// A stream that is never released is a database that never answers; its completion is dropped unanswered.
class FakeUserSource final : public UserSource
{
public:
    // With a clock, QueryTiming::sentAt is the time of asking, unless the begin happens later: then of that.
    explicit FakeUserSource(const Clock *clock = nullptr)
        : m_clock(clock)
    {
    }

    // ---- what the test says

    // A row without a version gets one.
    void add(Profile profile, std::optional<WallTime> createdAt = {})
    {
        MutexLock lock(m_mutex);
        std::erase_if(m_rows, [&](const Row &row) { return row.profile.identity == profile.identity; });
        ++m_writes;
        if (profile.rowVersion == 0)
            profile.rowVersion = m_writes;
        m_rows.push_back({std::move(profile), createdAt});
    }
    void addRoom(const std::string &hostIdentity, bool isActive = true)
    {
        MutexLock lock(m_mutex);
        if (isActive)
            m_hosts.insert(hostIdentity);
    }
    // Rows that are given at once.
    void setPortion(std::size_t rows)
    {
        MutexLock lock(m_mutex);
        m_portion = std::max<std::size_t>(rows, 1);
    }
    // Whoever asks from now on is failed so, after so many rows; without rows not even the begin happens.
    void failWith(Error error, std::size_t afterRows = 0)
    {
        MutexLock lock(m_mutex);
        m_error = std::move(error);
        m_errorAfter = afterRows;
    }
    void answerNormally()
    {
        MutexLock lock(m_mutex);
        m_error.reset();
    }
    // Streams and counts wait from now on.
    void hold()
    {
        MutexLock lock(m_mutex);
        m_holding = true;
    }
    // Lets the next step of the oldest that waits happen, on this thread. Returns: false when nothing waits.
    bool releaseOne()
    {
        {
            MutexLock lock(m_mutex);
            if (m_jobs.empty())
                return false;
            ++m_released;
        }
        pump();
        return true;
    }
    // Lets all that waits run to its end, and no longer holds.
    void release()
    {
        {
            MutexLock lock(m_mutex);
            m_holding = false;
            m_released = 0;
        }
        pump();
    }
    // Waits until so many streams and counts are there that have not ended. Returns: false when not within the limit.
    bool waitForHeld(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds(20))
    {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        MutexLock lock(m_mutex);
        while (m_jobs.size() < count) {
            const auto left = deadline - std::chrono::steady_clock::now();
            if (left <= left.zero())
                return false;
            m_asked.waitFor(m_mutex, left);
        }
        return true;
    }

    // ---- what the test asks

    std::size_t heldCount() const
    {
        MutexLock lock(m_mutex);
        return m_jobs.size();
    }
    std::uint64_t streamCount() const
    {
        MutexLock lock(m_mutex);
        return m_streams;
    }
    std::uint64_t idStreamCount() const
    {
        MutexLock lock(m_mutex);
        return m_idStreams;
    }
    std::uint64_t countCount() const
    {
        MutexLock lock(m_mutex);
        return m_counts;
    }
    // Of the last question.
    std::optional<UserGroup> lastGroup() const
    {
        MutexLock lock(m_mutex);
        return m_lastGroup;
    }
    std::size_t lastLimit() const
    {
        MutexLock lock(m_mutex);
        return m_lastLimit;
    }

    // ---- UserSource

    void count(UserGroup group, std::size_t limit, Completion<std::uint64_t> done) override
    {
        auto job = std::make_shared<Job>();
        job->end = [done = std::move(done)](const std::optional<Error> &error, const StreamEnd &end) {
            done(error ? Result<std::uint64_t>(*error) : Result<std::uint64_t>(end.rows));
        };
        job->isCount = true;
        run(std::move(job), group, limit, &FakeUserSource::m_counts);
    }

    void stream(UserGroup group, std::size_t limit, Taker taker, std::stop_token stop,
                Completion<StreamEnd> done) override
    {
        auto job = std::make_shared<Job>();
        job->begin = std::move(taker.begin);
        job->give = std::move(taker.rows);
        job->end = streamEnd(std::move(done));
        job->stop = std::move(stop);
        run(std::move(job), group, limit, &FakeUserSource::m_streams);
    }

    void streamIds(UserGroup group, std::size_t limit, std::function<void(const std::vector<ProfileId> &)> take,
                   std::stop_token stop, Completion<StreamEnd> done) override
    {
        auto job = std::make_shared<Job>();
        job->give = [take = std::move(take)](const std::vector<Profile> &rows) {
            std::vector<ProfileId> ids;
            for (const Profile &row : rows)
                ids.push_back(row.identity);
            take(ids);
        };
        job->end = streamEnd(std::move(done));
        job->stop = std::move(stop);
        run(std::move(job), group, limit, &FakeUserSource::m_idStreams);
    }

private:
    struct Row {
        Profile profile;
        std::optional<WallTime> createdAt;
        std::optional<WallTime> time() const { return profile.updatedAt ? profile.updatedAt : createdAt; }
    };
    struct Job {
        std::vector<Profile> rows;
        std::function<void(MonotonicTime)> begin;
        std::function<void(const std::vector<Profile> &)> give;
        std::function<void(const std::optional<Error> &, const StreamEnd &)> end;
        bool isCount = false;
        std::stop_token stop;
        std::optional<Error> error;
        std::size_t errorAfter = 0;
        bool hasBegun = false;
        StreamEnd result;
        std::vector<Profile> portion; // one for all portions: takers may not keep it
        std::optional<std::stop_callback<std::function<void()>>> onStop;
    };
    using JobPtr = std::shared_ptr<Job>;

    static std::function<void(const std::optional<Error> &, const StreamEnd &)> streamEnd(Completion<StreamEnd> done)
    {
        return [done = std::move(done)](const std::optional<Error> &error, const StreamEnd &end) {
            done(error ? Result<StreamEnd>(*error) : Result<StreamEnd>(end));
        };
    }

    void run(JobPtr job, const UserGroup &group, std::size_t limit, std::uint64_t FakeUserSource::*counter)
    {
        {
            MutexLock lock(m_mutex);
            ++(this->*counter);
            m_lastGroup = group;
            m_lastLimit = limit;
            job->rows = rowsLocked(group, limit);
            job->error = m_error;
            job->errorAfter = m_errorAfter;
            if (m_clock)
                job->result.timing.sentAt = m_clock->now();
            m_jobs.push_back(job);
            m_asked.notifyAll();
        }
        if (job->stop.stop_possible())
            job->onStop.emplace(job->stop, [this] { pump(); });
        pump();
    }

    std::vector<Profile> rowsLocked(const UserGroup &group, std::size_t limit) const HEARTH_REQUIRES(m_mutex)
    {
        std::vector<Row> found;
        for (const Row &row : m_rows) {
            const auto *speakers = std::get_if<SpeakersOf>(&group);
            const bool isHost = m_hosts.contains(row.profile.identity.text());
            if (speakers ? row.profile.nativeLanguage == speakers->languageCode
                         : isHost || !std::holds_alternative<HostsOfActiveRooms>(group))
                found.push_back(row);
        }
        std::sort(found.begin(), found.end(), [](const Row &left, const Row &right) {
            return left.time() != right.time() ? left.time() > right.time() // none is less than any
                                               : left.profile.identity < right.profile.identity;
        });
        if (const auto *recent = std::get_if<RecentlyUpdated>(&group))
            limit = std::min(limit, recent->count);
        std::vector<Profile> rows;
        for (std::size_t i = 0; i < std::min(limit, found.size()); ++i)
            rows.push_back(found[i].profile);
        return rows;
    }

    // Which job may do a step now: one that was stopped, else the oldest as far as it is released.
    JobPtr nextLocked() HEARTH_REQUIRES(m_mutex)
    {
        for (const JobPtr &job : m_jobs) {
            if (job->stop.stop_requested())
                return job;
        }
        if (m_jobs.empty())
            m_released = 0;
        if (m_jobs.empty() || (m_holding && m_released == 0))
            return nullptr;
        if (m_holding)
            --m_released;
        return m_jobs.front();
    }

    // Does all steps that may be done. One thread at a time; another one's are done by it.
    void pump()
    {
        for (bool isMine = false;;) {
            JobPtr job;
            {
                MutexLock lock(m_mutex);
                if (m_isPumping && !isMine)
                    return;
                job = nextLocked();
                m_isPumping = isMine = job != nullptr;
            }
            if (!job)
                return;
            if (step(*job)) {
                MutexLock lock(m_mutex);
                std::erase(m_jobs, job);
            }
        }
    }

    // Returns: true when it was the last one.
    bool step(Job &job)
    {
        StreamEnd &result = job.result;
        const auto ends = [&](const std::optional<Error> &error) {
            if (m_clock)
                result.timing.queryTime = m_clock->now() - result.timing.sentAt;
            job.end(error, result);
            return true;
        };
        if (job.stop.stop_requested())
            return ends(Error{ErrorCode::Cancelled, "It was stopped."});
        if (job.error && result.rows >= job.errorAfter)
            return ends(job.error);
        if (job.isCount) {
            result.rows = job.rows.size();
            return ends({});
        }
        if (!job.hasBegun) {
            job.hasBegun = true;
            if (m_clock)
                result.timing.sentAt = m_clock->now();
            if (job.begin)
                job.begin(result.timing.sentAt);
            return false;
        }
        const std::size_t first = std::size_t(result.rows);
        std::size_t count = std::min(portionSize(), job.rows.size() - first);
        if (job.error)
            count = std::min(count, job.errorAfter - first);
        if (count == 0)
            return ends(job.error);
        const auto begin = job.rows.begin() + std::ptrdiff_t(first);
        job.portion.assign(begin, begin + std::ptrdiff_t(count));
        job.give(job.portion);
        result.rows += count;
        return false;
    }

    std::size_t portionSize() const
    {
        MutexLock lock(m_mutex);
        return m_portion;
    }

    const Clock *const m_clock; // Constant after construction.

    mutable Mutex m_mutex; // State below is protected by m_mutex; a job belongs to who pumps.
    Condition m_asked;
    std::vector<Row> m_rows HEARTH_GUARDED_BY(m_mutex);
    std::uint32_t m_writes HEARTH_GUARDED_BY(m_mutex) = 0;
    std::set<std::string> m_hosts HEARTH_GUARDED_BY(m_mutex);
    std::deque<JobPtr> m_jobs HEARTH_GUARDED_BY(m_mutex);
    bool m_isPumping HEARTH_GUARDED_BY(m_mutex) = false;
    bool m_holding HEARTH_GUARDED_BY(m_mutex) = false;
    std::size_t m_released HEARTH_GUARDED_BY(m_mutex) = 0; // steps that may happen although it holds
    std::size_t m_portion HEARTH_GUARDED_BY(m_mutex) = 500;
    std::optional<Error> m_error HEARTH_GUARDED_BY(m_mutex);
    std::size_t m_errorAfter HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_streams HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_idStreams HEARTH_GUARDED_BY(m_mutex) = 0;
    std::uint64_t m_counts HEARTH_GUARDED_BY(m_mutex) = 0;
    std::optional<UserGroup> m_lastGroup HEARTH_GUARDED_BY(m_mutex);
    std::size_t m_lastLimit HEARTH_GUARDED_BY(m_mutex) = 0;
};

} // namespace hearth
