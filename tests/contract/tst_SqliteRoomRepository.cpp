// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/SqlConnection.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "core/storage/SqlRoomRepository.h"
#include "tests/contract/RoomRepositoryContract.h"

#include <QTemporaryDir>

#include <memory>

using namespace hearth;

// A file of its own for every test.
class TestSqliteRoomRepository final : public RoomRepositoryContract
{
    Q_OBJECT

    void setUp() override
    {
        m_directory = std::make_unique<QTemporaryDir>();
        m_pool = std::make_unique<SqlExecutorPool>(
            DatabaseOptions{DatabaseUrl::sqliteFile(m_directory->filePath(QStringLiteral("hearth.db")).toStdString())},
            m_clock);
        m_repository = std::make_unique<SqlRoomRepository>(*m_pool);
    }
    void tearDown() override
    {
        m_repository.reset();
        m_pool.reset();
        m_directory.reset();
    }
    RoomRepository &repository() override { return *m_repository; }
    // What is there is made older, instead of waiting.
    void passTime() override
    {
        execute(QStringLiteral("update rooms set created_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '-1 hour')"));
    }
    // Returns: the first column of the first row.
    std::string execute(const QString &sql);

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<SqlExecutorPool> m_pool;
    std::unique_ptr<SqlRoomRepository> m_repository;

private Q_SLOTS:
    void aRowOfSomebodyElseIsRead()
    {
        QVERIFY(insert(room("new")));
        execute(QStringLiteral("insert into rooms (room_id, room_name, host_identity, max_participants, is_active,"
                               " created_at) values ('bare', 'x', '', null, null, 'long ago')"));

        const auto found = find("bare");

        QVERIFY(found && *found);
        QCOMPARE((*found)->maxParticipants, Room::defaultMaxParticipants);
        QVERIFY(!(*found)->createdAt);
        QCOMPARE(listed(), std::string("new bare"));
    }

    void timesOfAnotherFormAreSortedWithOurs()
    {
        QVERIFY(insert(room("ours")));
        execute(QStringLiteral("update rooms set created_at = '2026-11-22T08:00:00.000Z'"));
        execute(QStringLiteral("insert into rooms (room_id, room_name, host_identity, created_at)"
                               " values ('later', 'x', 'ana', '2026-11-22 09:00:00')"));

        QCOMPARE(listed(), std::string("later ours"));
    }

    void deactivatingKeepsTheRowAndSaysWhen()
    {
        QVERIFY(insert(room("r1")));
        QVERIFY(deactivate("r1"));

        QCOMPARE(execute(QStringLiteral("select is_active || ' ' || (updated_at like '20__-__-__T__:__:__.___Z')"
                                        " from rooms where room_id = 'r1'")),
                 std::string("0 1"));
    }

    void aMissingTableIsNamedAndProfilesAreStillRead()
    {
        execute(QStringLiteral("drop table rooms"));
        SqlProfileRepository profiles(*m_pool);

        const auto refused = insert(room("r1"));

        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::SchemaMismatch);
        QVERIFY2(refused.error().detail.find("table rooms is missing") != std::string::npos,
                 refused.error().detail.c_str());
        QCOMPARE(listed(), refused.error().detail);
        QVERIFY(m_pool->status().state == DatabaseState::Reachable);
        QVERIFY(await<std::int64_t>([&](auto done) { profiles.count(done); }));
    }
};

std::string TestSqliteRoomRepository::execute(const QString &sql)
{
    const auto done = await<std::string>([&](auto answer) {
        m_pool->run<std::string>(
            SqlRepeat::Never,
            [sql](SqlConnection &connection) -> Result<std::string> {
                const auto rows = connection.execute(sql);
                if (!rows)
                    return rows.error();
                return rows->isEmpty() ? std::string() : rows->text(0, 0).value_or("");
            },
            [answer](Result<std::string> result, const QueryTiming &) { answer(std::move(result)); });
    });
    if (!done)
        qFatal("%s: %s", qPrintable(sql), done.error().detail.c_str());
    return *done;
}

QTEST_GUILESS_MAIN(TestSqliteRoomRepository)
#include "tst_SqliteRoomRepository.moc"
