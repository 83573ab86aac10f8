// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/telemetry/EventLog.h"
#include "tests/support/ManualClock.h"

#include <QTest>

#include <atomic>
#include <limits>
#include <map>
#include <thread>
#include <utility>

using namespace hearth;
using namespace std::chrono_literals;

class tst_EventLog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersFromOneWithoutHoles();
    void givesTheTimeOfNowToAnEventWithoutOne();
    void keepsTheNewestUpToItsCapacity();
    void numbersGoOnWhenNothingIsKept();
    void answersWhatIsAskedFor_data();
    void answersWhatIsAskedFor();
    void looksAtNoMoreThanItMust();
    void aSearchIsNotDisturbedByWhatIsAppendedMeanwhile();
    void aSearchEndsWhereEventsWereDroppedMeanwhile();
    void concurrentAppendsAreAllNumberedOnce();
    void whoIsErasedIsNamedNowhere();
    void twoAreErasedAtOnce();
    void whatIsDroppedWhileErasingIsNotTouched();
    void kindsAreReadAsTheyAreWritten();
    void allOfItCanBeWalkedThrough();

private:
    ManualClock m_clock;
};

namespace {

Event eventOf(EventKind kind, std::string user = {})
{
    Event made;
    made.kind = kind;
    made.user = std::move(user);
    return made;
}

void append(EventLog &log, int count)
{
    for (int i = 0; i < count; ++i)
        log.append(eventOf(EventKind::Cached, "user " + std::to_string(i)));
}

QString numbers(const std::vector<Event> &events)
{
    QStringList texts;
    for (const Event &each : events)
        texts << QString::number(each.seq);
    return texts.join(' ');
}

EventLog::Query everything()
{
    EventLog::Query query;
    query.limit = std::numeric_limits<std::size_t>::max();
    return query;
}

// Whether the numbers rise by one each.
bool isWithoutHoles(const std::vector<Event> &events)
{
    for (std::size_t i = 1; i < events.size(); ++i) {
        if (events[i].seq != events[i - 1].seq + 1)
            return false;
    }
    return true;
}

constexpr const char *betweenLockHolds = "EventLog::events between lock holds";

} // namespace

void tst_EventLog::numbersFromOneWithoutHoles()
{
    EventLog log(m_clock);
    QCOMPARE(log.lastSeq(), 0U);
    QVERIFY(log.events({}).empty());

    QCOMPARE(log.append(eventOf(EventKind::Cached)), 1U);
    QCOMPARE(log.append(eventOf(EventKind::Warm)), 2U);
    Event numbered = eventOf(EventKind::Warm);
    numbered.seq = 77; // the log numbers, nobody else
    QCOMPARE(log.append(numbered), 3U);

    QCOMPARE(log.lastSeq(), 3U);
    QCOMPARE(numbers(log.events({})), "1 2 3");
}

void tst_EventLog::givesTheTimeOfNowToAnEventWithoutOne()
{
    EventLog log(m_clock);
    Event earlier = eventOf(EventKind::Cached);
    earlier.time = WallTime(1h);
    log.append(earlier);
    m_clock.advance(5s);
    log.append(eventOf(EventKind::Cached));

    const std::vector<Event> events = log.events({});

    QVERIFY(events[0].time == WallTime(1h));
    QVERIFY(events[1].time == m_clock.wallNow());
}

