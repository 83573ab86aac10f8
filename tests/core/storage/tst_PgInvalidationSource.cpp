// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/ChangeTriggers.h"
#include "core/storage/PgInvalidationSource.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/support/Await.h"
#include "tests/support/FaultProxy.h"
#include "tests/support/PrivatePgbouncer.h"
#include "tests/support/PrivatePostgres.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// What a source told, as text: "C ana", "D bea", "?" for unknown changes, "listening", "off".
class Heard
{
public:
    InvalidationHandlers handlers()
    {
        return {[this](const RowChange &change) {
                    MutexLock lock(m_mutex);
                    m_lastVersion = change.rowVersion;
                    m_words.push_back((change.kind == RowChange::Kind::Deleted ? "D " : "C ") + change.id.text());
                },
                [this] { say("?"); }, [this](const InvalidationState &state) { say(toString(state.mode)); }};
    }
    std::string text() const
    {
        MutexLock lock(m_mutex);
        std::string all;
        for (const std::string &word : m_words)
            all += (all.empty() ? "" : ", ") + word;
        return all;
    }
    bool becomes(const std::string &expected) const
    {
        return waitUntil([&] { return text() == expected; }, 20s);
    }
    std::uint32_t lastVersion() const
    {
        MutexLock lock(m_mutex);
        return m_lastVersion;
    }
    void forget()
    {
        MutexLock lock(m_mutex);
        m_words.clear();
    }

private:
    void say(std::string word)
    {
        MutexLock lock(m_mutex);
        const bool isOffAgain = word == "off" && !m_words.empty() && m_words.back() == word; // for another reason
        if (!isOffAgain)
            m_words.push_back(std::move(word));
    }

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::vector<std::string> m_words HEARTH_GUARDED_BY(m_mutex);
    std::uint32_t m_lastVersion HEARTH_GUARDED_BY(m_mutex) = 0;
};

} // namespace

// Changes that others make in a real PostgreSQL, heard or known to be missed.
class TestPgInvalidationSource : public QObject
{
    Q_OBJECT

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
    SystemClock m_clock;

