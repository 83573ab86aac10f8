// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlUserSource.h"
#include "tests/support/Await.h"
#include "tests/support/FaultProxy.h"
#include "tests/support/PrivatePostgres.h"

#include <QElapsedTimer>
#include <QTest>

#include <atomic>
#include <utility>

using namespace hearth;
using namespace std::chrono_literals;

// Streams of users from a PostgreSQL server that is really killed, paused, or cut off.
class TestUserSourceFailures : public QObject
{
    Q_OBJECT

    static constexpr std::uint64_t rowCount = 200'000; // more than all buffers on the way hold

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
    SystemClock m_clock;

    DatabaseOptions options(std::chrono::milliseconds timeout, int port = 0) const
    {
        QUrl url(m_database->url());
        if (port != 0)
            url.setPort(port);
        DatabaseOptions made{*DatabaseUrl::parse(url.toString().toStdString())};
        made.timeout = timeout;
        return made;
    }
    // All of them; after the first portion that happens.
    static Result<StreamEnd> stream(SqlUserSource &source, const std::function<void()> &afterFirst = {},
                                    const std::stop_token &stop = {})
    {
        auto isFirst = std::make_shared<bool>(true);
        return await<StreamEnd>([&](auto done) {
            source.stream(RecentlyUpdated{rowCount}, rowCount,
                          {{},
                           [afterFirst, isFirst](const auto &) {
                               if (std::exchange(*isFirst, false) && afterFirst)
                                   afterFirst();
                           }},
                          stop, done);
        });
    }
    static bool isComplete(const Result<StreamEnd> &end) { return end && end->rows == rowCount; }

private Q_SLOTS:
    void initTestCase()
    {
        m_server = std::make_unique<PrivatePostgres>();
        m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("postgres"));
        SqlExecutorPool pool(options(20s), m_clock);
        QVERIFY(waitUntil([&] { return pool.status().state == DatabaseState::Reachable; }));
        m_database->run(QStringLiteral("insert into user_profiles (user_identity, voice_avatar_id)"
                                       " select 'user-' || i, repeat('x', 200) from generate_series(1, %1) i")
                            .arg(rowCount));
    }
    void cleanupTestCase()
    {
        m_database.reset();
        m_server.reset();
    }
    void cleanup()
    {
        m_server->resume();
        m_server->start();
    }

    void aPausedServerIsATimeout()
    {
        SqlUserSource source(options(1'500ms), m_clock);
        QElapsedTimer timer;

        const auto end = stream(source, [&] {
            m_server->pause();
            timer.start();
        });

        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Timeout);
        QVERIFY2(timer.elapsed() < 7'500, qPrintable(QString::number(timer.elapsed())));
        m_server->resume();
        QVERIFY(waitUntil([&] { return isComplete(stream(source)); }));
    }

    void aStopIsHeededWhileTheServerIsPaused()
    {
        SqlUserSource source(options(20s), m_clock);
        std::stop_source stop;
        std::atomic<int> portions = 0;
        QElapsedTimer timer;

        const auto end = await<StreamEnd>([&](auto done) {
            source.stream(RecentlyUpdated{rowCount}, rowCount,
                          {{},
                           [&](const auto &) {
                               if (++portions == 1)
                                   m_server->pause();
                           }},
                          stop.get_token(), done);
            int seen = 0;
            do { // what was on its way is taken before it hangs
                seen = portions;
            } while (waitUntil([&] { return portions == 0 || portions != seen; }, 500ms));
            timer.start();
            stop.request_stop();
        });

        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Cancelled);
        QVERIFY2(timer.elapsed() < 1'000, qPrintable(QString::number(timer.elapsed()))); // 200 ms is promised
        m_server->resume();
        QVERIFY(isComplete(stream(source)));
    }

    void aStopIsHeededWhileItConnects()
    {
        SqlUserSource source(options(20s), m_clock);
        m_server->pause(); // the kernel takes the connection, nobody answers it
        std::stop_source stop;
        std::atomic<bool> connects = false;
        const SeqPoint::Hook hook("PostgresSession.open", [&] { connects = true; });
        QElapsedTimer timer;

        const auto end = await<StreamEnd>([&](auto done) {
            source.stream(RecentlyUpdated{5}, 5, {{}, [](const auto &) {}}, stop.get_token(), done);
            QVERIFY(waitUntil([&] { return connects.load(); }));
            timer.start();
            stop.request_stop();
        });

        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Cancelled);
        QVERIFY2(timer.elapsed() < 1'000, qPrintable(QString::number(timer.elapsed())));
    }

    void aServerThatDoesNotAnswerAConnectionIsATimeout()
    {
        SqlUserSource source(options(300ms), m_clock);
        m_server->pause();

        const auto end = stream(source);

        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Timeout);
    }

    void aShutdownDoesNotWaitForAPausedServer()
    {
        SqlUserSource source(options(20s), m_clock);
        std::promise<void> isPaused;
        std::promise<Result<StreamEnd>> ended;
        std::atomic<int> portionsAfter = 0;
        std::atomic<bool> isOver = false;
        source.stream(RecentlyUpdated{rowCount}, rowCount,
                      {{},
                       [&, isFirst = true](const auto &) mutable {
                           if (isOver)
                               ++portionsAfter;
                           if (std::exchange(isFirst, false)) {
                               m_server->pause();
                               isPaused.set_value();
                           }
                       }},
                      {}, [&](Result<StreamEnd> end) { ended.set_value(std::move(end)); });
        isPaused.get_future().wait();
        QElapsedTimer timer;
        timer.start();

        source.shutdown();

        isOver = true;
        QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
        auto end = ended.get_future();
        QCOMPARE(end.wait_for(0s), std::future_status::ready);
        QCOMPARE(end.get().error().code, ErrorCode::ShuttingDown);
        m_server->resume();
        QCOMPARE(portionsAfter.load(), 0);
    }

    void aTakerThatBlocksDoesNotHoldUpTheShutdown()
    {
        auto source = std::make_unique<SqlUserSource>(options(20s), m_clock);
        auto entered = std::make_shared<std::promise<void>>();
        auto leave = std::make_shared<std::promise<void>>();
        auto left = std::make_shared<std::promise<void>>();
        auto portions = std::make_shared<std::atomic<int>>(0);
        std::promise<Result<StreamEnd>> ended;
        source->stream(RecentlyUpdated{rowCount}, rowCount,
                       {{},
                        [=](const auto &) {
                            if (++*portions > 1)
                                return;
                            entered->set_value();
                            leave->get_future().wait();
                            left->set_value();
                        }},
                       {}, [&](Result<StreamEnd> end) { ended.set_value(std::move(end)); });
        entered->get_future().wait();
        QElapsedTimer timer;
        timer.start();

        source.reset();

        QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(ended.get_future().get().error().code, ErrorCode::ShuttingDown);
        leave->set_value();
        left->get_future().wait();
        QVERIFY(waitUntil([&] { return left.use_count() == 1; })); // its thread has let go of everything
        QCOMPARE(portions->load(), 1);
    }

    void aNetworkThatWentAwayIsATimeout()
    {
        FaultProxy network(QUrl(m_database->url()).port());
        SqlUserSource source(options(1'500ms, network.port()), m_clock);

        const auto end = stream(source, [&] { network.silence(); });

        QVERIFY(!end);
        QCOMPARE(end.error().code, ErrorCode::Timeout);
        network.speak();
        QVERIFY(waitUntil([&] { return isComplete(stream(source)); }));
    }

    void aStreamMayTakeLongerThanTheTimeout()
    {
        SqlUserSource source(options(1'500ms), m_clock);

        const auto end = stream(source, [&] {
            QVERIFY(waitUntil([&] {
                return m_database->run(QStringLiteral("select (clock_timestamp() - max(query_start) > '3 s')::text from"
                                                      " pg_stat_activity where query like 'copy (select%'")) == u"true";
            }));
        });

        QVERIFY2(isComplete(end), end ? "" : end.error().detail.c_str());
    }

    void aServerThatIsKilledAndComesBackIsUsedAgain()
    {
        SqlUserSource source(options(20s), m_clock);

        const auto killed = stream(source, [&] { m_server->kill(); });
        const auto refused = stream(source);
        m_server->start();

        QVERIFY(!killed && !refused);
        QCOMPARE(killed.error().code, ErrorCode::Unavailable);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QVERIFY(isComplete(stream(source)));
    }

    void theSimulatedLatencyIsWaitedAndEndsWithAStop()
    {
        DatabaseOptions slow = options(20s);
        slow.simulatedLatency = 200ms;
        SqlUserSource source(slow, m_clock);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(isComplete(stream(source)));
        QVERIFY(timer.elapsed() >= 200);
        source.setSimulatedLatency(1h);
        std::stop_source stop;

        const auto end = await<StreamEnd>([&](auto done) {
            source.stream(RecentlyUpdated{5}, 5,
                          {[stop](MonotonicTime) mutable { stop.request_stop(); }, [](const auto &) {}},
                          stop.get_token(), done);
        });

        QVERIFY(!end && end.error().code == ErrorCode::Cancelled);
    }

    void theConnectionIsClosedALittleLater()
    {
        SqlUserSource source(options(20s), m_clock);
        QVERIFY(isComplete(stream(source)));

        QVERIFY(waitUntil([&] {
            return m_database->run(QStringLiteral("select count(*) from pg_stat_activity where datname ="
                                                  " current_database() and pid <> pg_backend_pid()")) == u'0';
        }));
    }
};

QTEST_GUILESS_MAIN(TestUserSourceFailures)
#include "tst_UserSourceFailures.moc"
