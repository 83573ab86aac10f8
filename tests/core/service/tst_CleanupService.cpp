// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/service/CleanupService.h"
#include "tests/core/service/LogRecorder.h"
#include "tests/core/service/ServiceFixture.h"

#include <QSignalSpy>
#include <QtTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

struct CleanupFixture : ServiceFixture {
    explicit CleanupFixture(std::chrono::seconds interval = 600s)
        : cleanup(clock, cache, events, interval, [this] { return keptFor; })
    {
    }

    void insert(int count, std::string_view prefix)
    {
        for (int i = 0; i < count; ++i) {
            const std::string name = std::string(prefix) + std::to_string(i);
            repository.add(profileOf(name));
            QVERIFY(get(name));
        }
    }
    // As if the interval had passed.
    void ring()
    {
        auto *timer = cleanup.findChild<QTimer *>();
        QVERIFY(timer && timer->isActive());
        timer->stop(); // a single shot
        QVERIFY(QMetaObject::invokeMethod(timer, "timeout"));
    }

    std::chrono::nanoseconds keptFor{}; // what the database's state says
    CleanupService cleanup;
};

} // namespace

class tst_CleanupService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void aRunRemovesTheExpiredAndTellsSo();
    void oneRunsAtTheStartAndOneEachInterval();
    void whatMayBeServedStaleStaysWhileTheDatabaseIsAway();
    void itStaysWhileLoadsFail_data();
    void itStaysWhileLoadsFail();
    void aRunByHandDoesNotMoveTheTimer();
    void theIntervalAppliesAtOnce();
    void anAbsurdIntervalIsRefused_data();
    void anAbsurdIntervalIsRefused();
    void stopEndsTheTimer();
    void theShutdownDoesNotWaitForARun();
};

void tst_CleanupService::aRunRemovesTheExpiredAndTellsSo()
{
    CleanupFixture f;
    f.insert(5, "old");
    f.clock.advance(61s);
    f.insert(10, "new");
    QSignalSpy cleanedUp(&f.cleanup, &CleanupService::cleanedUp);
    const LogRecorder log;

    const CleanupReport report = f.cleanup.cleanUpNow("eve");

    QCOMPARE(report.initialCount, 15u);
    QCOMPARE(report.removed, 5u);
    QCOMPARE(report.finalCount, 10u);
    QCOMPARE(log.take(),
             QStringList{QStringLiteral("INFO Cache cleanup: removed 5 expired entries, 10 active entries remaining")});
    QCOMPARE(cleanedUp.size(), 1);
    QCOMPARE(cleanedUp.front().front().value<CleanupReport>().removed, 5u);
    const std::vector<Event> events = f.eventsOf(EventKind::Cleanup);
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events.front().who, std::string("eve"));
    QCOMPARE(events.front().count, 5u);
    QVERIFY(QString::fromStdString(events.front().detail).startsWith(QStringLiteral("removed 5, 10 remain, ")));
}

void tst_CleanupService::oneRunsAtTheStartAndOneEachInterval()
{
    CleanupFixture f;
    QCOMPARE(f.cleanup.untilNext(), std::chrono::milliseconds(600s));
    f.insert(2, "old");
    f.clock.advance(61s);

    f.cleanup.start();
    QCOMPARE(f.cache.size().total(), 0u);
    QCOMPARE(f.cleanup.untilNext(), std::chrono::milliseconds(600s));
    QCOMPARE(f.cleanup.findChild<QTimer *>()->intervalAsDuration(), std::chrono::milliseconds(600s));

    f.insert(1, "older");
    f.clock.advance(400s);
    QCOMPARE(f.cleanup.untilNext(), std::chrono::milliseconds(200s));
    f.clock.advance(201s);
    QCOMPARE(f.cleanup.untilNext(), 0ms);
    f.ring();
    QCOMPARE(f.cache.size().total(), 0u);
    QCOMPARE(f.cleanup.untilNext(), std::chrono::milliseconds(600s));
    f.ring();
    QCOMPARE(f.eventsOf(EventKind::Cleanup).size(), std::size_t{3});
}

void tst_CleanupService::whatMayBeServedStaleStaysWhileTheDatabaseIsAway()
{
    CleanupFixture f;
    f.insert(3, "too-old");
    f.clock.advance(1h);
    f.insert(5, "old");
    f.insert(2, "forced");
    f.clock.advance(61s);
    f.service.expire({idOf("forced0"), idOf("forced1")}, "eve");
    f.insert(10, "new");
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    f.keptFor = 1h;
    const LogRecorder log;

    const CleanupReport away = f.cleanup.cleanUpNow("eve");

    QCOMPARE(away.initialCount, 20u);
    QCOMPARE(away.removed, 5u); // beyond the grace, and forced
    QCOMPARE(away.finalCount, 15u);
    QCOMPARE(away.keptStale, 5u);
    QCOMPARE(f.cleanup.keptStale(), 5u);
    QCOMPARE(log.take(),
             QStringList{QStringLiteral("INFO Cache cleanup: removed 5 expired entries, 10 active entries remaining, "
                                        "5 expired entries kept while the database cannot be asked")});
    const std::string told = f.eventsOf(EventKind::Cleanup).back().detail;
    QVERIFY2(told.starts_with("removed 5, 15 remain, 5 of them expired and kept for an outage, "), told.c_str());
    QVERIFY(f.get("old0")->isStale());

    f.keptFor = 0s; // it is back
    const CleanupReport back = f.cleanup.cleanUpNow("eve");
    QCOMPARE(back.removed, 5u);
    QCOMPARE(back.finalCount, 10u);
    QCOMPARE(back.keptStale, 0u);
}

