// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr auto longestWait = 5s + ProfileService::answerMargin;

// Time passes as it does with somebody who looks four times a second whether anybody waits too long.
void pass(ServiceFixture &f, std::chrono::milliseconds time)
{
    for (auto passed = 0ms; passed < time; passed += 250ms) {
        f.clock.advance(250ms);
        f.service.releaseOverdue();
    }
}

} // namespace

// Nobody waits longer than one hard timeout and a margin, whatever happens to the loads.
class tst_ProfileServiceDeadlines : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void aLoaderThatNeverAnswersReleasesEverybodyAlike();
    void theNextCallTriesAgain();
    void anOvertakenWaiterWaitsOneTimeout();
    void whoComesLateHasATimeoutOfItsOwn();
    void aCreationIsPartOfTheWait();
    void aRefreshIsBoundedToo();
    void whoWaitedTooLongIsServedStale();
    void whatComesTooLateIsDropped();
    void nobodyIsReleasedTooEarly();
    void thoseWhoWereAnsweredAreForgotten();
};

void tst_ProfileServiceDeadlines::aLoaderThatNeverAnswersReleasesEverybodyAlike()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;
    for (int i = 0; i < 3; ++i)
        f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());

    pass(f, longestWait + 250ms);

    QCOMPARE(answers.count(), std::size_t{3});
    QCOMPARE(answers.at(0).error().code, ErrorCode::Timeout);
    QCOMPARE(answers.at(1).error(), answers.at(0).error());
    QCOMPARE(answers.at(2).error(), answers.at(0).error());
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
    QCOMPARE(f.service.counters().loadFailures, 1u);
}

void tst_ProfileServiceDeadlines::theNextCallTriesAgain()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    pass(f, longestWait + 250ms);

    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.repository.release();

    QCOMPARE(f.repository.findCount(), 2u);
    QCOMPARE(answers.language(1), std::string("es"));
}

void tst_ProfileServiceDeadlines::anOvertakenWaiterWaitsOneTimeout()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    std::chrono::milliseconds waited = 0ms;
    // Each load takes 4 s, and each is overtaken by an invalidation.
    while (answers.count() == 0 && waited < 30s) {
        pass(f, 1s);
        waited += 1s;
        if (waited.count() % 4'000 == 0) {
            f.service.expire({idOf("ana")}, "eve");
            f.repository.releaseOne();
        }
    }

    QCOMPARE(answers.count(), std::size_t{1});
    QVERIFY2(waited <= longestWait + 500ms, qPrintable(QString::number(waited.count())));
    QCOMPARE(answers.at(0).error().code, ErrorCode::Timeout);
    f.repository.release();
    QCOMPARE(answers.count(), std::size_t{1});
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceDeadlines::whoComesLateHasATimeoutOfItsOwn()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers first, second;
    f.service.get(idOf("ana"), UnknownUser::NotFound, first.into());
    pass(f, 3s);
    f.service.expire({idOf("ana")}, "eve");
    f.service.get(idOf("ana"), UnknownUser::NotFound, second.into()); // a flight of its own
    pass(f, 3s);

    QCOMPARE(first.count(), std::size_t{1});
    QCOMPARE(second.count(), std::size_t{0});
    f.repository.release();
    QCOMPARE(second.language(0), std::string("es"));
}

void tst_ProfileServiceDeadlines::aCreationIsPartOfTheWait()
{
    ServiceFixture f;
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    pass(f, 4s);
    f.repository.releaseOne(); // no such row: the default is being stored
    QCOMPARE(f.repository.insertCount(), 1u);

    pass(f, 2s);

    QCOMPARE(answers.count(), std::size_t{1});
    QCOMPARE(answers.at(0).error().code, ErrorCode::Timeout);
    f.repository.release(); // it was not in vain
    QCOMPARE(f.cached("ana"), std::string("en"));
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceDeadlines::aRefreshIsBoundedToo()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.repository.hold();
    Answers first, second;
    f.service.refresh(idOf("ana"), first.into());
    pass(f, 3s);
    f.service.refresh(idOf("ana"), second.into()); // waits for the first, and then for a query of its own

    pass(f, 3s);
    QCOMPARE(first.at(0).error().code, ErrorCode::Timeout);
    QCOMPARE(second.count(), std::size_t{0});
    pass(f, 3s);

    QCOMPARE(second.at(0).error().code, ErrorCode::Timeout);
    pass(f, 10s);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
    QCOMPARE(f.cached("ana"), std::string("es"));
}

void tst_ProfileServiceDeadlines::whoWaitedTooLongIsServedStale()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));
    f.clock.advance(61s);
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());

    pass(f, longestWait + 250ms);

    QVERIFY(answers.at(0)->isStale());
    QVERIFY(f.get("ana")->isStale()); // at once
    QCOMPARE(f.repository.findCount(), 2u);
}

void tst_ProfileServiceDeadlines::whatComesTooLateIsDropped()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    pass(f, longestWait + 250ms);

    f.repository.release();

    QCOMPARE(answers.count(), std::size_t{1});
    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.service.counters().loads, 1u);
}

void tst_ProfileServiceDeadlines::nobodyIsReleasedTooEarly()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.service.refresh(idOf("ana"), answers.into());

    f.clock.advance(longestWait);
    QCOMPARE(f.service.releaseOverdue(), std::size_t{0});
    QCOMPARE(answers.count(), std::size_t{0});
    f.clock.advance(1ns);
    QVERIFY(f.service.releaseOverdue() > 0);
    QCOMPARE(answers.count(), std::size_t{2});
}

void tst_ProfileServiceDeadlines::thoseWhoWereAnsweredAreForgotten()
{
    ManualClock clock;
    WaitingCallers callers;
    std::weak_ptr<WaitingCaller> last;
    for (int i = 0; i < 1'000; ++i) {
        const auto caller = std::make_shared<WaitingCaller>(
            idOf("ana"), [](const Result<ServedProfile> &) {}, clock.now() + 5s);
        callers.add(caller);
        QVERIFY(caller->take());
        QVERIFY(!caller->take());
        last = caller;
    }
    QVERIFY(last.expired());

    clock.advance(6s);
    QVERIFY(callers.takeOverdue(clock.now()).empty());
}

QTEST_GUILESS_MAIN(tst_ProfileServiceDeadlines)
#include "tst_ProfileServiceDeadlines.moc"
