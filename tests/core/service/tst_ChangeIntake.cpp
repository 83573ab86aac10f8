// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/service/ChangeIntake.h"
#include "core/service/ExpiryUndo.h"
#include "tests/core/service/ServiceFixture.h"
#include "tests/support/FakeInvalidationSource.h"

#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QtTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr ChangeIntakeSettings quick{
    .queriesPerSecond = 100, .gatherFor = 1ms, .pollInterval = 20ms, .loadTimeout = 0ms, .maximumPending = 20'000};

struct IntakeFixture {
    explicit IntakeFixture(InvalidationMode mode, ChangeIntakeSettings settings = quick)
        : service(clock, cache, texts, repository, events, {})
        , intake(clock, cache, repository, service, source, settings)
    {
        source.become(mode, mode == InvalidationMode::Listening ? "" : "There is no trigger.");
    }
    void insert(int count)
    {
        for (int i = 0; i < count; ++i) {
            repository.add(profileOf(name(i)));
            get(i);
        }
    }
    std::string get(int user)
    {
        Answers answers;
        service.get(idOf(name(user)), UnknownUser::NotFound, answers.into());
        return answers.language(0);
    }
    void change(int user, std::string language = "fr") { repository.add(profileOf(name(user), std::move(language))); }
    bool isCached(int user) const { return service.isActive(idOf(name(user))); }
    static std::string name(int user) { return "user-" + std::to_string(user); }

    ManualClock clock;
    ProfileTexts texts;
    ProfileCache cache{clock, 20'000};
    FakeProfileRepository repository{&clock};
    EventLog events{clock};
    ProfileService service;
    FakeInvalidationSource source;
    ChangeIntake intake;
};

// Its state changes just after somebody looked at it.
class QuickSource final : public InvalidationSource
{
public:
    void start(InvalidationHandlers handlers) override
    {
        m_handlers = std::move(handlers);
        m_handlers.stateChanged(m_state);
    }
    void stop() override { m_handlers = {}; }
    InvalidationState state() const override
    {
        const InvalidationState seen = m_state;
        m_state = {InvalidationMode::Listening, {}};
        if (m_handlers.stateChanged)
            m_handlers.stateChanged(m_state);
        return seen;
    }

private:
    InvalidationHandlers m_handlers;
    mutable InvalidationState m_state{InvalidationMode::Off, "Not started."};
};

} // namespace

// What others change in the database is out of the cache soon, at a bounded price.
class tst_ChangeIntake : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void aChangedRowLeavesAtOnceAndOthersStay();
    void aDeletedRowLeaves();
    void theEchoOfAnOwnWriteCostsNothing();
    void whatIsBeingLoadedIsNotStored();
    void aStormOfChangesIsOneReCheck();
    void missedChangesAreFoundByTheirVersions();
    void whatWasBeingReadThenIsLookedAtAgain();
    void missedChangesAreReCheckedThoughPollingIsOff();
    void whoWasUnknownWhenChangesWereMissedIsAskedForAgain();
    void anAbsenceThatWasBeingReadThenIsNotRemembered();
    void anExpiryFromBeforeMissedChangesIsNotTakenBack();
    void norIsOneThatComesBeforeItsTurn();
    void changesThatAreMissedAgainAndAgainDoNotPileUp();
    void withoutATriggerActiveEntriesAreReChecked();
    void beyondTheBoundThoseInUseAreReChecked();
    void tooManyInUseAreSampled();
    void noMoreThanSoManyQueriesASecond();
    void aReCheckThatFailedIsRepeated();
    void itCanBeSwitchedOff();
    void listeningEndsThePolling();
    void aStateThatIsToldAtTheStartIsNotLost();
    void aCachedDefaultThatWasNeverStoredStays();
    void watchingChangesNothing();
    void nothingHappensAfterTheEnd();
};

