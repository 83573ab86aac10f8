// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/support/Await.h"
#include "tests/support/Gate.h"
#include "tests/support/ManualClock.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// What came back for one look-up.
struct Answer {
    std::atomic<int> count = 0;
    std::optional<Result<LoadedProfile>> result; // read it only after count
};

} // namespace

// Look-ups that had to wait are fetched together. Queries are counted where they leave.
class TestSqlBatching : public QObject
{
    Q_OBJECT

    QTemporaryDir m_directory;
    SystemClock m_clock;
    int m_files = 0;
    std::atomic<int> m_queries = 0;
    std::unique_ptr<SeqPoint::Hook> m_hook;

    DatabaseOptions options(int poolSize = 1)
    {
        DatabaseOptions made{
            DatabaseUrl::sqliteFile(m_directory.filePath(QStringLiteral("db-%1").arg(++m_files)).toStdString())};
        made.poolSize = poolSize;
        return made;
    }
    static ProfileId id(int number) { return *ProfileId::parse("user-" + std::to_string(number)); }
    // A profile for each even number below count.
    static void fill(SqlExecutorPool &pool, int count)
    {
        const auto filled = await<int>([&](auto done) {
            pool.run<int>(
                SqlRepeat::Never,
                [count](SqlConnection &connection) -> Result<int> {
                    const auto rows = connection.execute(
                        QStringLiteral(
                            "with recursive n(i) as (select 0 union all select i + 2 from n where i + 2 < %1)"
                            " insert into user_profiles (user_identity, native_language)"
                            " select 'user-' || i, case when i % 4 = 0 then 'es' else 'yo' end from n")
                            .arg(count));
                    return rows ? Result<int>(0) : rows.error();
                },
                [done](Result<int> result, const QueryTiming &) { done(std::move(result)); });
        });
        QVERIFY2(filled, filled ? "" : filled.error().detail.c_str());
    }
    static void block(SqlExecutorPool &pool, Gate &gate, int executors)
    {
        for (int i = 0; i < executors; ++i) {
            pool.run<int>(
                SqlRepeat::Safe,
                [pass = gate.pass()](SqlConnection &) -> Result<int> {
                    pass();
                    return 0;
                },
                [](const Result<int> &, const QueryTiming &) {});
        }
        QVERIFY(waitUntil([&] { return gate.reached() == executors; }));
    }
    static std::vector<std::shared_ptr<Answer>> ask(ProfileRepository &repository, int count)
    {
        std::vector<std::shared_ptr<Answer>> answers;
        for (int i = 0; i < count; ++i) {
            auto answer = std::make_shared<Answer>();
            repository.find(id(i), [answer](Result<LoadedProfile> result) {
                answer->result.emplace(std::move(result));
                ++answer->count;
            });
            answers.push_back(std::move(answer));
        }
        return answers;
    }
    static bool areAnswered(const std::vector<std::shared_ptr<Answer>> &answers)
    {
        return waitUntil([&] {
            return std::all_of(answers.begin(), answers.end(), [](const auto &answer) { return answer->count > 0; });
        });
    }
    // The time that count distinct look-ups take together.
    double secondsFor(int count, std::size_t batchLimit)
    {
        DatabaseOptions slow = options(4);
        slow.simulatedLatency = 20ms;
        slow.timeout = 60s;
        slow.batchLimit = batchLimit;
        SqlExecutorPool pool(slow, m_clock);
        SqlProfileRepository repository(pool);
        static_cast<void>(waitUntil([&] { return pool.status().state == DatabaseState::Reachable; }));
        QElapsedTimer timer;
        timer.start();
        const auto answers = ask(repository, count);
        if (!areAnswered(answers))
            qFatal("not answered");
        return double(timer.nsecsElapsed()) / 1e9;
    }

private Q_SLOTS:
    void init()
    {
        m_hook = std::make_unique<SeqPoint::Hook>("SqlConnection.query", [this] { ++m_queries; });
    }
    void cleanup() { m_hook.reset(); }

