// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeRuntime.h"
#include "tests/support/Await.h"
#include "tests/support/PrivatePostgres.h"

#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QTest>

#include <atomic>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

ProfileId idOf(const std::string &user)
{
    return *ProfileId::parse(user);
}

// What a user's profile is by that node: "es", "es stale", "error: …".
std::string get(NodeRuntime &runtime, const std::string &user)
{
    ProfileService &profiles = runtime.services().profiles;
    const auto answer = await<std::string>([&](auto done) {
        profiles.get(idOf(user), UnknownUser::NotFound, [done](const Result<ServedProfile> &served) {
            done(served ? std::string(served->nativeLanguage()) + (served->isStale() ? " stale" : "")
                        : "error: " + served.error().detail);
        });
    });
    return answer ? *answer : answer.error().detail;
}

// Somebody who asks for a cached user again and again.
class Reader
{
public:
    Reader(NodeRuntime &runtime, std::string user)
        : m_thread([this, &runtime, id = idOf(user)] {
            while (!m_isOver) {
                runtime.services().profiles.get(id, UnknownUser::NotFound, [this](const Result<ServedProfile> &served) {
                    const bool isHit = served && served->served() == Served::Hit;
                    ++(isHit ? hits : others);
                });
                std::this_thread::yield();
            }
        })
    {
    }
    ~Reader()
    {
        m_isOver = true;
        m_thread.join();
    }
    std::atomic<std::uint64_t> hits = 0;
    std::atomic<std::uint64_t> others = 0;

private:
    std::atomic<bool> m_isOver = false;
    std::thread m_thread;
};

} // namespace

// A node over a PostgreSQL that is really killed, restarted and written to by others.
class tst_NodeOutage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false"));
        m_server = std::make_unique<PrivatePostgres>();
    }
    void init() { m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("hearth")); }
    void cleanup() { m_database.reset(); }
    void cleanupTestCase() { m_server.reset(); }

    void aKilledServerCostsNobodyWhoIsCached();
    void aChangeIsHeardWithinTwoSeconds();
    void withoutTriggersAChangeIsFoundByPolling();
    void whatChangedWhileNobodyListenedIsFound();
    void aRoleWithoutTheRightGetsTheSql();

private:
    NodeRuntimeOptions options(const QString &user = QStringLiteral("hearth")) const
    {
        NodeRuntimeOptions made{.database = {*DatabaseUrl::parse(m_database->url(user).toStdString())}, .profiles = {}};
        made.database.timeout = 2s;
        made.database.retryInterval = 400ms;
        made.profiles.staleRetry = 1s;
        return made;
    }
    // Started, connected, with ana and ben in the database.
    std::unique_ptr<NodeRuntime> startedNode(const QString &user = QStringLiteral("hearth"))
    {
        auto runtime = std::make_unique<NodeRuntime>(options(user));
        runtime->start();
        if (!waitUntil([&] { return runtime->databaseStatus().state == DatabaseState::Reachable; }))
            qFatal("no database");
        if (user == QLatin1String("hearth"))
            m_database->run(QStringLiteral("insert into user_profiles (user_identity, native_language) values "
                                           "('ana', 'es'), ('ben', 'fr') on conflict do nothing"));
        return runtime;
    }
    static bool becomes(const NodeRuntime &runtime, InvalidationMode mode)
    {
        return waitUntil([&] { return runtime.stats().changes.mode == mode; });
    }
    static bool isInstalled(NodeRuntime &runtime)
    {
        return await<bool>([&](auto done) {
                   runtime.services().triggers.install([done](const Result<void> &result) { done(bool(result)); });
               })
            .
            operator bool();
    }
    // How long it takes until ana is no more cached as she was.
    static qint64 untilOut(NodeRuntime &runtime)
    {
        QElapsedTimer timer;
        timer.start();
        const bool isOut = waitUntil([&] { return !runtime.services().profiles.isActive(idOf("ana")); }, 20s);
        return isOut ? timer.elapsed() : 1'000'000;
    }

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
};