void tst_CleanupService::itStaysWhileLoadsFail_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("stays");
    QTest::newRow("timeouts of a database that is said to be reachable") << int(ErrorCode::Timeout) << true;
    QTest::newRow("connections lost") << int(ErrorCode::Unavailable) << true;
    QTest::newRow("a queue that is full") << int(ErrorCode::Overloaded) << true;
    QTest::newRow("a row that cannot be read") << int(ErrorCode::BadData) << false;
}

void tst_CleanupService::itStaysWhileLoadsFail()
{
    QFETCH(int, code);
    QFETCH(bool, stays);
    ServiceFixture f;
    CleanupService cleanup(f.clock, f.cache, f.events, 600s, [&f] { return f.service.keepExpiredFor(false); });
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.clock.advance(61s);
    f.repository.failWith({ErrorCode(code), "It did not work."});
    QVERIFY(!f.get("ben"));
    f.clock.advance(60s);

    QCOMPARE(cleanup.cleanUpNow({}).keptStale, stays ? 1u : 0u);
    f.clock.advance(1ns);
    QCOMPARE(cleanup.cleanUpNow({}).removed, stays ? 1u : 0u); // a minute without trouble

    QCOMPARE(f.service.keepExpiredFor(true), std::chrono::nanoseconds(1h));
    QCOMPARE(f.service.keepExpiredFor(false), 0ns);
}

void tst_CleanupService::aRunByHandDoesNotMoveTheTimer()
{
    CleanupFixture f;
    f.cleanup.start();
    f.clock.advance(100s);

    f.cleanup.cleanUpNow("eve");

    QCOMPARE(f.cleanup.untilNext(), std::chrono::milliseconds(500s));
}

void tst_CleanupService::theIntervalAppliesAtOnce()
{
    CleanupFixture f;
    f.cleanup.start();
    f.clock.advance(100s);

    f.cleanup.setInterval(30s);

    QCOMPARE(f.cleanup.interval(), 30s);
    QCOMPARE(f.cleanup.untilNext(), std::chrono::milliseconds(30s));
    QCOMPARE(f.cleanup.findChild<QTimer *>()->intervalAsDuration(), std::chrono::milliseconds(30s));
}

void tst_CleanupService::anAbsurdIntervalIsRefused_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<bool>("taken");

    QTest::newRow("nothing") << qint64{0} << false;
    QTest::newRow("negative") << qint64{-1} << false;
    QTest::newRow("the least") << qint64{1} << true;
    QTest::newRow("the most, a day") << qint64{86'400} << true;
    QTest::newRow("more than a day") << qint64{86'401} << false;
    QTest::newRow("absurd") << std::numeric_limits<qint64>::max() << false;
}

void tst_CleanupService::anAbsurdIntervalIsRefused()
{
    QFETCH(qint64, seconds);
    QFETCH(bool, taken);
    CleanupFixture f;
    f.cleanup.start();
    const LogRecorder log;

    f.cleanup.setInterval(std::chrono::seconds(seconds));

    QCOMPARE(f.cleanup.interval(), taken ? std::chrono::seconds(seconds) : 600s);
    QCOMPARE(log.take().filter(QStringLiteral("refused")).size(), taken ? 0 : 1);
}

void tst_CleanupService::stopEndsTheTimer()
{
    CleanupFixture f;
    f.cleanup.start();

    f.cleanup.stop();

    QVERIFY(!f.cleanup.findChild<QTimer *>()->isActive());
    QCOMPARE(f.cleanup.untilNext(), std::chrono::milliseconds(600s));
}

// Of the hundreds that have expired only those go that the run has begun with.
void tst_CleanupService::theShutdownDoesNotWaitForARun()
{
    CleanupFixture f;
    f.insert(500, "user");
    f.clock.advance(std::chrono::hours(2));
    int holds = 0;
    const SeqPoint::Hook end("TtlCache.cleanup.betweenBatches", [&] {
        ++holds;
        f.cleanup.endSoon();
    });

    const CleanupReport report = f.cleanup.cleanUpNow("ada");

    QVERIFY(holds > 0);
    QVERIFY2(report.removed <= 64, std::to_string(report.removed).c_str());
    QCOMPARE(report.finalCount, 500 - report.removed);
}

QTEST_GUILESS_MAIN(tst_CleanupService)
#include "tst_CleanupService.moc"