    void whoWaitsIsFetchedTogetherAndGetsHisOwn()
    {
        Gate gate;
        SqlExecutorPool pool(options(), m_clock);
        SqlProfileRepository repository(pool);
        fill(pool, 1'000);
        block(pool, gate, 1);
        const int before = m_queries;

        const auto answers = ask(repository, 1'000);
        gate.open();

        QVERIFY(areAnswered(answers));
        QCOMPARE(m_queries - before, 4); // of 250
        for (int i = 0; i < 1'000; ++i) {
            const auto &answer = *answers[std::size_t(i)];
            QCOMPARE(answer.count.load(), 1);
            QVERIFY(*answer.result);
            const std::optional<Profile> &profile = (*answer.result)->profile;
            QCOMPARE(profile.has_value(), i % 2 == 0);
            if (profile) {
                QVERIFY(profile->identity == id(i));
                QCOMPARE(profile->nativeLanguage, std::string(i % 4 == 0 ? "es" : "yo"));
                QVERIFY(profile->rowVersion != 0);
            }
        }
        QCOMPARE(pool.batchCounters().queries, std::uint64_t(4));
        QCOMPARE(pool.batchCounters().lookups, std::uint64_t(1'000));
    }

    void whoDoesNotWaitIsAskedForAlone()
    {
        SqlExecutorPool pool(options(), m_clock);
        SqlProfileRepository repository(pool);
        const int before = m_queries;

        for (int i = 0; i < 5; ++i) {
            const auto found = await<LoadedProfile>([&](auto done) { repository.find(id(i), done); });
            QVERIFY(found);
            QCOMPARE(found->timing.sharedBy, std::uint32_t(1));
        }

        QCOMPARE(m_queries - before, 5);
        QCOMPARE(pool.batchCounters().queries, std::uint64_t(0));
    }

    void theSameUserTwiceIsTwoAnswers()
    {
        Gate gate;
        SqlExecutorPool pool(options(), m_clock);
        SqlProfileRepository repository(pool);
        fill(pool, 2);
        block(pool, gate, 1);

        auto found = std::make_shared<std::atomic<int>>(0);
        for (int i = 0; i < 3; ++i)
            repository.find(id(0), [found](const Result<LoadedProfile> &result) { *found += result->profile ? 1 : 0; });
        gate.open();

        QVERIFY(waitUntil([&] { return *found == 3; }));
    }

    void queueingAndQueryingAreEachOnesOwn()
    {
        ManualClock clock;
        Gate gate;
        SqlExecutorPool pool(options(), clock);
        SqlProfileRepository repository(pool);
        QVERIFY(waitUntil([&] { return pool.status().state == DatabaseState::Reachable; }));
        block(pool, gate, 1);
        QueryTiming first;
        QueryTiming second;
        auto answers = std::make_shared<std::atomic<int>>(0);
        const auto into = [answers](QueryTiming &timing) {
            return [&timing, answers](const Result<LoadedProfile> &result) {
                timing = result->timing;
                ++*answers;
            };
        };
        repository.find(id(1), into(first));
        clock.advance(40ms);
        repository.find(id(2), into(second));
        clock.advance(5ms);
        const MonotonicTime sent = clock.now();
        const SeqPoint::Hook query("SqlConnection.query", [&clock] { clock.advance(7ms); });
        gate.open();

        QVERIFY(waitUntil([&] { return *answers == 2; }));

        QVERIFY(first.queueTime == 45ms && second.queueTime == 5ms);
        QVERIFY(first.queryTime == 7ms && second.queryTime == 7ms);
        QVERIFY(first.sentAt == sent && second.sentAt == sent);
        QCOMPARE(second.sharedBy, std::uint32_t(2));
    }

    void otherJobsInBetweenDoNotPartThem()
    {
        Gate gate;
        SqlExecutorPool pool(options(), m_clock);
        SqlProfileRepository repository(pool);
        block(pool, gate, 1);
        const int before = m_queries;
        auto answers = std::make_shared<std::atomic<int>>(0);

        for (int i = 0; i < 20; ++i) {
            repository.find(id(i), [answers](const auto &) { ++*answers; });
            repository.count([answers](const auto &) { ++*answers; });
        }
        gate.open();

        QVERIFY(waitUntil([&] { return *answers == 40; }));
        QCOMPARE(m_queries - before, 21);
    }

    void theQueueStaysBounded()
    {
        Gate gate;
        DatabaseOptions few = options();
        few.queueLimit = 100;
        SqlExecutorPool pool(few, m_clock);
        SqlProfileRepository repository(pool);
        block(pool, gate, 1);

        const auto answers = ask(repository, 150);

        int refused = 0;
        for (const auto &answer : answers)
            refused += answer->count > 0 && answer->result->error().code == ErrorCode::Overloaded ? 1 : 0;
        QCOMPARE(refused, 50); // at once, while the gate is closed
        gate.open();
        QVERIFY(areAnswered(answers));
    }

    void whoIsLateInABatchDoesNotTakeTheOthersAlong()
    {
        Gate gate;
        DatabaseOptions hasty = options();
        hasty.timeout = 2s;
        SqlExecutorPool pool(hasty, m_clock);
        SqlProfileRepository repository(pool);
        fill(pool, 10);
        Gate inQuery;
        std::optional<SeqPoint::Hook> stop;
        block(pool, gate, 1);
        QElapsedTimer timer;
        timer.start();
        auto early = std::make_shared<Answer>();
        const auto into = [](const std::shared_ptr<Answer> &answer) {
            return [answer](Result<LoadedProfile> result) {
                answer->result.emplace(std::move(result));
                ++answer->count;
            };
        };
        repository.find(id(0), into(early));
        QVERIFY(waitUntil([&] { return timer.elapsed() >= 700; })); // its deadline is 700 ms before the other's
        auto late = std::make_shared<Answer>();
        repository.find(id(2), into(late));
        stop.emplace("SqlConnection.query", inQuery.pass());
        gate.open();
        QVERIFY(waitUntil([&] { return inQuery.reached() == 1; }));

        QVERIFY(waitUntil([&] { return early->count == 1; }));
        QCOMPARE(late->count.load(), 0);
        inQuery.open();

        QVERIFY(waitUntil([&] { return late->count == 1; }));
        QCOMPARE(early->result->error().code, ErrorCode::Timeout);
        QVERIFY2(*late->result, *late->result ? "" : late->result->error().detail.c_str());
        QVERIFY((*late->result)->profile->identity == id(2));
        stop.reset();
    }

    void aThousandMissesTakeATenthOfTheQueries()
    {
        const int before = m_queries;

        const double together = secondsFor(1'000, DatabaseOptions{DatabaseUrl::sqliteFile("/x")}.batchLimit);

        const int queries = m_queries - before;
        QVERIFY2(queries <= 100, qPrintable(QString::number(queries)));
        const double oneByOne = secondsFor(200, 1) * 5;
        qInfo("1,000 distinct misses, 4 connections, 20 ms: %d queries, %.0f ms together; one by one %.0f ms: %.0fx",
              queries, together * 1e3, oneByOne * 1e3, oneByOne / together);
    }
};

QTEST_GUILESS_MAIN(TestSqlBatching)
#include "tst_SqlBatching.moc"
