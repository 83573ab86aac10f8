// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Warm-ups of groups in one streamed query.
#include "core/base/SeqPoint.h"
#include "tests/core/service/WarmFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <memory>
#include <set>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// A warm-up of 40 users, given ten at a time, that stops before each step.
struct HeldStream : WarmFixture {
    HeldStream()
    {
        addUsers(40);
        source.setPortion(10);
        source.hold();
        job = warm(WarmRecent{100});
    }
    void step(int times = 1)
    {
        for (int i = 0; i < times; ++i) {
            source.releaseOne();
            settle();
        }
    }
    void begin() { step(); }
    void portion(int times = 1) { step(times); }
    void goOn()
    {
        source.release();
        settle();
    }
    std::uint64_t job = 0;
};

} // namespace

class tst_WarmStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void aGroupComesInOneStream_data();
    void aGroupComesInOneStream();
    void whoIsCachedStaysAsHeIs();
    void anExpiredEntryIsReplaced();
    void onlyTheJobIsToldOf();
    void agesCountFromTheQuery();
    void lifetimesDifferAndOnlyGetShorter();
    void notMoreThanFitIntoTheCache();
    void whatIsInvalidatedInBetweenIsNeverOverwritten_data();
    void whatIsInvalidatedInBetweenIsNeverOverwritten();
    void whatWasReadBeforeChangesWereMissedIsReadAgain();
    void aNewerReadIsNotOverwritten();
    void whatIsRememberedOfAFlushIsBounded();
    void itIsCancelledInTheMiddle_data();
    void itIsCancelledInTheMiddle();
    void aCancelThatComesWithTheEndIsHeeded();
    void itIsCancelledWhileItCounts();
    void aFailureLeavesWhatIsStored();
    void aFailureBeforeTheFirstRow_data();
    void aFailureBeforeTheFirstRow();
    void rowsOnAnotherThreadAreStoredThere();
    void progressComesAtMostEveryTenthOfASecond();
    void stoppingEndsEverything();
    void itMayBeDestroyedInTheMiddle();
};

void tst_WarmStream::aGroupComesInOneStream_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<std::uint64_t>("users");
    QTest::newRow("the most recent") << 0 << std::uint64_t(7);
    QTest::newRow("more than there are") << 1 << std::uint64_t(40);
    QTest::newRow("speakers of a language") << 2 << std::uint64_t(20);
    QTest::newRow("speakers of a language that nobody speaks") << 3 << std::uint64_t(0);
    QTest::newRow("hosts of active rooms") << 4 << std::uint64_t(2);
    QTest::newRow("nobody") << 5 << std::uint64_t(0);
}

void tst_WarmStream::aGroupComesInOneStream()
{
    QFETCH(int, which);
    QFETCH(std::uint64_t, users);
    const WarmTarget targets[] = {WarmRecent{7},      WarmRecent{4'000'000'000}, WarmLanguage{"es"},
                                  WarmLanguage{"ha"}, WarmActiveRooms{},         WarmRecent{0}};
    WarmFixture f;
    f.addUsers(40);
    f.source.addRoom("user-3");
    f.source.addRoom("user-4");
    f.source.addRoom("user-5", false);
    f.source.addRoom("stranger");

    const std::uint64_t job = f.warm(targets[which]);

    QCOMPARE(f.last().jobId, job);
    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().requested, users);
    QCOMPARE(f.last().warmed, users);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.cache.size().active, users);
    QCOMPARE(f.source.streamCount(), 1u);
    QCOMPARE(f.repository.findManyCount(), 0u);
    QCOMPARE(f.service.counters().warmed, users);
    QCOMPARE(f.cache.counters().gets, 0u); // a warm-up is not a get
}

void tst_WarmStream::whoIsCachedStaysAsHeIs()
{
    WarmFixture f;
    f.addUsers(10);
    QVERIFY(f.get("user-0"));
    f.clock.advance(30s);
    const MonotonicTime deadline = f.cache.peek("user-0")->facts.deadline;

    f.warm(WarmLanguage{"es"});

    QCOMPARE(f.last().requested, 5u);
    QCOMPARE(f.last().alreadyCached, 1u);
    QCOMPARE(f.last().warmed, 4u);
    QCOMPARE(f.cache.peek("user-0")->facts.deadline, deadline);
    QVERIFY(f.cache.peek("user-0")->facts.source == EntrySource::Database);
    QVERIFY(f.cache.peek("user-2")->facts.source == EntrySource::WarmUp);
}

