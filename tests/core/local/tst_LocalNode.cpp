// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/local/LocalNode.h"
#include "core/local/RefreshRun.h"
#include "tests/core/local/LocalNodeFixture.h"

#include <QLoggingCategory>
#include <QSignalSpy>
#include <QThread>
#include <QtTest>

#include <atomic>
#include <memory>

using namespace hearth;
using namespace std::chrono_literals;

class tst_LocalNode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache=false")); }
    void entriesComePaged();
    void entriesThatNobodyWaitsForAreNotAnswered();
    void answersArriveOnTheGuiThread();
    void aProfileIsComparedWithItsRow();
    void aProfileOfAnUnreachableDatabaseIsNoError();
    void anInvalidIdentityIsRefused();
    void lookingChangesNothing();
    void thePreviewSaysWhatExpiryDoes_data();
    void thePreviewSaysWhatExpiryDoes();
    void severalAreRefreshedAFewAtATime();
    void aRefreshSaysWhyItFailed();
    void aRefreshEndsWhenTheDatabaseIsAway();
    void aRefreshNeverWorksOnTheGuiThread();
    void whoGivesUpTakesNobodyElseAlong_data();
    void whoGivesUpTakesNobodyElseAlong();
    void removalAndCleanupSayWhatTheyDid();
    void samplesBringStatsAndNotableEvents();
    void samplesComeWhenThePastIsThereAndNobodyWaitsMeanwhile();
    void aPastThatComesTooLateIsForNobody();
    void theDatabaseStatusIsPassedOn();
    void trafficIsSwitchedOnAndOff();
    void itMayBeDestroyedWithRequestsUnderWay();
};

void tst_LocalNode::entriesComePaged()
{
    NodeFixture f;
    for (int i = 0; i < 1000; ++i) {
        f.addUsers(0);
        f.repository.add(profileOf("user-" + std::to_string(1000 + i)));
        QVERIFY(f.get("user-" + std::to_string(1000 + i)));
    }
    EntriesQuery query;
    query.offset = 500;
    query.limit = 100;

    const Result<EntriesPage> page = await(f.node->entries(query));

    QVERIFY(page);
    QCOMPARE(page->rows.size(), std::size_t{100});
    QCOMPARE(page->rows.front().identity, std::string("user-1500"));
    QCOMPARE(page->total, std::size_t{1000});
}

void tst_LocalNode::entriesThatNobodyWaitsForAreNotAnswered()
{
    NodeFixture f;
    f.addUser("ana");
    QVERIFY(f.get("ana"));
    QFuture<Result<EntriesPage>> given = f.node->entries({});

    given.cancel();
    QTRY_VERIFY(given.isFinished());

    QCOMPARE(given.resultCount(), 0);
    const Result<EntriesPage> next = await(f.node->entries({}));
    QVERIFY(next);
    QCOMPARE(next->rows.size(), std::size_t{1});
}

void tst_LocalNode::answersArriveOnTheGuiThread()
{
    NodeFixture f;
    f.addUsers(1);
    QList<QThread *> threads;
    const auto note = [&](const auto &) { threads << QThread::currentThread(); };

    f.node->entries({}).then(note);
    f.node->profile("user-0").then(note);
    f.node->refresh({"user-0"}).then(note);
    f.node->cleanUp().then(note);
    f.node->estimateWarmUp({RecentUsers{1}}).then(this, note);
    QVERIFY(threads.isEmpty());

    QTRY_COMPARE(threads.size(), 5);
    QCOMPARE(threads.count(QThread::currentThread()), 5);
}

void tst_LocalNode::aProfileIsComparedWithItsRow()
{
    NodeFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));

    const Result<ProfileView> same = await(f.node->profile("ana"));
    f.repository.add(profileOf("ana", "es")); // another version of the row, which says the same
    const Result<ProfileView> writtenAgain = await(f.node->profile("ana"));
    f.repository.add(profileOf("ana", "fr"));
    const Result<ProfileView> different = await(f.node->profile("ana"));
    f.repository.remove(idOf("ana"));
    const Result<ProfileView> absent = await(f.node->profile("ana"));
    f.repository.add(profileOf("ben", "ig"));
    const Result<ProfileView> uncached = await(f.node->profile("ben"));

    QVERIFY(same && writtenAgain && different && absent && uncached);
    QCOMPARE(same->agreement, Agreement::Same);
    QVERIFY(same->entry && same->cached && same->stored);
    QCOMPARE(same->cachedVoice.name, std::string("Celeste"));
    QCOMPARE(same->events.size(), std::size_t{1});
    QVERIFY(writtenAgain->cached->rowVersion != writtenAgain->stored->rowVersion);
    QCOMPARE(writtenAgain->agreement, Agreement::Same);
    QCOMPARE(different->agreement, Agreement::Different);
    QCOMPARE(different->differing, std::vector<std::string>{"native_language"});
    QCOMPARE(absent->agreement, Agreement::Absent);
    QVERIFY(absent->cached && !absent->stored);
    QVERIFY(!uncached->entry && !uncached->cached && uncached->stored);
    QCOMPARE(f.cached("ben"), std::string("nothing"));
}

