// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <functional>

using namespace hearth;
using namespace std::chrono_literals;

using Invalidate = std::function<void(ServiceFixture &)>;
Q_DECLARE_METATYPE(Invalidate)

// What was read before an invalidation is neither stored nor served after it; the cache never goes back in time.
class tst_ProfileServiceInvalidation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void aLoadThatWasOvertakenIsReadAgain_data();
    void aLoadThatWasOvertakenIsReadAgain();
    void anAbsenceThatWasOvertakenIsReadAgain();
    void aCreationThatWasOvertakenIsReadAgain();
    void aWarmUpThatWasOvertakenStoresNothing();
    void afterFiveOvertakenLoadsItIsAnError();
    void whoComesAfterTheInvalidationDoesNotJoinTheOldFlight();
    void anOlderReadIsAnsweredWithTheNewerOne();
    void aRefreshReplacesWhatIsCached();
    void aRefreshIsNotAnsweredByAnEarlierQuery();
    void aRefreshThatWasOvertakenIsReadAgain();
    void aRefreshOfAMissingRowRemovesTheEntry();
    void aFailedRefreshKeepsTheEntry();
};

void tst_ProfileServiceInvalidation::aLoadThatWasOvertakenIsReadAgain_data()
{
    QTest::addColumn<bool>("wasCached");
    QTest::addColumn<Invalidate>("invalidate");

    const Invalidate expire = [](ServiceFixture &f) { f.service.expire({idOf("ana")}, "test"); };
    const Invalidate twice = [expire](ServiceFixture &f) { expire(f), expire(f); };
    const Invalidate all = [](ServiceFixture &f) { f.service.expireAll("test"); };
    const Invalidate remove = [](ServiceFixture &f) { f.service.remove({idOf("ana")}, "test"); };
    QTest::newRow("expiry of an expired entry") << true << expire;
    QTest::newRow("expiry of an absent one") << false << expire;
    QTest::newRow("two expiries") << false << twice;
    QTest::newRow("expiry of everyone, absent") << false << all;
    QTest::newRow("expiry of everyone, expired") << true << all;
    QTest::newRow("removal") << true << remove;
    QTest::newRow("removal of an absent one") << false << remove;
}

void tst_ProfileServiceInvalidation::aLoadThatWasOvertakenIsReadAgain()
{
    QFETCH(bool, wasCached);
    QFETCH(Invalidate, invalidate);
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    if (wasCached)
        QVERIFY(f.get("ana"));
    f.clock.advance(61s);
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());

    f.repository.add(profileOf("ana", "fr"));
    invalidate(f);
    QVERIFY(f.repository.releaseOne()); // with what the row said before

    QCOMPARE(answers.count(), std::size_t{0});
    QVERIFY(f.cached("ana") != "es");
    f.repository.release();
    QCOMPARE(answers.count(), std::size_t{2});
    QCOMPARE(answers.language(0), std::string("fr"));
    QCOMPARE(answers.language(1), std::string("fr"));
    QCOMPARE(f.cached("ana"), std::string("fr"));
    QCOMPARE(f.repository.findCount(idOf("ana")), wasCached ? 3u : 2u);
    QCOMPARE(f.service.counters().coalesced, 1u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceInvalidation::anAbsenceThatWasOvertakenIsReadAgain()
{
    ServiceFixture f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());

    f.repository.add(profileOf("ana", "fr"));
    f.service.expire({idOf("ana")}, "test");
    f.repository.release();

    QCOMPARE(answers.language(0), std::string("fr"));
}

void tst_ProfileServiceInvalidation::aCreationThatWasOvertakenIsReadAgain()
{
    ServiceFixture f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    QVERIFY(f.repository.releaseOne()); // absent: now the insert is out

    f.service.expire({idOf("ana")}, "test");
    f.repository.add(profileOf("ana", "ha"));
    f.repository.release();

    QCOMPARE(answers.language(0), std::string("ha"));
    QCOMPARE(f.cached("ana"), std::string("ha"));
}

void tst_ProfileServiceInvalidation::aWarmUpThatWasOvertakenStoresNothing()
{
    ServiceFixture f;
    const Generations before = f.cache.generations();
    const QueryTiming timing{f.clock.now(), 0ns, 1ms};
    f.service.expireAll("test");

    const WarmStored result = f.service.storeWarmed({profileOf("ana", "es")}, before, timing, WarmNews::OfEachUser);

    QCOMPARE(result.stored, 0u);
    QCOMPARE(result.superseded.size(), std::size_t{1});

    QCOMPARE(f.cached("ana"), std::string("nothing"));
}

