// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SampleData.h"
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/support/Await.h"
#include "tests/support/Gate.h"
#include "tests/support/ManualClock.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <set>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// What came of a job that a test started.
struct Outcome {
    std::atomic<int> answers = 0;
    std::atomic<int> code = -1; // of the error; -1 for success
    QueryTiming timing;         // read it only after answers
};
using OutcomePtr = std::shared_ptr<Outcome>;

OutcomePtr start(SqlExecutorPool &pool, std::function<void()> work = {})
{
    auto outcome = std::make_shared<Outcome>();
    pool.run<int>(
        SqlRepeat::Safe,
        [work = std::move(work)](SqlConnection &) -> Result<int> {
            if (work)
                work();
            return 1;
        },
        [outcome](const Result<int> &result, const QueryTiming &timing) {
            outcome->timing = timing;
            outcome->code = result ? -1 : int(result.error().code);
            ++outcome->answers;
        });
    return outcome;
}

bool isAnswered(const OutcomePtr &outcome)
{
    return waitUntil([&] { return outcome->answers > 0; });
}

} // namespace

// The queue, the deadlines and the status, on a file: no server is needed to block an executor.
class TestSqlExecutorPool : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;
    SystemClock m_clock;
    int m_files = 0;

    DatabaseOptions options()
    {
        DatabaseOptions made{DatabaseUrl::sqliteFile(path(QStringLiteral("db-%1").arg(++m_files)))};
        made.poolSize = 1;
        made.retryInterval = 20ms;
        return made;
    }
    std::string path(const QString &name) const { return m_directory.filePath(name).toStdString(); }
    static bool becomes(const SqlExecutorPool &pool, DatabaseState state)
    {
        return waitUntil([&] { return pool.status().state == state; });
    }
    static Result<LoadedProfile> find(SqlExecutorPool &pool, const char *identity)
    {
        SqlProfileRepository repository(pool);
        return await<LoadedProfile>([&](auto done) { repository.find(*ProfileId::parse(identity), done); });
    }

