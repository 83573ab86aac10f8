// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/cache/TtlCache.h"
#include "core/service/CleanupService.h"
#include "core/service/ProfileService.h"
#include "core/telemetry/EventLog.h"
#include "core/telemetry/SampleHistory.h"
#include "core/telemetry/Stats.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace hearth {

// Turns counters into what people see: the Stats of now on request, and one Sample a second into the history. What was
// evicted in that second is one event.
//
// The rule by which hits + misses = gets: a get that the cache cannot answer is a miss, or a hit when the service
// serves the expired entry, because the load failed. Which of the two is known when it is answered, and counted then,
// so that no counter ever goes back; a get that still waits is neither. What the service counts is read before what the
// cache counts, so that no answer is seen before its get.
//
// Lives on the service thread; stats() is thread-safe. Looking changes nothing.
class StatsSampler : public QObject
{
    Q_OBJECT

public:
    // databaseStatus and changes must be thread-safe.
    StatsSampler(const Clock &clock, const ProfileCache &cache, const ProfileService &service,
                 const CleanupService &cleanup, SampleHistory &history, EventLog &events,
                 std::function<DatabaseStatus()> databaseStatus, std::function<InvalidationState()> changes = {},
                 QObject *parent = nullptr);

    Stats stats() const;

public Q_SLOTS:
    void start();
    void stop();
    void sampleNow();

Q_SIGNALS:
    void sampled(const hearth::Sample &sample, const hearth::Stats &stats);

private:
    // What was counted up to a moment; two of them make a sample.
    struct Totals {
        MonotonicTime at{};
        Stats stats;
        LatencyHistogram::Counts hitLatency{};
        LatencyHistogram::Counts loadLatency{};
    };
    std::unique_ptr<Totals> totals() const;
    void tellEvictions(std::uint64_t count);

    const Clock &m_clock;
    const ProfileCache &m_cache;
    const ProfileService &m_service;
    const CleanupService &m_cleanup;
    SampleHistory &m_history;
    EventLog &m_events;
    const std::function<DatabaseStatus()> m_databaseStatus;
    const std::function<InvalidationState()> m_changes;
    const MonotonicTime m_startedAt;
    QTimer m_timer;                     // service thread only, like the rest
    std::unique_ptr<Totals> m_previous; // never null
    bool m_isFirst = true;              // no sample was taken yet
};

} // namespace hearth