void tst_ChangeIntake::aChangedRowLeavesAtOnceAndOthersStay()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.insert(3);
    f.intake.start();
    f.change(1);

    f.source.tellChanged(idOf("user-1"), f.repository.stored(idOf("user-1"))->rowVersion);

    QTRY_VERIFY(!f.isCached(1));
    QVERIFY(f.isCached(0) && f.isCached(2));
    QCOMPARE(f.get(1), std::string("fr"));
    QCOMPARE(toString(f.intake.state().mode), std::string("listening"));
    QCOMPARE(f.service.counters().changedByOthers, 1u);
    const std::vector<Event> events = f.events.events({0, EventKind::Expired, "user-1", 10});
    QCOMPARE(events.size(), std::size_t{1});
    QVERIFY(events.front().who.empty());
}

void tst_ChangeIntake::aDeletedRowLeaves()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.insert(1);
    f.intake.start();
    f.repository.remove(idOf("user-0"));

    f.source.tellDeleted(idOf("user-0"));

    QTRY_VERIFY(!f.cache.peek("user-0"));
}

void tst_ChangeIntake::theEchoOfAnOwnWriteCostsNothing()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.insert(1);
    f.intake.start();
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    f.repository.releaseOne(); // no such row: it is being stored
    const std::uint64_t queries = f.repository.queryCount();

    // The echo is heard before the answer, as often happens.
    f.source.tellChanged(idOf("ana"), f.repository.stored(idOf("ana"))->rowVersion);
    f.change(0);
    f.source.tellChanged(idOf("user-0"));
    f.repository.release();
    QTRY_VERIFY(!f.isCached(0));

    QCOMPARE(answers.language(0), std::string("en"));
    QVERIFY(f.service.isActive(idOf("ana")));
    QCOMPARE(f.repository.queryCount(), queries);
}

void tst_ChangeIntake::whatIsBeingLoadedIsNotStored()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.intake.start();
    f.repository.add(profileOf("ana", "es"));
    f.insert(1);
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.repository.add(profileOf("ana", "fr"));

    f.source.tellChanged(idOf("ana"));
    f.source.tellDeleted(idOf("user-0"));
    QTRY_VERIFY(!f.isCached(0));
    f.repository.release();

    QCOMPARE(answers.language(0), std::string("fr"));
}

void tst_ChangeIntake::aStormOfChangesIsOneReCheck()
{
    ChangeIntakeSettings settings = quick;
    settings.maximumPending = 100;
    settings.gatherFor = 50ms;
    IntakeFixture f(InvalidationMode::Listening, settings);
    f.insert(500);
    f.intake.start();
    for (int i = 0; i < 450; ++i) {
        f.change(i);
        f.source.tellChanged(idOf(IntakeFixture::name(i)));
    }

    QTRY_COMPARE(f.cache.size().active, 50u);
    QVERIFY2(f.repository.versionsCount() <= 2, qPrintable(QString::number(f.repository.versionsCount())));
}

void tst_ChangeIntake::missedChangesAreFoundByTheirVersions()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.insert(2'500);
    f.intake.start();
    const std::uint64_t finds = f.repository.findCount();
    f.clock.advance(1s);
    f.change(7);
    f.repository.remove(idOf("user-8"));

    f.source.tellUnknownChanges();

    QTRY_VERIFY(!f.isCached(7) && !f.cache.peek("user-8"));
    QTRY_COMPARE(f.repository.versionsCount(), 3u);
    QCOMPARE(f.cache.size().active, 2'498u);
    QVERIFY(f.cache.peek("user-9")->facts.cachedAt == f.clock.now() - 1s); // as it was
    QCOMPARE(f.repository.findCount(), finds);
    QCOMPARE(f.repository.findManyCount(), 0u);
}

void tst_ChangeIntake::whatWasBeingReadThenIsLookedAtAgain()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.intake.start();
    f.insert(1);
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into()); // reads the row before it changes
    f.repository.add(profileOf("ana", "fr"));                          // nobody hears of it

    f.source.tellUnknownChanges();
    QTRY_COMPARE(f.repository.heldCount(), std::size_t{2}); // ana is not cached yet, so only user-0 is re-checked
    f.repository.release();
    QCOMPARE(answers.language(0), std::string("es"));

    QTRY_VERIFY(!f.service.isActive(idOf("ana")));
}

