// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/TrafficGenerator.h"
#include "tests/core/service/ServiceFixture.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QSignalSpy>
#include <QtTest>

#include <map>
#include <memory>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

struct TrafficFixture : ServiceFixture {
    TrafficFixture()
        : traffic(std::make_unique<TrafficGenerator>(clock, service, repository, events))
    {
    }

    void addUsers(int count)
    {
        for (int i = 0; i < count; ++i)
            repository.add(profileOf("user-" + std::to_string(i)));
    }
    void start(const TrafficSettings &settings)
    {
        traffic->start(settings, "eve");
        QCoreApplication::sendPostedEvents();
    }
    // The timer that fires every so often, as if it did.
    void ring(std::chrono::milliseconds interval)
    {
        for (QTimer *timer : traffic->findChildren<QTimer *>()) {
            if (timer->intervalAsDuration() == interval)
                QVERIFY(timer->isActive() && QMetaObject::invokeMethod(timer, "timeout"));
        }
        QCoreApplication::sendPostedEvents();
    }
    void run(std::chrono::milliseconds duration)
    {
        for (auto left = duration; left > 0ms; left -= 50ms) {
            clock.advance(50ms);
            ring(50ms);
        }
    }
    bool isRunning() const
    {
        for (const QTimer *timer : traffic->findChildren<QTimer *>()) {
            if (timer->isActive())
                return true;
        }
        return false;
    }

    std::unique_ptr<TrafficGenerator> traffic;
};

} // namespace

class tst_TrafficGenerator : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache=false")); }
    void itMakesTheGetsThatAreDue();
    void aLongStandstillIsNotMadeUpFor();
    void someUsersAreAskedForMoreThanOthers();
    void everyRunIsTheSame();
    void itWritesNothing();
    void queriesAreCapped();
    void theCapHoldsAfterAQuietTime();
    void aHangingDatabaseDoesNotPileUpGets();
    void anEmptyDatabaseIsSaidInWords();
    void itStartsWhenTheDatabaseComesBack();
    void stopStops();
    void anAnswerAfterTheStopStartsNothing();
    void itMayBeDestroyedWithQueriesOut();
    void absurdSettingsAreBounded();
};

void tst_TrafficGenerator::itMakesTheGetsThatAreDue()
{
    TrafficFixture f;
    f.addUsers(50);
    QSignalSpy changes(f.traffic.get(), &TrafficGenerator::stateChanged);

    f.start({.getsPerSecond = 210, .users = 30, .maxQueriesPerSecond = 0});
    f.run(2s);

    QCOMPARE(f.traffic->state().phase, TrafficPhase::On);
    QCOMPARE(f.traffic->state().users, std::size_t{30});
    QCOMPARE(changes.size(), 2); // starting, on
    QVERIFY(f.cache.counters().gets >= 419 && f.cache.counters().gets <= 420);
    QCOMPARE(f.eventsOf(EventKind::Traffic).size(), std::size_t{1});
    QCOMPARE(f.eventsOf(EventKind::Traffic).front().who, std::string("eve"));
}

void tst_TrafficGenerator::aLongStandstillIsNotMadeUpFor()
{
    TrafficFixture f;
    f.addUsers(5);
    f.start({.getsPerSecond = 200, .maxQueriesPerSecond = 0});

    f.clock.advance(1h);
    f.ring(50ms);

    QCOMPARE(f.cache.counters().gets, 50u); // a quarter of a second's
}

void tst_TrafficGenerator::someUsersAreAskedForMoreThanOthers()
{
    TrafficFixture f;
    f.addUsers(100);
    f.start({.getsPerSecond = 1000, .zipfExponent = 0.9, .unknownShare = 0.02, .maxQueriesPerSecond = 0});
    f.run(20s);

    std::vector<std::uint64_t> hits;
    f.cache.forEach(
        [&](std::string_view, const PackedProfile &, const EntryFacts &facts) { hits.push_back(facts.hits); });
    std::sort(hits.rbegin(), hits.rend());

    QCOMPARE(hits.size(), std::size_t{100});
    const double ratio = double(hits[0]) / double(hits[9]); // 10^0.9 = 7.9
    QVERIFY2(ratio > 5 && ratio < 11, qPrintable(QString::number(ratio)));
    const auto unknown = f.cache.counters().misses() - 100;
    QVERIFY2(unknown > 300 && unknown < 500, qPrintable(QString::number(unknown))); // 2 % of 20,000
}

void tst_TrafficGenerator::everyRunIsTheSame()
{
    std::map<std::string, std::uint64_t> hits[2];
    for (auto &ofRun : hits) {
        TrafficFixture f;
        f.addUsers(20);
        f.start({.maxQueriesPerSecond = 0});
        f.run(5s);
        f.cache.forEach([&](std::string_view user, const PackedProfile &, const EntryFacts &facts) {
            ofRun[std::string(user)] = facts.hits;
        });
    }
    QVERIFY(!hits[0].empty());
    QVERIFY(hits[0] == hits[1]);
}

