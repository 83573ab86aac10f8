// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/service/LogRecorder.h"
#include "tests/core/service/ServiceFixture.h"

#include <QtTest>

#include <set>

using namespace hearth;
using namespace std::chrono_literals;

class tst_ProfileService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aMissIsLoadedAndThenAHit();
    void anExpiredEntryIsLoadedAgain();
    void theAgeCountsFromTheSendingOfTheQuery();
    void anUnknownUserIsAnErrorAndLosesTheExpiredEntry();
    void aFailureBeyondTheGraceServesNothingAndLosesNothing();
    void aFailureIsNotRemembered();
    void anUnknownUserGetsADefault_data();
    void anUnknownUserGetsADefault();
    void whoeverStoredTheRowFirstWins();
    void aReadOnlyRoleCachesTheDefaultAndSaysSoOnce();
    void hiddenRowsNeverCreateDefaults();
    void everyoneInOneFlightGetsTheirOwnAnswer();
    void aFailedInsertIsAnErrorForEverybody();
    void readingTheDatabaseCachesAndCountsNothing();
    void whatIsLoggedIsWhatOperatorsGrepFor();
    void dangerousCharactersDoNotReachTheLog();
    void aTtlOutsideTheLimitsIsRefused_data();
    void aTtlOutsideTheLimitsIsRefused();
    void warmedEntriesDoNotExpireTogether();
    void noTtlIsLoggedAsZero();
    void eventsTellWhatHappened();
    void anActOnSeveralIsInTheHistoryOfEach();

    // Of QtTest: before each test.
    void init() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
};

void tst_ProfileService::aMissIsLoadedAndThenAHit()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));

    const Result<ServedProfile> first = f.get("ana");
    const Result<ServedProfile> second = f.get("ana");

    QVERIFY(first && second);
    QCOMPARE(first->served(), Served::Miss);
    QCOMPARE(second->served(), Served::Hit);
    QCOMPARE(second->nativeLanguage(), std::string_view("es"));
    QCOMPARE(f.repository.queryCount(), 1u);
    QCOMPARE(f.service.counters().loads, 1u);
    QCOMPARE(LatencyHistogram::total(f.service.hitLatency().counts()), 1u);
    QCOMPARE(LatencyHistogram::total(f.service.loadLatency().counts()), 1u);
}

void tst_ProfileService::anExpiredEntryIsLoadedAgain()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.repository.add(profileOf("ana", "fr"));

    f.clock.advance(60s);
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("es"));
    f.clock.advance(1ns);
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("fr"));

    QCOMPARE(f.repository.queryCount(), 2u);
    QCOMPARE(f.cached("ana"), std::string("fr"));
}

void tst_ProfileService::theAgeCountsFromTheSendingOfTheQuery()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;

    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    const MonotonicTime sent = f.clock.now();
    f.clock.advance(10s);
    f.repository.release();

    QCOMPARE(answers.language(0), std::string("es"));
    const auto entry = f.cache.peek("ana");
    QVERIFY(entry);
    QVERIFY(entry->facts.cachedAt == sent);
    QVERIFY(entry->facts.deadline == sent + 60s);
}

void tst_ProfileService::anUnknownUserIsAnErrorAndLosesTheExpiredEntry()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.repository.remove(idOf("ana"));
    f.clock.advance(61s);

    const Result<ServedProfile> answer = f.get("ana");

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::NotFound);
    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.service.counters().loadFailures, 0u);
    QCOMPARE(f.repository.insertCount(), 0u);
}

void tst_ProfileService::aFailureBeyondTheGraceServesNothingAndLosesNothing()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.clock.advance(60s + 1h + 1ns);
    f.repository.failWith({ErrorCode::Timeout, "The database did not answer within 5 s."});

    const Result<ServedProfile> answer = f.get("ana", UnknownUser::CreateDefault);

    QVERIFY(!answer);
    QCOMPARE(answer.error(), (Error{ErrorCode::Timeout, "The database did not answer within 5 s."}));
    QCOMPARE(f.cached("ana"), std::string("es expired"));
    QCOMPARE(f.service.counters().loadFailures, 1u);
    QCOMPARE(f.repository.insertCount(), 0u);
    const std::vector<Event> failures = f.eventsOf(EventKind::Failure);
    QCOMPARE(failures.size(), std::size_t{1});
    QCOMPARE(failures.front().user, std::string("ana"));
}

