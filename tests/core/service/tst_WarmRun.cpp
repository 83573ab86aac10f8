// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// How a warm-up of a group is put together: rooms and their members, a limit that spares the database, and what a plan
// says of it.
#include "tests/core/service/WarmFixture.h"

#include <QLoggingCategory>
#include <QtTest>

using namespace hearth;
using namespace std::chrono_literals;

class tst_WarmRun : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void usersOfRoomsCountOnce();
    void withoutTheirNamesTheHostsAreAll();
    void whoCannotSayTheUsersOfRoomsFailsTheJob();
    void aLimitedGroupIsLoadedByName();
    void aPlanOfAGroupIsExact_data();
    void aPlanOfAGroupIsExact();
    void aPlanThatCannotBeMadeSaysWhy();
    void aPlanCanBeCancelled();
};

void tst_WarmRun::usersOfRoomsCountOnce()
{
    WarmFixture f;
    f.addUsers(20);
    f.source.addRoom("user-1");
    f.source.addRoom("user-2");
    f.source.addRoom("user-3"); // a host of whom the rooms' service was not told yet
    QVERIFY(f.get("user-2"));
    QVERIFY(f.get("user-11"));
    f.warmUp->setRoomUsers([](const Completion<std::vector<ProfileId>> &done) {
        done(
            std::vector<ProfileId>{idOf("user-1"), idOf("user-2"), idOf("user-10"), idOf("user-11"), idOf("stranger")});
    });

    const WarmPlan plan = f.planned(WarmActiveRooms{});
    f.warm(WarmActiveRooms{});

    QCOMPARE(plan.requested, 6u);
    QCOMPARE(plan.alreadyCached, 2u);
    QCOMPARE(plan.toLoad, 4u);
    QCOMPARE(plan.queries, 4u); // the rooms' users, how many hosts, the hosts, the others by name
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().requested, 6u);
    QCOMPARE(f.last().warmed, 3u);
    QCOMPARE(f.last().alreadyCached, 2u);
    QCOMPARE(f.last().notFound, 1u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.repository.findManyCount(), 1u);
    QCOMPARE(f.cached("user-10"), std::string("es"));
    f.service.expireAll("test");
    f.warm(WarmActiveRooms{}, 500); // the same, paced
    QCOMPARE(f.last().requested, 6u);
    QCOMPARE(f.last().warmed, 5u);
    QCOMPARE(f.last().notFound, 1u);
    QVERIFY(addsUp(f.last()));
}

void tst_WarmRun::withoutTheirNamesTheHostsAreAll()
{
    WarmFixture f;
    f.addUsers(20);
    f.source.addRoom("user-1");

    const WarmPlan plan = f.planned(WarmActiveRooms{});
    f.warm(WarmActiveRooms{});

    QCOMPARE(plan.requested, 1u);
    QCOMPARE(plan.queries, 2u);
    QCOMPARE(f.last().warmed, 1u);
}

void tst_WarmRun::whoCannotSayTheUsersOfRoomsFailsTheJob()
{
    WarmFixture f;
    f.warmUp->setRoomUsers([](const Completion<std::vector<ProfileId>> &done) {
        done(Error{ErrorCode::Unavailable, "There is no table rooms."});
    });

    f.warm(WarmActiveRooms{});
    f.planned(WarmActiveRooms{});

    QCOMPARE(f.last().state, JobState::Failed);
    QCOMPARE(f.last().problem, std::string("There is no table rooms."));
    QCOMPARE(f.plans.back().problem, std::string("There is no table rooms."));
    QCOMPARE(f.source.streamCount(), 0u);
}

void tst_WarmRun::aLimitedGroupIsLoadedByName()
{
    WarmFixture f;
    f.addUsers(200);
    QVERIFY(f.get("user-0"));

    f.warm(WarmLanguage{"es"}, 500);
    QCOMPARE(f.repository.findManyCount(), 1u);
    f.clock.advance(99ms);
    f.warmUp->continueIfDue();
    f.settle();
    QCOMPARE(f.repository.findManyCount(), 1u);
    f.clock.advance(1ms);
    f.warmUp->continueIfDue();
    f.settle();

    QCOMPARE(f.source.streamCount(), 0u); // no rows that would get old
    QCOMPARE(f.source.idStreamCount(), 1u);
    QCOMPARE(f.repository.findManyCount(), 2u);
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().requested, 100u);
    QCOMPARE(f.last().alreadyCached, 1u);
    QCOMPARE(f.last().warmed, 99u);
    QVERIFY(addsUp(f.last()));
    QVERIFY(f.eventsOf(EventKind::Cached).size() == 1); // of the get
}

void tst_WarmRun::aPlanOfAGroupIsExact_data()
{
    QTest::addColumn<std::size_t>("perSecond");
    QTest::addColumn<std::uint64_t>("queries");
    QTest::newRow("streamed") << std::size_t(0) << std::uint64_t(2);
    QTest::newRow("limited") << std::size_t(500) << std::uint64_t(1 + 8); // 389 of them, 50 at a time
}

void tst_WarmRun::aPlanOfAGroupIsExact()
{
    QFETCH(std::size_t, perSecond);
    QFETCH(std::uint64_t, queries);
    WarmFixture f;
    f.addUsers(412);
    for (int i = 0; i < 24; ++i)
        QVERIFY(f.get(WarmFixture::name(i)));
    f.service.expire({idOf("user-0")}, "test");
    const std::uint64_t asked = f.repository.queryCount();

    const WarmPlan plan = f.planned(WarmRecent{412}, perSecond);

    QCOMPARE(plan.requested, 412u);
    QCOMPARE(plan.alreadyCached, 23u);
    QCOMPARE(plan.toLoad, 389u);
    QCOMPARE(plan.queries, queries);
    QCOMPARE(f.source.idStreamCount(), 1u);
    QCOMPARE(f.source.streamCount() + f.source.countCount(), 0u);
    QCOMPARE(f.repository.queryCount(), asked);
    QCOMPARE(f.cache.size().total(), 24u);
}

void tst_WarmRun::aPlanThatCannotBeMadeSaysWhy()
{
    WarmFixture f;
    f.addUsers(40);
    f.source.failWith({ErrorCode::Timeout, "The database sent nothing for 5 s."}, 10);

    f.planned(WarmLanguage{"es"});

    QCOMPARE(f.plans.size(), std::size_t{1});
    QCOMPARE(f.plans.back().problem, std::string("The database sent nothing for 5 s."));
    QCOMPARE(f.plans.back().plan.requested, 0u);
}

void tst_WarmRun::aPlanCanBeCancelled()
{
    WarmFixture f;
    f.addUsers(40);
    f.source.hold();
    f.warmUp->plan(1, WarmRecent{40});
    f.warmUp->plan(2, WarmRecent{3});
    QCOMPARE(f.source.heldCount(), std::size_t{2});

    f.warmUp->cancelPlan(1);
    QCOMPARE(f.source.heldCount(), std::size_t{1}); // the database is told
    f.source.release();
    f.settle();

    QCOMPARE(f.plans.size(), std::size_t{1});
    QCOMPARE(f.plans.back().request, 2u);
    QCOMPARE(f.plans.back().plan.requested, 3u);
}

QTEST_GUILESS_MAIN(tst_WarmRun)
#include "tst_WarmRun.moc"