void tst_TrafficGenerator::itWritesNothing()
{
    TrafficFixture f;
    f.addUsers(20);

    f.start({.getsPerSecond = 1000, .unknownShare = 0.5, .maxQueriesPerSecond = 0});
    f.run(3s);

    QVERIFY(f.repository.findCount() > 100);
    QCOMPARE(f.repository.insertCount(), 0u);
    QCOMPARE(f.repository.rowCount(), std::size_t{20});
}

void tst_TrafficGenerator::queriesAreCapped()
{
    TrafficFixture f;
    f.addUsers(20);

    f.start({.getsPerSecond = 1000, .unknownShare = 1, .maxQueriesPerSecond = 20});
    f.run(10s);

    QVERIFY(f.repository.findCount() <= 200);
    QVERIFY(f.repository.findCount() >= 190);
}

void tst_TrafficGenerator::theCapHoldsAfterAQuietTime()
{
    TrafficFixture f;
    f.addUsers(200);
    f.start({.getsPerSecond = 1000, .unknownShare = 0, .maxQueriesPerSecond = 0});
    f.run(20s);
    f.start({.getsPerSecond = 1000, .unknownShare = 0, .maxQueriesPerSecond = 20});
    f.run(10s);
    f.service.expireAll("test");
    const std::uint64_t before = f.repository.findCount();

    f.run(1s);

    const std::uint64_t asked = f.repository.findCount() - before;
    QVERIFY2(asked >= 20 && asked <= 25, qPrintable(QString::number(asked)));
}

void tst_TrafficGenerator::aHangingDatabaseDoesNotPileUpGets()
{
    TrafficFixture f;
    f.addUsers(20);
    f.start({.getsPerSecond = 1000, .unknownShare = 1, .maxQueriesPerSecond = 0});
    f.repository.hold();

    f.run(10s);
    QVERIFY(f.repository.heldCount() <= 100);

    f.repository.release();
    const std::uint64_t before = f.repository.findCount();
    f.run(1s);
    QVERIFY(f.repository.findCount() > before + 900);
}

void tst_TrafficGenerator::anEmptyDatabaseIsSaidInWords()
{
    TrafficFixture f;

    f.start({});

    QCOMPARE(f.traffic->state().phase, TrafficPhase::NoUsers);
    QVERIFY(!f.traffic->state().problem.empty());
    QVERIFY(!f.isRunning());
}

void tst_TrafficGenerator::itStartsWhenTheDatabaseComesBack()
{
    TrafficFixture f;
    f.addUsers(5);
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    f.start({});
    QCOMPARE(f.traffic->state().phase, TrafficPhase::Failed);
    QCOMPARE(f.traffic->state().problem, std::string("The database cannot be reached."));

    QSignalSpy changes(f.traffic.get(), &TrafficGenerator::stateChanged);
    f.ring(2000ms);
    QCOMPARE(f.traffic->state().phase, TrafficPhase::Failed);
    QCOMPARE(changes.size(), 0); // it was said before
    f.repository.answerNormally();
    f.ring(2000ms);

    QCOMPARE(f.traffic->state().phase, TrafficPhase::On);
    QVERIFY(f.traffic->state().problem.empty());
}

void tst_TrafficGenerator::stopStops()
{
    TrafficFixture f;
    f.addUsers(5);
    f.start({});

    f.traffic->stop("eve");
    f.traffic->stop("eve");

    QCOMPARE(f.traffic->state().phase, TrafficPhase::Off);
    QVERIFY(!f.isRunning());
    QCOMPARE(f.eventsOf(EventKind::Traffic).size(), std::size_t{2});
}

void tst_TrafficGenerator::anAnswerAfterTheStopStartsNothing()
{
    TrafficFixture f;
    f.addUsers(5);
    f.repository.hold();
    f.start({});
    QCOMPARE(f.traffic->state().phase, TrafficPhase::Starting);

    f.traffic->stop({});
    f.repository.release();
    QCoreApplication::sendPostedEvents();

    QCOMPARE(f.traffic->state().phase, TrafficPhase::Off);
    QVERIFY(!f.isRunning());
}

void tst_TrafficGenerator::itMayBeDestroyedWithQueriesOut()
{
    TrafficFixture f;
    f.addUsers(5);
    f.start({.getsPerSecond = 1000, .maxQueriesPerSecond = 0});
    f.repository.hold();
    f.run(100ms);
    f.traffic->start({}, "eve");

    f.traffic.reset();
    f.repository.release();
    QCoreApplication::sendPostedEvents();

    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_TrafficGenerator::absurdSettingsAreBounded()
{
    TrafficFixture f;
    f.addUsers(5);

    f.start({.getsPerSecond = -5,
             .zipfExponent = std::numeric_limits<double>::quiet_NaN(),
             .unknownShare = 7,
             .maxQueriesPerSecond = -1});
    f.run(200ms);

    const TrafficSettings settings = f.traffic->state().settings;
    QCOMPARE(settings.getsPerSecond, 0.0);
    QCOMPARE(settings.zipfExponent, 0.0);
    QCOMPARE(settings.unknownShare, 1.0);
    QCOMPARE(settings.maxQueriesPerSecond, 20.0);
    QCOMPARE(f.cache.counters().gets, 0u);
}

QTEST_GUILESS_MAIN(tst_TrafficGenerator)
#include "tst_TrafficGenerator.moc"