private Q_SLOTS:
    void onlySoManyJobsWait()
    {
        Gate gate;
        DatabaseOptions few = options();
        few.queueLimit = 2;
        SqlExecutorPool pool(few, m_clock);
        const OutcomePtr running = start(pool, gate.pass());
        QVERIFY(waitUntil([&] { return gate.reached() == 1; }));

        const OutcomePtr first = start(pool);
        const OutcomePtr second = start(pool);
        const OutcomePtr third = start(pool);

        QCOMPARE(third->answers.load(), 1); // at once
        QCOMPARE(third->code.load(), int(ErrorCode::Overloaded));
        QCOMPARE(second->answers.load(), 0);
        gate.open();
        QVERIFY(isAnswered(second));
        QCOMPARE(running->code.load(), -1);
        QCOMPARE(first->code.load(), -1);
        QCOMPARE(second->code.load(), -1);
    }

    void whoWaitsTooLongIsReleased()
    {
        Gate gate;
        DatabaseOptions hasty = options();
        hasty.timeout = 300ms;
        SqlExecutorPool pool(hasty, m_clock);
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        QElapsedTimer timer;
        timer.start();
        const OutcomePtr running = start(pool, gate.pass());
        const OutcomePtr queued = start(pool);

        QVERIFY(isAnswered(running));
        QVERIFY(isAnswered(queued));

        QVERIFY2(timer.elapsed() >= 290 && timer.elapsed() < 1'500, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(running->code.load(), int(ErrorCode::Timeout));
        QCOMPARE(queued->code.load(), int(ErrorCode::Timeout));
        gate.open();
        const OutcomePtr next = start(pool);
        QVERIFY(isAnswered(next));
        QCOMPARE(next->code.load(), -1);
        QCOMPARE(running->answers.load(), 1); // what came late was dropped
    }

    void shuttingDownReleasesEverybody()
    {
        Gate gate;
        SqlExecutorPool pool(options(), m_clock);
        const OutcomePtr running = start(pool, gate.pass());
        QVERIFY(waitUntil([&] { return gate.reached() == 1; }));
        const OutcomePtr queued = start(pool);
        QElapsedTimer timer;
        timer.start();

        pool.shutdown(); // although the job goes on

        QVERIFY(timer.elapsed() < 2'000);
        const OutcomePtr late = start(pool);
        for (const OutcomePtr &outcome : {running, queued, late}) {
            QCOMPARE(outcome->answers.load(), 1);
            QCOMPARE(outcome->code.load(), int(ErrorCode::ShuttingDown));
        }
        gate.open();
    }

    void queueingAndQueryingAreMeasuredApart()
    {
        ManualClock clock;
        Gate gate;
        SqlExecutorPool pool(options(), clock);
        const OutcomePtr running = start(pool, gate.pass());
        QVERIFY(waitUntil([&] { return gate.reached() == 1; }));
        const OutcomePtr queued = start(pool, [&clock] { clock.advance(7ms); });
        clock.advance(40ms);
        const MonotonicTime sent = clock.now();
        gate.open();

        QVERIFY(isAnswered(queued));

        QVERIFY(queued->timing.queueTime == 40ms);
        QVERIFY(queued->timing.queryTime == 7ms);
        QVERIFY(queued->timing.sentAt == sent);
    }

    void simulatedLatencyIsQueryTime()
    {
        DatabaseOptions slow = options();
        slow.simulatedLatency = 150ms;
        SqlExecutorPool pool(slow, m_clock);

        const auto found = find(pool, "nobody");

        QVERIFY(found);
        QVERIFY(found->timing.queryTime >= 150ms);
        QVERIFY(pool.status().simulatedLatency == 150ms);
    }

    void simulatedLatencyDoesNotDelayTheShutdown()
    {
        DatabaseOptions slow = options();
        slow.simulatedLatency = 4s;
        SqlExecutorPool pool(slow, m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        auto code = std::make_shared<std::atomic<int>>(-2);
        repository.count([code](const auto &result) { *code = result ? -1 : int(result.error().code); });
        QElapsedTimer timer;
        timer.start();

        pool.shutdown();

        QVERIFY(timer.elapsed() < 1'000);
        QCOMPARE(code->load(), int(ErrorCode::ShuttingDown));
    }

    void theListenerHearsEveryChangeInOrder()
    {
        Mutex mutex;
        std::string heard;
        const std::string file = path(QStringLiteral("later/hearth.db"));
        DatabaseOptions away = options();
        away.url = DatabaseUrl::sqliteFile(file);
        SqlExecutorPool pool(away, m_clock, [&](const DatabaseStatus &status) {
            MutexLock lock(mutex);
            heard += toString(status.state) + ' ';
        });

        QVERIFY(becomes(pool, DatabaseState::Unusable));
        QDir(m_directory.path()).mkdir(QStringLiteral("later"));
        QVERIFY(becomes(pool, DatabaseState::Reachable));

        const auto hasHeardBoth = [&] {
            MutexLock lock(mutex);
            return heard == "unusable reachable ";
        };
        QVERIFY(waitUntil(hasHeardBoth)); // the status is there a moment before it is told
        pool.shutdown();
        QVERIFY(hasHeardBoth());
    }

    // ---- files that are no database

    void aFileThatIsNoDatabaseIsSaidSo()
    {
        DatabaseOptions wrong = options();
        QFile file(QString::fromStdString(wrong.url.filePath()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray(4096, 'x'));
        file.close();
        SqlExecutorPool pool(wrong, m_clock);

        QVERIFY(becomes(pool, DatabaseState::Unusable));

        const DatabaseStatus status = pool.status();
        QVERIFY2(status.problem.find("is not an SQLite database") != std::string::npos, status.problem.c_str());
        QVERIFY(!status.nextStep.empty());
        const auto failed = find(pool, "ana");
        QVERIFY(!failed);
        QCOMPARE(failed.error().detail, status.problem);
        QCOMPARE(QFileInfo(file).size(), 4096); // left alone

        QVERIFY(file.remove());
        QVERIFY(becomes(pool, DatabaseState::Reachable)); // by itself
        QVERIFY(find(pool, "ana"));
    }

    void aPlaceThatCannotBeWrittenIsSaidSo_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<bool>("sample");
        QTest::newRow("no directory") << "/nonexistent/hearth.db" << false;
        QTest::newRow("a directory as file") << "/tmp" << false;
        QTest::newRow("below a file") << "/etc/passwd/hearth.db" << false;
        QTest::newRow("in /proc") << "/proc/hearth.db" << false;
        QTest::newRow("sample below a file") << "/etc/passwd/hearth/hearth.db" << true;
        QTest::newRow("sample in /proc") << "/proc/hearth/hearth.db" << true;
    }
    void aPlaceThatCannotBeWrittenIsSaidSo()
    {
        QFETCH(QString, file);
        QFETCH(bool, sample);
        DatabaseOptions wrong = options();
        wrong.url = DatabaseUrl::sqliteFile(file.toStdString());
        wrong.fillWithSamples = sample;
        SqlExecutorPool pool(wrong, m_clock);

        QVERIFY(becomes(pool, DatabaseState::Unusable));

        const DatabaseStatus status = pool.status();
        QVERIFY2(!status.problem.empty() && status.problem.back() == '.', status.problem.c_str());
        QVERIFY(status.problem.find(file.section(u'/', 1, 1).toStdString()) != std::string::npos);
        QVERIFY(!status.nextStep.empty());
        QVERIFY(!find(pool, "ana"));
    }

    void aTableThatGoesIsNoticedAndNotMadeAnew()
    {
        SqlExecutorPool pool(options(), m_clock);
        const auto execute = [&](const char *sql) {
            return await<int>([&](auto done) {
                pool.run<int>(
                    SqlRepeat::Never,
                    [sql](SqlConnection &connection) -> Result<int> {
                        const auto rows = connection.execute(QString::fromLatin1(sql));
                        return rows ? Result<int>(1) : rows.error();
                    },
                    [done](Result<int> result, const QueryTiming &) { done(std::move(result)); });
            });
        };
        QVERIFY(find(pool, "ana"));
        QVERIFY(execute("alter table user_profiles rename to moved"));

        const auto failed = find(pool, "ana");

        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::SchemaMismatch);
        QVERIFY2(failed.error().detail.find("user_profiles") != std::string::npos, failed.error().detail.c_str());
        QVERIFY(pool.status().state == DatabaseState::Unusable);
    }

    // ---- the sample database

    void theSampleDatabaseIsMadeAndFilledOnce()
    {
        DatabaseOptions sample = options();
        sample.url = DatabaseUrl::sqliteFile(path(QStringLiteral("made/for/samples/hearth.db")));
        sample.fillWithSamples = true;
        for (int start = 0; start < 2; ++start) {
            SqlExecutorPool pool(sample, m_clock);
            SqlProfileRepository repository(pool);
            const auto count = await<std::int64_t>([&](auto done) { repository.count(done); });
            const auto voices = await<std::vector<Voice>>([&](auto done) { repository.voices(done); });
            const auto recent = await<std::vector<ProfileId>>([&](auto done) { repository.recentIds(1'000, done); });

            QVERIFY(count && voices && recent);
            QCOMPARE(*count, std::int64_t(sampleProfileCount));
            QCOMPARE(recent->size(), sampleProfileCount); // every identity is valid
            QVERIFY(voices->size() >= 6);
        }
        const QFileInfo file(QString::fromStdString(sample.url.filePath()));
        QCOMPARE(file.permissions() & QFile::Permissions(0x0077), QFile::Permissions());
        QCOMPARE(QFileInfo(file.path()).permissions() & QFile::Permissions(0x0077), QFile::Permissions());
    }

    void samplesAreEveryLanguageAndRecognisable()
    {
        const WallTime now = m_clock.wallNow();
        const std::vector<Profile> profiles = sampleProfiles(now);

        std::set<std::string> languages;
        std::set<ProfileId> ids;
        for (const Profile &profile : profiles) {
            languages.insert(profile.nativeLanguage);
            ids.insert(profile.identity);
            QVERIFY(profile.identity.text().starts_with("sample-"));
            QVERIFY(*profile.updatedAt <= now && *profile.updatedAt > now - std::chrono::hours(24 * 30));
        }
        QCOMPARE(ids.size(), sampleProfileCount);
        for (const char *language : {"en", "es", "fr", "ig", "yo", "ha", "xx"})
            QVERIFY(languages.contains(language));
        QVERIFY(profiles == sampleProfiles(now)); // always the same
    }

    void anotherFileIsNotFilled()
    {
        SqlExecutorPool pool(options(), m_clock);
        SqlProfileRepository repository(pool);

        const auto count = await<std::int64_t>([&](auto done) { repository.count(done); });

        QVERIFY(count);
        QCOMPARE(*count, std::int64_t(0));
    }

    void latencyOfOneFind()
    {
        DatabaseOptions sample = options();
        sample.fillWithSamples = true;
        SqlExecutorPool pool(sample, m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        QElapsedTimer timer;
        timer.start();
        std::chrono::nanoseconds query{};
        for (int i = 0; i < 2'000; ++i)
            query += find(pool, "sample-0001-bruno")->timing.queryTime;
        qInfo("SQLite: %.1f us a find in all, %.1f us of it the query", double(timer.nsecsElapsed()) / 2e6,
              double(query.count()) / 2e6);
    }
};

QTEST_GUILESS_MAIN(TestSqlExecutorPool)
#include "tst_SqlExecutorPool.moc"
