// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeRuntime.h"
#include "core/base/SeqPoint.h"
#include "tests/support/Await.h"
#include "tests/support/Gate.h"
#include "tests/support/PrivatePostgres.h"

#include <QElapsedTimer>
#include <QLoggingCategory>
#include <QTest>

#include <atomic>

using namespace hearth;
using namespace std::chrono_literals;

// A node goes within its time, whatever its database does.
class tst_NodeStop : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false"));
        m_server = std::make_unique<PrivatePostgres>();
    }
    void init() { m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("hearth")); }
    void cleanup()
    {
        m_server->resume();
        m_database.reset();
    }
    void cleanupTestCase() { m_server.reset(); }

    void connectsThatHangAreWaitedForSideBySide();
    void aServerThatHangsDelaysNothing();

private:
    std::unique_ptr<NodeRuntime> startedNode(std::chrono::milliseconds timeout)
    {
        NodeRuntimeOptions options{
            .database = {*DatabaseUrl::parse(m_database->url(QStringLiteral("hearth")).toStdString())}, .profiles = {}};
        options.database.timeout = timeout;
        options.database.poolSize = 2;
        auto runtime = std::make_unique<NodeRuntime>(options);
        runtime->start();
        return runtime;
    }
    static void askOne(NodeRuntime &runtime, std::atomic<int> &code)
    {
        runtime.services().profiles.get(
            *ProfileId::parse("ana"), UnknownUser::NotFound,
            [&code](const Result<ServedProfile> &served) { code = served ? -1 : int(served.error().code); });
    }
    // A job that needs the connection of its own.
    static void warm(NodeRuntime &runtime)
    {
        WarmUp &warmUp = runtime.services().warmUp;
        const std::uint64_t job = warmUp.reserveJobId();
        QMetaObject::invokeMethod(&warmUp, [&warmUp, job] { warmUp.start(job, WarmLanguage{"es"}, "eve"); });
    }

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
};

// As a look-up of the host's name hangs: nothing can interrupt it.
void tst_NodeStop::connectsThatHangAreWaitedForSideBySide()
{
    Gate names;
    const SeqPoint::Hook pool("SqlExecutor.connect", names.pass());
    const SeqPoint::Hook others("PostgresSession.open", names.pass());
    auto runtime = startedNode(20s);
    std::atomic<int> code = -2;
    askOne(*runtime, code);
    warm(*runtime);
    QVERIFY(waitUntil([&] { return names.reached() == 3; })); // who probes, who listens, who warms
    QElapsedTimer timer;
    timer.start();

    runtime->stop();

    const qint64 took = timer.elapsed();
    qInfo("three hang: stopped after %lld ms", took);
    names.open();
    QVERIFY2(took < 2'000, qPrintable(QString::number(took)));
    QCOMPARE(code.load(), int(ErrorCode::ShuttingDown));
}

void tst_NodeStop::aServerThatHangsDelaysNothing()
{
    auto runtime = startedNode(20s);
    QVERIFY(waitUntil([&] { return runtime->databaseStatus().state == DatabaseState::Reachable; }));
    m_server->pause();
    std::atomic<int> code = -2;
    askOne(*runtime, code);
    warm(*runtime);
    QElapsedTimer timer;
    timer.start();

    runtime->stop();

    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(code.load(), int(ErrorCode::ShuttingDown));
}

QTEST_GUILESS_MAIN(tst_NodeStop)
#include "tst_NodeStop.moc"
