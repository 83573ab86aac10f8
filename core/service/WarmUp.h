// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/WarmPlanning.h"
#include "core/service/WarmRun.h"

#include <QObject>

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace hearth {

// Loads users into the cache before anybody asks. Several jobs run one after the other. A job ends early when there is
// no use in going on: the database cannot be reached, or does not let us read; what is stored by then stays.
//
// Lives on the service thread; slots must be invoked queued. Progress is a signal at most every 100 ms and at the end.
// Ownership: borrows everything it is given; the source and the repository may answer after it is gone.
class WarmUp : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t mostWaiting = 100; // jobs; one more fails at once

    WarmUp(const Clock &clock, ProfileCache &cache, ProfileRepository &repository, UserSource &source,
           ProfileService &service, EventLog &events, QObject *parent = nullptr);
    ~WarmUp() override;

    // Who knows the users of active rooms beside the hosts; without it nobody does. Before the first job.
    void setRoomUsers(AskRoomUsers ask) { m_tools.roomUsers = std::move(ask); }
    // Gives the job its number at once; any thread.
    std::uint64_t reserveJobId();
    // Any thread, for the shutdown: what was asked for and is still on its way here is not begun.
    void endSoon() { m_isEnding = true; }

public Q_SLOTS:
    // perSecond: users at most, to spare the database; 0: as fast as it can.
    void start(std::uint64_t jobId, const hearth::WarmTarget &target, const std::string &who,
               std::size_t perSecond = 0);
    // At once, also while the database hangs; what is stored until then stays.
    void cancel(std::uint64_t jobId);
    // Answers with planned(). Several may be under way.
    void plan(std::uint64_t requestId, const hearth::WarmTarget &target, std::size_t perSecond = 0);
    // It is not answered then.
    void cancelPlan(std::uint64_t requestId);
    // Sends what is due by the clock, where a job is paced. A timer does it, too.
    void continueIfDue();
    // Cancels everything: from here on no stream brings anything.
    void stop();

Q_SIGNALS:
    void progressed(const hearth::WarmProgress &progress);
    // An error, when it could not be found out.
    void planned(std::uint64_t requestId, const hearth::Result<hearth::WarmPlan> &plan);

private:
    void runNext();
    void report();
    void finish(JobState state);
    void tell(const WarmRun::Order &order, const WarmProgress &progress);

    WarmTools m_tools;
    EventLog &m_events;
    std::atomic<std::uint64_t> m_lastJobId = 0;
    std::atomic<bool> m_isEnding = false;

    // Service thread only.
    std::deque<WarmRun::Order> m_waiting;
    std::shared_ptr<WarmRun> m_run; // the one that runs
    MonotonicTime m_startedAt{};
    MonotonicTime m_reportedAt{};
    std::map<std::uint64_t, std::shared_ptr<WarmPlanning>> m_plannings;
};

} // namespace hearth
