// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "tests/core/service/WarmFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <memory>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

class tst_WarmUp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void itLoadsInBatchesWhomItDoesNotHave();
    void repetitionsCountOnce();
    void whoCannotBeCachedIsAFailure();
    void nobodyIsDoneAtOnce();
    void oneQueryAtATime();
    void itIsCancelledAtOnceWhileTheDatabaseHangs();
    void aJobThatWaitsCanBeCancelled();
    void noMoreJobsWaitThanHaveAPlace();
    void nothingIsBegunAtTheEnd();
    void aFailedBatchIsListedAndTheNextIsTried();
    void aDatabaseThatIsAwayEndsTheJob_data();
    void aDatabaseThatIsAwayEndsTheJob();
    void whoIsInvalidatedMeanwhileIsLoadedAgain();
    void whoIsInvalidatedTwiceHasFailed();
    void whoIsGoneFromTheDatabaseLosesTheExpiredEntry();
    void progressComesAtMostEveryTenthOfASecond();
    void aPlanLoadsNothing();
    void aLimitedListKeepsItsPace();
    void aSlowDatabaseIsNotAskedFasterAfterwards();
    void aLimitedListIsDrivenByItsTimer();
    void aLimitedListCanBeCancelledWhileItWaits();
    void eachUserOfAShortListIsToldOf();
    void aLongPlanLeavesTheThreadToOthers();
    void anAnswerOnAnotherThreadIsTakenHere();
    void itMayBeDestroyedWithAQueryOut();
};

