// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <memory>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

// One query per user, every caller answered exactly once, and an orderly end.
class tst_ProfileServiceHerd : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }
    void aThousandGetsAreOneQuery();
    void whoMissedBeforeTheLandingAsksTheCacheAgain();
    void creatorsWhoComeLateAskTheCacheAgain();
    void anUnrulyRepositoryReleasesEveryWaiter_data();
    void anUnrulyRepositoryReleasesEveryWaiter();
    void aDroppedQuestionReleasesEveryWaiter();
    void aSecondAnswerIsIgnored();
    void aWaiterMayGetAgain();
    void theEndReleasesEverybody();
    void theEndWaitsForACallbackThatRuns();
    void afterTheEndHitsGoOnAndMissesDoNot();
    void anAnswerAfterTheDestructionIsHarmless();
};

void tst_ProfileServiceHerd::aThousandGetsAreOneQuery()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 8; ++thread) {
        threads.emplace_back([&] {
            for (int i = 0; i < 125; ++i)
                f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(f.service.loadsInFlight(), std::size_t{1});

    f.repository.release();

    QCOMPARE(f.repository.queryCount(), 1u);
    QCOMPARE(answers.count(), std::size_t{1000});
    std::size_t leaders = 0;
    for (std::size_t i = 0; i < 1000; ++i) {
        QVERIFY(answers.at(i));
        leaders += answers.at(i)->served() == Served::Miss ? 1 : 0;
    }
    QCOMPARE(leaders, std::size_t{1});
    QCOMPARE(f.service.counters().loads, 1u);
    QCOMPARE(f.service.counters().coalesced, 999u);
    QCOMPARE(f.cache.counters().misses(), 1000u);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceHerd::whoMissedBeforeTheLandingAsksTheCacheAgain()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers first, second;
    f.service.get(idOf("ana"), UnknownUser::NotFound, first.into());

    const SeqPoint::Hook land("ProfileService.get.missed", [&f] { f.repository.release(); });
    f.service.get(idOf("ana"), UnknownUser::NotFound, second.into());

    QCOMPARE(first.at(0)->served(), Served::Miss);
    QCOMPARE(second.at(0)->served(), Served::Coalesced);
    QCOMPARE(f.repository.queryCount(), 1u);
    QCOMPARE(f.service.counters().coalesced, 1u);
    QCOMPARE(f.cache.counters().misses(), 2u);
}

void tst_ProfileServiceHerd::creatorsWhoComeLateAskTheCacheAgain()
{
    ServiceFixture f;
    Answers answers;
    // The second one hears "absent" in the same flight, but only after the first one's default is cached.
    f.repository.hold();
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    f.service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());
    f.repository.release();

    QCOMPARE(answers.language(0), std::string("en"));
    QCOMPARE(answers.language(1), std::string("en"));
    QCOMPARE(f.repository.insertCount(), 1u);
}

void tst_ProfileServiceHerd::anUnrulyRepositoryReleasesEveryWaiter_data()
{
    QTest::addColumn<int>("manner");
    QTest::addColumn<bool>("refresh");

    for (const bool refresh : {false, true}) {
        const QByteArray what = refresh ? "a refresh" : "a get";
        QTest::newRow(what + ", it throws") << int(UnrulyRepository::Manner::Throws) << refresh;
        QTest::newRow(what + ", it forgets") << int(UnrulyRepository::Manner::DropsTheQuestion) << refresh;
    }
}

void tst_ProfileServiceHerd::anUnrulyRepositoryReleasesEveryWaiter()
{
    QFETCH(int, manner);
    QFETCH(bool, refresh);
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.unruly.behave(static_cast<UnrulyRepository::Manner>(manner));

    const Result<ServedProfile> answer = refresh ? f.refresh("ana") : f.get("ana");

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Internal);
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
    QCOMPARE(f.cached("ana"), std::string("nothing"));
    f.unruly.behave(UnrulyRepository::Manner::Correct);
    QVERIFY(refresh ? f.refresh("ana") : f.get("ana"));
}

