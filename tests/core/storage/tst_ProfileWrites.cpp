// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "tests/support/Await.h"
#include "tests/support/Gate.h"
#include "tests/support/PrivatePostgres.h"

#include <QtTest>

#include <memory>
#include <optional>

using namespace hearth;
using namespace std::chrono_literals;

// Writing profiles when PostgreSQL does not let us, or does not say whether it was done.
class TestProfileWrites : public QObject
{
    Q_OBJECT

    SystemClock m_clock;
    std::unique_ptr<ScratchDatabase> m_database;
    std::unique_ptr<SqlExecutorPool> m_pool;

    DatabaseOptions options(const QString &role, std::chrono::milliseconds timeout) const
    {
        DatabaseOptions made{*DatabaseUrl::parse(m_database->url(role).toStdString())};
        made.poolSize = 1;
        made.timeout = timeout;
        made.retryInterval = 50ms;
        return made;
    }
    void connectAs(const QString &role, std::chrono::milliseconds timeout = 5s)
    {
        m_pool = std::make_unique<SqlExecutorPool>(options(role, timeout), m_clock);
        QVERIFY(waitUntil([this] { return m_pool->status().state == DatabaseState::Reachable; }));
    }
    Result<WrittenProfile> update(const char *identity, const ProfileChanges &changes)
    {
        SqlProfileRepository repository(*m_pool);
        return await<WrittenProfile>([&](auto done) { repository.update(*ProfileId::parse(identity), changes, done); });
    }
    Result<InsertedProfile> insert(const char *identity)
    {
        SqlProfileRepository repository(*m_pool);
        return await<InsertedProfile>(
            [&](auto done) { repository.insertIfAbsent(Profile(*ProfileId::parse(identity)), done); });
    }
    Result<LoadedProfile> find(const char *identity)
    {
        SqlProfileRepository repository(*m_pool);
        return await<LoadedProfile>([&](auto done) { repository.find(*ProfileId::parse(identity), done); });
    }
    void endConnections() const
    {
        m_database->run(QStringLiteral("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                                       " where application_name = 'hearth' and datname = current_database()"));
    }
    bool isWaitingForALock() const
    {
        return waitUntil([this] {
            return m_database->run(QStringLiteral("select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
                                                  " and datname = current_database()")) == QLatin1String("1");
        });
    }
    QString language(const char *identity) const
    {
        return m_database->run(QStringLiteral("select native_language from user_profiles where user_identity = '%1'")
                                   .arg(QLatin1String(identity)));
    }
    // The error, as far as it begins so; all of it otherwise.
    template <class T>
    static std::string says(const Result<T> &result, ErrorCode code, const std::string &words)
    {
        if (result)
            return "it was done";
        if (result.error().code != code)
            return "code " + std::to_string(int(result.error().code)) + ": " + result.error().detail;
        return result.error().detail.substr(0, words.size()) == words ? words : result.error().detail;
    }

private Q_SLOTS:
    void init()
    {
        QVERIFY2(qEnvironmentVariableIsSet("HEARTH_TEST_POSTGRES_ADMIN_URL"),
                 "HEARTH_TEST_POSTGRES_ADMIN_URL must name a PostgreSQL server; ./test starts one");
        m_database = std::make_unique<ScratchDatabase>(qEnvironmentVariable("HEARTH_TEST_POSTGRES_ADMIN_URL"),
                                                       QStringLiteral("postgres"));
        connectAs({}); // the tables are the admin's
        QVERIFY(insert("ana"));
        m_pool.reset();
    }
    void cleanup()
    {
        m_pool.reset();
        m_database.reset();
    }

    void whatATriggerMakesOfItIsReturned()
    {
        m_database->run(QStringLiteral("create function touch() returns trigger language plpgsql as $$ begin"
                                       " new.updated_at := '2001-02-03T04:05:06Z'; return new; end $$"));
        m_database->run(QStringLiteral("create trigger touch before update on user_profiles for each row"
                                       " execute function touch()"));
        connectAs({});

        const auto written = update("ana", {.nativeLanguage = "fr"});

        QVERIFY(written);
        QCOMPARE(written->profile.updatedAt->time_since_epoch() / 1s, 981'173'106);
        QVERIFY(written->profile == *find("ana")->profile);
        QVERIFY(written->timing.sentAt > MonotonicTime());
    }

    void onlyTheColumnsThatChangeAreNamed()
    {
        m_database->run(QStringLiteral("grant select, update (formal_tone, updated_at) on user_profiles to hearth"));
        connectAs(QStringLiteral("hearth"));

        QVERIFY(update("ana", {.formalTone = true}));
        QCOMPARE(update("ana", {.preserveEmotion = true}).error().code, ErrorCode::PermissionDenied);
    }

    void aRoleThatMayOnlyReadIsToldSoAndGoesOnReading_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::newRow("no right") << "grant select on user_profiles to hearth";
        QTest::newRow("a database that may only be read")
            << "grant all on user_profiles to hearth; alter role hearth in database %1 set"
               " default_transaction_read_only = on";
    }
    void aRoleThatMayOnlyReadIsToldSoAndGoesOnReading()
    {
        QFETCH(QString, sql);
        const QString name = QUrl(m_database->url()).path().mid(1);
        for (const QString &each : sql.split(u';'))
            m_database->run(each.contains(u'%') ? each.arg(name) : each);
        connectAs(QStringLiteral("hearth"));
        const std::string words = "This database role may only read user_profiles: ";

        const auto updated = update("ana", {.nativeLanguage = "fr"});
        const auto inserted = insert("ben");

        QCOMPARE(says(updated, ErrorCode::PermissionDenied, words), words);
        QCOMPARE(says(inserted, ErrorCode::PermissionDenied, words), words);
        QVERIFY(updated.error().detail.find("Grant it insert and update") != std::string::npos);
        QVERIFY(find("ana")->profile);
        QCOMPARE(toString(m_pool->status().state), std::string("reachable"));
        QCOMPARE(language("ana"), QStringLiteral("en"));
    }

    void rowsThatAreHiddenAreNotMissing()
    {
        m_database->run(QStringLiteral("grant all on user_profiles to hearth"));
        m_database->run(QStringLiteral("alter table user_profiles enable row level security"));
        connectAs(QStringLiteral("hearth"));
        const std::string hidden = "Row level security hides every row of user_profiles";
        QCOMPARE(says(update("ana", {.formalTone = true}), ErrorCode::PermissionDenied, hidden), hidden);
        QCOMPARE(says(insert("ben"), ErrorCode::PermissionDenied, hidden), hidden);

        m_database->run(QStringLiteral("create policy reading on user_profiles for select using (true)"));
        const std::string refused = "Row level security does not let this role change this row of user_profiles: ";
        QCOMPARE(says(update("ana", {.formalTone = true}), ErrorCode::PermissionDenied, refused), refused);
        QCOMPARE(update("nobody", {.formalTone = true}).error().code, ErrorCode::NotFound);
        QCOMPARE(says(insert("ben"), ErrorCode::PermissionDenied, refused), refused);

        m_database->run(QStringLiteral("create policy writing on user_profiles for update using (true)"
                                       " with check (native_language = 'en')"));
        QCOMPARE(says(update("ana", {.nativeLanguage = "fr"}), ErrorCode::PermissionDenied, refused), refused);
        QVERIFY(update("ana", {.formalTone = true}));
    }

    // It died while nobody looked: what can be done twice is done on a new one.
    void overADeadConnectionAnUpdateIsRepeatedAndAnInsertIsInDoubt()
    {
        connectAs({});
        QVERIFY(find("ana"));
        endConnections();

        QVERIFY(update("ana", {.nativeLanguage = "fr"}));
        endConnections();
        const auto inserted = insert("ben");

        QCOMPARE(language("ana"), QStringLiteral("fr"));
        QVERIFY(!inserted);
        QCOMPARE(inserted.error().code, ErrorCode::Timeout);
        QVERIFY(mayHaveBeenWritten(inserted.error().code));
        QVERIFY(inserted.error().detail.find("is not known: read it before trying again") != std::string::npos);
        QVERIFY(waitUntil([this] { return m_pool->status().state == DatabaseState::Reachable; }));
        QVERIFY(insert("ben")->inserted);
    }

    void aWriteThatTakesTooLongIsInDoubt()
    {
        connectAs({}, 500ms);
        PostgresSql other(m_database->url());
        other.run(QStringLiteral("begin"));
        other.run(QStringLiteral("select 1 from user_profiles for update"));

        const auto updated = update("ana", {.nativeLanguage = "fr"});
        other.run(QStringLiteral("rollback"));

        QVERIFY(!updated);
        QCOMPARE(updated.error().code, ErrorCode::Timeout);
        QCOMPARE(language("ana"), QStringLiteral("en")); // it was cancelled
    }

    void anUpdateWhoseConnectionDiesUnderItIsSentAgain()
    {
        connectAs({});
        PostgresSql other(m_database->url());
        other.run(QStringLiteral("begin"));
        other.run(QStringLiteral("select 1 from user_profiles for update"));
        SqlProfileRepository repository(*m_pool);
        auto answer = std::make_shared<std::optional<Result<WrittenProfile>>>();
        Gate answered;
        repository.update(*ProfileId::parse("ana"), {.nativeLanguage = "fr"},
                          [answer, pass = answered.pass()](Result<WrittenProfile> written) {
                              answer->emplace(std::move(written));
                              pass();
                          });
        answered.open();
        QVERIFY(isWaitingForALock());
        endConnections();
        other.run(QStringLiteral("rollback"));

        QVERIFY(waitUntil([&] { return answered.reached() == 1; }));
        QVERIFY(*answer);
        QVERIFY2(**answer, **answer ? "" : (**answer).error().detail.c_str());
        QCOMPARE(language("ana"), QStringLiteral("fr"));
    }

    void aWriteThatWasNeverSentWasNotDone()
    {
        connectAs({}, 300ms);
        Gate gate;
        m_pool->run<int>(
            SqlRepeat::Never,
            [pass = gate.pass()](SqlConnection &) -> Result<int> {
                pass();
                return 0;
            },
            [](const Result<int> &, const QueryTiming &) {});
        QVERIFY(waitUntil([&] { return gate.reached() == 1; }));

        const auto updated = update("ana", {.nativeLanguage = "fr"}); // waits for the one connection
        gate.open();

        QVERIFY(!updated);
        QCOMPARE(updated.error().code, ErrorCode::Unavailable);
        QVERIFY(updated.error().detail.find("Nothing was stored.") != std::string::npos);
        QVERIFY(waitUntil([&] { return bool(find("ana")); }));
        QCOMPARE(language("ana"), QStringLiteral("en"));
    }
};

QTEST_GUILESS_MAIN(TestProfileWrites)
#include "tst_ProfileWrites.moc"