void tst_ProfileService::aFailureIsNotRemembered()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    QVERIFY(!f.get("ana"));
    f.repository.answerNormally();

    QVERIFY(f.get("ana"));

    const auto loadFailed = static_cast<std::size_t>(MissReason::LoadFailed);
    QCOMPARE(f.cache.counters().missesByReason[loadFailed], 1u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileService::anUnknownUserGetsADefault_data()
{
    QTest::addColumn<int>("setting");
    QTest::addColumn<bool>("answered");
    QTest::addColumn<quint64>("stored");

    QTest::newRow("store: cached and stored") << int(DefaultProfiles::Store) << true << quint64{1};
    QTest::newRow("cache: cached, not stored") << int(DefaultProfiles::CacheOnly) << true << quint64{0};
    QTest::newRow("off: an error") << int(DefaultProfiles::Off) << false << quint64{0};
}

void tst_ProfileService::anUnknownUserGetsADefault()
{
    QFETCH(int, setting);
    QFETCH(bool, answered);
    QFETCH(quint64, stored);
    ServiceFixture f(static_cast<DefaultProfiles>(setting));

    const Result<ServedProfile> answer = f.get("ana", UnknownUser::CreateDefault);

    QCOMPARE(bool(answer), answered);
    QCOMPARE(quint64(f.repository.rowCount()), stored);
    QCOMPARE(f.service.counters().profilesCreated, answered ? 1u : 0u);
    if (!answered) {
        QCOMPARE(answer.error().code, ErrorCode::NotFound);
        return;
    }
    QVERIFY(differences(answer->profile(idOf("ana")), defaultProfile(idOf("ana"))).empty());
    QVERIFY(f.cache.peek("ana")->facts.source == EntrySource::Created);
    QCOMPARE(f.get("ana")->served(), Served::Hit);
}

void tst_ProfileService::whoeverStoredTheRowFirstWins()
{
    ServiceFixture f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    f.repository.add(profileOf("ana", "yo")); // after the question was asked

    f.repository.release();

    QCOMPARE(answers.language(0), std::string("yo"));
    QVERIFY(f.cache.peek("ana")->facts.source == EntrySource::Database);
    QCOMPARE(f.service.counters().profilesCreated, 0u);
}

void tst_ProfileService::aReadOnlyRoleCachesTheDefaultAndSaysSoOnce()
{
    ServiceFixture f;
    f.repository.failInsertsWith({ErrorCode::PermissionDenied, "The role may not insert."});
    const LogRecorder log;

    QVERIFY(f.get("ana", UnknownUser::CreateDefault));
    QVERIFY(f.get("ben", UnknownUser::CreateDefault));

    QCOMPARE(f.cached("ana"), std::string("en"));
    QCOMPARE(f.repository.rowCount(), std::size_t{0});
    QCOMPARE(f.service.counters().loadFailures, 0u);
    QCOMPARE(log.take().filter(QStringLiteral("WARNING")).size(), 1);
}

void tst_ProfileService::hiddenRowsNeverCreateDefaults()
{
    ServiceFixture f;
    f.repository.failWith({ErrorCode::PermissionDenied, "Row level security hides all rows."});

    const Result<ServedProfile> answer = f.get("ana", UnknownUser::CreateDefault);

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::PermissionDenied);
    QCOMPARE(f.repository.insertCount(), 0u);
    QCOMPARE(f.cached("ana"), std::string("nothing"));
}

void tst_ProfileService::everyoneInOneFlightGetsTheirOwnAnswer()
{
    ServiceFixture f;
    f.repository.hold();
    Answers support, room, token;

    f.service.get(idOf("ana"), UnknownUser::NotFound, support.into());
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, room.into());
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, token.into());
    f.repository.release();

    QCOMPARE(support.at(0).error().code, ErrorCode::NotFound);
    QCOMPARE(room.language(0), std::string("en"));
    QCOMPARE(token.language(0), std::string("en"));
    QCOMPARE(f.repository.findCount(), 1u);
    QCOMPARE(f.repository.insertCount(), 1u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileService::aFailedInsertIsAnErrorForEverybody()
{
    ServiceFixture f;
    f.repository.failInsertsWith({ErrorCode::Unavailable, "The connection broke."});
    f.repository.hold();
    Answers answers;

    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    f.repository.release();

    QCOMPARE(answers.count(), std::size_t{2});
    QCOMPARE(answers.at(0).error().code, ErrorCode::Unavailable);
    QCOMPARE(answers.at(1).error().code, ErrorCode::Unavailable);
    QCOMPARE(f.cached("ana"), std::string("nothing"));
}

void tst_ProfileService::readingTheDatabaseCachesAndCountsNothing()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    bool found = false;

    f.service.readDatabase(idOf("ana"),
                           [&](const Result<LoadedProfile> &loaded) { found = loaded && loaded->profile; });

    QVERIFY(found);
    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.cache.counters().gets, 0u);
    QCOMPARE(f.service.counters().loads, 0u);
    QCOMPARE(f.events.lastSeq(), 0u);
}

void tst_ProfileService::whatIsLoggedIsWhatOperatorsGrepFor()
{
    ServiceFixture f;
    f.repository.add(profileOf("john_doe"));
    f.service.setTtl(30min);
    const LogRecorder log;

    QVERIFY(f.get("john_doe"));
    QCOMPARE(log.take(), QStringList{QStringLiteral("INFO Cached user profile for john_doe (30 min TTL)")});
    QVERIFY(f.get("john_doe"));
    QCOMPARE(log.take(), QStringList{QStringLiteral("DEBUG Cache hit for user john_doe")});

    f.clock.advance(31min);
    f.service.setTtl(90s);
    QVERIFY(f.get("john_doe"));
    const QString expired = QStringLiteral("DEBUG Cache expired for user john_doe, removed from cache");
    QCOMPARE(log.take(), (QStringList{expired, QStringLiteral("INFO Cached user profile for john_doe (90 s TTL)")}));

    f.clock.advance(91s);
    f.repository.remove(idOf("john_doe"));
    QVERIFY(!f.get("john_doe"));
    QCOMPARE(log.take(), QStringList{expired});
}