void tst_WarmUp::itLoadsInBatchesWhomItDoesNotHave()
{
    WarmFixture f;
    f.addUsers(2 * f.batch + 250);
    for (int i = 0; i < 20; ++i)
        QVERIFY(f.get(WarmFixture::name(i)));
    const std::uint64_t gets = f.cache.counters().gets;

    const std::uint64_t job = f.warm(WarmFixture::users(2 * f.batch + 260));

    QCOMPARE(f.last().jobId, job);
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().requested, 2'260u);
    QCOMPARE(f.last().warmed, 2'230u);
    QCOMPARE(f.last().alreadyCached, 20u);
    QCOMPARE(f.last().notFound, 10u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.repository.findManyCount(), 3u);
    QCOMPARE(f.cache.size().active, 2'250u);
    QCOMPARE(f.cache.counters().gets, gets); // a warm-up is not a get
    const std::vector<Event> events = f.eventsOf(EventKind::Warm);
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events.front().who, std::string("eve"));
    QCOMPARE(events.front().count, 2'230u);
    QVERIFY(QString::fromStdString(events.front().detail)
                .startsWith(QStringLiteral("warmed 2,230 of 2,260, 20 cached already, 10 unknown, ")));
}

void tst_WarmUp::whoCannotBeCachedIsAFailure()
{
    WarmFixture f(1); // a place for the texts of one language
    f.repository.add(profileOf(WarmFixture::name(0), "es"));
    f.warm(WarmFixture::users(1));
    f.addUsers(4);

    f.warm(WarmFixture::users(4)); // "es" and "fr" by turns

    QCOMPARE(f.last().alreadyCached, 1u);
    QCOMPARE(f.last().warmed, 1u);
    QCOMPARE(f.last().failed, 2u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.last().failedUsers, (std::vector<std::string>{WarmFixture::name(1), WarmFixture::name(3)}));
    QCOMPARE(f.last().problem, std::string("The cache has no place for the languages and voices of some users."));
    QCOMPARE(f.service.counters().uncacheable, 2u);
}

void tst_WarmUp::repetitionsCountOnce()
{
    WarmFixture f;
    f.addUsers(1);

    f.warm(WarmUsers{{idOf("user-0"), idOf("user-0"), idOf("user-0")}});

    QCOMPARE(f.last().requested, 1u);
    QCOMPARE(f.last().warmed, 1u);
}

void tst_WarmUp::nobodyIsDoneAtOnce()
{
    WarmFixture f;

    f.warm(WarmUsers{});

    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().requested, 0u);
    QCOMPARE(f.repository.queryCount(), 0u);
}

void tst_WarmUp::oneQueryAtATime()
{
    WarmFixture f;
    f.addUsers(3 * f.batch);
    f.repository.hold();

    f.warm(WarmFixture::users(3 * f.batch));
    const std::uint64_t second = f.warm(WarmFixture::users(3 * f.batch));

    int queries = 0;
    do {
        QCOMPARE(f.repository.heldCount(), std::size_t{1});
        f.repository.releaseOne();
        f.settle();
        ++queries;
    } while (f.repository.heldCount() > 0);
    QCOMPARE(queries, 3); // for the second all are cached
    QCOMPARE(f.last().jobId, second);
    QCOMPARE(f.last().alreadyCached, 3'000u);
}

void tst_WarmUp::itIsCancelledAtOnceWhileTheDatabaseHangs()
{
    WarmFixture f;
    f.addUsers(3 * f.batch);
    f.repository.hold();
    const std::uint64_t job = f.warm(WarmFixture::users(3 * f.batch));
    f.repository.releaseOne();
    f.settle();
    QCOMPARE(f.repository.heldCount(), std::size_t{1}); // the second batch, never answered

    f.warmUp->cancel(job);

    QCOMPARE(f.last().state, JobState::Cancelled);
    QCOMPARE(f.last().warmed, 1'000u);
    QCOMPARE(f.last().done, 1'000u);
    f.repository.release(); // it answers after all
    f.settle();
    QCOMPARE(f.cache.size().active, 1'000u);
    QCOMPARE(f.last().warmed, 1'000u);
    QCOMPARE(f.repository.findManyCount(), 2u);
    f.warm(WarmFixture::users(3));
    QCOMPARE(f.last().alreadyCached, 3u); // the next one is not in the way
}

void tst_WarmUp::aJobThatWaitsCanBeCancelled()
{
    WarmFixture f;
    f.addUsers(2);
    f.repository.hold();
    f.warm(WarmFixture::users(1));
    const std::uint64_t waiting = f.warm(WarmFixture::users(2));

    f.warmUp->cancel(waiting);

    QCOMPARE(f.last().jobId, waiting);
    QCOMPARE(f.last().state, JobState::Cancelled);
    f.repository.release();
    f.settle();
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.eventsOf(EventKind::Warm).size(), std::size_t{2});
    QCOMPARE(f.cached("user-1"), std::string("nothing"));
}

void tst_WarmUp::noMoreJobsWaitThanHaveAPlace()
{
    WarmFixture f;
    f.addUsers(1);
    f.repository.hold();

    for (std::size_t job = 0; job < WarmUp::mostWaiting + 2; ++job) // one runs
        f.warmUp->start(f.warmUp->reserveJobId(), WarmFixture::users(1), "eve");

    QCOMPARE(f.reports.back().jobId, std::uint64_t(WarmUp::mostWaiting + 2));
    QVERIFY(f.reports.back().state == JobState::Failed);
    QVERIFY(!f.reports.back().problem.empty());
}

void tst_WarmUp::nothingIsBegunAtTheEnd()
{
    WarmFixture f;
    f.addUsers(1);

    f.warmUp->endSoon();
    f.warm(WarmFixture::users(1));
    f.warmUp->plan(1, WarmFixture::users(1));

    QCOMPARE(f.repository.queryCount(), 0u);
    QVERIFY(f.reports.empty() && f.plans.empty());
}

void tst_WarmUp::aFailedBatchIsListedAndTheNextIsTried()
{
    WarmFixture f;
    f.addUsers(f.batch + 100);
    f.repository.hold();
    f.repository.failWith({ErrorCode::Timeout, "The database did not answer within 5 s."});
    f.warm(WarmFixture::users(f.batch + 100));
    f.repository.answerNormally();
    f.repository.release();
    f.settle();

    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().failed, 1'000u);
    QCOMPARE(f.last().failedUsers.size(), std::size_t{1'000});
    QCOMPARE(f.last().failedUsers.front(), std::string("user-0"));
    QCOMPARE(f.last().warmed, 100u);
    QCOMPARE(f.last().problem, std::string("The database did not answer within 5 s."));
    QVERIFY(addsUp(f.last()));
}

void tst_WarmUp::aDatabaseThatIsAwayEndsTheJob_data()
{
    QTest::addColumn<int>("code");
    QTest::newRow("unreachable") << int(ErrorCode::Unavailable);
    QTest::newRow("shutting down") << int(ErrorCode::ShuttingDown);
    QTest::newRow("no such table") << int(ErrorCode::SchemaMismatch);
    QTest::newRow("no rights") << int(ErrorCode::PermissionDenied);
}

void tst_WarmUp::aDatabaseThatIsAwayEndsTheJob()
{
    QFETCH(int, code);
    WarmFixture f;
    f.addUsers(1500);
    f.repository.failWith({static_cast<ErrorCode>(code), "It cannot be asked."});

    f.warm(WarmFixture::users(1500));
    QCOMPARE(f.last().state, JobState::Failed);
    QCOMPARE(f.last().problem, std::string("It cannot be asked."));
    QCOMPARE(f.last().failed, 1500u);
    QCOMPARE(f.last().failedUsers.size(), std::size_t{1000});
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.repository.findManyCount(), 1u);
}

void tst_WarmUp::whoIsInvalidatedMeanwhileIsLoadedAgain()
{
    WarmFixture f;
    f.addUsers(3);
    f.repository.hold();
    f.warm(WarmFixture::users(3));
    f.addUser("user-1", "ha");
    f.service.expire({idOf("user-1")}, "test");
    f.repository.releaseOne(); // with the row as it was
    QCOMPARE(f.cached("user-1"), std::string("nothing"));
    f.settle();
    f.repository.release();
    f.settle();

    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().warmed, 3u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.cached("user-1"), std::string("ha"));
}

void tst_WarmUp::whoIsInvalidatedTwiceHasFailed()
{
    WarmFixture f;
    f.addUsers(3);
    f.repository.hold();
    f.warm(WarmFixture::users(3));
    for (int round = 0; round < 2; ++round) {
        f.service.expire({idOf("user-1")}, "test");
        f.repository.releaseOne();
        f.settle();
    }

    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().warmed, 2u);
    QCOMPARE(f.last().failed, 1u);
    QCOMPARE(f.last().failedUsers, std::vector<std::string>{"user-1"});
    QCOMPARE(f.last().problem, std::string("Some users were invalidated while they were loaded."));
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.cached("user-1"), std::string("nothing"));
}

void tst_WarmUp::whoIsGoneFromTheDatabaseLosesTheExpiredEntry()
{
    WarmFixture f;
    f.addUsers(1);
    QVERIFY(f.get("user-0"));
    f.repository.remove(idOf("user-0"));
    f.clock.advance(61s);

    f.warm(WarmFixture::users(1));

    QCOMPARE(f.last().notFound, 1u);
    QCOMPARE(f.cached("user-0"), std::string("nothing"));
}

void tst_WarmUp::progressComesAtMostEveryTenthOfASecond()
{
    WarmFixture f;
    f.addUsers(5 * f.batch);
    f.repository.hold();
    f.warm(WarmFixture::users(5 * f.batch));
    QCOMPARE(f.reports.size(), std::size_t{1});

    for (const auto elapsed : {50ms, 49ms, 1ms, 99ms, 1ms}) { // reports after 100 ms and after 200 ms
        f.clock.advance(elapsed);
        f.repository.releaseOne();
        f.settle();
    }

    QCOMPARE(f.reports.size(), std::size_t{4}); // the first, two on the way, the last
    QCOMPARE(f.reports[1].elapsed, 100ms);
    QCOMPARE(f.reports[1].done, 3'000u);
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().elapsed, 200ms);
}

void tst_WarmUp::aPlanLoadsNothing()
{
    WarmFixture f;
    f.addUsers(450);
    QVERIFY(f.get("user-0"));
    WarmUsers listed = WarmFixture::users(412);
    listed.ids.push_back(idOf("user-7"));

    const WarmPlan plan = f.planned(listed);
    const WarmPlan paced = f.planned(listed, 500);
    const WarmPlan longer = f.planned(WarmFixture::users(f.batch + 2));

    QCOMPARE(plan.requested, 412u);
    QCOMPARE(plan.alreadyCached, 1u);
    QCOMPARE(plan.toLoad, 411u);
    QCOMPARE(plan.queries, 1u);
    QCOMPARE(paced.queries, 9u); // of 50 users each
    QCOMPARE(longer.queries, 2u);
    QCOMPARE(f.repository.findManyCount(), 0u);
    QCOMPARE(f.cache.size().total(), 1u);
}

void tst_WarmUp::aLimitedListKeepsItsPace()
{
    WarmFixture f;
    f.addUsers(120);
    QVERIFY(f.get("user-0"));

    f.warm(WarmFixture::users(120), 500); // 50 in a query, ten times a second
    f.settle();
    QCOMPARE(f.repository.findManyCount(), 1u);
    f.clock.advance(99ms);
    f.warmUp->continueIfDue();
    f.settle();
    QCOMPARE(f.repository.findManyCount(), 1u);
    f.clock.advance(1ms);
    f.warmUp->continueIfDue();
    f.settle();
    QCOMPARE(f.repository.findManyCount(), 2u);
    f.clock.advance(10s); // what was not used is not caught up on
    f.warmUp->continueIfDue();
    f.settle();

    QCOMPARE(f.repository.findManyCount(), 3u);
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().warmed, 119u);
    QCOMPARE(f.last().alreadyCached, 1u);
    QVERIFY(addsUp(f.last()));
}

void tst_WarmUp::aSlowDatabaseIsNotAskedFasterAfterwards()
{
    WarmFixture f;
    f.addUsers(200);
    f.repository.hold();
    f.warm(WarmFixture::users(200), 500);
    f.clock.advance(10s);
    f.repository.releaseOne();
    f.settle();
    QCOMPARE(f.repository.findManyCount(), 2u); // due long since

    f.repository.releaseOne();
    f.settle();

    QCOMPARE(f.repository.findManyCount(), 2u); // 100 ms after that one, not before
}

void tst_WarmUp::aLimitedListIsDrivenByItsTimer()
{
    WarmFixture f;
    f.addUsers(60);
    f.warm(WarmFixture::users(60), 500);
    f.clock.advance(100ms);

    QTRY_COMPARE(f.last().state, JobState::Done);

    QCOMPARE(f.last().warmed, 60u);
}

void tst_WarmUp::aLimitedListCanBeCancelledWhileItWaits()
{
    WarmFixture f;
    f.addUsers(60);
    const std::uint64_t job = f.warm(WarmFixture::users(60), 500);

    f.warmUp->cancel(job);

    QCOMPARE(f.last().state, JobState::Cancelled);
    QCOMPARE(f.last().warmed, 50u);
}

void tst_WarmUp::eachUserOfAShortListIsToldOf()
{
    WarmFixture f;
    f.addUsers(f.batch + 1);

    f.warm(WarmFixture::users(3));
    QCOMPARE(f.eventsOf(EventKind::Cached).size(), std::size_t{3});
    f.warm(WarmFixture::users(f.batch + 1));

    QCOMPARE(f.last().warmed, 998u);
    QCOMPARE(f.eventsOf(EventKind::Cached).size(), std::size_t{3});
    QCOMPARE(f.eventsOf(EventKind::Warm).size(), std::size_t{2});
}

void tst_WarmUp::aLongPlanLeavesTheThreadToOthers()
{
    WarmFixture f;
    f.addUsers(2);
    QVERIFY(f.get("user-1"));
    QStringList order;
    connect(f.warmUp.get(), &WarmUp::planned, f.warmUp.get(), [&order](std::uint64_t, const Result<WarmPlan> &plan) {
        order << QStringLiteral("planned %1, %2 cached").arg(plan->requested).arg(plan->alreadyCached);
    });
    int turns = 0;
    const SeqPoint::Hook turn("WarmUp.planNextTurn", [&turns] { ++turns; });

    f.warmUp->plan(1, WarmFixture::users(20'001));
    QMetaObject::invokeMethod(
        f.warmUp.get(), [&order] { order << QStringLiteral("something else"); }, Qt::QueuedConnection);
    f.settle();

    QCOMPARE(order, QStringList({QStringLiteral("something else"), QStringLiteral("planned 20001, 1 cached")}));
    QCOMPARE(turns, 5);
}

void tst_WarmUp::anAnswerOnAnotherThreadIsTakenHere()
{
    WarmFixture f;
    f.addUsers(5);
    f.repository.hold();
    f.warm(WarmFixture::users(5));
    QThread *taker = nullptr;
    connect(f.warmUp.get(), &WarmUp::progressed, f.warmUp.get(), [&] { taker = QThread::currentThread(); });

    std::thread([&f] { f.repository.release(); }).join();
    QVERIFY(!taker);
    f.settle();

    QCOMPARE(taker, QThread::currentThread());
    QCOMPARE(f.last().state, JobState::Done);
}

void tst_WarmUp::itMayBeDestroyedWithAQueryOut()
{
    WarmFixture f;
    f.addUsers(5);
    f.repository.hold();
    f.warm(WarmFixture::users(5));

    f.warmUp.reset();
    f.repository.release();
    f.settle();

    QCOMPARE(f.cache.size().total(), 0u);
}

QTEST_GUILESS_MAIN(tst_WarmUp)
#include "tst_WarmUp.moc"
