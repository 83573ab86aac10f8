// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/service/StatsSampler.h"
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QSignalSpy>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

struct SamplerFixture : ServiceFixture {
    SamplerFixture()
        : cleanup(clock, cache, events, 600s)
        , sampler(clock, cache, service, cleanup, history, events, [this] { return database; })
    {
        repository.add(profileOf("ana"));
        repository.add(profileOf("ben"));
    }
    Sample newest() const { return history.samples(0, 1).back(); }

    DatabaseStatus database;
    SampleHistory history;
    CleanupService cleanup;
    StatsSampler sampler;
};

} // namespace

class tst_StatsSampler : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void statsAreTheCounters();
    void whatCouldNotBeCachedIsCounted();
    void withoutGetsThereIsNoHitRate();
    void aSampleIsWhatHappenedSinceTheLast();
    void itSamplesOnceASecond();
    void lookingChangesNothing();
    void evictionsOfASecondAreOneEvent();
    void aSnapshotUnderLoadNeverShowsMoreAnswersThanGets();
    void aGetThatWaitsBecomesAHitOrAMissButNoCounterGoesBack();
};

void tst_StatsSampler::statsAreTheCounters()
{
    SamplerFixture f;
    f.database.state = DatabaseState::Reachable;
    QVERIFY(f.get("ana"));
    QVERIFY(f.get("ana"));
    QVERIFY(f.get("ben"));
    QVERIFY(!f.get("nobody"));
    f.clock.advance(61s);
    QVERIFY(f.get("ana"));
    f.repository.failWith({ErrorCode::Timeout, "Too slow."});
    QVERIFY(f.get("ben")->isStale());
    QVERIFY(!f.get("cleo"));
    f.cleanup.cleanUpNow({});

    const Stats stats = f.sampler.stats();

    const CacheCounters cache = f.cache.counters();
    QCOMPARE(stats.gets, cache.gets);
    QCOMPARE(stats.hits + stats.misses(), stats.gets);
    QCOMPARE(stats.staleServed, 1u); // for people a hit
    QCOMPARE(stats.hits, cache.hits + 1);
    const auto expired = static_cast<std::size_t>(MissReason::Expired);
    QCOMPARE(stats.missesByReason[expired] + 1, cache.missesByReason[expired]);
    QCOMPARE(stats.loads, f.service.counters().loads);
    QCOMPARE(stats.loads, 6u);
    QCOMPARE(stats.loadFailures, 2u);
    QCOMPARE(stats.expiredRemoved, 1u);
    QCOMPARE(stats.activeEntries, 1u);
    QCOMPARE(stats.expiredEntries, 0u);
    QCOMPARE(stats.maxEntries, 1000u);
    QCOMPARE(stats.uptime, 61s);
    QCOMPARE(stats.ttl, 60s);
    QCOMPARE(stats.cleanupInterval, 600s);
    QVERIFY(stats.hitLatency && stats.loadLatency);
    QVERIFY(stats.database.state == DatabaseState::Reachable);
}

void tst_StatsSampler::whatCouldNotBeCachedIsCounted()
{
    ServiceFixture f(DefaultProfiles::Store, 1); // room for one combination of texts
    SampleHistory history;
    CleanupService cleanup(f.clock, f.cache, f.events, 600s);
    const StatsSampler sampler(f.clock, f.cache, f.service, cleanup, history, f.events,
                               [] { return DatabaseStatus(); });
    f.repository.add(profileOf("ana", "es"));
    f.repository.add(profileOf("ben", "fr"));
    QVERIFY(f.get("ana") && f.get("ben") && f.get("ben"));

    QCOMPARE(sampler.stats().uncacheable, 2u);
}

void tst_StatsSampler::withoutGetsThereIsNoHitRate()
{
    SamplerFixture f;

    const Stats stats = f.sampler.stats();

    QVERIFY(!stats.hitRate());
    QVERIFY(!stats.hitLatency);
    QVERIFY(!stats.loadLatency);
}

void tst_StatsSampler::aSampleIsWhatHappenedSinceTheLast()
{
    SamplerFixture f;
    QSignalSpy sampled(&f.sampler, &StatsSampler::sampled);
    QVERIFY(f.get("ana"));
    QVERIFY(f.get("ana"));
    f.clock.advance(1s);
    f.sampler.sampleNow();
    const Sample first = f.newest();
    f.database.state = DatabaseState::Reachable;
    QVERIFY(f.get("ben"));
    f.clock.advance(1500ms);
    f.sampler.sampleNow();
    const Sample second = f.newest();
    f.clock.advance(1s);
    f.sampler.sampleNow();
    const Sample third = f.newest();

    QCOMPARE(first.gets, 2u);
    QCOMPARE(first.hits, 1u);
    QCOMPARE(first.loads, 1u);
    QCOMPARE(first.length, std::chrono::nanoseconds(1s));
    QVERIFY(!first.databaseReachable);
    QVERIFY(first.hitLatency && first.loadLatency);
    QCOMPARE(second.gets, 1u);
    QCOMPARE(second.hits, 0u);
    QCOMPARE(second.missesByReason[0], 1u);
    QCOMPARE(second.activeEntries, 2u);
    QCOMPARE(second.length, std::chrono::nanoseconds(1500ms));
    QVERIFY(second.databaseReachable);
    QVERIFY(!second.hitLatency);
    QCOMPARE(third.gets, 0u);
    QVERIFY(!third.loadLatency);
    QCOMPARE(third.seq, second.seq + 1);
    QVERIFY(first.startsRun); // nothing was recorded before it
    QVERIFY(second.follows(first) && third.follows(second));
    QCOMPARE(sampled.size(), 3);
}

