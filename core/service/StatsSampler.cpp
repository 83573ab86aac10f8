// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/StatsSampler.h"

#include "core/base/Format.h"

#include <utility>

namespace hearth {

static_assert(missReasonCount == statsMissReasonCount, "Stats names the reasons of MissReason by position");

namespace {

using namespace std::chrono_literals;

std::uint64_t removals(const CacheCounters &counters, RemovalCause cause)
{
    return counters.removals.at(static_cast<std::size_t>(cause));
}

} // namespace

StatsSampler::StatsSampler(const Clock &clock, const ProfileCache &cache, const ProfileService &service,
                           const CleanupService &cleanup, SampleHistory &history, EventLog &events,
                           std::function<DatabaseStatus()> databaseStatus, std::function<InvalidationState()> changes,
                           QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_cache(cache)
    , m_service(service)
    , m_cleanup(cleanup)
    , m_history(history)
    , m_events(events)
    , m_databaseStatus(std::move(databaseStatus))
    , m_changes(std::move(changes))
    , m_startedAt(clock.now())
    , m_timer(this)
    , m_previous(totals())
{
    m_timer.setInterval(1s);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &StatsSampler::sampleNow);
}

Stats StatsSampler::stats() const
{
    return totals()->stats;
}

std::unique_ptr<StatsSampler::Totals> StatsSampler::totals() const
{
    auto totals = std::make_unique<Totals>();
    totals->at = m_clock.now();
    totals->hitLatency = m_service.hitLatency().counts();
    totals->loadLatency = m_service.loadLatency().counts();

    const ServiceCounters service = m_service.counters();
    const CacheCounters cache = m_cache.counters();
    const CacheSize size = m_cache.size();
    Stats &stats = totals->stats;
    stats.activeEntries = size.active;
    stats.expiredEntries = size.expired;
    stats.maxEntries = m_cache.maxEntries();
    stats.gets = cache.gets;
    stats.staleServed = service.staleServed();
    stats.hits = cache.hits + stats.staleServed;
    stats.missesByReason = service.missesByReason;
    stats.loads = service.loads;
    stats.loadFailures = service.loadFailures;
    stats.coalesced = service.coalesced;
    stats.negativeHits = service.negativeHits;
    stats.refreshedAhead = service.refreshedAhead;
    stats.changedByOthers = service.changedByOthers;
    stats.evictions = removals(cache, RemovalCause::Evicted);
    stats.expiredRemoved = removals(cache, RemovalCause::Expired);
    stats.keptStale = m_cleanup.keptStale();
    stats.warmed = service.warmed;
    stats.uncacheable = service.uncacheable;
    stats.hitLatency = LatencyHistogram::percentiles(totals->hitLatency);
    stats.loadLatency = LatencyHistogram::percentiles(totals->loadLatency);
    stats.databaseTime = service.databaseTime;
    stats.uptime = std::chrono::floor<std::chrono::seconds>(totals->at - m_startedAt);
    const ProfileServiceSettings settings = m_service.settings();
    stats.ttl = settings.ttl;
    stats.staleGrace = settings.staleGrace;
    stats.cleanupInterval = m_cleanup.interval();
    stats.untilCleanup = m_cleanup.untilNext();
    stats.database = m_databaseStatus();
    if (m_changes)
        stats.changes = m_changes();
    return totals;
}

void StatsSampler::start()
{
    m_previous = totals();
    m_timer.start();
}

void StatsSampler::stop()
{
    m_timer.stop();
}

void StatsSampler::sampleNow()
{
    std::unique_ptr<Totals> current = totals();
    const Stats &now = current->stats;
    const Stats &before = m_previous->stats;

    Sample sample;
    sample.time = m_clock.wallNow();
    sample.length = current->at - m_previous->at;
    sample.activeEntries = now.activeEntries;
    sample.expiredEntries = now.expiredEntries;
    sample.gets = now.gets - before.gets;
    sample.hits = now.hits - before.hits;
    sample.staleServed = now.staleServed - before.staleServed;
    for (std::size_t reason = 0; reason < statsMissReasonCount; ++reason)
        sample.missesByReason.at(reason) = now.missesByReason.at(reason) - before.missesByReason.at(reason);
    sample.loads = now.loads - before.loads;
    sample.loadFailures = now.loadFailures - before.loadFailures;
    sample.evictions = now.evictions - before.evictions;
    sample.hitLatency =
        LatencyHistogram::percentiles(LatencyHistogram::difference(current->hitLatency, m_previous->hitLatency));
    sample.loadLatency =
        LatencyHistogram::percentiles(LatencyHistogram::difference(current->loadLatency, m_previous->loadLatency));
    sample.databaseReachable = now.database.state == DatabaseState::Reachable;
    sample.startsRun = std::exchange(m_isFirst, false);

    tellEvictions(sample.evictions);
    m_previous = std::move(current);
    sample = m_history.append(std::move(sample));
    Q_EMIT sampled(sample, m_previous->stats);
}

void StatsSampler::tellEvictions(std::uint64_t count)
{
    if (count == 0)
        return;
    Event event;
    event.kind = EventKind::Evicted;
    event.count = count;
    event.detail = "evicted " + format::count(count) + " to make room";
    m_events.append(std::move(event));
}

} // namespace hearth
