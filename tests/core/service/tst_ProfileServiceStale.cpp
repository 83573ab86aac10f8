// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const Error unreachable{ErrorCode::Unavailable, "The database cannot be reached."};

// Ana and ben were cached a minute and a second ago, the TTL is a minute, and the database fails from now on.
struct OutageFixture : ServiceFixture {
    OutageFixture()
    {
        for (const char *user : {"ana", "ben"}) {
            repository.add(profileOf(user, "es"));
            static_cast<void>(get(user));
        }
        clock.advance(61s);
        repository.failWith(unreachable);
    }
    std::uint64_t queriesSince(std::uint64_t before) const { return repository.queryCount() - before; }
};

std::string show(const Result<ServedProfile> &answer)
{
    if (!answer)
        return "error: " + answer.error().detail;
    return std::string(answer->nativeLanguage()) + (answer->isStale() ? " stale" : "");
}

} // namespace

// When loads fail, what is cached is served on; within limits, flagged, and without pressing the database.
class tst_ProfileServiceStale : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void aFailedLoadServesTheExpiredEntry_data();
    void aFailedLoadServesTheExpiredEntry();
    void noLongerThanTheGrace_data();
    void noLongerThanTheGrace();
    void neverBeforeTheLoadFailed();
    void neverAfterNoSuchRow();
    void neverAfterAForcedExpiry_data();
    void neverAfterAForcedExpiry();
    void neverWhenForcedWhileTheLoadRuns();
    void neverForARefresh();
    void oneRetryPerUserAndPeriod();
    void othersDoNotWaitForTheRetry();
    void whatWasStoredMeanwhileIsServedAsFresh();
    void aLoadThatSucceedsEndsIt();
    void aWholeHerdIsServedStale();
    void aStaleAnswerIsAHitAndNoMiss();
    void theGraceCanBeSwitchedOff();
    void whoIsForgottenAsksOnceMore();
    void aFailedQueryIsDatabaseTime();
};

void tst_ProfileServiceStale::aFailedLoadServesTheExpiredEntry_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("served");

    QTest::newRow("unreachable") << int(ErrorCode::Unavailable) << true;
    QTest::newRow("too slow") << int(ErrorCode::Timeout) << true;
    QTest::newRow("too many wait") << int(ErrorCode::Overloaded) << true;
    QTest::newRow("rows are hidden") << int(ErrorCode::PermissionDenied) << true;
    QTest::newRow("the table is missing") << int(ErrorCode::SchemaMismatch) << true;
    QTest::newRow("the row cannot be read") << int(ErrorCode::BadData) << true;
    QTest::newRow("the end") << int(ErrorCode::ShuttingDown) << false;
}

void tst_ProfileServiceStale::aFailedLoadServesTheExpiredEntry()
{
    QFETCH(int, code);
    QFETCH(bool, served);
    for (const UnknownUser unknown : {UnknownUser::NotFound, UnknownUser::CreateDefault}) {
        OutageFixture f;
        f.repository.failWith({static_cast<ErrorCode>(code), "It failed."});

        QCOMPARE(show(f.get("ana", unknown)), std::string(served ? "es stale" : "error: It failed."));
        QCOMPARE(f.repository.insertCount(), 0u);
        QCOMPARE(f.cached("ana"), std::string("es expired"));
    }
}

void tst_ProfileServiceStale::noLongerThanTheGrace_data()
{
    QTest::addColumn<qint64>("ageInNanoseconds");
    QTest::addColumn<bool>("served");
    const auto age = [](std::chrono::nanoseconds value) { return qint64(value.count()); };

    QTest::newRow("one ns past the TTL") << age(60s + 1ns) << true;
    QTest::newRow("TTL and grace") << age(60s + 1h) << true;
    QTest::newRow("one ns more") << age(60s + 1h + 1ns) << false;
}

void tst_ProfileServiceStale::noLongerThanTheGrace()
{
    QFETCH(qint64, ageInNanoseconds);
    QFETCH(bool, served);
    for (const bool atOnce : {false, true}) { // after a load of its own, and while it waits for its turn
        ServiceFixture f;
        f.repository.add(profileOf("ana"));
        QVERIFY(f.get("ana"));
        f.clock.advance(std::chrono::nanoseconds(ageInNanoseconds) - 1ns);
        f.repository.failWith(unreachable);
        if (atOnce)
            QVERIFY(f.get("ana"));
        f.clock.advance(1ns);

        QCOMPARE(bool(f.get("ana")), served);
    }
}