void tst_StatsSampler::itSamplesOnceASecond()
{
    SamplerFixture f;
    auto *timer = f.sampler.findChild<QTimer *>();
    QVERIFY(timer && !timer->isActive());

    f.sampler.start();
    QVERIFY(timer->isActive());
    QCOMPARE(timer->intervalAsDuration(), std::chrono::milliseconds(1s));
    QVERIFY(QMetaObject::invokeMethod(timer, "timeout"));
    QCOMPARE(f.history.samples(0, 10).size(), std::size_t{1});

    f.sampler.stop();
    QVERIFY(!timer->isActive());
}

void tst_StatsSampler::lookingChangesNothing()
{
    SamplerFixture f;
    QVERIFY(f.get("ana"));
    const CacheCounters before = f.cache.counters();

    f.sampler.sampleNow();
    const Stats first = f.sampler.stats();
    const Stats second = f.sampler.stats();

    QCOMPARE(first.gets, second.gets);
    QCOMPARE(f.cache.counters().gets, before.gets);
    QCOMPARE(f.cache.counters().hits, before.hits);
    QCOMPARE(f.cache.peek("ana")->facts.hits, 0u);
}

void tst_StatsSampler::evictionsOfASecondAreOneEvent()
{
    SamplerFixture f;
    f.cache.setMaxEntries(2);
    for (int i = 0; i < 7; ++i) {
        f.repository.add(profileOf("user-" + std::to_string(i)));
        QVERIFY(f.get("user-" + std::to_string(i)));
    }

    f.sampler.sampleNow();
    f.sampler.sampleNow(); // nothing happened since

    const std::vector<Event> events = f.eventsOf(EventKind::Evicted);
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events.front().count, 5u);
    QCOMPARE(events.front().detail, std::string("evicted 5 to make room"));
    QCOMPARE(f.sampler.stats().evictions, 5u);
}

void tst_StatsSampler::aSnapshotUnderLoadNeverShowsMoreAnswersThanGets()
{
    SamplerFixture f;
    QVERIFY(f.get("ana"));
    f.clock.advance(61s);
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    std::atomic<bool> isOver = false;
    std::vector<std::thread> callers;
    for (int i = 0; i < 2; ++i) {
        callers.emplace_back([&] {
            while (!isOver) // each is served stale
                f.service.get(idOf("ana"), UnknownUser::NotFound, [](const Result<ServedProfile> &) {});
        });
    }

    bool isCoherent = true;
    std::uint64_t last = 0;
    for (int i = 0; i < 5'000; ++i) {
        const Stats stats = f.sampler.stats();
        isCoherent = isCoherent && stats.hits + stats.misses() <= stats.gets && stats.hits >= last;
        last = stats.hits;
    }
    isOver = true;
    for (std::thread &caller : callers)
        caller.join();

    QVERIFY(isCoherent);
    const Stats quiet = f.sampler.stats();
    QCOMPARE(quiet.hits + quiet.misses(), quiet.gets);
    QCOMPARE(quiet.misses(), 1u);
    QVERIFY(quiet.staleServed > 0);
}

void tst_StatsSampler::aGetThatWaitsBecomesAHitOrAMissButNoCounterGoesBack()
{
    SamplerFixture f;
    QVERIFY(f.get("ana"));
    f.clock.advance(61s);
    f.sampler.sampleNow();
    f.repository.failWith({ErrorCode::Timeout, "Too slow."});
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.service.get(idOf("ben"), UnknownUser::NotFound, answers.into());
    f.sampler.sampleNow();
    const Stats waiting = f.sampler.stats();
    const Sample first = f.newest();

    f.repository.release();
    QCOMPARE(answers.count(), std::size_t{2});
    f.sampler.sampleNow();
    const Stats after = f.sampler.stats();
    const Sample second = f.newest();

    QCOMPARE(first.gets, 2u);
    QVERIFY(waiting.hits + waiting.misses() <= waiting.gets);
    QCOMPARE(after.hits + after.misses(), after.gets);
    QCOMPARE(after.staleServed, 1u);
    for (std::size_t reason = 0; reason < after.missesByReason.size(); ++reason) {
        QVERIFY(after.missesByReason[reason] >= waiting.missesByReason[reason]);
        QVERIFY(second.missesByReason[reason] <= 1);
    }
}

QTEST_GUILESS_MAIN(tst_StatsSampler)
#include "tst_StatsSampler.moc"