void tst_EventLog::keepsTheNewestUpToItsCapacity()
{
    EventLog log(m_clock, 3);
    append(log, 3);
    QCOMPARE(numbers(log.events({})), "1 2 3");

    append(log, 2);

    QCOMPARE(numbers(log.events({})), "3 4 5");
    QCOMPARE(log.lastSeq(), 5U);
    append(log, 10'000);
    QCOMPARE(numbers(log.events(everything())), "10003 10004 10005");
}

void tst_EventLog::numbersGoOnWhenNothingIsKept()
{
    EventLog log(m_clock, 0);
    append(log, 3);

    QCOMPARE(log.lastSeq(), 3U);
    QVERIFY(log.events({}).empty());
}

void tst_EventLog::answersWhatIsAskedFor_data()
{
    QTest::addColumn<quint64>("since");
    QTest::addColumn<int>("kind"); // -1: any
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<quint64>("limit");
    QTest::addColumn<QString>("found");

    constexpr quint64 all = std::numeric_limits<quint64>::max();
    const QByteArray anybody;
    QTest::newRow("everything") << quint64(0) << -1 << anybody << all << "3 4 5 6 7 8";
    QTest::newRow("after a number that is kept") << quint64(5) << -1 << anybody << all << "6 7 8";
    QTest::newRow("after a number that was dropped") << quint64(1) << -1 << anybody << all << "3 4 5 6 7 8";
    QTest::newRow("after the last") << quint64(8) << -1 << anybody << all << "";
    QTest::newRow("after a number yet to come") << quint64(9) << -1 << anybody << all << "";
    QTest::newRow("after any number") << all << -1 << anybody << all << "";
    QTest::newRow("the newest two") << quint64(0) << -1 << anybody << quint64(2) << "7 8";
    QTest::newRow("none") << quint64(0) << -1 << anybody << quint64(0) << "";
    QTest::newRow("of a kind") << quint64(0) << int(EventKind::Expired) << anybody << all << "4 7";
    QTest::newRow("of a kind that did not occur") << quint64(0) << int(EventKind::Traffic) << anybody << all << "";
    QTest::newRow("of a user") << quint64(0) << -1 << QByteArray("ana") << all << "3 4 6";
    QTest::newRow("the newest of a user") << quint64(0) << -1 << QByteArray("ana") << quint64(1) << "6";
    QTest::newRow("of nobody known") << quint64(0) << -1 << QByteArray("an") << all << "";
    QTest::newRow("all of that together")
        << quint64(3) << int(EventKind::Cached) << QByteArray("ana") << quint64(5) << "6";
}

void tst_EventLog::answersWhatIsAskedFor()
{
    QFETCH(const quint64, since);
    QFETCH(const int, kind);
    QFETCH(const QByteArray, user);
    QFETCH(const quint64, limit);
    QFETCH(const QString, found);
    EventLog log(m_clock, 6);
    append(log, 2);                                 // 1, 2: dropped again
    log.append(eventOf(EventKind::Cached, "ana"));  // 3
    log.append(eventOf(EventKind::Expired, "ana")); // 4
    log.append(eventOf(EventKind::Cached, "ben"));  // 5
    log.append(eventOf(EventKind::Cached, "ana"));  // 6
    log.append(eventOf(EventKind::Expired, "ben")); // 7
    log.append(eventOf(EventKind::Cleanup));        // 8

    EventLog::Query query;
    query.since = since;
    if (kind >= 0)
        query.kind = static_cast<EventKind>(kind);
    query.user = user.toStdString();
    query.limit = limit;

    QCOMPARE(numbers(log.events(query)), found);
}

void tst_EventLog::looksAtNoMoreThanItMust()
{
    EventLog log(m_clock);
    append(log, 10'000);
    int lockHolds = 0;
    const SeqPoint::Hook hook(betweenLockHolds, [&lockHolds] { ++lockHolds; });

    EventLog::Query nothingNew = everything();
    nothingNew.since = log.lastSeq();
    QVERIFY(log.events(nothingNew).empty());
    QCOMPARE(lockHolds, 0);

    EventLog::Query newest;
    newest.limit = 10;
    QCOMPARE(log.events(newest).size(), 10U);
    QCOMPARE(lockHolds, 1);

    lockHolds = 0;
    EventLog::Query recent = everything();
    recent.since = 9'900;
    QCOMPARE(log.events(recent).size(), 100U);
    QCOMPARE(lockHolds, 1);

    lockHolds = 0;
    QCOMPARE(log.events(everything()).size(), 10'000U);
    QCOMPARE(lockHolds, 40); // 256 events in each
}

void tst_EventLog::aSearchIsNotDisturbedByWhatIsAppendedMeanwhile()
{
    EventLog log(m_clock);
    append(log, 1'000);
    std::vector<Event> found;
    {
        const SeqPoint::Hook hook(betweenLockHolds, [&log] { append(log, 100); });
        found = log.events(everything());
    }

    QCOMPARE(found.size(), 1'000U);
    QCOMPARE(found.back().seq, 1'000U);
    QVERIFY(isWithoutHoles(found));
    QVERIFY(log.lastSeq() > 1'000U);
}

void tst_EventLog::aSearchEndsWhereEventsWereDroppedMeanwhile()
{
    EventLog log(m_clock, 1'000);
    append(log, 1'000);
    std::vector<Event> found;
    {
        int holds = 0;
        const SeqPoint::Hook hook(betweenLockHolds, [&log, &holds] { append(log, ++holds == 1 ? 600 : 0); });
        found = log.events(everything());
    }

    QVERIFY(!found.empty());
    QCOMPARE(found.back().seq, 1'000U);
    QCOMPARE(found.front().seq, 601U);
    QVERIFY(isWithoutHoles(found));
    {
        const SeqPoint::Hook hook(betweenLockHolds, [&log] { append(log, 5'000); });
        found = log.events(everything());
    }
    QVERIFY(found.size() <= 256 && isWithoutHoles(found));
}

void tst_EventLog::concurrentAppendsAreAllNumberedOnce()
{
    constexpr int threadCount = 4;
    constexpr int eventsEach = 5'000;
    EventLog log(m_clock, 15'000);
    std::atomic<bool> everWrong = false;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threadCount; ++thread) {
        threads.emplace_back([&log, &everWrong, thread] {
            std::uint64_t last = 0;
            for (int i = 0; i < eventsEach; ++i) {
                Event made = eventOf(EventKind::Cached, std::to_string(thread));
                made.count = static_cast<std::uint64_t>(i);
                const std::uint64_t seq = log.append(std::move(made));
                everWrong = everWrong || seq <= last;
                last = seq;
            }
        });
    }
    for (int i = 0; i < 20; ++i)
        everWrong = everWrong || !isWithoutHoles(log.events(everything()));
    for (std::thread &thread : threads)
        thread.join();

    QVERIFY(!everWrong);
    QCOMPARE(log.lastSeq(), std::uint64_t(threadCount * eventsEach));
    const std::vector<Event> kept = log.events(everything());
    QCOMPARE(kept.size(), 15'000U);
    QVERIFY(isWithoutHoles(kept));
    std::map<std::string, std::uint64_t> next; // each thread's own order is kept
    for (const Event &each : kept) {
        const auto [found, isFirst] = next.try_emplace(each.user, each.count);
        QCOMPARE(each.count, found->second);
        ++found->second;
    }
}

namespace {

Event bulkOf(std::vector<std::string> users)
{
    Event made = eventOf(EventKind::Expired);
    made.users = std::make_shared<const std::vector<std::string>>(std::move(users));
    return made;
}

QString names(const std::vector<Event> &events)
{
    QStringList texts;
    for (const Event &each : events) {
        QStringList text{QString::fromStdString(each.user)};
        if (each.users) {
            for (const std::string &user : *each.users)
                text << QString::fromStdString(user);
        }
        texts << text.join('+');
    }
    return texts.join(' ');
}

} // namespace

void tst_EventLog::whoIsErasedIsNamedNowhere()
{
    EventLog log(m_clock);
    Event failure = eventOf(EventKind::Failure, "ana");
    failure.detail = "Key (user_identity)=(ana) is strange";
    log.append(failure);
    append(log, 1'000); // more than is looked at in one lock hold
    log.append(bulkOf({"ana", "bea", "cem"}));
    log.append(bulkOf({"bea"}));
    log.append(eventOf(EventKind::Cached, "anas sister"));
    const std::vector<Event> before = log.events(everything());

    QCOMPARE(log.erase("ana"), std::uint64_t(2));

    const std::vector<Event> after = log.events(everything());
    QCOMPARE(after.size(), before.size());
    QVERIFY(isWithoutHoles(after));
    QVERIFY(after.front().user.empty() && after.front().detail.empty());
    QCOMPARE(names({after.end() - 3, after.end()}), "+bea+cem +bea anas sister");
    EventLog::Query ofAna = everything();
    ofAna.user = "ana";
    QVERIFY(log.events(ofAna).empty());
    QCOMPARE(log.erase("ana"), std::uint64_t(0));
    QCOMPARE(log.erase(""), std::uint64_t(0));
    QCOMPARE(names({before.end() - 3, before.end() - 2}), "+ana+bea+cem"); // what was handed out does not change
}

void tst_EventLog::twoAreErasedAtOnce()
{
    EventLog log(m_clock);
    log.append(bulkOf({"ana", "bea", "cem"}));
    bool isInside = false;
    const SeqPoint::Hook other("EventLog::erase between lock holds", [&] {
        if (!std::exchange(isInside, true))
            log.erase("bea");
    });

    log.erase("ana");

    QCOMPARE(names(log.events(everything())), "+cem");
}

void tst_EventLog::whatIsDroppedWhileErasingIsNotTouched()
{
    EventLog log(m_clock, 10);
    log.append(eventOf(EventKind::Cached, "ana"));
    const SeqPoint::Hook dropsIt("EventLog::erase between lock holds", [&] { append(log, 10); });

    QCOMPARE(log.erase("ana"), std::uint64_t(0));
    QCOMPARE(log.events(everything()).size(), std::size_t(10));
}

void tst_EventLog::allOfItCanBeWalkedThrough()
{
    EventLog log(m_clock, 2'000);
    append(log, 3'000);
    EventLog::Query query;
    query.limit = 300;
    query.takesOldest = true;
    std::vector<Event> all;
    for (std::vector<Event> page = log.events(query); !page.empty(); page = log.events(query)) {
        all.insert(all.end(), page.begin(), page.end());
        query.since = page.back().seq;
    }

    QCOMPARE(all.size(), std::size_t(2'000));
    QVERIFY(isWithoutHoles(all));
    QCOMPARE(all.front().seq, std::uint64_t(1'001));
    query.since = 1'500;
    query.user = "user 2000";
    QCOMPARE(numbers(log.events(query)), "2001");
    query.since = 3'001;
    QVERIFY(log.events(query).empty());
    const SeqPoint::Hook drops(betweenLockHolds, [&log] { append(log, 500); });
    query = {2'000, std::nullopt, {}, 1'000, true};
    QVERIFY(log.events(query).back().seq <= 3'000); // what is appended meanwhile is not in it
}

void tst_EventLog::kindsAreReadAsTheyAreWritten()
{
    for (int kind = 0; kind <= static_cast<int>(EventKind::Refused); ++kind)
        QVERIFY(eventKindFromText(toString(static_cast<EventKind>(kind))) == static_cast<EventKind>(kind));
    QVERIFY(!eventKindFromText("moon"));
}

QTEST_APPLESS_MAIN(tst_EventLog)
#include "tst_EventLog.moc"
