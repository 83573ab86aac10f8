// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/service/WarmUp.h"
#include "tests/core/service/ServiceFixture.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QSignalSpy>
#include <QtTest>

#include <memory>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

struct WarmFixture : ServiceFixture {
    explicit WarmFixture(std::size_t mostTexts = ProfileTexts::defaultCapacity)
        : ServiceFixture(DefaultProfiles::Store, mostTexts)
        , warmUp(std::make_unique<WarmUp>(clock, cache, unruly, service, events))
    {
        QObject::connect(warmUp.get(), &WarmUp::progressed, warmUp.get(),
                         [this](const WarmProgress &progress) { reports.push_back(progress); });
    }

    void addUsers(int count)
    {
        for (int i = 0; i < count; ++i)
            repository.add(profileOf(name(i), i % 2 == 0 ? "es" : "fr"));
    }
    static std::string name(int i) { return "user-" + std::to_string(i); }
    static WarmUsers users(int count)
    {
        WarmUsers users;
        for (int i = 0; i < count; ++i)
            users.ids.push_back(idOf(name(i)));
        return users;
    }
    // Starts a job and lets it go on as far as it can.
    std::uint64_t warm(const WarmTarget &target)
    {
        const std::uint64_t id = warmUp->reserveJobId();
        warmUp->start(id, target, "eve");
        settle();
        return id;
    }
    static void settle()
    {
        for (int i = 0; i < 200; ++i)
            QCoreApplication::sendPostedEvents();
    }
    const WarmProgress &last() const { return reports.back(); }

    std::unique_ptr<WarmUp> warmUp;
    std::vector<WarmProgress> reports;
};

bool addsUp(const WarmProgress &progress)
{
    return progress.requested == progress.warmed + progress.alreadyCached + progress.notFound + progress.failed &&
           progress.requested == progress.done;
}

} // namespace

class tst_WarmUp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void itLoadsInBatchesWhomItDoesNotHave();
    void repetitionsCountOnce();
    void whoCannotBeCachedIsAFailure();
    void nobodyIsDoneAtOnce();
    void theRecentAndTheSpeakersOfALanguage();
    void oneQueryAtATime();
    void itCanBeCancelledBetweenBatches();
    void aJobThatWaitsCanBeCancelled();
    void aFailedBatchIsListedAndTheNextIsTried();
    void aDatabaseThatIsAwayEndsTheJob_data();
    void aDatabaseThatIsAwayEndsTheJob();
    void whoIsInvalidatedMeanwhileIsNotStored();
    void whoIsGoneFromTheDatabaseLosesTheExpiredEntry();
    void progressComesAtMostEveryTenthOfASecond();
    void aPlanLoadsNothing();
    void aLongPlanLeavesTheThreadToOthers();
    void anAnswerOnAnotherThreadIsTakenHere();
    void itMayBeDestroyedWithAQueryOut();
};

void tst_WarmUp::itLoadsInBatchesWhomItDoesNotHave()
{
    WarmFixture f;
    f.addUsers(450);
    for (int i = 0; i < 20; ++i)
        QVERIFY(f.get(WarmFixture::name(i)));
    const std::uint64_t gets = f.cache.counters().gets;

    const std::uint64_t job = f.warm(WarmFixture::users(460));

    QCOMPARE(f.last().jobId, job);
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().requested, 460u);
    QCOMPARE(f.last().warmed, 430u);
    QCOMPARE(f.last().alreadyCached, 20u);
    QCOMPARE(f.last().notFound, 10u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.repository.findManyCount(), 3u);
    QCOMPARE(f.cache.size().active, 450u);
    QCOMPARE(f.cache.counters().gets, gets); // a warm-up is not a get
    const std::vector<Event> events = f.eventsOf(EventKind::Warm);
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events.front().who, std::string("eve"));
    QCOMPARE(events.front().count, 430u);
    QVERIFY(QString::fromStdString(events.front().detail)
                .startsWith(QStringLiteral("warmed 430 of 460, 20 cached already, 10 unknown, ")));
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

void tst_WarmUp::theRecentAndTheSpeakersOfALanguage()
{
    WarmFixture f;
    f.addUsers(10);

    f.warm(WarmRecent{3});
    QCOMPARE(f.last().warmed, 3u);
    QCOMPARE(f.cached("user-9"), std::string("fr"));

    f.warm(WarmLanguage{"es"});
    QCOMPARE(f.last().requested, 5u);
    QCOMPARE(f.last().alreadyCached, 1u);
    QCOMPARE(f.last().warmed, 4u);
}

void tst_WarmUp::oneQueryAtATime()
{
    WarmFixture f;
    f.addUsers(600);
    f.repository.hold();

    f.warm(WarmFixture::users(600));
    const std::uint64_t second = f.warm(WarmRecent{600});

    int queries = 0;
    do {
        QCOMPARE(f.repository.heldCount(), std::size_t{1});
        f.repository.releaseOne();
        f.settle();
        ++queries;
    } while (f.repository.heldCount() > 0);
    QCOMPARE(queries, 4); // three batches, and then who the recent ones are: all cached
    QCOMPARE(f.last().jobId, second);
    QCOMPARE(f.last().alreadyCached, 600u);
}