void tst_LocalNode::aProfileOfAnUnreachableDatabaseIsNoError()
{
    NodeFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});

    const Result<ProfileView> view = await(f.node->profile("ana"));

    QVERIFY(view);
    QCOMPARE(view->agreement, Agreement::Unreachable);
    QCOMPARE(view->databaseProblem, std::string("The database cannot be reached."));
    QVERIFY(view->entry);
}

void tst_LocalNode::anInvalidIdentityIsRefused()
{
    NodeFixture f;
    const std::string invalid = "a\nb";

    QCOMPARE(await(f.node->profile(invalid)).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(await(f.node->refresh({"ana", invalid})).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(await(f.node->remove({invalid})).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(await(f.node->expire(TheseUsers{{invalid}})).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(f.repository.queryCount(), 0u);
}

void tst_LocalNode::lookingChangesNothing()
{
    NodeFixture f;
    f.addUsers(5);
    QVERIFY(f.get("user-0"));
    QVERIFY(f.get("user-0"));
    const CacheCounters before = f.cache.counters();
    const EntryFacts facts = f.cache.peek("user-0")->facts;
    const std::uint64_t events = f.events.lastSeq();

    QVERIFY(await(f.node->entries({})));
    QVERIFY(await(f.node->profile("user-0")));
    QVERIFY(await(f.node->profile("user-1")));
    QVERIFY(await(f.node->previewExpiry(AllUsers{})));
    QVERIFY(await(f.node->estimateWarmUp({RecentUsers{5}})));
    QVERIFY(await(f.node->samples(0, 100)));
    f.sampleNow();

    const CacheCounters after = f.cache.counters();
    QCOMPARE(after.gets, before.gets);
    QCOMPARE(after.hits, before.hits);
    QCOMPARE(after.puts, before.puts);
    QCOMPARE(f.cache.peek("user-0")->facts.hits, facts.hits);
    QVERIFY(f.cache.peek("user-0")->facts.deadline == facts.deadline);
    QCOMPARE(f.service.counters().loads, 1u);
    QCOMPARE(f.events.lastSeq(), events);
    QCOMPARE(f.cache.size().total(), 1u);
}

void tst_LocalNode::thePreviewSaysWhatExpiryDoes_data()
{
    QTest::addColumn<int>("target");
    QTest::addColumn<quint64>("count");
    QTest::newRow("named ones") << 0 << quint64{2};
    QTest::newRow("matching ones") << 1 << quint64{3};
    QTest::newRow("everyone") << 2 << quint64{12};
}

void tst_LocalNode::thePreviewSaysWhatExpiryDoes()
{
    QFETCH(int, target);
    QFETCH(quint64, count);
    NodeFixture f;
    f.addUsers(12);
    for (int i = 0; i < 12; ++i)
        QVERIFY(f.get("user-" + std::to_string(i)));
    const EntriesTarget targets[] = {TheseUsers{{"user-3", "user-4", "nobody"}},
                                     MatchingUsers{{.search = "USER-1", .state = {}, .language = "es"}}, AllUsers{}};

    const Result<ExpiryPreview> preview = await(f.node->previewExpiry(targets[target]));
    const Result<ExpiryOutcome> expired = await(f.node->expire(targets[target]));

    QVERIFY(preview && expired);
    QCOMPARE(quint64(preview->count), count);
    QCOMPARE(preview->examples.size(), std::min<std::size_t>(count, 10));
    QCOMPARE(quint64(expired->expired), count);
    QCOMPARE(quint64(f.cache.size().expired), count);
    QCOMPARE(f.eventsOf(EventKind::Expired).front().who, std::string("dashboard"));
}

void tst_LocalNode::severalAreRefreshedAFewAtATime()
{
    NodeFixture f;
    f.addUsers(10);
    f.repository.hold();
    std::vector<std::string> users{"nobody"};
    for (int i = 0; i < 10; ++i)
        users.push_back("user-" + std::to_string(i));

    const QFuture<Result<std::uint64_t>> future = f.node->refresh(users);
    QVERIFY(f.repository.waitForHeld(4));
    QCOMPARE(f.repository.heldCount(), std::size_t{4});
    f.repository.releaseOne();
    QVERIFY(f.repository.waitForHeld(4)); // the next is asked for by whichever thread is asking
    QCOMPARE(f.repository.heldCount(), std::size_t{4});
    f.repository.release();

    QCOMPARE(*await(future), 10u);
    QCOMPARE(f.cache.size().active, 10u);
}

void tst_LocalNode::aRefreshSaysWhyItFailed()
{
    NodeFixture f;
    f.repository.failWith({ErrorCode::Timeout, "Too slow."});

    QCOMPARE(await(f.node->refresh({"ana", "ben"})).error().detail, std::string("Too slow."));
    QCOMPARE(*await(f.node->refresh({})), 0u);
}

void tst_LocalNode::aRefreshEndsWhenTheDatabaseIsAway()
{
    NodeFixture f;
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    std::vector<std::string> users;
    for (int i = 0; i < 1000; ++i)
        users.push_back("user-" + std::to_string(i));

    const Result<std::uint64_t> refreshed = await(f.node->refresh(users));

    QCOMPARE(refreshed.error().detail, std::string("The database cannot be reached."));
    QVERIFY(f.repository.queryCount() <= RefreshRun::atOnce);
    QVERIFY(f.eventsOf(EventKind::Failure).size() <= RefreshRun::atOnce);
}

void tst_LocalNode::aRefreshNeverWorksOnTheGuiThread()
{
    NodeFixture f; // its repository answers at once, on the thread that asks
    std::atomic<int> onGuiThread = 0;
    const SeqPoint::Hook settles("ProfileService.settle.answered", [&onGuiThread] {
        onGuiThread += QThread::currentThread() == QCoreApplication::instance()->thread() ? 1 : 0;
    });
    std::vector<std::string> users;
    for (int i = 0; i < 100; ++i)
        users.push_back("nobody-" + std::to_string(i));

    QVERIFY(!await(f.node->refresh(users)));

    QCOMPARE(f.repository.queryCount(), 100u);
    QCOMPARE(onGuiThread.load(), 0);
}

void tst_LocalNode::whoGivesUpTakesNobodyElseAlong_data()
{
    QTest::addColumn<bool>("dies");
    QTest::newRow("the first one is destroyed") << true;
    QTest::newRow("the first one cancels its future") << false;
}

// Two dashboards wait for the same query of the same user.
void tst_LocalNode::whoGivesUpTakesNobodyElseAlong()
{
    QFETCH(const bool, dies);
    NodeFixture f;
    f.addUsers(1);
    f.repository.hold();
    auto first = f.anotherNode();
    QFuture<Result<std::uint64_t>> givenUp = first->refresh({"user-0"});
    QVERIFY(f.repository.waitForHeld(1));
    std::atomic<int> served = 0;
    f.service.refresh(idOf("user-0"), [&served](const Result<ServedProfile> &) { ++served; });
    QFuture<Result<std::uint64_t>> other = f.node->refresh({"user-0"});

    if (dies)
        first.reset();
    else
        givenUp.cancel();
    f.repository.release();

    const Result<std::uint64_t> reloaded = await(other);

    QVERIFY2(reloaded, "nobody answered");
    QCOMPARE(*reloaded, 1u);
    QCOMPARE(served.load(), 1);
    QTRY_VERIFY(givenUp.isFinished());
    QVERIFY(givenUp.isCanceled());
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_LocalNode::removalAndCleanupSayWhatTheyDid()
{
    NodeFixture f;
    f.addUsers(5);
    for (int i = 0; i < 5; ++i)
        QVERIFY(f.get("user-" + std::to_string(i)));

    QCOMPARE(*await(f.node->remove({"user-0", "nobody"})), 1u);
    f.clock.advance(61s);
    QVERIFY(f.get("user-1"));
    const Result<CleanupOutcome> outcome = await(f.node->cleanUp());

    QVERIFY(outcome);
    QCOMPARE(outcome->initialCount, 4u);
    QCOMPARE(outcome->removed, 3u);
    QCOMPARE(outcome->finalCount, 1u);
}

void tst_LocalNode::samplesComeWhenThePastIsThereAndNobodyWaitsMeanwhile()
{
    NodeFixture f;
    SampleHistory history(100, 1'000);
    const auto node = f.anotherNode(history);
    history.append({});

    std::vector<QFuture<Result<std::vector<Sample>>>> asked;
    for (int i = 0; i < 10; ++i) // more than there are threads
        asked.push_back(node->samples(0, 10));
    QVERIFY(await(node->entries({})));
    for (const auto &future : asked)
        QVERIFY(!future.isFinished());
    Sample past;
    past.seq = 1;
    history.prepend({past});

    for (const auto &future : asked) {
        const auto samples = await(future);
        QVERIFY(samples);
        QCOMPARE(samples->size(), std::size_t{2});
        QCOMPARE(samples->front().seq, 1'000u);
    }
}

void tst_LocalNode::aPastThatComesTooLateIsForNobody()
{
    NodeFixture f;
    SampleHistory history(100, 1'000);
    auto node = f.anotherNode(history);
    const auto asked = node->samples(0, 10);

    node.reset();
    history.prepend({});

    QVERIFY(asked.isCanceled());
}

void tst_LocalNode::samplesBringStatsAndNotableEvents()
{
    NodeFixture f;
    f.addUsers(1);
    QSignalSpy sampled(f.node.get(), &NodeClient::sampled);
    QSignalSpy happened(f.node.get(), &NodeClient::eventHappened);
    QCOMPARE(f.node->stats().gets, 0u);
    QVERIFY(f.get("user-0"));
    f.service.expireAll("eve");
    QCOMPARE(f.node->stats().gets, 0u); // nothing is computed on the GUI thread

    f.sampleNow();
    QTRY_COMPARE(sampled.size(), 1);
    QTRY_COMPARE(happened.size(), 1); // not the one that a profile was cached
    f.sampleNow();
    QTRY_COMPARE(sampled.size(), 2);

    QCOMPARE(f.node->stats().gets, 1u);
    QCOMPARE(happened.size(), 1);
    QVERIFY(happened.first().first().value<Event>().kind == EventKind::Expired);
    QCOMPARE(await(f.node->samples(0, 10))->size(), std::size_t{2});
}

void tst_LocalNode::theDatabaseStatusIsPassedOn()
{
    NodeFixture f;
    QSignalSpy changed(f.node.get(), &NodeClient::databaseChanged);
    DatabaseStatus status;
    status.state = DatabaseState::Unreachable;
    status.problem = "The server does not answer.";
    QSignalSpy sampled(f.node.get(), &NodeClient::sampled);
    f.onServiceThread([&f, &status] { f.database = status; });
    f.sampleNow(); // which knows it before we are told
    QTRY_COMPARE(sampled.size(), 1);

    f.node->setDatabaseStatus(status);
    f.node->setDatabaseStatus(status);

    QCOMPARE(changed.size(), 1);
    QCOMPARE(f.node->stats().database, status);
    QVERIFY(f.eventsOf(EventKind::Database).empty()); // that is the business of whoever runs the database
}

void tst_LocalNode::trafficIsSwitchedOnAndOff()
{
    NodeFixture f;
    f.addUsers(10);
    QSignalSpy changed(f.node.get(), &NodeClient::trafficChanged);
    QVERIFY(!f.node->traffic().on);

    f.node->startTraffic();
    QTRY_VERIFY(f.node->traffic().on && f.node->traffic().users == 3);
    f.node->stopTraffic();
    QTRY_VERIFY(!f.node->traffic().on);

    QCOMPARE(changed.size(), 3); // starting, on, off
    QCOMPARE(f.repository.insertCount(), 0u);
}

void tst_LocalNode::itMayBeDestroyedWithRequestsUnderWay()
{
    NodeFixture f;
    f.addUsers(50);
    f.repository.hold();
    bool called = false;
    const auto note = [&called](const auto &) { called = true; };
    f.node->entries({}).then(note);
    f.node->profile("user-0").then(note);
    f.node->refresh({"user-0", "user-1"}).then(note);
    f.node->estimateWarmUp({RecentUsers{10}}).then(note);
    f.node->warmUp({RecentUsers{10}}).then(note);
    f.node->cleanUp().then(note);
    const QFuture<Result<ProfileView>> profile = f.node->profile("user-2");

    f.node.reset();
    f.repository.release();
    QTest::qWait(0);

    QVERIFY(!called);
    QTRY_VERIFY(profile.isFinished());
    QVERIFY(profile.isCanceled());
}

QTEST_GUILESS_MAIN(tst_LocalNode)
#include "tst_LocalNode.moc"
