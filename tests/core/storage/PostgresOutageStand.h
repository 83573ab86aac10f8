// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/support/Await.h"
#include "tests/support/Gate.h"
#include "tests/support/PrivatePostgres.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <memory>

namespace hearth {

using namespace std::chrono_literals;

// A PostgreSQL of the test's own, to which things are done, and what a pool in front of it is asked. A database anew
// for each test.
class PostgresOutageStand
{
protected:
    void startServer() { m_server = std::make_unique<PrivatePostgres>(); }
    void stopServer() { m_server.reset(); }
    void setUp()
    {
        m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("postgres"));
        DatabaseOptions admin = options();
        admin.url = *DatabaseUrl::parse(m_database->url().toStdString());
        SqlExecutorPool pool(admin, m_clock);
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        m_database->run(QStringLiteral("insert into user_profiles (user_identity)"
                                       " select 'user-' || i from generate_series(0, 1999) as i"));
        m_database->run(QStringLiteral("insert into user_profiles (user_identity) values ('ana')"));
        m_database->run(QStringLiteral("grant select, insert on user_profiles to hearth"));
        m_database->run(QStringLiteral("checkpoint"));
    }
    void tearDown()
    {
        m_server->resume();
        m_server->start();
        m_database.reset();
    }

    DatabaseOptions options(std::chrono::milliseconds timeout = 1s, int port = 0) const
    {
        QUrl url(m_database->url(QStringLiteral("hearth")));
        if (port != 0)
            url.setPort(port);
        DatabaseOptions made{*DatabaseUrl::parse(url.toString(QUrl::FullyEncoded).toStdString())};
        made.poolSize = 3;
        made.timeout = timeout;
        made.retryInterval = 400ms;
        return made;
    }
    int serverPort() const { return QUrl(m_database->url()).port(); }
    static bool becomes(const SqlExecutorPool &pool, DatabaseState state)
    {
        return waitUntil([&] { return pool.status().state == state; });
    }
    // Lost comes first; why it cannot be opened again is known a moment later.
    static bool becomesProblem(const SqlExecutorPool &pool, const char *words)
    {
        return waitUntil([&] {
            const DatabaseStatus status = pool.status();
            return status.state == DatabaseState::Unreachable && status.problem.find(words) != std::string::npos;
        });
    }
    static Result<LoadedProfile> find(SqlExecutorPool &pool, const std::string &identity = "ana")
    {
        SqlProfileRepository repository(pool);
        return await<LoadedProfile>([&](auto done) { repository.find(*ProfileId::parse(identity), done); });
    }
    // Whether a question is answered before asking returns.
    static bool failsAtOnce(SqlExecutorPool &pool, ErrorCode code)
    {
        SqlProfileRepository repository(pool);
        auto failed = std::make_shared<std::atomic<bool>>(false);
        repository.find(*ProfileId::parse("ana"),
                        [failed, code](const auto &result) { *failed = !result && result.error().code == code; });
        return *failed;
    }
    static Result<int> execute(SqlExecutorPool &pool, const char *sql)
    {
        return await<int>([&](auto done) {
            pool.run<int>(
                SqlRepeat::Never,
                [sql](SqlConnection &connection) -> Result<int> {
                    const auto rows = connection.query(QString::fromUtf8(sql));
                    return rows ? Result<int>(1) : rows.error();
                },
                [done](Result<int> result, const QueryTiming &) { done(std::move(result)); });
        });
    }
    // Returns once every executor has its connection.
    static void connectAll(SqlExecutorPool &pool, int count)
    {
        Gate gate;
        for (int i = 0; i < count; ++i) {
            pool.run<int>(
                SqlRepeat::Safe,
                [pass = gate.pass()](SqlConnection &) -> Result<int> {
                    pass();
                    return 0;
                },
                [](const Result<int> &, const QueryTiming &) {});
        }
        QVERIFY(waitUntil([&] { return gate.reached() == count; }));
        gate.open();
    }
    void endConnections() const
    {
        m_database->run(QStringLiteral("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                                       " where application_name = 'hearth' and datname = current_database()"));
    }
    void asAdmin(const char *sql) const { PostgresSql(m_server->adminUrl()).run(QString::fromUtf8(sql)); }
    static void verifySays(const DatabaseStatus &status, const char *words)
    {
        QVERIFY2(status.problem.find(words) != std::string::npos, status.problem.c_str());
        QVERIFY2(!status.nextStep.empty(), words);
        QVERIFY2((status.problem + status.nextStep).find("hearth:hearth") == std::string::npos, words);
    }
    // What a connection found out, or, when it was tried again meanwhile, what the attempt did.
    static void verifySaysThatItHangs(const DatabaseStatus &status)
    {
        const bool wasTriedAgain = status.problem.find("did not answer in time") != std::string::npos;
        verifySays(status, wasTriedAgain ? "did not answer in time" : "hangs");
    }
    static void verifyOpen(const DatabaseStatus &status)
    {
        QVERIFY(status.circuit.state != CircuitState::Closed);
        QVERIFY(status.circuit.consecutiveFailures > 0);
        QVERIFY(status.circuit.since >= status.since - 1s);
    }
    // It works again, by itself, and says so.
    static void verifyRecovers(SqlExecutorPool &pool)
    {
        QElapsedTimer timer;
        timer.start();
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        qInfo("found again after %lld ms", timer.elapsed());
        // A connection that was lost with the others may be found out only now.
        QVERIFY(waitUntil([&] { return pool.status().circuit.consecutiveFailures == 0; }));
        const DatabaseStatus status = pool.status();
        QVERIFY(status.circuit.state == CircuitState::Closed);
        QVERIFY(!status.circuit.nextAttempt);
        QCOMPARE(status.problem, std::string());
        const auto found = find(pool);
        QVERIFY2(found, found ? "" : found.error().detail.c_str());
        QVERIFY(found->profile);
    }

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
    SystemClock m_clock;
};

} // namespace hearth