void tst_ProfileServiceInvalidation::afterFiveOvertakenLoadsItIsAnError()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    const SeqPoint::Hook overtake("ProfileService.settle.answered", [&f] { f.service.expire({idOf("ana")}, "test"); });

    const Result<ServedProfile> answer = f.get("ana");
    const Result<ServedProfile> refreshed = f.refresh("ana");

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Unavailable);
    QVERIFY(!refreshed);
    QCOMPARE(f.repository.findCount(), 10u);
    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceInvalidation::whoComesAfterTheInvalidationDoesNotJoinTheOldFlight()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers before, after;
    f.service.get(idOf("ana"), UnknownUser::NotFound, before.into());
    f.repository.add(profileOf("ana", "fr"));
    f.service.expire({idOf("ana")}, "test");

    f.service.get(idOf("ana"), UnknownUser::NotFound, after.into());
    QCOMPARE(f.repository.heldCount(), std::size_t{2});
    f.repository.release();

    QCOMPARE(before.language(0), std::string("fr"));
    QCOMPARE(after.language(0), std::string("fr"));
}

void tst_ProfileServiceInvalidation::anOlderReadIsAnsweredWithTheNewerOne()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.clock.advance(1s);
    const auto newer = pack(profileOf("ana", "fr"), f.texts);
    QVERIFY(newer);
    QCOMPARE(f.cache.put("ana", *newer, {60s, f.clock.now(), f.cache.generation("ana"), EntrySource::WarmUp, 0ns}),
             PutResult::Stored);

    f.repository.release();

    QCOMPARE(answers.language(0), std::string("fr"));
    QCOMPARE(f.cached("ana"), std::string("fr"));
}

void tst_ProfileServiceInvalidation::aRefreshReplacesWhatIsCached()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.repository.add(profileOf("ana", "fr"));
    f.clock.advance(1s);

    const Result<ServedProfile> answer = f.refresh("ana");

    QVERIFY(answer);
    QCOMPARE(answer->nativeLanguage(), std::string_view("fr"));
    QCOMPARE(f.cached("ana"), std::string("fr"));
    QVERIFY(f.cache.peek("ana")->facts.source == EntrySource::Refresh);
    QCOMPARE(f.cache.counters().gets, 1u);
}

void tst_ProfileServiceInvalidation::aRefreshIsNotAnsweredByAnEarlierQuery()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers get, first, second, third;
    f.service.get(idOf("ana"), UnknownUser::NotFound, get.into());
    f.clock.advance(1ms);
    f.service.refresh(idOf("ana"), first.into());
    f.clock.advance(1ms);
    f.repository.add(profileOf("ana", "fr"));

    f.service.refresh(idOf("ana"), second.into());
    f.service.refresh(idOf("ana"), third.into());
    f.repository.release();

    QCOMPARE(get.language(0), std::string("es"));
    QCOMPARE(first.language(0), std::string("es"));
    QCOMPARE(second.language(0), std::string("fr"));
    QCOMPARE(third.language(0), std::string("fr"));
    QCOMPARE(f.repository.findCount(), 3u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceInvalidation::aRefreshThatWasOvertakenIsReadAgain()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers answers;
    f.service.refresh(idOf("ana"), answers.into());
    f.repository.add(profileOf("ana", "fr"));
    f.service.expireAll("test");

    f.repository.release();

    QCOMPARE(answers.language(0), std::string("fr"));
    QCOMPARE(f.cached("ana"), std::string("fr"));
}

void tst_ProfileServiceInvalidation::aRefreshOfAMissingRowRemovesTheEntry()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.repository.remove(idOf("ana"));
    f.clock.advance(1s);

    const Result<ServedProfile> answer = f.refresh("ana");

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::NotFound);
    QCOMPARE(f.cached("ana"), std::string("nothing"));
}

void tst_ProfileServiceInvalidation::aFailedRefreshKeepsTheEntry()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});

    QVERIFY(!f.refresh("ana"));

    QCOMPARE(f.cached("ana"), std::string("es"));
}

QTEST_GUILESS_MAIN(tst_ProfileServiceInvalidation)
#include "tst_ProfileServiceInvalidation.moc"
