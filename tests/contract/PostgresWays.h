// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/storage/SqlExecutorPool.h"
#include "tests/support/Await.h"
#include "tests/support/PrivatePgbouncer.h"
#include "tests/support/PrivatePostgres.h"

#include <QtTest>

#include <memory>

namespace hearth {

// A database of its own for every test, on the server that HEARTH_TEST_POSTGRES_URL names, and a pool that reaches it
// in one of three ways. Without such a server it fails: a test that is skipped where it matters proves nothing.
class PostgresWays
{
public:
    enum class Way { Direct, PlainQueries, ThroughPooler };
    explicit PostgresWays(Way way)
        : m_way(way)
    {
    }

    void initTestCase()
    {
        QVERIFY2(qEnvironmentVariableIsSet(urlVariable),
                 "HEARTH_TEST_POSTGRES_URL must name a PostgreSQL server; ./test starts one");
        if (m_way == Way::ThroughPooler)
            m_pooler = std::make_unique<PrivatePgbouncer>(qEnvironmentVariable(urlVariable));
    }
    void cleanupTestCase() { m_pooler.reset(); }

    void setUp()
    {
        const QString given = qEnvironmentVariable(urlVariable);
        m_database =
            std::make_unique<ScratchDatabase>(qEnvironmentVariable(adminVariable, given), QUrl(given).userName());
        m_url = otherDatabase(given, QUrl(m_database->url()).path().mid(1));
        if (m_way != Way::Direct)
            m_url = withOption(m_url, QStringLiteral("pooler=transaction"));
        if (m_pooler)
            m_url = m_pooler->through(m_url);
        connect();
    }
    // Nobody may use the pool any more.
    void tearDown()
    {
        m_pool.reset();
        m_database.reset();
    }
    // A new pool to the same database. Nobody may use the old one any more.
    void connect()
    {
        m_pool = std::make_unique<SqlExecutorPool>(options(), m_clock);
        QVERIFY(waitUntil([this] { return m_pool->status().state != DatabaseState::Connecting; }));
        QCOMPARE(m_pool->status().problem, std::string());
    }

    // How to reach the database.
    DatabaseOptions options() const { return options(m_url); }
    // The same, as another role (password "hearth").
    DatabaseOptions optionsAs(const QString &role) const
    {
        QUrl parts(m_url);
        parts.setUserName(role);
        return options(parts.toString(QUrl::FullyEncoded));
    }
    ScratchDatabase &database() { return *m_database; }
    SqlExecutorPool &pool() { return *m_pool; }
    const Clock &clock() const { return m_clock; }

private:
    static DatabaseOptions options(const QString &url)
    {
        const Result<DatabaseUrl> parsed = DatabaseUrl::parse(url.toStdString());
        if (!parsed)
            qFatal("%s", parsed.error().detail.c_str());
        return DatabaseOptions{*parsed};
    }
    static constexpr const char *urlVariable = "HEARTH_TEST_POSTGRES_URL";
    static constexpr const char *adminVariable = "HEARTH_TEST_POSTGRES_ADMIN_URL";

    const Way m_way;
    std::unique_ptr<PrivatePgbouncer> m_pooler;
    QString m_url;
    SystemClock m_clock;
    std::unique_ptr<ScratchDatabase> m_database;
    std::unique_ptr<SqlExecutorPool> m_pool;
};

// Runs the suite once for each way. Returns: an exit code.
template <class Suite>
int runInAllWays(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    int failed = 0;
    using Way = PostgresWays::Way;
    for (const Way way : {Way::Direct, Way::PlainQueries, Way::ThroughPooler}) {
        Suite test(way);
        failed += QTest::qExec(&test, argc, argv);
    }
    return failed;
}

} // namespace hearth
