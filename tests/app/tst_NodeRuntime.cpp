// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeRuntime.h"

#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <memory>
#include <string>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// Runtimes over the embedded sample database.
struct Place {
    NodeRuntimeOptions options() const
    {
        return {.database = {.url = DatabaseUrl::sqliteFile(folder.filePath("sample.db").toStdString()),
                             .timeout = 20s,
                             .simulatedLatency = latency,
                             .fillWithSamples = true},
                .maxEntries = 1'000,
                .profiles = {},
                .cleanupInterval = 600s,
                .historyFile = history};
    }
    static bool isReachable(const NodeRuntime &runtime)
    {
        return runtime.databaseStatus().state == DatabaseState::Reachable;
    }

    static std::vector<Sample> samples(NodeRuntime &runtime) { return runtime.services().history.samples(0, 100'000); }
    static bool isPastThere(NodeRuntime &runtime)
    {
        auto isThere = std::make_shared<std::atomic<bool>>(false);
        runtime.services().history.whenComplete([isThere] { *isThere = true; });
        return *isThere;
    }
    // The sampler's timer runs ahead.
    static void record(NodeRuntime &runtime, int count)
    {
        StatsSampler &sampler = runtime.services().sampler;
        for (int i = 0; i < count; ++i)
            QMetaObject::invokeMethod(&sampler, &StatsSampler::sampleNow, Qt::BlockingQueuedConnection);
    }

    QTemporaryDir folder;
    std::chrono::milliseconds latency{};
    QString history;
};

struct Tally {
    std::atomic<int> answers = 0;
    std::atomic<int> shuttingDown = 0;
};

void ask(ProfileService &profiles, const std::string &user, const std::shared_ptr<Tally> &tally)
{
    profiles.get(*ProfileId::parse(user), UnknownUser::NotFound, [tally](const Result<ServedProfile> &answer) {
        ++tally->answers;
        tally->shuttingDown += !answer && answer.error().code == ErrorCode::ShuttingDown ? 1 : 0;
    });
}

} // namespace

class tst_NodeRuntime : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false")); }
    void theVoicesAreReadHoweverEarlyTheDatabaseIsThere_data();
    void theVoicesAreReadHoweverEarlyTheDatabaseIsThere();
    void stoppedUnderLoadEverybodyWhoWaitsIsTold();
    void stoppedBeforeItWasStartedNobodyIsLeftWaiting();
    void itMayComeAndGoAtAnyMoment();
    void whatWasRecordedIsThereAfterTheNextStart();
    void withoutAFileItBeginsAtOne();
    void aHistoryMayComeAndGoAtAnyMoment();
};

void tst_NodeRuntime::theVoicesAreReadHoweverEarlyTheDatabaseIsThere_data()
{
    QTest::addColumn<bool>("early");
    QTest::newRow("before the start, while a question was shown") << true;
    QTest::newRow("after it") << false;
}

void tst_NodeRuntime::theVoicesAreReadHoweverEarlyTheDatabaseIsThere()
{
    QFETCH(const bool, early);
    const Place place;
    NodeRuntime runtime(place.options());
    const std::shared_ptr<const VoiceCatalog> builtIn = runtime.services().voices.current();
    if (early) {
        QTRY_VERIFY_WITH_TIMEOUT(Place::isReachable(runtime), 20'000);
        QTest::qWait(0); // the event loop turns
    }

    runtime.start();

    QTRY_VERIFY_WITH_TIMEOUT(runtime.services().voices.current() != builtIn, 20'000);
}

void tst_NodeRuntime::stoppedUnderLoadEverybodyWhoWaitsIsTold()
{
    Place place;
    place.latency = 10s;
    NodeRuntime runtime(place.options());
    runtime.start();
    const auto tally = std::make_shared<Tally>();
    for (int i = 0; i < 200; ++i)
        ask(runtime.services().profiles, "user-" + std::to_string(i % 50), tally);

    QElapsedTimer timer;
    timer.start();
    runtime.stop();
    const auto took = timer.elapsed();

    QCOMPARE(tally->answers.load(), 200);
    QCOMPARE(tally->shuttingDown.load(), 200);
    QVERIFY2(took < 10'000, qPrintable(QString::number(took))); // 2 s, with room for a busy machine
    ask(runtime.services().profiles, "user-late", tally);
    QCOMPARE(tally->shuttingDown.load(), 201);
    runtime.stop(); // once is enough, twice is none too many
}

void tst_NodeRuntime::stoppedBeforeItWasStartedNobodyIsLeftWaiting()
{
    Place place;
    place.latency = 10s;
    NodeRuntime runtime(place.options());
    const auto tally = std::make_shared<Tally>();
    ask(runtime.services().profiles, "user-1", tally);

    runtime.stop();

    QCOMPARE(tally->shuttingDown.load(), 1);
    ask(runtime.services().profiles, "user-2", tally);
    QCOMPARE(tally->shuttingDown.load(), 2);
}

void tst_NodeRuntime::itMayComeAndGoAtAnyMoment()
{
    const Place place;
    const auto tally = std::make_shared<Tally>();
    for (int i = 0; i < 20; ++i) {
        NodeRuntime runtime(place.options());
        if (i % 2 == 0)
            runtime.start();
        ask(runtime.services().profiles, "nobody", tally);
        if (i % 3 == 0)
            QCoreApplication::processEvents();
        if (i % 5 == 0)
            QTRY_VERIFY_WITH_TIMEOUT(Place::isReachable(runtime), 20'000);
    }

    QCOMPARE(tally->answers.load(), 20);
}

void tst_NodeRuntime::whatWasRecordedIsThereAfterTheNextStart()
{
    Place place;
    place.history = place.folder.filePath("history/a.hearth-history");
    std::vector<Sample> recorded;
    for (int run = 0; run < 3; ++run) {
        NodeRuntime runtime(place.options());
        runtime.start();
        QTRY_VERIFY_WITH_TIMEOUT(Place::isPastThere(runtime), 20'000);
        Place::record(runtime, 5);
        runtime.stop();

        const std::vector<Sample> samples = Place::samples(runtime);
        QVERIFY(samples.size() >= recorded.size() + 5); // the timer may have added its own
        int starts = 0;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            starts += samples[i].startsRun ? 1 : 0;
            if (i > 0)
                QCOMPARE(samples[i].seq, samples[i - 1].seq + 1);
            if (i < recorded.size())
                QCOMPARE(samples[i].time, recorded[i].time);
        }
        QCOMPARE(starts, run + 1);
        recorded = samples;
    }
}

void tst_NodeRuntime::withoutAFileItBeginsAtOne()
{
    const Place place;
    NodeRuntime runtime(place.options());
    runtime.start();
    QVERIFY(Place::isPastThere(runtime));
    Place::record(runtime, 1);

    QCOMPARE(Place::samples(runtime).front().seq, 1U);
}

void tst_NodeRuntime::aHistoryMayComeAndGoAtAnyMoment()
{
    Place place;
    place.history = place.folder.filePath("history/a.hearth-history");
    for (int i = 0; i < 20; ++i) {
        NodeRuntime runtime(place.options());
        if (i % 3 == 0)
            continue; // never started
        runtime.start();
        Place::record(runtime, i % 2);
    }
    NodeRuntime runtime(place.options());
    runtime.start();
    QTRY_VERIFY_WITH_TIMEOUT(Place::isPastThere(runtime), 20'000);

    QVERIFY(Place::samples(runtime).size() >= 6);
}

QTEST_GUILESS_MAIN(tst_NodeRuntime)
#include "tst_NodeRuntime.moc"
