// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmUp.h"

#include "core/service/ServiceLog.h"

#include <algorithm>
#include <utility>

namespace hearth {

WarmUp::WarmUp(const Clock &clock, ProfileCache &cache, ProfileRepository &repository, UserSource &source,
               ProfileService &service, EventLog &events, QObject *parent)
    : QObject(parent)
    , m_tools{clock, cache, repository, source, service, std::make_shared<OpenQueries>(), *this}
    , m_events(events)
{
}

WarmUp::~WarmUp()
{
    m_run.reset(); // stops what it asked for
    m_plannings.clear();
    m_tools.queries->close();
}

std::uint64_t WarmUp::reserveJobId()
{
    return ++m_lastJobId;
}

void WarmUp::start(std::uint64_t jobId, const WarmTarget &target, const std::string &who, std::size_t perSecond)
{
    if (m_isEnding)
        return;
    if (m_waiting.size() == mostWaiting) {
        WarmProgress refused;
        refused.jobId = jobId;
        refused.state = JobState::Failed;
        refused.problem = "Too many warm-ups are waiting; try again when some have ended.";
        return tell({jobId, {}, perSecond, who}, refused);
    }
    m_waiting.push_back({jobId, target, perSecond, who});
    if (!m_run)
        runNext();
}

void WarmUp::runNext()
{
    if (m_waiting.empty())
        return;
    m_startedAt = m_tools.clock.now();
    m_reportedAt = saturatedSum(m_startedAt, -warmProgressInterval);
    m_run =
        std::make_shared<WarmRun>(m_tools, std::move(m_waiting.front()),
                                  WarmRun::Listener{[this] { report(); }, [this](JobState state) { finish(state); }});
    m_waiting.pop_front();
    const auto run = m_run; // it may end at once
    run->start();
}

void WarmUp::cancel(std::uint64_t jobId)
{
    if (const auto run = m_run; run && run->order().jobId == jobId)
        return run->cancel();
    const auto waiting = std::find_if(m_waiting.begin(), m_waiting.end(),
                                      [jobId](const WarmRun::Order &order) { return order.jobId == jobId; });
    if (waiting == m_waiting.end())
        return;
    WarmProgress progress;
    progress.jobId = jobId;
    progress.state = JobState::Cancelled;
    const WarmRun::Order order = std::move(*waiting);
    m_waiting.erase(waiting);
    tell(order, progress);
}

void WarmUp::plan(std::uint64_t requestId, const WarmTarget &target, std::size_t perSecond)
{
    if (m_isEnding)
        return;
    const auto planning =
        std::make_shared<WarmPlanning>(m_tools, target, perSecond, [this, requestId](const Result<WarmPlan> &plan) {
            const auto finished = m_plannings.extract(requestId);
            Q_EMIT planned(requestId, plan);
        });
    m_plannings[requestId] = planning;
    planning->start();
}

void WarmUp::cancelPlan(std::uint64_t requestId)
{
    m_plannings.erase(requestId);
}

void WarmUp::continueIfDue()
{
    if (const auto run = m_run)
        run->continueIfDue();
}

void WarmUp::stop()
{
    m_waiting.clear();
    m_plannings.clear();
    if (const auto run = m_run)
        run->cancel();
}

void WarmUp::report()
{
    const MonotonicTime now = m_tools.clock.now();
    if (!m_run || now - m_reportedAt < warmProgressInterval)
        return;
    m_reportedAt = now;
    WarmProgress &progress = m_run->progress();
    progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - m_startedAt);
    Q_EMIT progressed(progress);
}

void WarmUp::finish(JobState state)
{
    const std::shared_ptr<WarmRun> run = std::exchange(m_run, nullptr);
    WarmProgress &progress = run->progress();
    progress.state = state;
    progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(m_tools.clock.now() - m_startedAt);
    const auto next = [this, run] { // who ended it is still in it
        if (!m_run)
            runNext();
    };
    QMetaObject::invokeMethod(this, next, Qt::QueuedConnection);
    tell(run->order(), progress);
}

void WarmUp::tell(const WarmRun::Order &order, const WarmProgress &progress)
{
    const std::string summary = summaryOf(progress);
    qCInfo(cacheLog, "Cache warm-up: %s", summary.c_str());
    Event event;
    event.kind = EventKind::Warm;
    event.who = order.who;
    event.count = progress.warmed;
    event.detail = summary;
    m_events.append(std::move(event));
    Q_EMIT progressed(progress);
}

} // namespace hearth
