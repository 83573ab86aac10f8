// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/support/Await.h"
#include "tests/support/PrivatePostgres.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>

using namespace hearth;
using namespace std::chrono_literals;

// The failure matrix, really done to a PostgreSQL server of the test's own.
class TestPostgresFailures : public QObject
{
    Q_OBJECT

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
    SystemClock m_clock;

    static DatabaseOptions options(const QString &url, std::chrono::milliseconds timeout = 5s)
    {
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(url.toStdString());
        if (!parsed)
            qFatal("%s", parsed.error().detail.c_str());
        DatabaseOptions made{*parsed};
        made.poolSize = 2;
        made.timeout = timeout;
        made.retryInterval = 50ms;
        return made;
    }
    DatabaseOptions options(std::chrono::milliseconds timeout = 5s) const { return options(url("hearth"), timeout); }
    QString url(const char *role) const { return m_database->url(QString::fromLatin1(role)); }

    static bool becomes(const SqlExecutorPool &pool, DatabaseState state)
    {
        return waitUntil([&] { return pool.status().state == state; });
    }
    static Result<LoadedProfile> find(SqlExecutorPool &pool, const char *identity = "ana")
    {
        SqlProfileRepository repository(pool);
        return await<LoadedProfile>([&](auto done) { repository.find(*ProfileId::parse(identity), done); });
    }
    static Result<InsertedProfile> insert(SqlExecutorPool &pool, const char *identity)
    {
        SqlProfileRepository repository(pool);
        return await<InsertedProfile>(
            [&](auto done) { repository.insertIfAbsent(Profile(*ProfileId::parse(identity)), done); });
    }
    static Result<int> execute(SqlExecutorPool &pool, const char *sql)
    {
        return await<int>([&](auto done) {
            pool.run<int>(
                SqlRepeat::Safe,
                [sql](SqlConnection &connection) -> Result<int> {
                    const auto rows = connection.query(QString::fromUtf8(sql));
                    return rows ? Result<int>(1) : rows.error();
                },
                [done](Result<int> result, const QueryTiming &) { done(std::move(result)); });
        });
    }
    // The tables, owned by the admin, with one profile; the roles may only what is granted.
    void makeTables() const
    {
        {
            SqlExecutorPool pool(options(m_database->url()), m_clock);
            QVERIFY(insert(pool, "ana"));
        }
        m_database->run(QStringLiteral("grant select on user_profiles to hearth, restricted"));
    }
    static void verifySays(const DatabaseStatus &status, const char *words)
    {
        QVERIFY2(status.problem.find(words) != std::string::npos, status.problem.c_str());
        QVERIFY2(!status.nextStep.empty(), words);
        QVERIFY2((status.problem + status.nextStep).find("hearth:hearth") == std::string::npos, words);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<PrivatePostgres>();
        PostgresSql(m_server->adminUrl()).run(QStringLiteral("create role restricted login password 'hearth'"));
    }
    void cleanupTestCase() { m_server.reset(); }
    void init() { m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("postgres")); }
    void cleanup()
    {
        m_server->resume();
        m_server->start();
        m_database.reset();
    }

    // ---- a query that takes too long

    void aSlowQueryIsGivenUpAndItsConnectionFreed_data()
    {
        QTest::addColumn<QString>("option");
        QTest::newRow("direct") << "";
        QTest::newRow("behind a pooler, without statement_timeout") << "&pooler=transaction";
    }
    void aSlowQueryIsGivenUpAndItsConnectionFreed()
    {
        QFETCH(QString, option);
        makeTables();
        DatabaseOptions hasty = options(url("hearth") + option, 300ms);
        hasty.poolSize = 1;
        SqlExecutorPool pool(hasty, m_clock);
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        QElapsedTimer timer;
        timer.start();

        const auto slow = execute(pool, "select pg_sleep(30)");

        QVERIFY(!slow);
        QCOMPARE(slow.error().code, ErrorCode::Timeout);
        QVERIFY2(timer.elapsed() < 1'500, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(waitUntil([&] { return bool(find(pool)); })); // the only connection works again
        QVERIFY(timer.elapsed() < 10'000);
        QVERIFY(waitUntil([&] { // and the server does not go on with it
            return m_database->run(QStringLiteral("select count(*) from pg_stat_activity where query like '%pg_sleep%'"
                                                  " and state = 'active' and pid <> pg_backend_pid()")) == u'0';
        }));
    }

    void aServerThatHangsReleasesItsCallers()
    {
        makeTables();
        SqlExecutorPool pool(options(400ms), m_clock);
        QVERIFY(find(pool));
        m_server->pause();
        QElapsedTimer timer;
        timer.start();

        const auto hanging = find(pool);

        QVERIFY(!hanging);
        QCOMPARE(hanging.error().code, ErrorCode::Timeout);
        QVERIFY(timer.elapsed() < 2'000);
        m_server->resume();
        QVERIFY(waitUntil([&] { return bool(find(pool)); }));
    }

    void shuttingDownDoesNotWaitForAServerThatHangs()
    {
        makeTables();
        SqlExecutorPool pool(options(20s), m_clock);
        QVERIFY(find(pool));
        m_server->pause();
        auto code = std::make_shared<std::atomic<int>>(-2);
        SqlProfileRepository repository(pool);
        repository.count([code](const auto &result) { *code = result ? -1 : int(result.error().code); });
        QElapsedTimer timer;
        timer.start();

        pool.shutdown();

        QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(code->load(), int(ErrorCode::ShuttingDown));
    }

    void shuttingDownDoesNotWaitForAConnectThatHangs()
    {
        makeTables();
        m_server->pause();
        SqlExecutorPool pool(options(20s), m_clock);
        QElapsedTimer timer;
        timer.start();

        pool.shutdown();

        QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
        m_server->resume();
    }

    // ---- a server that is away

    void aServerThatStartsLaterIsFoundByItself()
    {
        makeTables();
        m_server->stop();
        SqlExecutorPool pool(options(), m_clock);

        QVERIFY(becomes(pool, DatabaseState::Unreachable));

        verifySays(pool.status(), "connection refused");
        QElapsedTimer timer;
        timer.start();
        const auto failed = find(pool);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Unavailable);
        QVERIFY(timer.elapsed() < 1'000);
        m_server->start();
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        QVERIFY(find(pool)->profile);
    }

    void aServerKilledUnderLoadComesBack()
    {
        makeTables();
        m_database->run(QStringLiteral("checkpoint")); // the test server commits asynchronously
        SqlExecutorPool pool(options(), m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(find(pool));
        auto asked = std::make_shared<std::atomic<int>>(0);
        auto answered = std::make_shared<std::atomic<int>>(0);
        auto failed = std::make_shared<std::atomic<int>>(0);
        const auto ask = [&](int count) {
            for (int i = 0; i < count; ++i) {
                ++*asked;
                repository.find(*ProfileId::parse("ana"), [answered, failed](const auto &result) {
                    *failed += result ? 0 : 1;
                    ++*answered;
                });
            }
        };

        ask(200);
        m_server->kill();
        ask(200);

        QVERIFY(waitUntil([&] { return *answered == *asked; }));
        QVERIFY(*failed > 0);
        QVERIFY(becomes(pool, DatabaseState::Unreachable));
        m_server->start();
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        QVERIFY(find(pool)->profile);
        QCOMPARE(answered->load(), asked->load());
    }

    void aDeadServerIsNoticedWithoutBeingAsked()
    {
        makeTables();
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));

        m_server->kill();

        QVERIFY(becomes(pool, DatabaseState::Unreachable));
    }

    void anIdleConnectionThatDiedIsReplacedUnderTheReader()
    {
        makeTables();
        DatabaseOptions patient = options();
        patient.retryInterval = 1h; // nobody looks after idle connections
        patient.poolSize = 1;       // and nobody else is just connecting
        SqlExecutorPool pool(patient, m_clock);
        QVERIFY(find(pool));
        m_database->run(QStringLiteral("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                                       " where application_name = 'hearth' and datname = current_database()"));

        const auto found = find(pool);

        QVERIFY2(found, found ? "" : found.error().detail.c_str());
        QVERIFY(found->profile);
        QVERIFY(pool.status().state == DatabaseState::Reachable);
    }

    // ---- doors that stay shut

    void aRefusalIsSaidInWords_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<QString>("change"); // of the URL: from → to
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("says");
        QTest::newRow("wrong password") << "hearth"
                                        << "hearth:hearth@"
                                        << "hearth:wrongsecret@"
                                        << "refused the password";
        QTest::newRow("no such role") << "hearth"
                                      << "hearth:hearth@"
                                      << "nobody:wrongsecret@"
                                      << "nobody";
        QTest::newRow("no such database") << "hearth"
                                          << "/scratch_"
                                          << "/absent_"
                                          << "has no database absent_";
        QTest::newRow("unknown host") << "hearth"
                                      << "127.0.0.1"
                                      << "no-such-host.invalid"
                                      << "is not known";
        QTest::newRow("encryption demanded") << "hearth"
                                             << "sslmode=disable"
                                             << "sslmode=require"
                                             << "no encryption";
    }
    void aRefusalIsSaidInWords()
    {
        QFETCH(QString, user);
        QFETCH(QString, change);
        QFETCH(QString, to);
        QFETCH(QString, says);
        const QString changed = m_database->url(user).replace(change, to);
        SqlExecutorPool pool(options(changed), m_clock);

        QVERIFY(becomes(pool, DatabaseState::Unreachable));

        verifySays(pool.status(), says.toUtf8().constData());
        QVERIFY(pool.status().problem.find("wrongsecret") == std::string::npos);
        QVERIFY(!find(pool));
    }

    void aConnectionTooManyLeavesTheOthersWorking()
    {
        makeTables();
        PostgresSql(m_server->adminUrl()).run(QStringLiteral("alter role hearth connection limit 1"));
        SqlExecutorPool pool(options(), m_clock);

        QVERIFY(find(pool));

        QVERIFY(!QTest::qWaitFor([&] { return pool.status().state != DatabaseState::Reachable; }, 300));
        QVERIFY(find(pool));
        PostgresSql(m_server->adminUrl()).run(QStringLiteral("alter role hearth connection limit -1"));
    }

    // ---- tables and rights

    void missingTablesAreCreatedOnlyWhereMissing()
    {
        m_database->run(QStringLiteral("create table rooms (id integer, mine text)"));
        SqlExecutorPool pool(options(m_database->url()), m_clock);

        QVERIFY(insert(pool, "ana"));

        QCOMPARE(m_database->run(QStringLiteral("select count(*) from information_schema.columns where table_name ="
                                                " 'rooms'")),
                 QStringLiteral("2"));
        QCOMPARE(m_database->run(QStringLiteral("select to_regclass('voice_avatars') is not null")),
                 QStringLiteral("true"));
    }

    void twoThatStartTogetherCreateTheTablesOnce()
    {
        std::vector<std::unique_ptr<SqlExecutorPool>> pools;
        for (int i = 0; i < 6; ++i)
            pools.push_back(std::make_unique<SqlExecutorPool>(options(m_database->url()), m_clock));
        for (const auto &pool : pools) {
            QVERIFY(waitUntil([&] { return pool->status().state != DatabaseState::Connecting; }));
            QCOMPARE(pool->status().problem, std::string());
        }
    }

    void aMissingTableIsSaidAndWaitedFor()
    {
        SqlExecutorPool pool(options(), m_clock); // this role may not create

        QVERIFY(becomes(pool, DatabaseState::Unusable));

        verifySays(pool.status(), "user_profiles is missing");
        const auto failed = find(pool);
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::SchemaMismatch);
        makeTables();
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        QVERIFY(find(pool)->profile);
    }

    void aMissingColumnIsNamed()
    {
        makeTables();
        m_database->run(QStringLiteral("alter table user_profiles drop column voice_provider"));
        SqlExecutorPool pool(options(), m_clock);

        QVERIFY(becomes(pool, DatabaseState::Unusable));

        verifySays(pool.status(), "voice_provider is missing");
        m_database->run(QStringLiteral("alter table user_profiles add column voice_provider text"));
        QVERIFY(becomes(pool, DatabaseState::Reachable));
    }

    void aTableThatGoesWhileRunningIsNoticedAndWaitedFor()
    {
        makeTables();
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));
        m_database->run(QStringLiteral("alter table user_profiles rename to moved"));

        const auto failed = find(pool);

        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::SchemaMismatch);
        QVERIFY(becomes(pool, DatabaseState::Unusable));
        m_database->run(QStringLiteral("alter table moved rename to user_profiles"));
        QVERIFY(becomes(pool, DatabaseState::Reachable));
        QVERIFY(find(pool)->profile);
    }

    void columnsOfOtherTypesAreReadTolerantly()
    {
        makeTables();
        m_database->run(QStringLiteral("alter table user_profiles alter formal_tone drop default,"
                                       " alter formal_tone type text using 'maybe',"
                                       " alter voice_avatar_id type integer using 7"));
        SqlExecutorPool pool(options(), m_clock);

        const auto found = find(pool);

        QVERIFY2(found, found ? "" : found.error().detail.c_str());
        QCOMPARE(found->profile->formalTone, false);
        QCOMPARE(found->profile->voiceId, std::string("7"));
    }

    void aColumnThatGetsAnotherTypeWhileRunningIsReadOn()
    {
        makeTables();
        DatabaseOptions single = options();
        single.poolSize = 1;
        SqlExecutorPool pool(single, m_clock);
        QVERIFY(find(pool));
        m_database->run(QStringLiteral("alter table user_profiles alter voice_avatar_id type integer using 7"));

        const auto found = find(pool); // what was prepared before does no more

        QVERIFY2(found, found ? "" : found.error().detail.c_str());
        QCOMPARE(found->profile->voiceId, std::string("7"));
    }

    void statementsThatFailLeaveNothingAtTheServer()
    {
        makeTables();
        DatabaseOptions single = options();
        single.poolSize = 1;
        SqlExecutorPool pool(single, m_clock);

        for (int i = 0; i < 50; ++i)
            QVERIFY(!insert(pool, "new")); // this role may not

        QVERIFY(execute(pool, "select 1 / (case when count(*) < 10 then 1 else 0 end) from pg_prepared_statements"));
    }

    void aRoleThatMayOnlyReadSaysSo()
    {
        makeTables();
        m_database->run(QStringLiteral("drop table rooms"));
        SqlExecutorPool pool(options(), m_clock);

        QVERIFY(find(pool)->profile);
        const auto refused = insert(pool, "new");

        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        const DatabaseStatus status = pool.status();
        QVERIFY(status.state == DatabaseState::Reachable);
        QVERIFY2(status.notice.find("may only read") != std::string::npos, status.notice.c_str());
        QVERIFY2(status.notice.find("rooms") != std::string::npos, status.notice.c_str());
    }

    void aRoleThatMayNotReadIsSaidSo()
    {
        makeTables();
        m_database->run(QStringLiteral("revoke all on user_profiles from restricted"));
        SqlExecutorPool pool(options(url("restricted")), m_clock);

        QVERIFY(becomes(pool, DatabaseState::Unusable));

        verifySays(pool.status(), "restricted may not");
        m_database->run(QStringLiteral("grant select on user_profiles to restricted"));
        QVERIFY(becomes(pool, DatabaseState::Reachable));
    }

    void rowsHiddenByRowLevelSecurityAreNotAbsent()
    {
        makeTables();
        m_database->run(QStringLiteral("alter table user_profiles enable row level security"));
        m_database->run(QStringLiteral("grant insert on user_profiles to restricted"));
        m_database->run(QStringLiteral("grant usage on sequence user_profiles_id_seq to restricted"));
        m_database->run(QStringLiteral("create policy adds on user_profiles for insert to restricted"
                                       " with check (true)"));
        SqlExecutorPool pool(options(url("restricted")), m_clock);

        const auto hidden = find(pool);
        const auto refused = insert(pool, "new");

        QVERIFY(!hidden);
        QCOMPARE(hidden.error().code, ErrorCode::PermissionDenied);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        QVERIFY2(pool.status().notice.find("Row level security") != std::string::npos, pool.status().notice.c_str());
        QCOMPARE(m_database->run(QStringLiteral("select count(*) from user_profiles")), QStringLiteral("1"));
        m_database->run(QStringLiteral("create policy sees on user_profiles for select to restricted using (true)"));
        QVERIFY(find(pool)->profile); // at once
        QVERIFY(!find(pool, "nobody")->profile);
    }

    void latencyOfOneFind()
    {
        makeTables();
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool));
        QElapsedTimer timer;
        timer.start();
        std::chrono::nanoseconds query{};
        for (int i = 0; i < 2'000; ++i)
            query += find(pool)->timing.queryTime;
        qInfo("PostgreSQL on loopback: %.1f us a find in all, %.1f us of it the query",
              double(timer.nsecsElapsed()) / 2e6, double(query.count()) / 2e6);
    }
};

QTEST_GUILESS_MAIN(TestPostgresFailures)
#include "tst_PostgresFailures.moc"
