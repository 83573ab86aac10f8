// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlUserSource.h"
#include "tests/contract/PostgresWays.h"
#include "tests/contract/UserSourceContract.h"

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
        sql(QStringLiteral("insert into user_profiles (user_identity, voice_avatar_id)"
                           " select 'user-' || i, repeat('x', 200) from generate_series(1, 200000) i"));
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
};

int main(int argc, char **argv)
{
    return runInAllWays<TestPostgresUserSource>(argc, argv);
}
#include "tst_PostgresUserSource.moc"
