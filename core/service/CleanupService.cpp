// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/CleanupService.h"

#include "core/base/Format.h"
#include "core/service/ServiceLog.h"

#include <algorithm>
#include <string>
#include <utility>

namespace hearth {

using namespace std::chrono_literals;

CleanupService::CleanupService(const Clock &clock, ProfileCache &cache, EventLog &events, std::chrono::seconds interval,
                               KeepExpiredFor keepExpiredFor, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_cache(cache)
    , m_events(events)
    , m_keepExpiredFor(std::move(keepExpiredFor))
    , m_timer(this)
    , m_interval(std::clamp(interval, minimumInterval, maximumInterval).count())
{
    m_timer.setSingleShot(true); // restarted after each run, so that a slow one does not stack
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &CleanupService::runOnTime);
}

CleanupReport CleanupService::cleanUpNow(const std::string &who)
{
    const MonotonicTime begin = m_clock.now();
    const CleanupResult result = m_cache.cleanup({m_keepExpiredFor ? m_keepExpiredFor() : 0ns, m_end.get_token()});
    const CleanupReport report{result.before, result.removed, result.after, result.keptStale, m_clock.now() - begin};
    m_keptStale = report.keptStale;

    const std::string kept = report.keptStale == 0 ? std::string()
                                                   : ", " + std::to_string(report.keptStale) +
                                                         " expired entries kept while the database cannot be asked";
    qCInfo(cacheLog, "Cache cleanup: removed %llu expired entries, %llu active entries remaining%s",
           static_cast<unsigned long long>(report.removed),
           static_cast<unsigned long long>(report.finalCount - std::min(report.keptStale, report.finalCount)),
           kept.c_str());
    Event event;
    event.kind = EventKind::Cleanup;
    event.who = who;
    event.count = report.removed;
    event.detail = "removed " + format::count(report.removed) + ", " + format::count(report.finalCount) + " remain, ";
    if (report.keptStale > 0)
        event.detail += format::count(report.keptStale) + " of them expired and kept for an outage, ";
    event.detail += format::span(report.took);
    m_events.append(std::move(event));
    Q_EMIT cleanedUp(report);
    return report;
}

std::chrono::seconds CleanupService::interval() const
{
    return std::chrono::seconds(m_interval.load());
}

std::chrono::milliseconds CleanupService::untilNext() const
{
    const auto next = m_nextRun.load();
    if (next == never)
        return interval();
    const std::chrono::nanoseconds left = MonotonicTime(std::chrono::nanoseconds(next)) - m_clock.now();
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(left), std::chrono::milliseconds(0));
}

void CleanupService::start()
{
    runOnTime();
}

void CleanupService::stop()
{
    m_timer.stop();
    m_nextRun = never;
}

void CleanupService::setInterval(std::chrono::seconds interval)
{
    if (interval < minimumInterval || interval > maximumInterval) {
        qCWarning(cacheLog, "A cleanup interval of %lld s is refused: 1 s to 1 day are allowed",
                  static_cast<long long>(interval.count()));
        return;
    }
    m_interval = interval.count();
    if (m_timer.isActive())
        scheduleNext();
}

void CleanupService::runOnTime()
{
    cleanUpNow({});
    scheduleNext();
}

void CleanupService::scheduleNext()
{
    m_nextRun = saturatedSum(m_clock.now(), interval()).time_since_epoch().count();
    m_timer.start(interval());
}

} // namespace hearth