void tst_ChangeIntake::missedChangesAreReCheckedThoughPollingIsOff()
{
    ChangeIntakeSettings settings = quick;
    settings.queriesPerSecond = 0;
    IntakeFixture f(InvalidationMode::Listening, settings);
    f.insert(3);
    f.intake.start();
    f.clock.advance(1s);
    f.change(1);

    f.source.tellUnknownChanges();

    QTRY_VERIFY(!f.isCached(1));
    QVERIFY(f.isCached(0) && f.isCached(2));
}

void tst_ChangeIntake::whoWasUnknownWhenChangesWereMissedIsAskedForAgain()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.insert(1);
    f.intake.start();
    QVERIFY(f.get(7).starts_with("error: "));
    f.change(7, "es"); // made, and nobody heard of it
    QVERIFY(f.get(7).starts_with("error: "));
    f.change(0);

    f.source.tellUnknownChanges();
    QTRY_VERIFY(!f.isCached(0)); // it was applied

    QCOMPARE(f.get(7), std::string("es"));
}

void tst_ChangeIntake::anAbsenceThatWasBeingReadThenIsNotRemembered()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.intake.start();
    f.insert(1);
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("user-7"), UnknownUser::NotFound, answers.into());
    f.change(7, "es");
    f.source.tellUnknownChanges();
    QTRY_COMPARE(f.repository.heldCount(), std::size_t{2}); // user-0 is being re-checked
    f.clock.advance(1s);
    f.repository.release();

    QCOMPARE(answers.at(0).error().code, ErrorCode::NotFound);
    QCOMPARE(f.get(7), std::string("es"));
}

void tst_ChangeIntake::anExpiryFromBeforeMissedChangesIsNotTakenBack()
{
    IntakeFixture f(InvalidationMode::Listening);
    f.insert(3);
    f.intake.start();
    ExpiryUndo undo(f.clock, f.cache, f.events);
    const ForcedExpiry forced = undo.expire({idOf("user-1")}, "olga");
    f.change(1);
    f.change(0);

    f.source.tellUnknownChanges();
    QTRY_VERIFY(!f.isCached(0));

    QCOMPARE(undo.undo(forced.undoId, "olga")->restored, 0u);
    QVERIFY(!f.isCached(1));
}

// Re-checking a large cache takes minutes.
void tst_ChangeIntake::norIsOneThatComesBeforeItsTurn()
{
    IntakeFixture f(InvalidationMode::Listening);
    const int users = int(VersionCheck::batchSize) + 1;
    f.insert(users);
    f.intake.start();
    f.clock.advance(1s);
    for (int i = 0; i < users; ++i)
        f.change(i);
    f.repository.hold();
    f.source.tellUnknownChanges();
    QTRY_COMPARE(f.repository.heldCount(), std::size_t{1}); // all but one of them
    ExpiryUndo undo(f.clock, f.cache, f.events);
    const ForcedExpiry forced = undo.expireAll("olga");
    QCOMPARE(forced.expired, std::uint64_t(users));
    f.repository.release();
    const auto *check = f.intake.findChild<VersionCheck *>();
    QTRY_VERIFY(check->isIdle());

    QCOMPARE(undo.undo(forced.undoId, "olga")->restored, 0u);
}

