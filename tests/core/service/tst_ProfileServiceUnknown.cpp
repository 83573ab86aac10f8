// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

using namespace hearth;
using namespace std::chrono_literals;

// Users whom the database does not know are remembered, shortly, and not at the cost of those whom it knows.
class tst_ProfileServiceUnknown : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void anUnknownUserCostsOneQueryInItsTime();
    void aRoomStillMakesTheDefault();
    void whoAppearsIsFound_data();
    void whoAppearsIsFound();
    void anAbsenceThatWasReadBeforeAnInvalidationIsNotRemembered();
    void anAbsenceIsNotRememberedOverAProfileThatWasReadLater();
    void aFailureIsNoAbsence();
    void aFloodEvictsNoProfileAndGrowsNoMemory();
    void aDefaultThatMayHaveBeenStoredIsAskedFor();
};

void tst_ProfileServiceUnknown::anUnknownUserCostsOneQueryInItsTime()
{
    ServiceFixture f;
    for (int i = 0; i < 100; ++i)
        QCOMPARE(f.get("nobody").error().code, ErrorCode::NotFound);
    QCOMPARE(f.repository.queryCount(), 1u);
    QCOMPARE(f.service.counters().negativeHits, 99u);
    QCOMPARE(f.cache.counters().misses(), 100u); // a miss that needed no query

    f.clock.advance(5s);
    QVERIFY(!f.get("nobody"));
    QCOMPARE(f.repository.queryCount(), 1u);
    f.clock.advance(1ns);
    QVERIFY(!f.get("nobody"));
    QCOMPARE(f.repository.queryCount(), 2u);
}

void tst_ProfileServiceUnknown::aRoomStillMakesTheDefault()
{
    ServiceFixture f;
    QVERIFY(!f.get("ana"));

    QVERIFY(f.get("ana", UnknownUser::CreateDefault));

    QCOMPARE(f.repository.insertCount(), 1u);
    QCOMPARE(f.get("ana")->served(), Served::Hit);
}

void tst_ProfileServiceUnknown::whoAppearsIsFound_data()
{
    QTest::addColumn<QString>("how");

    for (const char *how : {"expire", "expire everyone", "remove", "told by the database", "warmed, then removed"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void tst_ProfileServiceUnknown::whoAppearsIsFound()
{
    QFETCH(QString, how);
    ServiceFixture f;
    QVERIFY(!f.get("ana"));
    f.repository.add(profileOf("ana"));
    QVERIFY(!f.get("ana"));

    if (how == QLatin1String("expire")) {
        f.service.expire({idOf("ana")}, "eve");
    } else if (how == QLatin1String("expire everyone")) {
        f.service.expireAll("eve");
    } else if (how == QLatin1String("remove")) {
        f.service.remove({idOf("ana")}, "eve");
    } else if (how == QLatin1String("told by the database")) {
        f.service.applyChanges({{idOf("ana"), RowChange::Kind::Changed, 1}});
    } else {
        f.clock.advance(1ns);
        f.warm({profileOf("ana")});
        f.cache.removeIfReadBefore("ana", f.clock.now()); // as if it was evicted
    }

    QVERIFY(f.get("ana"));
}

void tst_ProfileServiceUnknown::anAbsenceThatWasReadBeforeAnInvalidationIsNotRemembered()
{
    ServiceFixture f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.repository.add(profileOf("ana"));

    f.service.applyChanges({{idOf("ana"), RowChange::Kind::Changed, 1}});
    f.repository.release();

    QCOMPARE(answers.language(0), std::string("es"));
    QCOMPARE(f.service.counters().negativeHits, 0u);
}

void tst_ProfileServiceUnknown::anAbsenceIsNotRememberedOverAProfileThatWasReadLater()
{
    ServiceFixture f;
    UnknownUsers unknown(f.clock, 5s);
    const MonotonicTime asked = f.clock.now();
    f.clock.advance(1s);
    unknown.forget(idOf("ana"), f.clock.now()); // a profile was read
    unknown.remember(idOf("ana"), 7, asked);    // an answer that took long

    QVERIFY(!unknown.contains(idOf("ana"), 7));
}

void tst_ProfileServiceUnknown::aFailureIsNoAbsence()
{
    ServiceFixture f;
    f.repository.failWith({ErrorCode::PermissionDenied, "Row level security hides all rows."});
    QCOMPARE(f.get("ana").error().code, ErrorCode::PermissionDenied);
    QCOMPARE(f.get("ana").error().code, ErrorCode::PermissionDenied);
    QCOMPARE(f.repository.queryCount(), 2u);
}

void tst_ProfileServiceUnknown::aFloodEvictsNoProfileAndGrowsNoMemory()
{
    ServiceFixture f;
    for (int i = 0; i < 1000; ++i) { // as many as there is room for
        f.repository.add(profileOf("user-" + std::to_string(i)));
        QVERIFY(f.get("user-" + std::to_string(i)));
    }
    UnknownUsers unknown(f.clock, 5s);
    const auto flood = [&](int from) {
        for (int i = from; i < from + 50'000; ++i) {
            if (f.get("made-up-" + std::to_string(i)))
                QFAIL("nobody made this one");
            unknown.remember(idOf("made-up-" + std::to_string(i)), 1, f.clock.now());
        }
    };

    flood(0);
    const std::size_t cacheBytes = f.cache.bytes();
    const std::size_t unknownBytes = unknown.bytes();
    flood(50'000);

    QCOMPARE(f.cache.size().active, 1000u);
    QCOMPARE(f.cache.counters().removals[static_cast<std::size_t>(RemovalCause::Evicted)], 0u);
    QCOMPARE(f.cache.bytes(), cacheBytes);
    QCOMPARE(unknown.bytes(), unknownBytes);
    QVERIFY(unknown.size() <= UnknownUsers::maximumUsers);
    QVERIFY2(unknownBytes < 4'000'000, qPrintable(QString::number(unknownBytes)));
}

void tst_ProfileServiceUnknown::aDefaultThatMayHaveBeenStoredIsAskedFor()
{
    ServiceFixture f;
    f.repository.loseAnswersOfWrites({ErrorCode::Timeout, "The connection was lost."});
    QVERIFY(!f.get("ana", UnknownUser::CreateDefault));

    const Result<ServedProfile> read = f.get("ana");
    QVERIFY(read);
    QCOMPARE(read->nativeLanguage(), std::string_view("en"));
}

QTEST_GUILESS_MAIN(tst_ProfileServiceUnknown)
#include "tst_ProfileServiceUnknown.moc"
