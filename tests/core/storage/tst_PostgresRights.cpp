// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "core/storage/SqlRoomRepository.h"
#include "tests/support/Await.h"
#include "tests/support/Gate.h"
#include "tests/support/PrivatePostgres.h"

#include <QTest>

#include <atomic>
#include <map>

using namespace hearth;
using namespace std::chrono_literals;

// What a role may not do concerns what it may not do, and nothing else: the others go on being served.
class TestPostgresRights : public QObject
{
    Q_OBJECT

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
    SystemClock m_clock;

    DatabaseOptions options(int poolSize = 1) const
    {
        DatabaseOptions made{*DatabaseUrl::parse(m_database->url(QStringLiteral("hearth")).toStdString())};
        made.poolSize = poolSize;
        made.retryInterval = 1h; // a database that is given up stays so: whoever asks would see it
        return made;
    }
    static bool isReachable(const SqlExecutorPool &pool) { return pool.status().state == DatabaseState::Reachable; }
    static Result<LoadedProfile> find(SqlExecutorPool &pool, const std::string &identity)
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
    static Result<std::vector<Room>> rooms(SqlExecutorPool &pool)
    {
        SqlRoomRepository repository(pool);
        return await<std::vector<Room>>([&](auto done) { repository.list(10, done); });
    }
    static Result<int> execute(SqlExecutorPool &pool, const char *sql, SqlRepeat repeat)
    {
        return await<int>([&](auto done) {
            pool.run<int>(
                repeat,
                [sql](SqlConnection &connection) -> Result<int> {
                    const auto rows = connection.query(QString::fromUtf8(sql));
                    return rows ? Result<int>(1) : rows.error();
                },
                [done](Result<int> result, const QueryTiming &) { done(std::move(result)); });
        });
    }
    void run(const char *sql) const { m_database->run(QString::fromUtf8(sql)); }

private Q_SLOTS:
    void initTestCase() { m_server = std::make_unique<PrivatePostgres>(); }
    void cleanupTestCase() { m_server.reset(); }
    void init()
    {
        m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("postgres"));
        DatabaseOptions admin = options();
        admin.url = *DatabaseUrl::parse(m_database->url().toStdString());
        {
            SqlExecutorPool pool(admin, m_clock); // makes the tables
            QVERIFY(waitUntil([&] { return isReachable(pool); }));
        }
        run("insert into user_profiles (user_identity) select 'user-' || i from generate_series(0, 299) as i");
        run("grant select on user_profiles to hearth");
    }
    void cleanup() { m_database.reset(); }

    void aStatementThatIsRefusedLeavesTheLookUpsWorking_data()
    {
        QTest::addColumn<QByteArray>("sql");
        const auto row = [](const char *name, const char *sql) { QTest::newRow(name) << QByteArray(sql); };
        row("insert", "insert into user_profiles (user_identity) values ('new') on conflict do nothing");
        row("update", "update user_profiles set native_language = 'fr' where user_identity = 'user-1' returning 1");
        row("another table", "select room_id from rooms");
        row("a table that is not there", "select 1 from no_such_table");
        row("a column that is not there", "select no_such_column from user_profiles");
    }
    void aStatementThatIsRefusedLeavesTheLookUpsWorking()
    {
        QFETCH(QByteArray, sql);
        SqlExecutorPool pool(options(), m_clock);
        QVERIFY(find(pool, "user-1")->profile);

        for (const SqlRepeat repeat : {SqlRepeat::Never, SqlRepeat::Safe}) {
            const auto refused = execute(pool, sql.constData(), repeat);

            QVERIFY(!refused);
            QVERIFY(refused.error().code == ErrorCode::PermissionDenied ||
                    refused.error().code == ErrorCode::SchemaMismatch);
            QVERIFY(isReachable(pool));
            QVERIFY(find(pool, "user-1")->profile);
        }
        QVERIFY(isReachable(pool));
        QCOMPARE(pool.status().problem, std::string());
    }

    void roomsThatMayNotBeReadLeaveTheLookUpsWorking()
    {
        SqlExecutorPool pool(options(), m_clock);

        const auto refused = rooms(pool);

        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        QVERIFY(isReachable(pool));
        QVERIFY(find(pool, "user-1")->profile);
    }

    void aPolicyThatRefusesOneRowFailsNobodyElse()
    {
        run("create function may_see(identity text) returns boolean language plpgsql as $$ begin"
            " if identity = 'user-77' then raise exception 'not for you' using errcode = '42501'; end if;"
            " return true; end $$");
        run("alter table user_profiles enable row level security");
        run("create policy sees on user_profiles for select to hearth using (may_see(user_identity))");
        SqlExecutorPool pool(options(), m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(find(pool, "user-1")->profile);

        const auto refused = find(pool, "user-77");

        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        QVERIFY(isReachable(pool));

        // The same among others in one query.
        Gate gate;
        pool.run<int>(
            SqlRepeat::Safe,
            [pass = gate.pass()](SqlConnection &) -> Result<int> {
                pass();
                return 0;
            },
            [](const Result<int> &, const QueryTiming &) {});
        QVERIFY(waitUntil([&] { return gate.reached() == 1; }));
        auto answered = std::make_shared<std::atomic<int>>(0);
        auto failed = std::make_shared<std::atomic<int>>(0);
        std::atomic<int> queries = 0;
        const SeqPoint::Hook count("SqlConnection.query", [&] { ++queries; });
        for (int i = 0; i < 200; ++i) {
            repository.find(*ProfileId::parse("user-" + std::to_string(i)), [=](const auto &result) {
                *failed += result ? 0 : 1;
                ++*answered;
            });
        }
        gate.open();
        QVERIFY(waitUntil([&] { return *answered == 200; }));
        QCOMPARE(failed->load(), 1);
        QVERIFY2(queries < 40, qPrintable(QString::number(queries))); // halves, not one by one
        QVERIFY(isReachable(pool));
    }

    void aRoleThatSeesSomeRowsFindsThose()
    {
        run("alter table user_profiles enable row level security");
        run("create policy sees on user_profiles for select to hearth using (user_identity like 'user-1%')");
        run("grant insert on user_profiles to hearth; grant usage on sequence user_profiles_id_seq to hearth");
        SqlExecutorPool pool(options(), m_clock);

        QVERIFY(find(pool, "user-12")->profile);
        QVERIFY(!find(pool, "user-2")->profile); // hidden or absent: nobody can tell
        const auto refused = insert(pool, "user-2");

        QVERIFY(!refused); // no policy lets it insert
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        QVERIFY(isReachable(pool));
        QVERIFY(find(pool, "user-12")->profile);
        QCOMPARE(pool.status().problem, std::string());
    }

    void aRightToReadThatIsTakenAwayIsSaidSo_data()
    {
        QTest::addColumn<int>("together");
        QTest::newRow("one look-up") << 1;
        QTest::newRow("look-ups that share a query") << 50;
    }
    void aRightToReadThatIsTakenAwayIsSaidSo()
    {
        QFETCH(int, together);
        DatabaseOptions watchful = options();
        watchful.retryInterval = 100ms;
        SqlExecutorPool pool(watchful, m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(find(pool, "user-1")->profile);
        run("revoke select on user_profiles from hearth");
        std::atomic<int> queries = 0;
        const SeqPoint::Hook count("SqlConnection.query", [&] { ++queries; });
        auto refused = std::make_shared<std::atomic<int>>(0);

        for (int i = 0; i < together; ++i) {
            repository.find(*ProfileId::parse("user-" + std::to_string(i)), [=](const auto &result) {
                *refused += !result && result.error().code == ErrorCode::PermissionDenied ? 1 : 0;
            });
        }

        QVERIFY(waitUntil([&] { return *refused == together; }));
        QVERIFY(waitUntil([&] { return pool.status().state == DatabaseState::Unusable; }));
        QVERIFY2(pool.status().problem.find("hearth may not") != std::string::npos, pool.status().problem.c_str());
        QVERIFY2(queries <= 2, qPrintable(QString::number(queries))); // it was not asked for each of them
        run("grant select on user_profiles to hearth");
        QVERIFY(waitUntil([&] { return isReachable(pool); }));
        QVERIFY(find(pool, "user-1")->profile);
    }
};

QTEST_GUILESS_MAIN(TestPostgresRights)
#include "tst_PostgresRights.moc"
