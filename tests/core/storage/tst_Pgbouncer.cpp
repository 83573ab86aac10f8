// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/ChangeTriggers.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/support/Await.h"
#include "tests/support/PrivatePgbouncer.h"
#include "tests/support/PrivatePostgres.h"

#include <QTest>

#include <atomic>

using namespace hearth;
using namespace std::chrono_literals;

// Two nodes before one PgBouncer in transaction mode, whose few server connections they share from query to query.
class TestPgbouncer : public QObject
{
    Q_OBJECT

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<PrivatePgbouncer> m_pooler;
    std::unique_ptr<ScratchDatabase> m_database;
    SystemClock m_clock;

    DatabaseOptions options(bool isNamed) const
    {
        QString url = m_pooler->through(m_database->url());
        if (isNamed)
            url = withOption(url, QStringLiteral("pooler=transaction"));
        return DatabaseOptions{*DatabaseUrl::parse(url.toStdString())};
    }
    static void namedAndNot()
    {
        QTest::addColumn<bool>("isNamed");
        QTest::newRow("DATABASE_URL names the pooler") << true;
        QTest::newRow("the pooler is noticed") << false;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<PrivatePostgres>();
        m_pooler = std::make_unique<PrivatePgbouncer>(m_server->adminUrl());
    }
    void cleanupTestCase()
    {
        m_pooler.reset();
        m_server.reset();
    }
    void init()
    {
        m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("postgres"));
        SqlExecutorPool pool(options(true), m_clock);
        QVERIFY(waitUntil([&] { return pool.status().state == DatabaseState::Reachable; }));
    }
    void cleanup() { m_database.reset(); }

    void twoPoolsDoNotDisturbEachOther_data() { namedAndNot(); }
    void twoPoolsDoNotDisturbEachOther()
    {
        QFETCH(bool, isNamed);
        constexpr int users = 300;
        m_database->run(QStringLiteral("insert into user_profiles (user_identity, voice_avatar_id)"
                                       " select 'user-' || i, 'voice-' || i from generate_series(0, %1, 2) as i")
                            .arg(users - 1));
        SqlExecutorPool one(options(isNamed), m_clock);
        SqlExecutorPool two(options(isNamed), m_clock);
        SqlProfileRepository first(one);
        SqlProfileRepository second(two);
        auto right = std::make_shared<std::atomic<int>>(0);
        auto wrong = std::make_shared<std::atomic<int>>(0);
        const auto count = [right, wrong](bool isRight) { ++(isRight ? *right : *wrong); };

        for (int i = 0; i < users; ++i) {
            for (ProfileRepository *repository : {&first, &second}) {
                const std::string name = "user-" + std::to_string(i);
                const std::string voice = "voice-" + std::to_string(i);
                repository->find(*ProfileId::parse(name), [=](const Result<LoadedProfile> &result) {
                    const bool isThere = result && result->profile;
                    count(result && isThere == (i % 2 == 0) && (!isThere || result->profile->voiceId == voice));
                });
                Profile created(*ProfileId::parse("created-" + std::to_string(i)));
                repository->insertIfAbsent(created, [=](const Result<InsertedProfile> &result) {
                    count(result && result->profile.identity == created.identity);
                });
                repository->count([=](const Result<std::int64_t> &result) { count(result && *result >= users / 2); });
            }
        }

        QVERIFY(waitUntil([&] { return *right + *wrong == users * 6; }));
        QCOMPARE(wrong->load(), 0);
        QCOMPARE(m_database->run(QStringLiteral("select count(*) from user_profiles")).toInt(), users / 2 + users);
        QVERIFY(one.batchCounters().queries > 0);
    }

    void nothingIsPreparedAndNothingIsSet_data() { namedAndNot(); }
    void nothingIsPreparedAndNothingIsSet()
    {
        QFETCH(bool, isNamed);
        DatabaseOptions single = options(isNamed);
        single.poolSize = 1;
        SqlExecutorPool pool(single, m_clock);
        SqlProfileRepository repository(pool);
        QVERIFY(await<std::int64_t>([&](auto done) { repository.count(done); }));

        PostgresSql sql(m_pooler->through(m_database->url())); // gets the server connection that was ours

        QCOMPARE(sql.run(QStringLiteral("select count(*) from pg_prepared_statements")), QStringLiteral("0"));
        QCOMPARE(sql.run(QStringLiteral("show statement_timeout")), QStringLiteral("0"));
    }

    void triggersAreInstalledThroughIt()
    {
        SqlExecutorPool pool(options(true), m_clock);
        ChangeTriggers triggers(pool);

        const auto installed = await<void>([&](auto done) { triggers.install(done); });
        const auto present = await<bool>([&](auto done) { triggers.areInstalled(done); });

        QVERIFY2(installed, installed ? "" : installed.error().detail.c_str());
        QVERIFY(present && *present);
    }
};

QTEST_GUILESS_MAIN(TestPgbouncer)
#include "tst_Pgbouncer.moc"
