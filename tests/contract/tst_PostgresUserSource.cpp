// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlProfileRepository.h"
#include "core/storage/SqlUserSource.h"
#include "tests/contract/PostgresWays.h"
#include "tests/contract/UserSourceContract.h"

#include <QElapsedTimer>

#include <utility>

using namespace hearth;
using namespace std::chrono_literals;

class TestPostgresUserSource final : public UserSourceContract
{
    Q_OBJECT

public:
    explicit TestPostgresUserSource(PostgresWays::Way way)
        : m_postgres(way)
    {
    }

private:
    void setUp() override
    {
        m_postgres.setUp();
        connect();
    }
    void tearDown() override
    {
        m_source.reset();
        m_postgres.tearDown();
    }
    // A new source.
    void connect(std::chrono::milliseconds timeout = 20s)
    {
        DatabaseOptions options = m_postgres.options();
        options.timeout = timeout;
        m_source = std::make_unique<SqlUserSource>(options, m_postgres.clock());
    }
    UserSource &source() override { return *m_source; }

    static QString quoted(const std::string &text)
    {
        return u'\'' + QString::fromStdString(text).replace(u'\'', QLatin1String("''")) + u'\'';
    }
    static QString timeValue(const std::optional<WallTime> &time)
    {
        return time ? QStringLiteral("to_timestamp(%1 / 1000.0)").arg(time->time_since_epoch().count())
                    : QStringLiteral("null::timestamptz");
    }
    void add(const std::vector<Profile> &profiles, std::optional<int> created) override
    {
        const auto orNull = [](const std::string &text) {
            return text.empty() ? QStringLiteral("null") : quoted(text);
        };
        const auto truth = [](bool value) { return value ? QStringLiteral("true") : QStringLiteral("false"); };
        QStringList rows;
        for (const Profile &each : profiles) {
            rows += u'(' +
                    QStringList{
                        quoted(each.identity.text()), quoted(each.nativeLanguage),
                        orNull(each.voiceId),         orNull(each.voiceProvider),
                        truth(each.formalTone),       truth(each.preserveEmotion),
                        timeValue(each.updatedAt),    timeValue(created ? std::optional(time(*created)) : std::nullopt)}
                        .join(u',') +
                    u')';
        }
        sql(QStringLiteral("insert into user_profiles (user_identity, native_language, voice_avatar_id,"
                           " voice_provider, formal_tone, preserve_emotion, updated_at, created_at) values ") +
            rows.join(u','));
    }
    void addRoom(const std::string &host, bool isActive) override
    {
        static int number = 0;
        sql(QStringLiteral("insert into rooms (room_id, room_name, host_identity, is_active) values ('%1', 'room', %2,"
                           " %3)")
                .arg(++number)
                .arg(quoted(host), isActive ? QStringLiteral("true") : QStringLiteral("false")));
    }
    QString sql(const QString &statement) { return m_postgres.database().run(statement); }
    // Queries of ours that the server works on.
    bool isServerIdle()
    {
        return sql(QStringLiteral("select count(*) from pg_stat_activity where datname = current_database()"
                                  " and query like 'copy (select%' and state = 'active'")) == u'0';
    }
    // As many rows as it takes to fill every buffer on the way.
    void addVeryMany()
    {
        sql("insert into user_profiles (user_identity, voice_avatar_id)"
            " select 'user-' || i, repeat('x', 200) from generate_series(1, 200000) i");
    }
    // Instead of the table: rows that the server takes half a minute each for.
    void makeSlow()
    {
        UserSourceContract::add(profile("ana"));
        sql("alter table user_profiles rename to people");
        sql("create view user_profiles as select id, user_identity, native_language, voice_avatar_id,"
            " voice_provider, formal_tone, preserve_emotion, created_at,"
            " case when pg_sleep(30) is not null then updated_at end as updated_at from people");
        sql("grant select on user_profiles to public");
    }
    QString sql(const char *statement) { return sql(QString::fromUtf8(statement)); }
    // On a database of the test: for every connection that is made from now on.
    void setDefault(const char *setting)
    {
        sql(QStringLiteral("do $$ begin execute 'alter database ' || quote_ident(current_database()) || ' set %1';"
                           " end $$")
                .arg(QString::fromUtf8(setting)));
    }
    // As a role that owns nothing.
    void connectRestricted()
    {
        sql("do $$ begin create role restricted login password 'hearth'; exception when duplicate_object or"
            " unique_violation then null; end $$");
        m_source =
            std::make_unique<SqlUserSource>(m_postgres.optionsAs(QStringLiteral("restricted")), m_postgres.clock());
    }
    // What a stream brings is what look-ups of the same rows find.
    void verifyIsWhatIsLookedUp()
    {
        m_postgres.connect();
        SqlProfileRepository repository(m_postgres.pool());
        const Streamed all = stream(RecentlyUpdated{1'000});
        QVERIFY2(*all.end, *all.end ? "" : all.end->error().detail.c_str());
        QVERIFY(!all.rows.empty());
        for (const Profile &row : all.rows) {
            const auto found = await<LoadedProfile>([&](auto done) { repository.find(row.identity, done); });
            QVERIFY(found && found->profile);
            QVERIFY2(*found->profile == row, row.identity.text().c_str());
        }
    }

    PostgresWays m_postgres;
    std::unique_ptr<SqlUserSource> m_source;

private Q_SLOTS:
    void initTestCase() { m_postgres.initTestCase(); }
    void cleanupTestCase() { m_postgres.cleanupTestCase(); }

    void nullsTakeTheirDefaults()
    {
        sql(QStringLiteral("alter table user_profiles alter native_language drop not null"));
        sql(QStringLiteral("insert into user_profiles (user_identity, native_language, formal_tone, preserve_emotion,"
                           " updated_at) values ('bare', null, null, null, 'infinity')"));

        const Streamed all = stream(RecentlyUpdated{10});

        QCOMPARE(all.rows.size(), std::size_t(1));
        QVERIFY(isSameRow(all.rows.front(), profile("bare")));
    }

    void aRowWithoutValidIdentityIsLeftOut()
    {
        UserSourceContract::add(profile("ana ọ"));
        sql(QStringLiteral("insert into user_profiles (user_identity) values (E'bad\\x01'), (''), (E'bad\\u0085'),"
                           " (E'bad\\x7f')"));

        QCOMPARE(stream(RecentlyUpdated{10}).names(), std::string("ana ọ"));
        QCOMPARE(streamIds(RecentlyUpdated{10}).idNames(), std::string("ana ọ"));
        QCOMPARE(count(RecentlyUpdated{10}), std::uint64_t(1));
        QCOMPARE(count(RecentlyUpdated{1}), std::uint64_t(stream(RecentlyUpdated{1}).rows.size()));
    }

    // ---- the same as look-ups find

    void aStreamedRowIsTheOneThatIsLookedUp_data()
    {
        QTest::addColumn<QString>("change");
        QTest::newRow("a table") << "";
        QTest::newRow("a view") << "alter table user_profiles rename to people;"
                                   "create view user_profiles as select * from people;"
                                   "grant all on user_profiles to public";
        QTest::newRow("times without a zone") << "alter table user_profiles alter updated_at type timestamp";
        QTest::newRow("times in days") << "alter table user_profiles alter updated_at type date";
        QTest::newRow("switches in words") << "alter table user_profiles alter formal_tone drop default,"
                                              " alter formal_tone type text using"
                                              " case when formal_tone then ' Yes' else 'off' end";
        QTest::newRow("switches as numbers") << "alter table user_profiles alter formal_tone drop default,"
                                                " alter formal_tone type integer using formal_tone::integer";
        QTest::newRow("texts of other types") << "alter table user_profiles alter user_identity type text,"
                                                 " alter native_language type text, alter voice_avatar_id type name";
        QTest::newRow("columns in another order") << "alter table user_profiles drop column voice_provider;"
                                                     "alter table user_profiles add column voice_provider text";
    }
    void aStreamedRowIsTheOneThatIsLookedUp()
    {
        QFETCH(QString, change);
        add({profile("ana", "es", 1), profile("bea", "xx", 2), profile("carl")}, 7);
        sql("update user_profiles set formal_tone = true, voice_avatar_id = 'ọ', voice_provider = 'p' where id < 3");
        sql("insert into user_profiles (user_identity, updated_at) values"
            " ('half up', '2024-01-02 03:04:05.0005+00'), ('half down', '2024-01-02 03:04:05.000499+00'),"
            " ('before 1970', '1960-01-02 03:04:05.0005+00'), ('long ago', '4712-01-01 00:00:00+00 BC'),"
            " ('infinity', 'infinity'), ('-infinity', '-infinity')");
        if (change.contains(QLatin1String("type date")))
            sql("delete from user_profiles where user_identity = 'long ago'");
        if (!change.isEmpty())
            sql(change);
        connect();

        verifyIsWhatIsLookedUp();
    }

    // ---- stopping

    void aStopEndsTheServersQuery()
    {
        addVeryMany();
        std::stop_source stop;

        const Streamed some =
            stream(RecentlyUpdated{500'000}, 500'000, stop.get_token(), [&](const auto &) { stop.request_stop(); });

        QCOMPARE(some.error(), ErrorCode::Cancelled);
        QVERIFY(waitUntil([&] { return isServerIdle(); }));
        QCOMPARE(stream(RecentlyUpdated{3}).rows.size(), std::size_t(3));
    }

    void aStopIsHeededWhileTheServerWorks()
    {
        makeSlow();
        std::stop_source stop;
        QElapsedTimer timer;

        const auto end = await<StreamEnd>([&](auto done) {
            source().stream(RecentlyUpdated{1}, 1, takerInto(std::make_shared<Streamed>()), stop.get_token(), done);
            QVERIFY(waitUntil([&] { return !isServerIdle(); }));
            timer.start();
            stop.request_stop();
        });

        QVERIFY(timer.elapsed() < 1'000); // 200 ms is promised
        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Cancelled);
        QVERIFY(waitUntil([&] { return isServerIdle(); }, 15s)); // it had half a minute to go
    }

    void aStopIsHeededWhileItWaitsForAnother()
    {
        makeSlow();
        std::stop_source stopFirst;
        std::stop_source stopSecond;
        std::promise<Result<StreamEnd>> first;
        source().stream(RecentlyUpdated{1}, 1, takerInto(std::make_shared<Streamed>()), stopFirst.get_token(),
                        [&first](Result<StreamEnd> end) { first.set_value(std::move(end)); });
        std::future<Result<StreamEnd>> firstEnd = first.get_future();
        QVERIFY(waitUntil([&] { return !isServerIdle(); }));

        const auto second = await<StreamEnd>([&](auto done) {
            source().stream(RecentlyUpdated{1}, 1, takerInto(std::make_shared<Streamed>()), stopSecond.get_token(),
                            done);
            stopSecond.request_stop();
        });

        QVERIFY(!second);
        QCOMPARE(second.error().code, ErrorCode::Cancelled);
        QCOMPARE(firstEnd.wait_for(0s), std::future_status::timeout);
        stopFirst.request_stop();
        QCOMPARE(firstEnd.wait_for(20s), std::future_status::ready);
    }

    void silenceIsATimeout()
    {
        makeSlow();
        connect(300ms);
        QElapsedTimer timer;
        timer.start();

        const Streamed none = stream(RecentlyUpdated{1});

        QCOMPARE(none.error(), ErrorCode::Timeout);
        QVERIFY(timer.elapsed() < 3'000);
        QVERIFY(waitUntil([&] { return isServerIdle(); }, 15s));
    }

    void aShutdownEndsWhatRunsAndWhatWaits()
    {
        makeSlow();
        std::vector<std::future<Result<StreamEnd>>> ends;
        for (int i = 0; i < 2; ++i) {
            auto promise = std::make_shared<std::promise<Result<StreamEnd>>>();
            ends.push_back(promise->get_future());
            source().stream(RecentlyUpdated{1}, 1, takerInto(std::make_shared<Streamed>()), {},
                            [promise](Result<StreamEnd> end) { promise->set_value(std::move(end)); });
        }
        QVERIFY(waitUntil([&] { return !isServerIdle(); }));
        QElapsedTimer timer;
        timer.start();

        m_source->shutdown();

        QVERIFY(timer.elapsed() < 2'000);
        for (auto &end : ends) {
            QCOMPARE(end.wait_for(0s), std::future_status::ready);
            QCOMPARE(end.get().error().code, ErrorCode::ShuttingDown);
        }
        QCOMPARE(stream(RecentlyUpdated{1}).error(), ErrorCode::ShuttingDown);
    }

    // ---- what others do meanwhile

    void itsRowsAreNoOlderThanItsMoment_data()
    {
        QTest::addColumn<QByteArray>("isolation");
        QTest::newRow("read committed") << QByteArray("read committed");
        QTest::newRow("repeatable read") << QByteArray("repeatable read");
        QTest::newRow("serializable") << QByteArray("serializable");
    }
    void itsRowsAreNoOlderThanItsMoment()
    {
        QFETCH(QByteArray, isolation);
        setDefault("default_transaction_isolation = ''" + isolation + "''");
        UserSourceContract::add(profile("ana", "es"));
        const auto into = std::make_shared<Streamed>();
        UserSource::Taker taker = takerInto(into);
        taker.begin = [&, begin = taker.begin](MonotonicTime sentAt) {
            begin(sentAt);
            sql("update user_profiles set native_language = 'fr'"); // whoever invalidates now, invalidates for good
        };
        const MonotonicTime before = m_postgres.clock().now();

        const auto end = await<StreamEnd>([&](auto done) { source().stream(RecentlyUpdated{1}, 1, taker, {}, done); });

        QVERIFY(end);
        QCOMPARE(into->rows.at(0).nativeLanguage, std::string("fr"));
        QCOMPARE(end->timing.sentAt, into->sentAt);
        QVERIFY(into->sentAt >= before && end->timing.queueTime.count() >= 0 && end->timing.queryTime.count() > 0);
    }

    void rowsWrittenMeanwhileAreNoError()
    {
        addVeryMany();
        bool isWritten = false;

        const Streamed all = stream(RecentlyUpdated{500'000}, 500'000, {}, [&](const auto &) {
            if (std::exchange(isWritten, true))
                return;
            sql("delete from user_profiles where id % 3 = 0");
            sql("update user_profiles set native_language = 'fr'");
            sql("insert into user_profiles (user_identity) values ('new')");
        });

        QVERIFY(*all.end);
        QCOMPARE(all.rows.size(), std::size_t(200'000));
        QVERIFY(std::all_of(all.rows.begin(), all.rows.end(),
                            [](const Profile &row) { return row.nativeLanguage == "en"; }));
    }

    void aSlowTakerHoldsTheServerBack()
    {
        addVeryMany();
        bool wasHeldBack = false;
        std::size_t atOnce = 0;

        const Streamed all = stream(RecentlyUpdated{500'000}, 500'000, {}, [&](const auto &rows) {
            atOnce = std::max(atOnce, rows.capacity());
            wasHeldBack = wasHeldBack || waitUntil([&] { // it waits until we read on, whatever there is still to send
                              return sql("select count(*) from pg_stat_activity where datname = current_database()"
                                         " and query like 'copy (select%' and wait_event = 'ClientWrite'") == u'1';
                          });
        });

        QVERIFY(wasHeldBack);
        QVERIFY(atOnce <= 1'024);
        QCOMPARE(all.rows.size(), std::size_t(200'000));
    }

    void aStreamMayTakeLongerThanAStatement()
    {
        addVeryMany();
        setDefault("statement_timeout = ''300ms''");

        const Streamed all = stream(RecentlyUpdated{500'000}, 500'000, {}, [&, isFirst = true](const auto &) mutable {
            if (std::exchange(isFirst, false))
                QVERIFY(waitUntil([&] {
                    return sql("select (clock_timestamp() - max(query_start) > '600ms')::text from pg_stat_activity"
                               " where datname = current_database() and query like 'copy (select%'") == u"true";
                }));
        });

        QVERIFY2(*all.end, *all.end ? "" : all.end->error().detail.c_str());
        QCOMPARE(all.rows.size(), std::size_t(200'000));
    }

    void aKilledServerProcessIsUnavailable()
    {
        addVeryMany();
        bool isKilled = false;

        const Streamed some = stream(RecentlyUpdated{500'000}, 500'000, {}, [&](const auto &) {
            if (!std::exchange(isKilled, true))
                sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                    " and query like 'copy (select%'");
        });

        QCOMPARE(some.error(), ErrorCode::Unavailable);
        QVERIFY(some.rows.size() < 200'000);
        QCOMPARE(stream(RecentlyUpdated{3}).rows.size(), std::size_t(3));
    }

    void aConnectionThatDiedWhileItWasIdleIsMadeAnew()
    {
        addMany(3);
        QCOMPARE(stream(RecentlyUpdated{3}).rows.size(), std::size_t(3));
        sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid()");

        QCOMPARE(stream(RecentlyUpdated{3}).rows.size(), std::size_t(3));
    }

    // ---- what the database allows

    void itOnlyReads()
    {
        addMany(3);
        setDefault("statement_timeout = ''900ms''");
        setDefault("default_transaction_read_only = on");

        QCOMPARE(stream(RecentlyUpdated{3}).rows.size(), std::size_t(3));
        QCOMPARE(count(SpeakersOf{"en"}), std::uint64_t(3));
    }

    void rowsHiddenByRowLevelSecurityAreNotAbsent()
    {
        addMany(3);
        addRoom("user-1", true);
        connectRestricted();
        sql("grant select on user_profiles, rooms to restricted");
        sql("alter table user_profiles enable row level security");
        for (const UserGroup &group : {UserGroup(RecentlyUpdated{3}), UserGroup(SpeakersOf{"en"})}) {
            const Streamed none = stream(group);
            QCOMPARE(none.error(), ErrorCode::PermissionDenied);
            QVERIFY2(none.end->error().detail.find("Row level security hides every row") != std::string::npos,
                     none.end->error().detail.c_str());
            QCOMPARE(streamIds(group).error(), ErrorCode::PermissionDenied);
            const auto counted = await<std::uint64_t>([&](auto done) { source().count(group, 10, done); });
            QVERIFY(!counted && counted.error() == none.end->error());
        }

        sql("create policy sees on user_profiles for select to restricted using (true)");
        QCOMPARE(stream(RecentlyUpdated{3}).rows.size(), std::size_t(3));
        QVERIFY(*stream(SpeakersOf{"xx"}).end); // nobody, and that is known
        sql("alter table rooms enable row level security");
        const Streamed hosts = stream(HostsOfActiveRooms{});
        QCOMPARE(hosts.error(), ErrorCode::PermissionDenied);
        QVERIFY2(hosts.end->error().detail.find("rooms") != std::string::npos, hosts.end->error().detail.c_str());
    }

    void aRoleThatMayReadSomeColumnsOnlyReadsThem()
    {
        addMany(3);
        connectRestricted();
        QCOMPARE(stream(RecentlyUpdated{3}).error(), ErrorCode::PermissionDenied);

        sql("grant select (user_identity, native_language, voice_avatar_id, voice_provider, formal_tone,"
            " preserve_emotion, created_at, updated_at) on user_profiles to restricted");

        QCOMPARE(stream(RecentlyUpdated{3}).rows.size(), std::size_t(3));
    }

    void whatIsMissingIsSaid()
    {
        addMany(3);
        sql("drop table rooms");
        const Streamed hosts = stream(HostsOfActiveRooms{});
        QCOMPARE(hosts.error(), ErrorCode::SchemaMismatch);
        QVERIFY2(hosts.end->error().detail.find("table rooms is missing") != std::string::npos,
                 hosts.end->error().detail.c_str());

        sql("alter table user_profiles drop column voice_provider");
        const Streamed rows = stream(RecentlyUpdated{3});
        QCOMPARE(rows.error(), ErrorCode::SchemaMismatch);
        QVERIFY2(rows.end->error().detail.find("column voice_provider") != std::string::npos,
                 rows.end->error().detail.c_str());
        QCOMPARE(streamIds(RecentlyUpdated{3}).ids.size(), std::size_t(3)); // it is not needed there

        sql("drop table user_profiles");
        QCOMPARE(stream(RecentlyUpdated{3}).error(), ErrorCode::SchemaMismatch);
        const auto counted = await<std::uint64_t>([&](auto done) { source().count(RecentlyUpdated{3}, 3, done); });
        QVERIFY(!counted && counted.error().code == ErrorCode::SchemaMismatch);
    }
};

int main(int argc, char **argv)
{
    return runInAllWays<TestPostgresUserSource>(argc, argv);
}
#include "tst_PostgresUserSource.moc"