void tst_WarmUp::itCanBeCancelledBetweenBatches()
{
    WarmFixture f;
    f.addUsers(600);
    f.repository.hold();
    const std::uint64_t job = f.warm(WarmFixture::users(600));
    f.repository.releaseOne();
    f.settle();

    f.warmUp->cancel(job);
    f.repository.release();
    f.settle();

    QCOMPARE(f.last().state, JobState::Cancelled);
    QCOMPARE(f.last().warmed, 400u);
    QCOMPARE(f.last().done, 400u);
    QCOMPARE(f.repository.findManyCount(), 2u);
}

void tst_WarmUp::aJobThatWaitsCanBeCancelled()
{
    WarmFixture f;
    f.addUsers(2);
    f.repository.hold();
    f.warm(WarmFixture::users(1));
    const std::uint64_t waiting = f.warm(WarmFixture::users(2));

    f.warmUp->cancel(waiting);
    f.repository.release();
    f.settle();

    QCOMPARE(f.last().jobId, waiting);
    QCOMPARE(f.last().state, JobState::Cancelled);
    QCOMPARE(f.cached("user-1"), std::string("nothing"));
}

void tst_WarmUp::aFailedBatchIsListedAndTheNextIsTried()
{
    WarmFixture f;
    f.addUsers(300);
    f.repository.hold();
    f.repository.failWith({ErrorCode::Timeout, "The database did not answer within 5 s."});
    f.warm(WarmFixture::users(300));
    f.repository.answerNormally();
    f.repository.release();
    f.settle();

    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().failed, 200u);
    QCOMPARE(f.last().failedUsers.size(), std::size_t{200});
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

    f.warm(WarmRecent{10});
    QCOMPARE(f.last().state, JobState::Failed);
}

void tst_WarmUp::whoIsInvalidatedMeanwhileIsNotStored()
{
    WarmFixture f;
    f.addUsers(3);
    f.repository.hold();
    f.warm(WarmFixture::users(3));
    f.service.expire({idOf("user-1")}, "test");
    f.repository.release();
    f.settle();

    QCOMPARE(f.last().warmed, 2u);
    QCOMPARE(f.last().failed, 1u);
    QCOMPARE(f.last().failedUsers, std::vector<std::string>{"user-1"});
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
    f.addUsers(1000);
    f.repository.hold();
    f.warm(WarmFixture::users(1000));
    QCOMPARE(f.reports.size(), std::size_t{1});

    for (const auto elapsed : {50ms, 49ms, 1ms, 99ms, 1ms}) { // reports after 100 ms and after 200 ms
        f.clock.advance(elapsed);
        f.repository.releaseOne();
        f.settle();
    }

    QCOMPARE(f.reports.size(), std::size_t{4}); // the first, two on the way, the last
    QCOMPARE(f.reports[1].elapsed, 100ms);
    QCOMPARE(f.reports[1].done, 600u);
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().elapsed, 200ms);
}

void tst_WarmUp::aPlanLoadsNothing()
{
    WarmFixture f;
    f.addUsers(450);
    QVERIFY(f.get("user-0"));
    std::vector<WarmPlan> plans;
    std::vector<std::string> problems;
    connect(f.warmUp.get(), &WarmUp::planned, f.warmUp.get(),
            [&](std::uint64_t, const WarmPlan &plan, const std::string &problem) {
                plans.push_back(plan);
                problems.push_back(problem);
            });

    f.warmUp->plan(1, WarmFixture::users(412));
    f.warmUp->plan(2, WarmRecent{1000});
    f.settle();
    f.repository.failWith({ErrorCode::Unavailable, "It cannot be asked."});
    f.warmUp->plan(3, WarmLanguage{"es"});
    f.settle();

    QCOMPARE(plans.size(), std::size_t{3});
    QCOMPARE(plans[0].requested, 412u);
    QCOMPARE(plans[0].alreadyCached, 1u);
    QCOMPARE(plans[0].toLoad, 411u);
    QCOMPARE(plans[0].queries, 3u);
    QCOMPARE(plans[1].requested, 450u);
    QCOMPARE(problems[2], std::string("It cannot be asked."));
    QCOMPARE(f.repository.findManyCount(), 0u);
    QCOMPARE(f.cache.size().total(), 1u);
}

void tst_WarmUp::aLongPlanLeavesTheThreadToOthers()
{
    WarmFixture f;
    f.addUsers(2);
    QVERIFY(f.get("user-1"));
    QStringList order;
    connect(f.warmUp.get(), &WarmUp::planned, f.warmUp.get(),
            [&order](std::uint64_t, const WarmPlan &plan, const std::string &) {
                order << QStringLiteral("planned %1, %2 cached").arg(plan.requested).arg(plan.alreadyCached);
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