void tst_WarmStream::anExpiredEntryIsReplaced()
{
    WarmFixture f;
    f.addUsers(2);
    QVERIFY(f.get("user-0"));
    QVERIFY(f.get("user-1"));
    f.service.expire({idOf("user-1")}, "test"); // by force
    f.clock.advance(61s);                       // and by itself
    f.addUser("user-0", "ha");

    f.warm(WarmRecent{10});

    QCOMPARE(f.last().warmed, 2u);
    QCOMPARE(f.cached("user-0"), std::string("ha"));
    QCOMPARE(f.cached("user-1"), std::string("fr"));
}

void tst_WarmStream::onlyTheJobIsToldOf()
{
    WarmFixture f;
    f.addUsers(40);

    f.warm(WarmRecent{100});

    QCOMPARE(f.eventsOf(EventKind::Cached).size(), std::size_t{0});
    const std::vector<Event> events = f.eventsOf(EventKind::Warm);
    QCOMPARE(events.size(), std::size_t{1});
    QCOMPARE(events.front().who, std::string("eve"));
    QCOMPARE(events.front().count, 40u);
    QVERIFY(QString::fromStdString(events.front().detail).startsWith(QStringLiteral("warmed 40 of 40, ")));
}

void tst_WarmStream::agesCountFromTheQuery()
{
    HeldStream f;
    const MonotonicTime sent = f.clock.now();
    f.begin();
    f.clock.advance(45s);
    f.portion();
    f.clock.advance(10s); // 55 s after the query: the shortest lives have ended
    f.portion();

    QCOMPARE(f.cache.size().total(), 20u);
    QVERIFY(f.cache.size().active < 20u);
    f.cache.forEach([&](std::string_view, const PackedProfile &, const EntryFacts &facts) {
        QCOMPARE(facts.cachedAt, sent);
        QVERIFY(facts.deadline <= sent + 60s);
    });
}

