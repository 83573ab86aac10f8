// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "core/storage/SqlRoomRepository.h"
#include "tests/contract/RoomRepositoryContract.h"
#include "tests/support/PrivatePgbouncer.h"
#include "tests/support/PrivatePostgres.h"

#include <memory>

using namespace hearth;

namespace {

constexpr const char *urlVariable = "HEARTH_TEST_POSTGRES_URL";
constexpr const char *adminVariable = "HEARTH_TEST_POSTGRES_ADMIN_URL";

} // namespace

// A database of its own for every test, on the server that HEARTH_TEST_POSTGRES_URL names.
class TestPostgresRoomRepository final : public RoomRepositoryContract
{
    Q_OBJECT

public:
    enum class Way { Direct, PlainQueries, ThroughPooler };
    explicit TestPostgresRoomRepository(Way way)
        : m_way(way)
    {
    }

private:
    void setUp() override
    {
        const QString given = qEnvironmentVariable(urlVariable);
        m_database =
            std::make_unique<ScratchDatabase>(qEnvironmentVariable(adminVariable, given), QUrl(given).userName());
        m_url = otherDatabase(given, QUrl(m_database->url()).path().mid(1));
        if (m_way != Way::Direct)
            m_url = withOption(m_url, QStringLiteral("pooler=transaction"));
        if (m_pooler)
            m_url = m_pooler->through(m_url);
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(m_url.toStdString());
        QVERIFY2(parsed, parsed ? "" : parsed.error().detail.c_str());
        m_pool = std::make_unique<SqlExecutorPool>(DatabaseOptions{*parsed}, m_clock);
        m_repository = std::make_unique<SqlRoomRepository>(*m_pool);
        QVERIFY(waitUntil([this] { return m_pool->status().state != DatabaseState::Connecting; }));
        QCOMPARE(m_pool->status().problem, std::string());
    }
    void tearDown() override
    {
        m_repository.reset();
        m_pool.reset();
        m_database.reset();
    }
    RoomRepository &repository() override { return *m_repository; }
    // What is there is made older, instead of waiting.
    void passTime() override { run("update rooms set created_at = created_at - interval '1 hour'"); }
    QString run(const char *sql) { return m_database->run(QString::fromUtf8(sql)); }

    // Whoever cannot get at rooms still gets profiles.
    void verifyThatProfilesAreRead()
    {
        SqlProfileRepository profiles(*m_pool);
        const auto count = await<std::int64_t>([&](auto done) { profiles.count(done); });

        QVERIFY2(count, count ? "" : count.error().detail.c_str());
        QVERIFY(m_pool->status().state == DatabaseState::Reachable);
    }

    const Way m_way;
    std::unique_ptr<PrivatePgbouncer> m_pooler;
    QString m_url;
    SystemClock m_clock;
    std::unique_ptr<ScratchDatabase> m_database;
    std::unique_ptr<SqlExecutorPool> m_pool;
    std::unique_ptr<SqlRoomRepository> m_repository;

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(qEnvironmentVariableIsSet(urlVariable),
                 "HEARTH_TEST_POSTGRES_URL must name a PostgreSQL server; ./test starts one");
        if (m_way == Way::ThroughPooler)
            m_pooler = std::make_unique<PrivatePgbouncer>(qEnvironmentVariable(urlVariable));
    }
    void cleanupTestCase() { m_pooler.reset(); }

    void lookingLeavesEveryRowAsItIs()
    {
        QVERIFY(insert(room("r1")));
        const char *state = "select string_agg(room_id || xmin::text || ctid::text, ',') from rooms";
        const QString before = run(state);

        QVERIFY(isFound("r1"));
        QVERIFY(!isFound("nowhere"));
        QCOMPARE(listed(), std::string("r1"));
        QVERIFY(!*deactivate("nowhere"));

        QCOMPARE(run(state), before);
        QCOMPARE(run("select count(*) from user_profiles"), QStringLiteral("0"));
    }

    void aRowOfSomebodyElseIsRead()
    {
        QVERIFY(insert(room("new")));
        run("insert into rooms (room_id, room_name, host_identity, max_participants, is_active, created_at)"
            " values ('bare', 'x', '', null, null, null), ('forever', 'x', '', 9, true, '-infinity'),"
            " ('off', 'x', '', 9, false, now())");

        const auto found = find("bare");

        QVERIFY(found && *found);
        QCOMPARE((*found)->maxParticipants, Room::defaultMaxParticipants);
        QVERIFY(!(*found)->createdAt);
        QCOMPARE(listed(), std::string("new bare forever"));
    }

    void deactivatingKeepsTheRowAndSaysWhen()
    {
        QVERIFY(insert(room("r1")));
        QVERIFY(deactivate("r1"));

        QCOMPARE(run("select is_active::text || ' ' || (updated_at > now() - interval '1 hour') from rooms"),
                 QStringLiteral("false true"));
    }

    void aMissingTableIsNamedAndProfilesAreStillRead()
    {
        run("drop table rooms");

        const auto refused = insert(room("r1"));

        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::SchemaMismatch);
        QVERIFY2(refused.error().detail.find("table rooms is missing") != std::string::npos,
                 refused.error().detail.c_str());
        QCOMPARE(listed(), refused.error().detail);
        verifyThatProfilesAreRead();
    }

    void aMissingRightIsSaidAndProfilesAreStillRead()
    {
        run("alter table rooms owner to postgres");

        const auto refused = insert(room("r1"));
        const auto unread = find("r1");

        QVERIFY(!refused && !unread);
        QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        QCOMPARE(unread.error().code, ErrorCode::PermissionDenied);
        QVERIFY2(unread.error().detail.find("rooms") != std::string::npos, unread.error().detail.c_str());
        verifyThatProfilesAreRead();
    }

    void whatTheTableRefusesIsABadValue()
    {
        run("alter table rooms add constraint short check (char_length(room_name) < 5)");

        const auto refused = insert(room("r1", "a long name"));

        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::BadData);
    }
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    int failed = 0;
    using Way = TestPostgresRoomRepository::Way;
    for (const Way way : {Way::Direct, Way::PlainQueries, Way::ThroughPooler}) {
        TestPostgresRoomRepository test(way);
        failed += QTest::qExec(&test, argc, argv);
    }
    return failed;
}
#include "tst_PostgresRoomRepository.moc"
