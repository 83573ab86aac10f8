// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/service/RefreshSlots.h"
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// A TTL of a minute; from the 48th second on a hit refreshes.
struct AheadFixture : ServiceFixture {
    AheadFixture()
    {
        service.setRefreshAhead(0.8);
        for (int i = 0; i < 300; ++i)
            repository.add(profileOf("user-" + std::to_string(i)));
        repository.add(profileOf("ana"));
    }
};

} // namespace

// With a refresh ahead of its expiry, an entry in use is never waited for.
class tst_ProfileServiceRefreshAhead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void itIsOffByDefault();
    void aLateHitReloadsInTheBackground();
    void oneRefreshAtATime();
    void noMoreThanSoManyAtOnce();
    void aFailingDatabaseIsNotPressed();
    void anInvalidationOvertakesIt();
    void whoIsGoneLeaves();
    void aShareOutsideTheLimitsIsRefused();
};

void tst_ProfileServiceRefreshAhead::itIsOffByDefault()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.clock.advance(60s);

    QCOMPARE(f.get("ana")->served(), Served::Hit);

    QCOMPARE(f.repository.queryCount(), 1u);
}

void tst_ProfileServiceRefreshAhead::aLateHitReloadsInTheBackground()
{
    AheadFixture f;
    QVERIFY(f.get("ana"));
    f.repository.add(profileOf("ana", "fr"));
    f.clock.advance(48s);
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("es"));
    QCOMPARE(f.repository.queryCount(), 1u);

    f.clock.advance(1ns);
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("es")); // it does not wait
    QCOMPARE(f.repository.queryCount(), 2u);
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("fr"));

    f.clock.advance(13s); // beyond the end of the first
    QCOMPARE(f.get("ana")->served(), Served::Hit);
    QVERIFY(f.cache.peek("ana")->facts.source == EntrySource::Refresh);
    QCOMPARE(f.service.counters().refreshedAhead, 1u);
    QCOMPARE(f.cache.counters().misses(), 1u);
    QCOMPARE(f.repository.queryCount(), 2u);
}

void tst_ProfileServiceRefreshAhead::oneRefreshAtATime()
{
    AheadFixture f;
    QVERIFY(f.get("ana"));
    f.clock.advance(50s);
    f.repository.hold();
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&f] {
            for (int i = 0; i < 250; ++i)
                f.service.get(idOf("ana"), UnknownUser::NotFound, [](const Result<ServedProfile> &) {});
        });
    }
    for (std::thread &thread : threads)
        thread.join();

    QCOMPARE(f.repository.queryCount(), 2u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{1});
    f.repository.release();
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
    QCOMPARE(f.service.counters().refreshedAhead, 1u);
}

void tst_ProfileServiceRefreshAhead::noMoreThanSoManyAtOnce()
{
    AheadFixture f;
    for (int i = 0; i < 300; ++i)
        QVERIFY(f.get("user-" + std::to_string(i)));
    f.clock.advance(50s);
    f.repository.hold();

    for (int i = 0; i < 300; ++i)
        QVERIFY(f.get("user-" + std::to_string(i)));

    QVERIFY(f.repository.heldCount() <= RefreshSlots::slotCount);
    QVERIFY(f.repository.heldCount() > RefreshSlots::slotCount / 2);
    f.repository.release();
    for (int i = 0; i < 300; ++i)
        QVERIFY(f.get("user-" + std::to_string(i)));
    QCOMPARE(f.repository.queryCount(), 600u); // the others come with later hits
}

void tst_ProfileServiceRefreshAhead::aFailingDatabaseIsNotPressed()
{
    AheadFixture f;
    QVERIFY(f.get("ana"));
    f.clock.advance(50s);
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});

    for (int i = 0; i < 100; ++i)
        QCOMPARE(f.get("ana")->served(), Served::Hit);
    QCOMPARE(f.repository.queryCount(), 2u);

    f.repository.answerNormally();
    f.clock.advance(5s + 1ns);
    QVERIFY(f.get("ana"));
    QCOMPARE(f.repository.queryCount(), 3u);
    QCOMPARE(f.service.counters().refreshedAhead, 1u);
}

void tst_ProfileServiceRefreshAhead::anInvalidationOvertakesIt()
{
    AheadFixture f;
    QVERIFY(f.get("ana"));
    f.clock.advance(50s);
    f.repository.hold();
    QVERIFY(f.get("ana"));
    f.repository.add(profileOf("ana", "fr"));

    f.service.expire({idOf("ana")}, "eve");
    f.repository.release();

    QCOMPARE(f.cached("ana"), std::string("es expired"));
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("fr"));
}

void tst_ProfileServiceRefreshAhead::whoIsGoneLeaves()
{
    AheadFixture f;
    QVERIFY(f.get("ana"));
    f.repository.remove(idOf("ana"));
    f.clock.advance(50s);

    QVERIFY(f.get("ana"));

    QCOMPARE(f.cached("ana"), std::string("nothing"));
}

void tst_ProfileServiceRefreshAhead::aShareOutsideTheLimitsIsRefused()
{
    ServiceFixture f;
    f.service.setRefreshAhead(0.95);
    f.service.setRefreshAhead(-0.1);
    QCOMPARE(f.service.settings().refreshAhead, 0.0);
    f.service.setRefreshAhead(0.9);
    QCOMPARE(f.service.settings().refreshAhead, 0.9);
}

QTEST_GUILESS_MAIN(tst_ProfileServiceRefreshAhead)
#include "tst_ProfileServiceRefreshAhead.moc"