void tst_WarmStream::lifetimesDifferAndOnlyGetShorter()
{
    WarmFixture f;
    f.addUsers(1'000);

    f.warm(WarmRecent{1'000});

    std::set<MonotonicTime> ends;
    double least = 1;
    double most = 0;
    for (int i = 0; i < 1'000; ++i) {
        const double cut = f.cutOf(WarmFixture::name(i));
        least = std::min(least, cut);
        most = std::max(most, cut);
        ends.insert(f.cache.peek(WarmFixture::name(i))->facts.deadline);
    }
    QVERIFY2(least >= 0 && most <= 0.1, qPrintable(QString::number(most)));
    QVERIFY(most - least > 0.09);
    QVERIFY(ends.size() > 990);
}

void tst_WarmStream::notMoreThanFitIntoTheCache()
{
    WarmFixture f;
    f.addUsers(400);
    f.cache.setMaxEntries(100);
    std::uint64_t most = 0;
    const SeqPoint::Hook taken("WarmIntake.take", [&] { most = std::max(most, f.cache.size().total()); });
    f.source.setPortion(7);

    f.warm(WarmRecent{400});

    QCOMPARE(f.source.lastLimit(), std::size_t{100});
    QCOMPARE(f.last().requested, 100u);
    QCOMPARE(f.last().warmed, 100u);
    QVERIFY(most <= 100 && f.cache.size().total() <= 100);
}

void tst_WarmStream::whatIsInvalidatedInBetweenIsNeverOverwritten_data()
{
    QTest::addColumn<QString>("how");
    for (const char *how : {"expiry forced", "removed", "told of by the database", "everybody's expiry forced"})
        QTest::newRow(how) << QString::fromLatin1(how);
}

void tst_WarmStream::whatIsInvalidatedInBetweenIsNeverOverwritten()
{
    QFETCH(QString, how);
    HeldStream f;
    f.begin();
    f.portion(2); // user-0 and the like are cached, user-9 is still to come
    QCOMPARE(f.cached("user-9"), std::string("nothing"));
    const std::vector<ProfileId> both{idOf("user-0"), idOf("user-9")};
    for (const ProfileId &id : both)
        f.repository.add(profileOf(id.text(), "ha")); // the stream goes on with the rows of its beginning
    if (how == QLatin1String("expiry forced"))
        f.service.expire(both, "test");
    else if (how == QLatin1String("removed"))
        f.service.remove(both, "test");
    else if (how == QLatin1String("told of by the database"))
        f.service.applyChanges({{both[0], RowChange::Kind::Changed, f.stored("user-0")->rowVersion},
                                {both[1], RowChange::Kind::Changed, f.stored("user-9")->rowVersion}});
    else
        f.service.expireAll("test");
    f.repository.hold();
    f.goOn();
    QVERIFY2(f.cached("user-9") != "fr", "a row that was read before the invalidation was stored");
    const std::uint64_t waiting = f.repository.heldCount();
    f.repository.release();
    f.settle();

    QCOMPARE(waiting, 1u); // one more query, for those by name
    QCOMPARE(f.last().state, JobState::Done);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.last().requested, 40u);
    QCOMPARE(f.last().failed, 0u);
    QCOMPARE(f.cached("user-9"), std::string("ha"));
    QVERIFY(f.cached("user-0") != "es");
}

// Whoever re-checks what is cached after a lost connection is long done when the last rows of a stream come.
void tst_WarmStream::whatWasReadBeforeChangesWereMissedIsReadAgain()
{
    HeldStream f;
    f.begin();
    f.portion();
    f.clock.advance(10ms);
    f.repository.add(profileOf("user-30", "ig")); // nobody tells
    f.service.changesWereMissed();
    f.clock.advance(1ms);

    f.goOn();

    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(f.last().warmed, 40u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.cached("user-30"), std::string("ig"));
    QCOMPARE(f.repository.findManyCount(), 1u);
}

void tst_WarmStream::aNewerReadIsNotOverwritten()
{
    HeldStream f;
    f.begin();
    f.clock.advance(1s);
    f.repository.add(profileOf("user-9", "ha"));
    QVERIFY(f.get("user-9")); // read later than the stream's row
    f.repository.add(profileOf("user-8", "ha"));
    QVERIFY(f.get("user-8"));
    f.service.expire({idOf("user-8")}, "test");
    QVERIFY(f.get("user-8")); // and cached again

    f.goOn();

    QCOMPARE(f.last().alreadyCached, 2u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.cached("user-9"), std::string("ha"));
    QCOMPARE(f.cached("user-8"), std::string("ha"));
    QCOMPARE(f.repository.findManyCount(), 0u);
}

void tst_WarmStream::whatIsRememberedOfAFlushIsBounded()
{
    WarmFixture f;
    f.addUsers(5'000);
    f.source.hold();
    f.warm(WarmRecent{5'000});
    f.source.releaseOne(); // the query was sent
    f.service.expireAll("test");

    f.source.release();
    f.settle();

    QCOMPARE(f.last().state, JobState::Done);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.last().requested, 5'000u);
    QCOMPARE(f.last().warmed, std::uint64_t(WarmIntake::maximumAgain));
    QCOMPARE(f.last().failed, 4'000u);
    QCOMPARE(f.last().failedUsers.size(), WarmProgress::maximumFailedUsers);
    QCOMPARE(f.last().problem, std::string("Some users were invalidated while they were loaded."));
    QCOMPARE(f.repository.findManyCount(), 1u);
}

void tst_WarmStream::itIsCancelledInTheMiddle_data()
{
    QTest::addColumn<int>("steps");
    QTest::addColumn<std::uint64_t>("stored");
    QTest::newRow("before it begins") << 0 << std::uint64_t(0);
    QTest::newRow("before the first rows") << 1 << std::uint64_t(0);
    QTest::newRow("after some rows") << 3 << std::uint64_t(20);
    QTest::newRow("before the end") << 5 << std::uint64_t(40);
}

void tst_WarmStream::itIsCancelledInTheMiddle()
{
    QFETCH(int, steps);
    QFETCH(std::uint64_t, stored);
    HeldStream f;
    f.step(steps);

    f.warmUp->cancel(f.job); // the database hangs: nothing is released
    f.settle();

    QCOMPARE(f.last().state, JobState::Cancelled);
    QCOMPARE(f.last().requested, 40u);
    QCOMPARE(f.last().warmed, stored);
    QCOMPARE(f.last().done, stored);
    QCOMPARE(f.source.heldCount(), std::size_t{0});
    f.goOn();
    QCOMPARE(f.cache.size().total(), stored);
    const std::uint64_t next = f.warm(WarmRecent{100});
    QCOMPARE(f.last().jobId, next);
    QCOMPARE(f.last().alreadyCached, stored);
    QCOMPARE(f.last().state, JobState::Done);
}

// The stream is over, but who was invalidated meanwhile would still have to be asked for by name.
void tst_WarmStream::aCancelThatComesWithTheEndIsHeeded()
{
    HeldStream f;
    f.step(1);
    f.service.remove({idOf("user-3")}, "test");
    f.step(4);
    QVERIFY(f.source.releaseOne()); // the end is here, and not looked at yet

    f.warmUp->cancel(f.job);
    f.settle();

    QCOMPARE(f.last().state, JobState::Cancelled);
    QCOMPARE(f.last().warmed, 39u);
    QCOMPARE(f.last().done, 39u);
    QCOMPARE(f.last().requested, 40u);
    QCOMPARE(f.repository.findManyCount(), 0u);
    QCOMPARE(f.cached("user-3"), std::string("nothing"));
}

void tst_WarmStream::itIsCancelledWhileItCounts()
{
    WarmFixture f;
    f.addUsers(4);
    f.source.hold();
    const std::uint64_t job = f.warm(WarmLanguage{"es"});
    QCOMPARE(f.source.countCount(), 1u);

    f.warmUp->cancel(job); // the database hangs
    QCOMPARE(f.last().state, JobState::Cancelled);
    f.source.release();
    f.settle();

    QCOMPARE(f.source.streamCount(), 0u);
    QCOMPARE(f.cache.size().total(), 0u);
    QCOMPARE(f.eventsOf(EventKind::Warm).size(), std::size_t{1});
}

void tst_WarmStream::aFailureLeavesWhatIsStored()
{
    WarmFixture f;
    f.addUsers(40);
    f.source.setPortion(10);
    f.source.failWith({ErrorCode::Timeout, "The database sent nothing for 5 s."}, 25);

    f.warm(WarmRecent{100});

    QCOMPARE(f.last().state, JobState::Failed);
    QCOMPARE(f.last().problem, std::string("The database sent nothing for 5 s."));
    QCOMPARE(f.last().requested, 40u);
    QCOMPARE(f.last().warmed, 25u);
    QCOMPARE(f.last().failed, 15u);
    QVERIFY(addsUp(f.last()));
    QCOMPARE(f.cache.size().active, 25u);
    QVERIFY(QString::fromStdString(f.eventsOf(EventKind::Warm).back().detail)
                .endsWith(QStringLiteral(": The database sent nothing for 5 s.")));
    f.source.answerNormally();
    f.warm(WarmRecent{100}); // a retry loads the rest
    QCOMPARE(f.last().alreadyCached, 25u);
    QCOMPARE(f.last().warmed, 15u);
}

void tst_WarmStream::aFailureBeforeTheFirstRow_data()
{
    QTest::addColumn<std::size_t>("perSecond");
    QTest::newRow("as fast as it can") << std::size_t(0);
    QTest::newRow("limited") << std::size_t(500);
}

void tst_WarmStream::aFailureBeforeTheFirstRow()
{
    QFETCH(std::size_t, perSecond);
    WarmFixture f;
    f.addUsers(4);
    f.source.failWith({ErrorCode::Unavailable, "The database cannot be reached."});

    f.warm(WarmRecent{100}, perSecond);

    QCOMPARE(f.last().state, JobState::Failed);
    QCOMPARE(f.last().problem, std::string("The database cannot be reached."));
    QCOMPARE(f.cache.size().total(), 0u);
}

void tst_WarmStream::rowsOnAnotherThreadAreStoredThere()
{
    HeldStream f;
    f.begin();
    std::set<std::thread::id> threads;
    const SeqPoint::Hook taken("WarmIntake.take", [&] { threads.insert(std::this_thread::get_id()); });

    std::thread reader([&f] { f.source.release(); });
    const std::thread::id id = reader.get_id();
    reader.join();
    QCOMPARE(f.cache.size().active, 40u); // although this thread did nothing yet
    QVERIFY(f.reports.empty() || f.last().state == JobState::Running);
    f.settle();

    QCOMPARE(f.last().state, JobState::Done);
    QCOMPARE(threads, std::set<std::thread::id>{id});
}

void tst_WarmStream::progressComesAtMostEveryTenthOfASecond()
{
    HeldStream f;
    f.begin();
    const std::size_t before = f.reports.size();

    for (const auto elapsed : {100ms, 60ms, 60ms, 10ms}) {
        f.clock.advance(elapsed);
        f.portion();
    }
    f.goOn();

    QCOMPARE(f.reports.size() - before, std::size_t{3}); // after 100 ms, after 220, at the end
    QCOMPARE(f.reports[before].requested, 40u);
    QCOMPARE(f.reports[before].done, 10u);
    QCOMPARE(f.reports[before + 1].done, 30u);
    QCOMPARE(f.last().done, 40u);
}

void tst_WarmStream::stoppingEndsEverything()
{
    HeldStream f;
    f.begin();
    f.portion();
    f.warm(WarmRecent{100});
    f.warmUp->plan(1, WarmRecent{40});

    f.warmUp->stop();
    f.settle();

    QCOMPARE(f.source.heldCount(), std::size_t{0});
    QCOMPARE(f.last().state, JobState::Cancelled);
    QCOMPARE(f.cache.size().total(), 10u);
    QVERIFY(f.plans.empty());
}

void tst_WarmStream::itMayBeDestroyedInTheMiddle()
{
    HeldStream f;
    f.begin();
    f.portion();
    f.warmUp->plan(1, WarmRecent{40});

    f.warmUp.reset();
    f.goOn();

    QCOMPARE(f.source.heldCount(), std::size_t{0});
    QCOMPARE(f.cache.size().total(), 10u);
}

QTEST_GUILESS_MAIN(tst_WarmStream)
#include "tst_WarmStream.moc"