void tst_NodeOutage::aKilledServerCostsNobodyWhoIsCached()
{
    const auto runtime = startedNode();
    ProfileService &profiles = runtime->services().profiles;
    profiles.setTtl(1s);
    QCOMPARE(get(*runtime, "ana"), std::string("es"));
    profiles.setTtl(1800s);
    QCOMPARE(get(*runtime, "ben"), std::string("fr"));
    QVERIFY(waitUntil([&] { return !profiles.isActive(idOf("ana")); }));
    const Reader reader(*runtime, "ben");
    std::atomic<bool> isOver = false;
    std::atomic<std::uint64_t> unanswered = 0;
    std::thread loads([&] { // loads are under way when it dies
        for (int i = 0; !isOver; ++i) {
            ++unanswered;
            profiles.get(idOf("nobody-" + std::to_string(i)), UnknownUser::NotFound,
                         [&unanswered](const Result<ServedProfile> &) { --unanswered; });
            std::this_thread::sleep_for(1ms);
        }
    });

    m_server->kill();
    QElapsedTimer timer;
    timer.start();
    const std::uint64_t hitsBefore = reader.hits;
    QCOMPARE(get(*runtime, "ana"), std::string("es stale"));
    QVERIFY(get(*runtime, "zoe").starts_with("error: "));
    QVERIFY2(timer.elapsed() < 2 * 3'000, qPrintable(QString::number(timer.elapsed())));
    isOver = true;
    loads.join();
    QVERIFY(waitUntil([&] { return unanswered == 0; }, 10s));

    QVERIFY(waitUntil([&] { return runtime->stats().database.circuit.state != CircuitState::Closed; }));
    const CleanupReport report = runtime->services().cleanup.cleanUpNow("eve");
    QCOMPARE(report.keptStale, 1u);
    QCOMPARE(get(*runtime, "ana"), std::string("es stale"));
    QVERIFY(waitUntil([&] { return reader.hits > hitsBefore + 1'000; })); // while it is away
    QCOMPARE(reader.others, 0u);
    const Stats outage = runtime->stats();
    QVERIFY(outage.staleServed >= 2);
    QCOMPARE(outage.keptStale, 1u);

    m_server->start();
    timer.start();
    QVERIFY(waitUntil([&] { return runtime->databaseStatus().state == DatabaseState::Reachable; }));
    const qint64 reached = timer.elapsed();
    QVERIFY(waitUntil([&] { return get(*runtime, "ana") == "es"; }));
    qInfo("reached again after %lld ms, a fresh answer after %lld ms", reached, timer.elapsed());
    QVERIFY2(reached < 5 * 400, qPrintable(QString::number(reached)));
    QVERIFY2(timer.elapsed() < 5 * 1'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(reader.others, 0u);
    QVERIFY(waitUntil([&] { return runtime->databaseStatus().circuit.state == CircuitState::Closed; }));
    std::string told;
    for (const Event &event : runtime->services().events.events({0, EventKind::Database, {}, 100}))
        told += event.detail + '\n';
    for (const char *words : {"database reachable", "database unreachable", "breaker open", "breaker closed"})
        QVERIFY2(told.find(words) != std::string::npos, told.c_str());
}

void tst_NodeOutage::aChangeIsHeardWithinTwoSeconds()
{
    const auto runtime = startedNode();
    QVERIFY(becomes(*runtime, InvalidationMode::Polling));
    QVERIFY(isInstalled(*runtime));
    QVERIFY(becomes(*runtime, InvalidationMode::Listening));
    QVERIFY(runtime->stats().changes.why.empty());
    QCOMPARE(get(*runtime, "ana"), std::string("es"));
    QCOMPARE(get(*runtime, "ben"), std::string("fr"));

    m_database->run(QStringLiteral("update user_profiles set native_language = 'yo' where user_identity = 'ana'"));
    const qint64 updated = untilOut(*runtime);
    QCOMPARE(get(*runtime, "ana"), std::string("yo"));
    m_database->run(QStringLiteral("delete from user_profiles where user_identity = 'ana'"));
    const qint64 deleted = untilOut(*runtime);

    qInfo("an update is out after %lld ms, a deletion after %lld ms", updated, deleted);
    QVERIFY2(updated < 2'000 && deleted < 2'000, "within 2 s");
    QVERIFY(get(*runtime, "ana").starts_with("error: "));
    QVERIFY(runtime->services().profiles.isActive(idOf("ben")));
}

void tst_NodeOutage::withoutTriggersAChangeIsFoundByPolling()
{
    const auto runtime = startedNode();
    QVERIFY(becomes(*runtime, InvalidationMode::Polling));
    QVERIFY(runtime->stats().changes.why.find("trigger") != std::string::npos);
    QCOMPARE(get(*runtime, "ana"), std::string("es"));
    QCOMPARE(get(*runtime, "ben"), std::string("fr"));

    m_database->run(QStringLiteral("update user_profiles set formal_tone = true where user_identity = 'ana'"));
    const qint64 out = untilOut(*runtime);

    qInfo("an update is out after %lld ms", out);
    QVERIFY2(out < 4'000, qPrintable(QString::number(out)));
    QVERIFY(runtime->services().profiles.isActive(idOf("ben")));
    const CacheCounters before = runtime->services().cache.counters();
    QCOMPARE(before.hits, 0u); // looking counts nothing
}

void tst_NodeOutage::whatChangedWhileNobodyListenedIsFound()
{
    const auto runtime = startedNode();
    QVERIFY(isInstalled(*runtime));
    QVERIFY(becomes(*runtime, InvalidationMode::Listening));
    QCOMPARE(get(*runtime, "ana"), std::string("es"));
    QCOMPARE(get(*runtime, "ben"), std::string("fr"));

    m_server->kill();
    QVERIFY(waitUntil([&] { return runtime->stats().changes.mode != InvalidationMode::Listening; }));
    m_server->start();
    m_database->run(QStringLiteral("update user_profiles set native_language = 'yo' where user_identity = 'ana'"));

    const qint64 out = untilOut(*runtime);
    QVERIFY2(out < 5 * 2'000, qPrintable(QString::number(out)));
    QVERIFY(becomes(*runtime, InvalidationMode::Listening));
    std::string now; // an error, while the pool finds its way back; but never the row of before
    QVERIFY(waitUntil([&] { return !(now = get(*runtime, "ana")).starts_with("error"); }));
    QVERIFY2(now == "yo", now.c_str());
    QVERIFY(runtime->services().profiles.isActive(idOf("ben"))); // nothing was flushed
}

void tst_NodeOutage::aRoleWithoutTheRightGetsTheSql()
{
    startedNode().reset(); // makes the tables
    const QString role = QStringLiteral("reader_%1").arg(QCoreApplication::applicationPid());
    m_database->run(QStringLiteral("create role %1 login password 'hearth'").arg(role));
    m_database->run(QStringLiteral("grant select on user_profiles, voice_avatars to %1").arg(role));
    {
        const auto runtime = startedNode(role);
        LocalNode node({}, runtime->services(), {});

        const auto answer = node.installTriggers();
        QTRY_VERIFY_WITH_TIMEOUT(answer.isFinished(), 20'000);

        const Result<TriggerInstallation> outcome = answer.result();
        QVERIFY2(bool(outcome), outcome ? "" : outcome.error().detail.c_str());
        QVERIFY(!outcome->installed);
        QVERIFY(!outcome->problem.empty());
        QVERIFY(outcome->sql.find("create trigger") != std::string::npos ||
                outcome->sql.find("create or replace trigger") != std::string::npos);
        QVERIFY(becomes(*runtime, InvalidationMode::Polling));
    }
    m_database->run(QStringLiteral("drop owned by %1; drop role %1").arg(role));
}

QTEST_GUILESS_MAIN(tst_NodeOutage)
#include "tst_NodeOutage.moc"