void tst_ChangeIntake::changesThatAreMissedAgainAndAgainDoNotPileUp()
{
    ChangeIntakeSettings settings = quick;
    settings.gatherFor = 0ms;
    IntakeFixture f(InvalidationMode::Listening, settings);
    f.insert(2'500);
    f.intake.start();
    const auto *check = f.intake.findChild<VersionCheck *>();
    QVERIFY(check);
    f.repository.hold();
    f.source.tellUnknownChanges();
    QTRY_COMPARE(f.repository.heldCount(), std::size_t{1});
    for (int i = 0; i < 20; ++i) {
        f.source.tellUnknownChanges();
        for (int turn = 0; turn < 3; ++turn)
            QCoreApplication::processEvents();
    }
    f.change(7); // after the first batch was asked for
    f.source.tellUnknownChanges();
    f.repository.release();

    QTRY_VERIFY(!f.isCached(7));
    QTRY_VERIFY(check->isIdle());
    // Three for what was under way, three for what was missed meanwhile, three for what was being read then.
    QVERIFY2(check->queries() <= 9, qPrintable(QString::number(check->queries())));
}

void tst_ChangeIntake::withoutATriggerActiveEntriesAreReChecked()
{
    IntakeFixture f(InvalidationMode::Off);
    f.insert(10);
    f.intake.start();
    QTRY_VERIFY(f.repository.versionsCount() >= 2);
    QCOMPARE(toString(f.intake.state().mode), std::string("polled"));
    QCOMPARE(f.intake.state().why, std::string("There is no trigger."));
    QCOMPARE(f.cache.size().active, 10u);

    f.change(3);

    QTRY_VERIFY(!f.isCached(3));
    QCOMPARE(f.cache.size().active, 9u);
}

void tst_ChangeIntake::beyondTheBoundThoseInUseAreReChecked()
{
    IntakeFixture f(InvalidationMode::Off);
    f.insert(5'000); // 2,000 can be checked in an interval
    f.intake.start();
    QTRY_COMPARE(toString(f.intake.state().mode), std::string("sampled")); // everybody was asked for
    QTRY_COMPARE(toString(f.intake.state().mode), std::string("polled"));  // and then nobody
    f.change(42);
    f.change(43);

    // One that is used changes the counter between two looks; which looks those are, only chance knows.
    QTRY_COMPARE(f.get(42), std::string("fr"));
    QVERIFY(f.isCached(43)); // nobody asks for it
}

void tst_ChangeIntake::tooManyInUseAreSampled()
{
    IntakeFixture f(InvalidationMode::Off);
    f.insert(5'000);
    for (int i = 0; i < 5'000; ++i)
        f.change(i);
    f.intake.start();

    const auto useAll = [&f] {
        for (int i = 0; i < 5'000; ++i) {
            if (f.isCached(i))
                f.get(i);
        }
        return f.cache.size().active;
    };
    QTRY_COMPARE(toString(f.intake.state().mode), std::string("sampled"));
    QVERIFY(QString::fromStdString(f.intake.state().why).contains(QStringLiteral("one in 3")));
    QTRY_COMPARE_WITH_TIMEOUT(useAll(), 0u, 20'000);
}

void tst_ChangeIntake::noMoreThanSoManyQueriesASecond()
{
    ChangeIntakeSettings settings = quick;
    settings.queriesPerSecond = 10;
    IntakeFixture f(InvalidationMode::Listening, settings);
    f.insert(5'000);
    f.intake.start();
    QElapsedTimer timer;
    timer.start();

    f.source.tellUnknownChanges();

    QTRY_COMPARE(f.repository.versionsCount(), 5u);
    QVERIFY2(timer.elapsed() >= 4 * 95, qPrintable(QString::number(timer.elapsed())));
}

void tst_ChangeIntake::aReCheckThatFailedIsRepeated()
{
    IntakeFixture f(InvalidationMode::Off);
    f.insert(10);
    f.change(3);
    f.repository.failWith({ErrorCode::Unavailable, "The database cannot be reached."});
    f.intake.start();
    QTRY_VERIFY(QString::fromStdString(f.intake.state().why).contains(QStringLiteral("cannot be reached")));
    QCOMPARE(f.cache.size().active, 10u);

    f.repository.answerNormally();

    QTRY_VERIFY(!f.isCached(3));
    QCOMPARE(f.intake.state().why, std::string("There is no trigger."));
}

void tst_ChangeIntake::itCanBeSwitchedOff()
{
    ChangeIntakeSettings settings = quick;
    settings.queriesPerSecond = 0;
    IntakeFixture f(InvalidationMode::Off, settings);
    f.insert(10);
    f.intake.start();

    QTRY_COMPARE(toString(f.intake.state().mode), std::string("off"));
    QTRY_VERIFY(QString::fromStdString(f.intake.state().why).contains(QStringLiteral("switched off")));
    QVERIFY(!f.intake.findChildren<QTimer *>().isEmpty());
    for (const QTimer *timer : f.intake.findChildren<QTimer *>())
        QVERIFY(!timer->isActive());
    QCOMPARE(f.repository.versionsCount(), 0u);
}

void tst_ChangeIntake::listeningEndsThePolling()
{
    IntakeFixture f(InvalidationMode::Off);
    f.insert(10);
    f.intake.start();
    QTRY_VERIFY(f.repository.versionsCount() >= 1);

    f.source.become(InvalidationMode::Listening);
    QTRY_COMPARE(toString(f.intake.state().mode), std::string("listening"));
    for (const QTimer *timer : f.intake.findChildren<QTimer *>(QString(), Qt::FindDirectChildrenOnly))
        QVERIFY(!timer->isActive());

    f.source.become(InvalidationMode::Off, "The connection was lost.");
    QTRY_COMPARE(toString(f.intake.state().mode), std::string("polled"));
    const std::uint64_t checks = f.repository.versionsCount();
    QTRY_VERIFY(f.repository.versionsCount() > checks);
}

void tst_ChangeIntake::aStateThatIsToldAtTheStartIsNotLost()
{
    IntakeFixture f(InvalidationMode::Off);
    QuickSource source;
    ChangeIntake intake(f.clock, f.cache, f.repository, f.service, source, quick);

    intake.start();
    QCoreApplication::processEvents();

    QCOMPARE(toString(intake.state().mode), std::string("listening"));
}

void tst_ChangeIntake::aCachedDefaultThatWasNeverStoredStays()
{
    IntakeFixture f(InvalidationMode::Off);
    f.repository.failInsertsWith({ErrorCode::PermissionDenied, "The role may not insert."});
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    f.intake.start();
    QTRY_VERIFY(f.repository.versionsCount() >= 3);
    QVERIFY(f.service.isActive(idOf("ana")));

    f.repository.add(profileOf("ana", "yo")); // now somebody did

    QTRY_VERIFY(!f.service.isActive(idOf("ana")));
}

void tst_ChangeIntake::watchingChangesNothing()
{
    IntakeFixture f(InvalidationMode::Off);
    f.insert(10);
    const CacheCounters before = f.cache.counters();
    f.intake.start();

    QTRY_VERIFY(f.repository.versionsCount() >= 3);

    QCOMPARE(f.cache.counters().gets, before.gets);
    QCOMPARE(f.cache.counters().puts, before.puts);
    QCOMPARE(f.cache.peek("user-0")->facts.hits, 0u);
}

void tst_ChangeIntake::nothingHappensAfterTheEnd()
{
    IntakeFixture f(InvalidationMode::Off);
    f.insert(10);
    f.intake.start();
    QTRY_VERIFY(f.repository.versionsCount() >= 1);
    f.repository.hold();
    QTRY_COMPARE(f.repository.heldCount(), std::size_t{1});
    f.change(3);

    f.intake.stop();
    f.repository.release();
    QCoreApplication::processEvents();

    QVERIFY(!f.source.isStarted());
    QCOMPARE(f.cache.size().active, 10u);
    for (const QTimer *timer : f.intake.findChildren<QTimer *>())
        QVERIFY(!timer->isActive());
}

QTEST_GUILESS_MAIN(tst_ChangeIntake)
#include "tst_ChangeIntake.moc"
