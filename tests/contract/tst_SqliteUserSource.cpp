// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlUserSource.h"
#include "tests/contract/UserSourceContract.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>

using namespace hearth;
using namespace std::chrono_literals;

// A file of its own for every test.
class TestSqliteUserSource final : public UserSourceContract
{
    Q_OBJECT

    void setUp() override
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_options = std::make_unique<DatabaseOptions>(
            DatabaseOptions{DatabaseUrl::sqliteFile(m_directory->filePath(QStringLiteral("hearth.db")).toStdString())});
        {
            SqlExecutorPool pool(*m_options, m_clock); // makes the tables
            QVERIFY(waitUntil([&] { return pool.status().state == DatabaseState::Reachable; }));
        }
        m_database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("test"));
        m_database.setDatabaseName(m_directory->filePath(QStringLiteral("hearth.db")));
        QVERIFY(m_database.open());
        m_source = std::make_unique<SqlUserSource>(*m_options, m_clock);
    }
    void tearDown() override
    {
        m_source.reset();
        m_database = QSqlDatabase();
        QSqlDatabase::removeDatabase(QStringLiteral("test"));
        m_directory.reset();
    }
    UserSource &source() override { return *m_source; }

    void add(const std::vector<Profile> &profiles, std::optional<int> created) override
    {
        const auto text = [](const std::string &value) {
            return value.empty() ? QVariant() : QVariant(QString::fromStdString(value));
        };
        const auto when = [](const std::optional<WallTime> &time) {
            return time ? QVariant(qlonglong(time->time_since_epoch().count())) : QVariant();
        };
        run("begin");
        for (const Profile &each : profiles) {
            run("insert into user_profiles (user_identity, native_language, voice_avatar_id, voice_provider,"
                " formal_tone, preserve_emotion, updated_at, created_at) values (?, ?, ?, ?, ?, ?,"
                " strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch'),"
                " strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch'))",
                {text(each.identity.text()), QString::fromStdString(each.nativeLanguage), text(each.voiceId),
                 text(each.voiceProvider), each.formalTone, each.preserveEmotion, when(each.updatedAt),
                 when(created ? std::optional(time(*created)) : std::nullopt)});
        }
        run("commit");
    }
    void addRoom(const std::string &host, bool isActive) override
    {
        static int number = 0;
        run("insert into rooms (room_id, room_name, host_identity, is_active) values (?, 'room', ?, ?)",
            {++number, QString::fromStdString(host), isActive});
    }
    void run(const char *sql, const QVariantList &values = {})
    {
        QSqlQuery query(m_database);
        query.prepare(QString::fromUtf8(sql));
        for (const QVariant &value : values)
            query.addBindValue(value);
        if (!query.exec())
            qFatal("%s: %s", sql, qPrintable(query.lastError().text()));
    }

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<DatabaseOptions> m_options;
    QSqlDatabase m_database;
    std::unique_ptr<SqlUserSource> m_source;

private Q_SLOTS:
    void aRowWithoutValidIdentityIsLeftOut()
    {
        UserSourceContract::add(profile("ana"));
        run("insert into user_profiles (user_identity) values (''), ('bad' || char(1)), ('bad' || char(133))");

        QCOMPARE(stream(RecentlyUpdated{10}).names(), std::string("ana"));
        QCOMPARE(streamIds(RecentlyUpdated{10}).idNames(), std::string("ana"));
        QCOMPARE(count(RecentlyUpdated{10}), std::uint64_t(1));
    }

    void aMissingTableIsSaid()
    {
        run("drop table rooms");

        const Streamed hosts = stream(HostsOfActiveRooms{});

        QCOMPARE(hosts.error(), ErrorCode::SchemaMismatch);
        QVERIFY2(hosts.end->error().detail.find("rooms") != std::string::npos, hosts.end->error().detail.c_str());
        QVERIFY(*stream(RecentlyUpdated{10}).end);
    }

    void aLockedFileIsWaitedForUntilAStop()
    {
        UserSourceContract::add(profile("ana"));
        run("pragma journal_mode = delete");
        run("begin exclusive");
        std::stop_source stop;
        const auto into = std::make_shared<Streamed>();
        std::promise<void> begun;
        UserSource::Taker taker = takerInto(into);
        taker.begin = [&begun](MonotonicTime) { begun.set_value(); };

        const auto end = await<StreamEnd>([&](auto done) {
            source().stream(RecentlyUpdated{10}, 10, taker, stop.get_token(), done);
            begun.get_future().wait();
            stop.request_stop();
        });

        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Cancelled);
        run("commit");
        QCOMPARE(stream(RecentlyUpdated{10}).names(), std::string("ana"));
    }

    void aLockedFileIsATimeout()
    {
        m_options->timeout = 300ms;
        m_source = std::make_unique<SqlUserSource>(*m_options, m_clock);
        run("pragma journal_mode = delete");
        run("begin exclusive");

        QCOMPARE(stream(RecentlyUpdated{10}).error(), ErrorCode::Timeout);
    }
};

QTEST_GUILESS_MAIN(TestSqliteUserSource)
#include "tst_SqliteUserSource.moc"
