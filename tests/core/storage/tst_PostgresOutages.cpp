// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "tests/core/storage/PostgresOutageStand.h"
#include "tests/support/FaultProxy.h"

using namespace hearth;
using namespace std::chrono_literals;

// What a database that goes away, hangs, shuts its doors or changes its shape under way means for who is asking: an
// answer in time, in words, and everything as before once it is back. Really done to a PostgreSQL of the test's own.
class TestPostgresOutages : public QObject, protected PostgresOutageStand
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { startServer(); }
    void cleanupTestCase() { stopServer(); }
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    // ---- hanging

    void aServerThatHangsIsSeenAndLeftAlone()
    {
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));
        m_server->pause();
        QElapsedTimer timer;
        timer.start();

        const auto hanging = find(pool);

        QVERIFY(!hanging);
        QCOMPARE(hanging.error().code, ErrorCode::Timeout);
        QVERIFY(timer.elapsed() < 5'000);
        QVERIFY(becomes(pool, DatabaseState::Unreachable)); // nobody else had to ask
        QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
        verifySaysThatItHangs(pool.status());
        verifyOpen(pool.status());
        QVERIFY(failsAtOnce(pool, ErrorCode::Unavailable));
        m_server->resume();
        verifyRecovers(pool);
    }

    void aServerThatHangsIsNotCalledReachableForLong_data()
    {
        QTest::addColumn<int>("connections");
        for (const int connections : {1, 2, 4, 8})
            QTest::addRow("%d connections", connections) << connections;
    }
    void aServerThatHangsIsNotCalledReachableForLong()
    {
        QFETCH(int, connections);
        DatabaseOptions many = options(1s);
        many.poolSize = connections;
        SqlExecutorPool pool(many, m_clock);
        connectAll(pool, connections);
        m_server->pause();
        const auto hanging = find(pool);
        QVERIFY(!hanging);
        QCOMPARE(hanging.error().code, ErrorCode::Timeout);
        QElapsedTimer timer;
        timer.start();

        QVERIFY(becomes(pool, DatabaseState::Unreachable));

        qInfo("said %lld ms after the first timeout of 1 s", timer.elapsed());
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed()))); // one more, and room for the machine
        verifySaysThatItHangs(pool.status());
        m_server->resume();
        verifyRecovers(pool);
    }

    void queueAndQueryTogetherHaveOneTimeout()
    {
        DatabaseOptions single = options();
        single.poolSize = 1;
        SqlExecutorPool pool(single, m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(find(pool));
        m_server->pause();
        auto answered = std::make_shared<std::atomic<int>>(0);
        auto succeeded = std::make_shared<std::atomic<int>>(0);
        QElapsedTimer timer;
        timer.start();

        for (int i = 0; i < 1'000; ++i) {
            repository.find(*ProfileId::parse("user-" + std::to_string(i)), [=](const auto &result) {
                *succeeded += result ? 1 : 0;
                ++*answered;
            });
        }

        QVERIFY(waitUntil([&] { return *answered == 1'000; }));
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed()))); // five times the timeout
        QCOMPARE(succeeded->load(), 0);
        QVERIFY(becomes(pool, DatabaseState::Unreachable));
        m_server->resume();
        verifyRecovers(pool);
    }

    void aNetworkThatWentAwayIsSeenAndLeftAlone()
    {
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(1s, network.port()), m_clock);
        QVERIFY(find(pool));
        network.silence();

        const auto lost = find(pool);

        QVERIFY(!lost);
        QCOMPARE(lost.error().code, ErrorCode::Timeout);
        QVERIFY(becomes(pool, DatabaseState::Unreachable));
        verifyOpen(pool.status());
        network.speak();
        verifyRecovers(pool);
    }

    void connectionsThatAFirewallForgotAreReplaced()
    {
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(1s, network.port()), m_clock);
        connectAll(pool, 3);
        network.forget(); // nobody is told; new connections work

        const auto lost = find(pool);

        QVERIFY(!lost);
        QCOMPARE(lost.error().code, ErrorCode::Timeout);
        QVERIFY(waitUntil([&] { return bool(find(pool)); }));
        verifyRecovers(pool);
        for (int i = 0; i < 6; ++i)
            QVERIFY(find(pool)); // none of the old ones is left
    }

    void aSlowQueryDoesNotOpenTheCircuit_data()
    {
        QTest::addColumn<QString>("option");
        QTest::newRow("direct") << "";
        QTest::newRow("behind a pooler, without statement_timeout") << "&pooler=transaction";
    }
    void aSlowQueryDoesNotOpenTheCircuit()
    {
        QFETCH(QString, option);
        DatabaseOptions with = options();
        with.url = *DatabaseUrl::parse((m_database->url(QStringLiteral("hearth")) + option).toStdString());
        SqlExecutorPool pool(with, m_clock);
        QVERIFY(find(pool));

        for (int i = 0; i < 4; ++i) {
            const auto slow = execute(pool, "select pg_sleep(30)");
            QVERIFY(!slow);
            QCOMPARE(slow.error().code, ErrorCode::Timeout);
            QCOMPARE(pool.status().circuit.consecutiveFailures, std::uint32_t(0)); // it heard the request to cancel
        }

        QVERIFY(find(pool));
        QVERIFY(pool.status().state == DatabaseState::Reachable);
        QCOMPARE(pool.status().circuit.consecutiveFailures, std::uint32_t(0));
    }

    void aSlowNetworkIsWaitedForAndTimedOut()
    {
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(2s, network.port()), m_clock);
        QVERIFY(find(pool));
        network.delay(100ms);
        const auto slow = find(pool);
        QVERIFY(slow);
        QVERIFY(slow->timing.queryTime >= 200ms);

        network.delay(3s);
        const auto tooSlow = find(pool);

        QVERIFY(!tooSlow);
        QCOMPARE(tooSlow.error().code, ErrorCode::Timeout);
        network.delay(0ms);
        QVERIFY(waitUntil([&] { return bool(find(pool)); }));
        verifyRecovers(pool);
    }

    // ---- away

    void aPortThatRefusesIsSeenAndLeftAlone()
    {
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(1s, network.port()), m_clock);
        QVERIFY(find(pool));

        network.refuse();

        QVERIFY(becomesProblem(pool, "connection refused"));
        verifySays(pool.status(), "connection refused");
        verifyOpen(pool.status());
        QVERIFY(failsAtOnce(pool, ErrorCode::Unavailable));
        network.accept();
        verifyRecovers(pool);
    }

    void aServerRestartedUnderBatchesAnswersEverybody()
    {
        DatabaseOptions patient = options(5s);
        patient.simulatedLatency = 5ms;
        SqlExecutorPool pool(patient, m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(find(pool));
        auto answered = std::make_shared<std::atomic<int>>(0);
        auto wrong = std::make_shared<std::atomic<int>>(0);
        const auto ask = [&] {
            for (int i = 0; i < 2'000; ++i) {
                const ProfileId id = *ProfileId::parse("user-" + std::to_string(i));
                repository.find(id, [=](const Result<LoadedProfile> &result) {
                    const bool isRight = !result || (result->profile && result->profile->identity == id);
                    *wrong += isRight ? 0 : 1;
                    ++*answered;
                });
            }
        };

        ask();
        m_server->kill();
        ask();
        m_server->start();

        QVERIFY(waitUntil([&] { return *answered == 4'000; }));
        QCOMPARE(wrong->load(), 0); // an error, or the right row
        verifyRecovers(pool);
        QVERIFY(pool.batchCounters().queries > 0);
    }

    void connectionsCutUnderBatchesAreRepeated()
    {
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(5s, network.port()), m_clock);
        SqlProfileRepository repository(pool);
        connectAll(pool, 3);
        std::atomic<int> queries = 0;
        const SeqPoint::Hook cut("SqlConnection.query", [&] {
            if (++queries == 2)
                network.cut();
        });
        auto answered = std::make_shared<std::atomic<int>>(0);
        auto failed = std::make_shared<std::atomic<int>>(0);

        for (int i = 0; i < 1'000; ++i) {
            repository.find(*ProfileId::parse("user-" + std::to_string(i)), [=](const auto &result) {
                *failed += result ? 0 : 1;
                ++*answered;
            });
        }

        QVERIFY(waitUntil([&] { return *answered == 1'000; }));
        QCOMPARE(failed->load(), 0);
        QVERIFY(pool.status().state == DatabaseState::Reachable);
    }

    void garbageFromTheNetworkIsAnErrorAndNoMore()
    {
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(1s, network.port()), m_clock);
        QVERIFY(find(pool));

        network.sayToClients("HTTP/1.1 400 Bad Request\r\n\r\n");

        static_cast<void>(find(pool)); // an error, or an answer by a new connection
        QVERIFY(waitUntil([&] { return bool(find(pool)); }));
        verifyRecovers(pool);
    }

    void aPortWhereSomethingElseAnswersIsSaidSo()
    {
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(1s, network.port()), m_clock);
        QVERIFY(find(pool));
        network.garble("HTTP/1.1 400 Bad Request\r\n\r\n");
        network.cut();

        QVERIFY(becomes(pool, DatabaseState::Unreachable));

        QVERIFY(waitUntil([&] { return !pool.status().problem.empty() && !pool.status().nextStep.empty(); }));
        verifyOpen(pool.status());
        QVERIFY(failsAtOnce(pool, ErrorCode::Unavailable));
        network.garble({});
        verifyRecovers(pool);
    }

    void halfAnAnswerIsNoAnswer()
    {
        FaultProxy network(serverPort());
        DatabaseOptions single = options(1s, network.port());
        single.poolSize = 1;
        SqlExecutorPool pool(single, m_clock);
        QVERIFY(find(pool));
        network.truncate(20);
        QElapsedTimer timer;
        timer.start();

        const auto half = find(pool);

        QVERIFY(!half);
        QCOMPARE(half.error().code, ErrorCode::Timeout);
        QVERIFY2(timer.elapsed() < 5'000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(becomes(pool, DatabaseState::Unreachable)); // the caller may be released a moment before
        network.complete();
        verifyRecovers(pool);
        const auto other = find(pool, "user-5"); // and not what was left of the one before
        QVERIFY(other && other->profile);
        QVERIFY(other->profile->identity.text() == "user-5");
    }

    void anAnswerOfAbsurdLengthIsAnErrorAndNoMore_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("a row of 2 GB") << QByteArray("D\x7f\xff\xff\xff", 5);
        QTest::newRow("a notice of 2 GB") << QByteArray("N\x7f\xff\xff\xff", 5);
        QTest::newRow("a negative length") << QByteArray("T\xff\xff\xff\xff", 5);
        QTest::newRow("a length of nothing") << QByteArray("Z\0\0\0\0", 5);
        QTest::newRow("an error without an end") << QByteArray("E\0\0\0\x10SFATAL", 11);
    }
    void anAnswerOfAbsurdLengthIsAnErrorAndNoMore()
    {
        QFETCH(QByteArray, bytes);
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(1s, network.port()), m_clock);
        connectAll(pool, 3);

        network.sayToClients(bytes.toStdString());

        const auto spoilt = find(pool); // an error in time, or an answer by a new connection
        QVERIFY(!spoilt || spoilt->profile);
        QVERIFY(waitUntil([&] { return bool(find(pool)); }));
        verifyRecovers(pool);
    }

    // ---- doors that are shut while it runs

    void noConnectionLeftIsSaidInWords()
    {
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));
        asAdmin("alter role hearth connection limit 0");

        endConnections();

        QVERIFY(becomesProblem(pool, "no connection left"));
        verifySays(pool.status(), "no connection left");
        verifyOpen(pool.status());
        QVERIFY(failsAtOnce(pool, ErrorCode::Unavailable));
        asAdmin("alter role hearth connection limit -1");
        verifyRecovers(pool);
    }

    void aChangedPasswordIsSaidInWords()
    {
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));
        asAdmin("alter role hearth password 'another'");

        endConnections();

        QVERIFY(becomesProblem(pool, "refused the password"));
        verifySays(pool.status(), "refused the password");
        QVERIFY(pool.status().problem.find("another") == std::string::npos);
        QVERIFY(failsAtOnce(pool, ErrorCode::Unavailable));
        asAdmin("alter role hearth password 'hearth'");
        verifyRecovers(pool);
    }

    // ---- data of another shape

    void aColumnThatGoesWhileRunningIsNamed()
    {
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));
        m_database->run(QStringLiteral("alter table user_profiles drop column voice_provider"));

        const auto failed = find(pool);

        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::SchemaMismatch);
        QVERIFY(becomes(pool, DatabaseState::Unusable));
        verifySays(pool.status(), "voice_provider is missing");
        QVERIFY(pool.status().circuit.state == CircuitState::Closed); // the server answers
        QVERIFY(failsAtOnce(pool, ErrorCode::SchemaMismatch));
        m_database->run(QStringLiteral("alter table user_profiles add column voice_provider text"));
        verifyRecovers(pool);
    }

    void oneBadRowFailsNobodyElse()
    {
        // A view that reads a text as a time: one row says something else.
        m_database->run(QStringLiteral("alter table user_profiles rename to people"));
        m_database->run(QStringLiteral("alter table people alter updated_at type text"));
        m_database->run(QStringLiteral("update people set updated_at = 'yesterday afternoon'"
                                       " where user_identity = 'user-77'"));
        m_database->run(QStringLiteral("create view user_profiles as select id, user_identity, native_language,"
                                       " voice_avatar_id, voice_provider, formal_tone, preserve_emotion, created_at,"
                                       " updated_at::timestamptz as updated_at from people"));
        m_database->run(QStringLiteral("grant select on user_profiles to hearth"));
        DatabaseOptions single = options(10s);
        single.poolSize = 1;
        SqlExecutorPool pool(single, m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(find(pool));
        std::atomic<int> queries = 0;
        const SeqPoint::Hook count("SqlConnection.query", [&] { ++queries; });
        auto answered = std::make_shared<std::atomic<int>>(0);
        auto failures = std::make_shared<std::map<std::string, ErrorCode>>();

        // All in one executor's hands: the first is asked for alone, the others meanwhile gather.
        auto mutex = std::make_shared<Mutex>();
        for (int i = 0; i < 250; ++i) {
            const std::string name = "user-" + std::to_string(i);
            repository.find(*ProfileId::parse(name), [=](const Result<LoadedProfile> &result) {
                MutexLock lock(*mutex);
                if (!result)
                    failures->emplace(name, result.error().code);
                ++*answered;
            });
        }

        QVERIFY(waitUntil([&] { return *answered == 250; }));
        MutexLock lock(*mutex);
        QCOMPARE(failures->size(), std::size_t(1));
        QVERIFY(failures->begin()->first == "user-77");
        QCOMPARE(failures->begin()->second, ErrorCode::BadData);
        QVERIFY2(queries < 40, qPrintable(QString::number(queries))); // halves, not one by one
        QVERIFY(pool.status().state == DatabaseState::Reachable);
        QCOMPARE(pool.status().circuit.consecutiveFailures, std::uint32_t(0));
    }

    void errorsAboutDataNeverOpenTheCircuit()
    {
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));

        for (int i = 0; i < 20; ++i) {
            QVERIFY(!execute(pool, "select 1 / 0"));
            QVERIFY(!execute(pool, "select 'x'::integer"));
            QCOMPARE(pool.status().circuit.consecutiveFailures, std::uint32_t(0));
        }
        QVERIFY(!find(pool, "nobody")->profile);

        QVERIFY(pool.status().state == DatabaseState::Reachable);
        QCOMPARE(pool.status().circuit.consecutiveFailures, std::uint32_t(0));
    }

    // ---- what is told

    void openingAndClosingAreToldOnce()
    {
        auto mutex = std::make_shared<Mutex>();
        auto told = std::make_shared<std::string>();
        FaultProxy network(serverPort());
        SqlExecutorPool pool(options(1s, network.port()), m_clock, [=](const DatabaseStatus &status) {
            MutexLock lock(*mutex);
            const bool isReachable = status.state == DatabaseState::Reachable;
            const std::string word = isReachable == (status.circuit.state == CircuitState::Closed)
                                         ? toString(status.circuit.state) + ' '
                                         : "state and circuit contradict each other ";
            if (!told->ends_with(word)) // another problem is told, too
                *told += word;
        });
        const auto heard = [=] {
            MutexLock lock(*mutex);
            return *told;
        };
        QVERIFY(find(pool));
        std::atomic<int> attempts = 0;
        const SeqPoint::Hook count("SqlExecutor.connect", [&] { ++attempts; });
        network.refuse();
        QVERIFY(becomes(pool, DatabaseState::Unreachable));
        const int before = attempts;

        QVERIFY(waitUntil([&] { return attempts > before + 5; })); // each was half-open for a moment
        network.accept();
        verifyRecovers(pool);

        QVERIFY2(waitUntil([&] { return heard() == "closed open closed "; }), heard().c_str());
    }
};

QTEST_GUILESS_MAIN(TestPostgresOutages)
#include "tst_PostgresOutages.moc"