    static DatabaseOptions options(const QString &url)
    {
        DatabaseOptions made{*DatabaseUrl::parse(url.toStdString())};
        made.poolSize = 1;
        made.retryInterval = 200ms;
        made.timeout = 1s;
        return made;
    }
    DatabaseOptions options() const { return options(m_database->url()); }
    static std::unique_ptr<PgInvalidationSource> listenWith(const DatabaseOptions &options, Heard &heard)
    {
        auto source = std::make_unique<PgInvalidationSource>(options, 300ms);
        source->start(heard.handlers());
        return source;
    }
    Result<void> install(const QString &url) const
    {
        SqlExecutorPool pool(options(url), m_clock);
        return await<void>([&](auto done) { ChangeTriggers(pool).install(done); });
    }
    bool areInstalled() const
    {
        SqlExecutorPool pool(options(), m_clock);
        const auto answer = await<bool>([&](auto done) { ChangeTriggers(pool).areInstalled(done); });
        return answer && *answer;
    }
    void insert(const QString &identity) const
    {
        m_database->run(QStringLiteral("insert into user_profiles (user_identity) values ('%1')").arg(identity));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<PrivatePostgres>();
        PostgresSql(m_server->adminUrl()).run(QStringLiteral("create role restricted login password 'hearth'"));
    }
    void cleanupTestCase() { m_server.reset(); }
    void init()
    {
        m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("postgres"));
        SqlExecutorPool pool(options(), m_clock); // makes the tables
        QVERIFY(waitUntil([&] { return pool.status().state == DatabaseState::Reachable; }));
    }
    void cleanup()
    {
        m_server->resume();
        m_server->start();
        m_database.reset();
    }

    // ---- what is heard

    void everyWayToChangeARowIsHeard_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("heard");
        const auto row = [](const char *name, const char *sql, const char *heard) {
            QTest::newRow(name) << QString::fromUtf8(sql) << QString::fromUtf8(heard);
        };
        row("update", "update user_profiles set native_language = 'fr' where user_identity = 'ana'", "C ana");
        row("insert", "insert into user_profiles (user_identity) values ('new')", "C new");
        row("upsert",
            "insert into user_profiles (user_identity) values ('ana') on conflict (user_identity) do update"
            " set native_language = 'yo'",
            "C ana");
        row("nothing done", "insert into user_profiles (user_identity) values ('ana') on conflict do nothing", "");
        row("nobody hit", "update user_profiles set native_language = 'fr' where user_identity = 'nobody'", "");
        row("delete", "delete from user_profiles where user_identity = 'bea'", "D bea");
        row("a new identity: both", "update user_profiles set user_identity = 'eva' where user_identity = 'ana'",
            "D ana, C eva");
        row("identities exchanged",
            "delete from user_profiles where user_identity = 'ana';"
            " update user_profiles set user_identity = 'ana' where user_identity = 'bea'",
            "D ana, D bea, C ana");
        row("truncate", "truncate user_profiles", "?");
        row("rolled back", "begin; delete from user_profiles; rollback", "");
        row("an identity with spaces and quotes", "insert into user_profiles (user_identity) values (' a ''b'' C 1 ')",
            "C  a 'b' C 1 ");
        row("nobody who can be cached", "insert into user_profiles (user_identity) values (E'bad\\x01'), ('')", "");
        row("another trigger disabled",
            "alter table user_profiles disable trigger hearth_profiles_inserted;"
            " update user_profiles set formal_tone = true where user_identity = 'bea'",
            "C bea");
    }
    void everyWayToChangeARowIsHeard()
    {
        QFETCH(QString, sql);
        QFETCH(QString, heard);
        insert(QStringLiteral("ana"));
        insert(QStringLiteral("bea"));
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY2(ears.becomes("listening, ?"), ears.text().c_str());
        ears.forget();

        m_database->run(sql);
        m_database->run(QStringLiteral("notify hearth_user_profiles, 'C 1 end'")); // nothing comes after it

        const std::string expected =
            (heard.isEmpty() ? QString() : heard + QStringLiteral(", ")).toStdString() + "C end";
        QVERIFY2(ears.becomes(expected), ears.text().c_str());
    }

    void theLongestIdentityIsHeard()
    {
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(ears.becomes("listening, ?"));
        const QString longest = QStringLiteral("🦊").repeated(255); // 1,020 bytes

        insert(longest);

        QVERIFY(ears.becomes("listening, ?, C " + longest.toStdString()));
    }

    void theVersionIsThatOfTheRow()
    {
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(ears.becomes("listening, ?"));

        insert(QStringLiteral("ana"));

        QVERIFY(ears.becomes("listening, ?, C ana"));
        QCOMPARE(QString::number(ears.lastVersion()),
                 m_database->run(QStringLiteral("select xmin from user_profiles where user_identity = 'ana'")));
    }

    void manyAtOnceAreToldAsOne()
    {
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(ears.becomes("listening, ?"));

        m_database->run(QStringLiteral("insert into user_profiles (user_identity)"
                                       " select 'user-' || i from generate_series(1, 20000) as i"));
        insert(QStringLiteral("end"));

        QVERIFY2(ears.becomes("listening, ?, ?, C end"), ears.text().substr(0, 200).c_str());
    }

    void aChangeIsHeardWithinTwoSeconds()
    {
        insert(QStringLiteral("ana"));
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(ears.becomes("listening, ?"));
        PostgresSql sql(m_database->url());
        QElapsedTimer timer;
        timer.start();

        sql.run(QStringLiteral("update user_profiles set native_language = 'fr'"));

        QVERIFY(ears.becomes("listening, ?, C ana"));
        qInfo("a change was heard after %.1f ms", double(timer.nsecsElapsed()) / 1e6);
        QVERIFY(timer.elapsed() < 2'000);
    }

    // ---- what is missed is known

    void aLostConnectionIsRegainedAndSaidSo()
    {
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(ears.becomes("listening, ?"));

        m_database->run(QStringLiteral("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                                       " where application_name = 'hearth' and datname = current_database()"));

        QVERIFY2(ears.becomes("listening, ?, off, listening, ?"), ears.text().c_str());
        insert(QStringLiteral("ana"));
        QVERIFY(ears.becomes("listening, ?, off, listening, ?, C ana"));
    }

    void aServerThatIsKilledIsFoundAgain()
    {
        QVERIFY(install(m_database->url()));
        m_database->run(QStringLiteral("checkpoint"));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(ears.becomes("listening, ?"));

        m_server->kill();

        QVERIFY(waitUntil([&] { return source->state().mode == InvalidationMode::Off; }));
        QVERIFY2(source->state().why.find("not listened to") != std::string::npos, source->state().why.c_str());
        QVERIFY2(source->state().why.find("hearth:hearth") == std::string::npos, source->state().why.c_str());
        m_server->start();
        QVERIFY2(ears.becomes("listening, ?, off, listening, ?"), ears.text().c_str());
    }

    void aNetworkThatWentAwayIsNoticed()
    {
        QVERIFY(install(m_database->url()));
        FaultProxy network(QUrl(m_database->url()).port());
        QUrl url(m_database->url());
        url.setPort(network.port());
        Heard ears;
        const auto source = listenWith(options(url.toString()), ears);
        QVERIFY(ears.becomes("listening, ?"));

        network.silence(); // nobody is told

        QVERIFY(waitUntil([&] { return source->state().mode == InvalidationMode::Off; }, 15s));
        QVERIFY2(source->state().why.find("did not answer") != std::string::npos, source->state().why.c_str());
        insert(QStringLiteral("missed"));
        network.speak();
        QVERIFY2(ears.becomes("listening, ?, off, listening, ?"), ears.text().c_str());
    }

    void aHangingServerDoesNotDelayTheStop()
    {
        QVERIFY(install(m_database->url()));
        Heard ears;
        DatabaseOptions patient = options();
        patient.timeout = 30s;
        const auto source = listenWith(patient, ears);
        QVERIFY(ears.becomes("listening, ?"));
        m_server->pause();
        QElapsedTimer timer;
        timer.start();

        source->stop();

        QVERIFY(timer.elapsed() < 2'000);
        m_server->resume();
    }

    void nothingIsToldAfterTheStop()
    {
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(ears.becomes("listening, ?"));

        source->stop();
        insert(QStringLiteral("ana"));

        QCOMPARE(ears.text(), std::string("listening, ?"));
    }

    // ---- triggers

    void withoutTriggersItSaysSoUntilTheyAreThere()
    {
        Heard ears;
        const auto source = listenWith(options(), ears);
        QVERIFY(waitUntil([&] { return source->state().why.find("change triggers") != std::string::npos; }));
        QVERIFY(source->state().triggersMissing);
        QVERIFY(source->state().mode == InvalidationMode::Off);
        QVERIFY(!areInstalled()); // nothing is made by itself

        QVERIFY(install(m_database->url()));

        QVERIFY2(ears.becomes("off, listening, ?"), ears.text().c_str());
        QVERIFY(areInstalled());
        m_database->run(QStringLiteral("alter table user_profiles disable trigger hearth_profiles_deleted"));
        QVERIFY2(ears.becomes("off, listening, ?, off"), ears.text().c_str());
    }

    void installingAgainAndRemovingChangesNothingElse()
    {
        insert(QStringLiteral("ana"));
        const QString before = m_database->run(QStringLiteral("select xmin::text || ctid::text from user_profiles"));
        QVERIFY(install(m_database->url()));
        QVERIFY(install(m_database->url()));
        QVERIFY(areInstalled());
        QCOMPARE(m_database->run(QStringLiteral("select count(*) from pg_trigger where not tgisinternal")),
                 QStringLiteral("4"));

        SqlExecutorPool pool(options(), m_clock);
        const auto removed = await<void>([&](auto done) { ChangeTriggers(pool).remove(done); });
        const auto again = await<void>([&](auto done) { ChangeTriggers(pool).remove(done); });

        QVERIFY(removed && again);
        QVERIFY(!areInstalled());
        QCOMPARE(m_database->run(QStringLiteral("select count(*) from pg_proc where proname like 'hearth%'")),
                 QStringLiteral("0"));
        QCOMPARE(m_database->run(QStringLiteral("select xmin::text || ctid::text from user_profiles")), before);
    }

    void aRoleThatMayNotGetsAnErrorAndTheSqlToHandOn()
    {
        m_database->run(QStringLiteral("grant select on user_profiles to restricted"));
        SqlExecutorPool pool(options(m_database->url(QStringLiteral("restricted"))), m_clock);

        const auto refused = await<void>([&](auto done) { ChangeTriggers(pool).install(done); });

        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        QVERIFY(pool.status().state == DatabaseState::Reachable);
        QVERIFY(!areInstalled());
        m_database->run(QString::fromStdString(ChangeTriggers::installSql())); // the administrator
        QVERIFY(areInstalled());
        m_database->run(QString::fromStdString(ChangeTriggers::removeSql()));
        QVERIFY(!areInstalled());
    }

    void whoMayOnlyReadCanListen()
    {
        m_database->run(QStringLiteral("grant select on user_profiles to restricted"));
        QVERIFY(install(m_database->url()));
        Heard ears;
        const auto source = listenWith(options(m_database->url(QStringLiteral("restricted"))), ears);
        QVERIFY(ears.becomes("listening, ?"));

        insert(QStringLiteral("ana"));

        QVERIFY(ears.becomes("listening, ?, C ana"));
    }

    void theTriggersDoNotFailAWriterOfAnotherRole()
    {
        QVERIFY(install(m_database->url()));
        m_database->run(QStringLiteral("grant select, insert, update on user_profiles to restricted"));
        m_database->run(QStringLiteral("grant usage on sequence user_profiles_id_seq to restricted"));
        m_database->run(QStringLiteral("alter table user_profiles alter user_identity type text"));
        PostgresSql writer(m_database->url(QStringLiteral("restricted")));

        writer.run(QStringLiteral("insert into user_profiles (user_identity) values (repeat('x', 9000))"));
        writer.run(QStringLiteral("update user_profiles set user_identity = repeat('y', 9000)"));

        QCOMPARE(m_database->run(QStringLiteral("select count(*) from user_profiles")), QStringLiteral("1"));
    }

    // ---- where nobody can listen

    void behindAPoolerItSaysSo_data()
    {
        QTest::addColumn<QString>("option");
        QTest::newRow("as the URL says") << "pooler=transaction";
        QTest::newRow("as is seen") << "application_name=hearth";
    }
    void behindAPoolerItSaysSo()
    {
        QFETCH(QString, option);
        QVERIFY(install(m_database->url()));
        const PrivatePgbouncer pooler(m_database->url());
        Heard ears;

        const auto source = listenWith(options(withOption(pooler.through(m_database->url()), option)), ears);

        QVERIFY2(waitUntil([&] { return source->state().why.find("pooler") != std::string::npos; }),
                 source->state().why.c_str());
        QCOMPARE(ears.text(), std::string("off"));
    }

    void sqliteSaysSo()
    {
        Heard ears;
        PgInvalidationSource source(DatabaseOptions{DatabaseUrl::sqliteFile("/nowhere/hearth.db")});

        source.start(ears.handlers());

        QVERIFY(ears.becomes("off"));
        QVERIFY(source.state().why.find("SQLite") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestPgInvalidationSource)
#include "tst_PgInvalidationSource.moc"
