// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/TtlCache.h"
#include "core/service/ProfileService.h"
#include "core/telemetry/EventLog.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <stop_token>
#include <string>

namespace hearth {

// What a cleanup reports to people. Immutable value.
struct CleanupReport {
    std::uint64_t initialCount = 0;
    std::uint64_t removed = 0;
    std::uint64_t finalCount = 0;
    std::uint64_t keptStale = 0; // expired ones that stayed, because they may have to be served
    std::chrono::nanoseconds took{};
};

// Removes expired entries: once at start, then every interval, and on demand. Driven by a QTimer.
//
// Lives on the service thread; slots must be invoked queued, except cleanUpNow() and the getters, which are
// thread-safe. A run by hand does not move the timer. A slow run does not stack: the timer is restarted after it.
// While the database cannot be asked, what could be served stale stays.
// The log line: INFO "Cache cleanup: removed 5 expired entries, 10 active entries remaining", and after it, where there
// are some, ", 3 expired entries kept while the database cannot be asked".
class CleanupService : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::seconds minimumInterval{1};
    static constexpr std::chrono::seconds maximumInterval{24 * 3600};

    // Says how long past its end an entry is to be kept now: the grace while the database cannot be asked, else
    // nothing. Must be thread-safe.
    using KeepExpiredFor = std::function<std::chrono::nanoseconds()>;

    CleanupService(const Clock &clock, ProfileCache &cache, EventLog &events, std::chrono::seconds interval,
                   KeepExpiredFor keepExpiredFor = {}, QObject *parent = nullptr);

    // Thread-safe: runs on the calling thread. `who` is empty for the timer's own run.
    CleanupReport cleanUpNow(const std::string &who);
    // Thread-safe. For the shutdown: a run that is under way ends after 64 more entries, and a later one does nothing.
    void endSoon() { m_end.request_stop(); }
    // Thread-safe. Until the timer runs, the next run is a whole interval away.
    std::chrono::seconds interval() const;
    std::chrono::milliseconds untilNext() const;
    // What the last run left for that reason. Thread-safe.
    std::uint64_t keptStale() const { return m_keptStale.load(); }

public Q_SLOTS:
    void start();
    void stop();
    // Applies at once: the next run is one interval from now. An interval outside the limits is refused, with a
    // warning in the log.
    void setInterval(std::chrono::seconds interval);

Q_SIGNALS:
    // On the thread that ran it.
    void cleanedUp(const hearth::CleanupReport &report);

private:
    void runOnTime();
    void scheduleNext();

    const Clock &m_clock;
    ProfileCache &m_cache;
    EventLog &m_events;
    const KeepExpiredFor m_keepExpiredFor;
    std::stop_source m_end; // thread-safe
    QTimer m_timer;         // service thread only
    std::atomic<std::chrono::seconds::rep> m_interval;
    std::atomic<std::uint64_t> m_keptStale = 0;
    std::atomic<std::chrono::nanoseconds::rep> m_nextRun{never}; // on the monotonic clock

    static constexpr std::chrono::nanoseconds::rep never = std::numeric_limits<std::chrono::nanoseconds::rep>::min();
};

} // namespace hearth