void tst_ProfileServiceHerd::aDroppedQuestionReleasesEveryWaiter()
{
    ManualClock clock;
    ProfileTexts texts;
    ProfileCache cache(clock, 10);
    EventLog events(clock);
    auto repository = std::make_unique<FakeProfileRepository>(&clock);
    ProfileService service(clock, cache, texts, *repository, events, {});
    repository->hold();
    Answers answers;
    service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    service.get(idOf("ana"), UnknownUser::CreateDefault, answers.into());

    repository.reset(); // never answers: it drops what was asked

    QCOMPARE(answers.count(), std::size_t{2});
    QCOMPARE(answers.at(0).error().code, ErrorCode::Internal);
    QCOMPARE(answers.at(1).error(), answers.at(0).error());
    QCOMPARE(service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceHerd::aSecondAnswerIsIgnored()
{
    for (const auto manner : {UnrulyRepository::Manner::AnswersTwice, UnrulyRepository::Manner::ThrowsAfterAnswering}) {
        ServiceFixture f;
        f.repository.add(profileOf("ana"));
        f.unruly.behave(manner);
        Answers answers;

        f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());

        QCOMPARE(answers.count(), std::size_t{1});
        QCOMPARE(answers.language(0), std::string("es"));
        QCOMPARE(f.service.counters().loads, 1u);
    }
}

void tst_ProfileServiceHerd::aWaiterMayGetAgain()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.add(profileOf("ben", "fr"));
    Answers answers;

    f.service.get(idOf("ana"), UnknownUser::NotFound, [&](const Result<ServedProfile> &) {
        f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
        f.service.get(idOf("ben"), UnknownUser::NotFound, answers.into());
    });

    QCOMPARE(answers.at(0)->served(), Served::Hit);
    QCOMPARE(answers.language(1), std::string("fr"));
}

void tst_ProfileServiceHerd::theEndReleasesEverybody()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    Answers answers;
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    f.service.get(idOf("nobody"), UnknownUser::CreateDefault, answers.into());
    f.service.refresh(idOf("ana"), answers.into());
    f.service.refresh(idOf("ana"), answers.into());
    int databaseAnswers = 0;
    f.service.readDatabase(idOf("ana"), [&](const Result<LoadedProfile> &loaded) {
        databaseAnswers += !loaded && loaded.error().code == ErrorCode::ShuttingDown ? 1 : 100;
    });

    f.service.stop();

    QCOMPARE(answers.count(), std::size_t{5});
    for (std::size_t i = 0; i < answers.count(); ++i)
        QCOMPARE(answers.at(i).error().code, ErrorCode::ShuttingDown);
    QCOMPARE(databaseAnswers, 1);
    f.repository.release(); // too late
    QCOMPARE(answers.count(), std::size_t{5});
    QCOMPARE(databaseAnswers, 1);
    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
    QCOMPARE(f.service.counters().loadFailures, 0u);
}

void tst_ProfileServiceHerd::theEndWaitsForACallbackThatRuns()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    f.repository.hold();
    std::atomic<bool> isInside = false;
    const auto isEnding = [&f] {
        const Result<ServedProfile> answer = f.get("nobody");
        return !answer && answer.error().code == ErrorCode::ShuttingDown;
    };
    f.service.get(idOf("ana"), UnknownUser::NotFound, [&](const Result<ServedProfile> &) {
        isInside = true;
        while (!isEnding())
            std::this_thread::yield();
        for (int i = 0; i < 10'000; ++i) // an end that does not wait would be through by now
            std::this_thread::yield();
        isInside = false;
    });
    std::thread database([&f] { f.repository.release(); });
    while (!isInside)
        std::this_thread::yield();

    f.service.stop();

    const bool wasInside = isInside;
    database.join();
    QVERIFY(!wasInside);
}

void tst_ProfileServiceHerd::afterTheEndHitsGoOnAndMissesDoNot()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana"));
    QVERIFY(f.get("ana"));

    f.service.stop();
    f.service.stop();

    QCOMPARE(f.get("ana")->served(), Served::Hit);
    QCOMPARE(f.get("ben").error().code, ErrorCode::ShuttingDown);
    QCOMPARE(f.refresh("ana").error().code, ErrorCode::ShuttingDown);
    QCOMPARE(f.repository.queryCount(), 1u);
}

void tst_ProfileServiceHerd::anAnswerAfterTheDestructionIsHarmless()
{
    ManualClock clock;
    FakeProfileRepository repository(&clock);
    repository.add(profileOf("ana"));
    repository.hold();
    Answers answers;
    {
        ProfileTexts texts;
        ProfileCache cache(clock, 10);
        EventLog events(clock);
        ProfileService service(clock, cache, texts, repository, events, {});
        service.get(idOf("ana"), UnknownUser::NotFound, answers.into());
    }

    repository.release();

    QCOMPARE(answers.count(), std::size_t{1});
    QCOMPARE(answers.at(0).error().code, ErrorCode::ShuttingDown);
}

QTEST_GUILESS_MAIN(tst_ProfileServiceHerd)
#include "tst_ProfileServiceHerd.moc"