void tst_ProfileService::dangerousCharactersDoNotReachTheLog()
{
    ServiceFixture f;
    const std::string name = "a\xE2\x80\xAE"
                             "b\xE2\x80\xA8"
                             "c";
    f.repository.add(profileOf(name));
    const LogRecorder log;

    QVERIFY(f.get(name));

    QCOMPARE(log.take(), QStringList{QStringLiteral("INFO Cached user profile for a\\u{202E}b\\u{2028}c (1 min TTL)")});
}

void tst_ProfileService::aTtlOutsideTheLimitsIsRefused_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<bool>("taken");

    QTest::newRow("nothing") << qint64{0} << false;
    QTest::newRow("negative") << qint64{-5} << false;
    QTest::newRow("the least") << qint64{1} << true;
    QTest::newRow("the most, 30 days") << qint64{2'592'000} << true;
    QTest::newRow("more than that") << qint64{2'592'001} << false;
}

void tst_ProfileService::aTtlOutsideTheLimitsIsRefused()
{
    QFETCH(qint64, seconds);
    QFETCH(bool, taken);
    ServiceFixture f;
    const LogRecorder log;

    f.service.setTtl(std::chrono::seconds(seconds));

    QCOMPARE(f.service.settings().ttl, taken ? std::chrono::seconds(seconds) : 60s);
    QCOMPARE(log.take().size(), taken ? 0 : 1);
}

void tst_ProfileService::warmedEntriesDoNotExpireTogether()
{
    ServiceFixture f;
    f.service.setTtl(30min);
    std::vector<Profile> rows;
    for (int i = 0; i < 1000; ++i)
        rows.push_back(profileOf("user-" + std::to_string(i)));

    QCOMPARE(f.warm(rows).stored, 1000u);

    std::map<std::int64_t, int> perSecond;
    bool withinATenth = true;
    f.cache.forEach([&](std::string_view, const PackedProfile &, const EntryFacts &facts) {
        withinATenth = withinATenth && facts.ttl <= 30min && facts.ttl >= 27min;
        ++perSecond[std::chrono::floor<std::chrono::seconds>(facts.deadline - f.clock.now()).count()];
    });
    QVERIFY(withinATenth);
    QVERIFY2(perSecond.size() > 150, qPrintable(QString::number(perSecond.size()))); // of 180 seconds
    for (const auto &[second, count] : perSecond)
        QVERIFY2(count < 25, qPrintable(QStringLiteral("%1 at second %2").arg(count).arg(second)));
    QCOMPARE(f.service.counters().warmed, 1000u);
}

void tst_ProfileService::noTtlIsLoggedAsZero()
{
    ServiceFixture f;
    f.service.setTtl(1s);
    const LogRecorder log;
    std::vector<Profile> rows;
    for (int i = 0; i < 20; ++i)
        rows.push_back(profileOf("user-" + std::to_string(i)));

    QCOMPARE(f.warm(rows).stored, 20u);

    QCOMPARE(log.take().filter(QStringLiteral("(1 s TTL)")).size(), 20);
}

void tst_ProfileService::eventsTellWhatHappened()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.add(profileOf("ben"));
    QVERIFY(f.get("ana") && f.get("ben"));

    QCOMPARE(f.service.expire({idOf("ana"), idOf("ben"), idOf("nobody")}, "eve"), 2u);
    QCOMPARE(f.service.expire({idOf("ana")}, "eve"), 0u);
    QCOMPARE(f.service.remove({idOf("ana")}, "eve"), 1u);

    QCOMPARE(f.eventsOf(EventKind::Cached).size(), std::size_t{2});
    const std::vector<Event> expired = f.eventsOf(EventKind::Expired);
    QCOMPARE(expired.size(), std::size_t{2});
    QCOMPARE(expired[0].count, 2u);
    QCOMPARE(expired[0].who, std::string("eve"));
    QVERIFY(expired[0].user.empty());
    QCOMPARE(expired[1].user, std::string("ana"));
    QCOMPARE(f.eventsOf(EventKind::Removed).front().user, std::string("ana"));
}

void tst_ProfileService::anActOnSeveralIsInTheHistoryOfEach()
{
    ServiceFixture f;
    f.service.expire({idOf("ben"), idOf("ana")}, "eve");
    f.service.expireAll("eve");

    for (const char *user : {"ana", "ben"})
        QCOMPARE(f.events.events({0, EventKind::Expired, user, 10}).size(), std::size_t{2});
    QCOMPARE(f.events.events({0, EventKind::Expired, "cleo", 10}).size(), std::size_t{1}); // only that of everyone
}

QTEST_GUILESS_MAIN(tst_ProfileService)
#include "tst_ProfileService.moc"