void tst_ProfileServiceStale::neverBeforeTheLoadFailed()
{
    OutageFixture f;
    f.repository.answerNormally();
    f.repository.hold();
    Answers answers;

    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    QCOMPARE(answers.count(), std::size_t{0});
    f.repository.release();

    QCOMPARE(show(answers.at(0)), std::string("es"));
    QCOMPARE(f.service.counters().staleServed(), 0u);
}

void tst_ProfileServiceStale::neverAfterNoSuchRow()
{
    OutageFixture f;
    f.repository.answerNormally();
    f.repository.remove(idOf("ana"));
    QVERIFY(!f.get("ana"));
    f.repository.failWith(unreachable);
    f.clock.advance(6s); // beyond what is remembered of unknown users

    QCOMPARE(show(f.get("ana")), "error: " + unreachable.detail);
}

void tst_ProfileServiceStale::neverAfterAForcedExpiry_data()
{
    QTest::addColumn<QString>("how");

    for (const char *how : {"expire", "expire everyone", "changed by others", "another version", "remove"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void tst_ProfileServiceStale::neverAfterAForcedExpiry()
{
    QFETCH(QString, how);
    for (const bool afterAFailure : {false, true}) {
        OutageFixture f;
        if (afterAFailure)
            QCOMPARE(show(f.get("ana")), std::string("es stale"));
        if (how == QLatin1String("expire"))
            f.service.expire({idOf("ana")}, "eve");
        else if (how == QLatin1String("expire everyone"))
            f.service.expireAll("eve");
        else if (how == QLatin1String("changed by others"))
            f.service.applyChanges({{idOf("ana"), RowChange::Kind::Changed, 77}});
        else if (how == QLatin1String("another version"))
            f.service.applyVersions({idOf("ana")}, {{{idOf("ana"), 77}}, {f.clock.now(), {}, {}}});
        else
            f.service.remove({idOf("ana")}, "eve");

        QCOMPARE(show(f.get("ana")), "error: " + unreachable.detail);
    }
}

void tst_ProfileServiceStale::neverWhenForcedWhileTheLoadRuns()
{
    OutageFixture f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());

    f.service.expire({idOf("ana")}, "eve");
    f.repository.release();

    QCOMPARE(show(answers.at(0)), "error: " + unreachable.detail);
}

void tst_ProfileServiceStale::neverForARefresh()
{
    OutageFixture f;

    QCOMPARE(show(f.refresh("ana")), "error: " + unreachable.detail);
    QCOMPARE(f.cached("ana"), std::string("es expired"));
}

void tst_ProfileServiceStale::oneRetryPerUserAndPeriod()
{
    OutageFixture f;
    const std::uint64_t before = f.repository.queryCount();
    QCOMPARE(show(f.get("ana")), std::string("es stale"));
    QCOMPARE(f.queriesSince(before), 1u);

    for (int i = 0; i < 100; ++i)
        QCOMPARE(show(f.get("ana")), std::string("es stale"));
    f.clock.advance(5s);
    QCOMPARE(show(f.get("ana")), std::string("es stale"));
    QCOMPARE(f.queriesSince(before), 1u);

    f.clock.advance(1ns);
    for (int i = 0; i < 100; ++i)
        QCOMPARE(show(f.get("ana")), std::string("es stale"));
    QCOMPARE(f.queriesSince(before), 2u);

    QCOMPARE(show(f.get("ben")), std::string("es stale")); // another one, another turn
    QCOMPARE(f.queriesSince(before), 3u);
}

void tst_ProfileServiceStale::othersDoNotWaitForTheRetry()
{
    OutageFixture f;
    QVERIFY(f.get("ana")->isStale());
    f.clock.advance(6s);
    f.repository.hold(); // it hangs
    Answers retrying, others;

    f.service.get(idOf("ana"), UnknownUser::NotFound, retrying.into());
    for (int i = 0; i < 10; ++i)
        f.service.get(idOf("ana"), UnknownUser::NotFound, others.into());

    QCOMPARE(retrying.count(), std::size_t{0});
    QCOMPARE(others.count(), std::size_t{10});
    QCOMPARE(show(others.at(9)), std::string("es stale"));
    f.repository.release();
    QCOMPARE(show(retrying.at(0)), std::string("es stale"));
}

void tst_ProfileServiceStale::whatWasStoredMeanwhileIsServedAsFresh()
{
    OutageFixture f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());

    f.warm({profileOf("ana", "yo")});
    f.repository.release();

    QCOMPARE(show(answers.at(0)), std::string("yo"));
}

void tst_ProfileServiceStale::aLoadThatSucceedsEndsIt()
{
    OutageFixture f;
    QVERIFY(f.get("ana")->isStale());
    f.repository.answerNormally();
    f.repository.add(profileOf("ana", "fr"));
    QVERIFY(f.get("ana")->isStale()); // not its turn yet
    f.clock.advance(5s + 1ns);

    f.service.setTtl(1s);
    QCOMPARE(show(f.get("ana")), std::string("fr"));
    QCOMPARE(f.get("ana")->served(), Served::Hit);

    f.clock.advance(1s + 1ns); // expired, and the last load did not fail
    QCOMPARE(f.get("ana")->served(), Served::Miss);
}

void tst_ProfileServiceStale::aWholeHerdIsServedStale()
{
    OutageFixture f;
    f.repository.hold();
    const std::uint64_t before = f.repository.queryCount();
    Answers answers;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i)
                f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
        });
    }
    for (std::thread &thread : threads)
        thread.join();

    f.repository.release();

    QCOMPARE(f.queriesSince(before), 1u);
    QCOMPARE(answers.count(), std::size_t{200});
    for (std::size_t i = 0; i < 200; ++i)
        QCOMPARE(show(answers.at(i)), std::string("es stale"));
    QCOMPARE(f.service.counters().staleServed(), 200u);
    QCOMPARE(f.service.counters().coalesced, 0u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceStale::aStaleAnswerIsAHitAndNoMiss()
{
    OutageFixture f;
    QVERIFY(f.get("ana")->isStale());
    QVERIFY(f.get("ana")->isStale());

    const ServiceCounters counters = f.service.counters();

    QCOMPARE(counters.staleByReason[static_cast<std::size_t>(MissReason::Expired)], 2u);
    QCOMPARE(counters.staleServed(), 2u);
    QCOMPARE(f.cache.counters().missesByReason[static_cast<std::size_t>(MissReason::Expired)], 2u);
}

void tst_ProfileServiceStale::theGraceCanBeSwitchedOff()
{
    OutageFixture f;
    f.service.setStaleGrace(0s);

    QCOMPARE(show(f.get("ana")), "error: " + unreachable.detail);

    f.service.setStaleGrace(-1s); // refused
    QCOMPARE(f.service.settings().staleGrace, 0s);
    f.service.setStaleGrace(10s);
    QVERIFY(f.get("ana")->isStale());
}

void tst_ProfileServiceStale::whoIsForgottenAsksOnceMore()
{
    ManualClock clock;
    FailedLoads failing(5s, 10s);
    QVERIFY(!failing.anybody());
    for (int i = 0; i < 100'000; ++i) // more than it can keep
        failing.failed(idOf("user-" + std::to_string(i)), clock.now());
    QVERIFY(failing.anybody());

    int waiting = 0;
    for (int i = 0; i < 100'000; ++i)
        waiting += failing.turn(idOf("user-" + std::to_string(i)), clock.now()) == FailedLoads::Turn::Wait ? 1 : 0;

    QVERIFY2(waiting > 40'000 && waiting <= 65'536, qPrintable(QString::number(waiting)));
    for (int i = 0; i < 100'000; ++i)
        failing.succeeded(idOf("user-" + std::to_string(i)));
    QVERIFY(!failing.anybody());
}

void tst_ProfileServiceStale::aFailedQueryIsDatabaseTime()
{
    OutageFixture f;
    const auto before = f.service.counters().databaseTime;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.clock.advance(3s);
    f.repository.release();

    QCOMPARE(f.service.counters().databaseTime - before, std::chrono::nanoseconds(3s));
}

QTEST_GUILESS_MAIN(tst_ProfileServiceStale)
#include "tst_ProfileServiceStale.moc"
