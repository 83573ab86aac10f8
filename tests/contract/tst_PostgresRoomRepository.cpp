// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlProfileRepository.h"
#include "core/storage/SqlRoomRepository.h"
#include "tests/contract/PostgresWays.h"
#include "tests/contract/RoomRepositoryContract.h"

#include <memory>

using namespace hearth;

class TestPostgresRoomRepository final : public RoomRepositoryContract
{
    Q_OBJECT

public:
    explicit TestPostgresRoomRepository(PostgresWays::Way way)
        : m_postgres(way)
    {
    }

private:
    void setUp() override
    {
        m_postgres.setUp();
        m_repository = std::make_unique<SqlRoomRepository>(m_postgres.pool());
    }
    void tearDown() override
    {
        m_repository.reset();
        m_postgres.tearDown();
    }
    RoomRepository &repository() override { return *m_repository; }
    // What is there is made older, instead of waiting.
    void passTime() override { run("update rooms set created_at = created_at - interval '1 hour'"); }
    QString run(const char *sql) { return m_postgres.database().run(QString::fromUtf8(sql)); }

    // Whoever cannot get at rooms still gets profiles.
    void verifyThatProfilesAreRead()
    {
        SqlProfileRepository profiles(m_postgres.pool());
        const auto count = await<std::int64_t>([&](auto done) { profiles.count(done); });

        QVERIFY2(count, count ? "" : count.error().detail.c_str());
        QVERIFY(m_postgres.pool().status().state == DatabaseState::Reachable);
    }

    PostgresWays m_postgres;
    std::unique_ptr<SqlRoomRepository> m_repository;

private Q_SLOTS:
    void initTestCase() { m_postgres.initTestCase(); }
    void cleanupTestCase() { m_postgres.cleanupTestCase(); }

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
    return runInAllWays<TestPostgresRoomRepository>(argc, argv);
}
#include "tst_PostgresRoomRepository.moc"
