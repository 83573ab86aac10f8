// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/wiring/NodeRuntime.h"
#include "tests/support/Await.h"
#include "tests/support/PrivatePostgres.h"

#include <QLoggingCategory>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

// Row level security that shows a role nothing, as Supabase's does: nobody becomes English for it.
class tst_NodeRowSecurity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QLoggingCategory::setFilterRules(QStringLiteral("hearth.*=false"));
        m_server = std::make_unique<PrivatePostgres>();
        PostgresSql(m_server->adminUrl()).run(QStringLiteral("create role anon login password 'hearth'"));
    }
    void init()
    {
        m_database = std::make_unique<ScratchDatabase>(m_server->adminUrl(), QStringLiteral("hearth"));
        node(QStringLiteral("hearth")).reset(); // makes the tables
        run("insert into user_profiles (user_identity, native_language) values ('ana', 'es')");
        run("alter table user_profiles enable row level security");
        // It may insert, by right and by policy: nothing but us keeps it from creating defaults.
        run("grant select, insert on user_profiles to anon; grant usage on sequence user_profiles_id_seq to anon");
        run("create policy adds on user_profiles for insert to anon with check (true)");
    }
    void cleanup() { m_database.reset(); }
    void cleanupTestCase() { m_server.reset(); }

    void nobodyIsCreatedWhereEverybodyIsHidden();
    void nobodyIsCreatedWhereEverybodyBecomesHidden();
    void whoMaySeeEverythingIsServedAsEver();

private:
    void run(const char *sql) const { m_database->run(QString::fromUtf8(sql)); }
    std::unique_ptr<NodeRuntime> node(const QString &role) const
    {
        auto runtime = std::make_unique<NodeRuntime>(
            NodeRuntimeOptions{.database = {*DatabaseUrl::parse(m_database->url(role).toStdString())}, .profiles = {}});
        runtime->start();
        if (!waitUntil([&] { return runtime->databaseStatus().state == DatabaseState::Reachable; }))
            qFatal("no database");
        return runtime;
    }
    static Result<std::string> get(NodeRuntime &runtime, const char *user, UnknownUser unknown)
    {
        return await<std::string>([&](auto done) {
            runtime.services().profiles.get(
                *ProfileId::parse(user), unknown, [done](const Result<ServedProfile> &served) {
                    done(served ? Result<std::string>(std::string(served->nativeLanguage())) : served.error());
                });
        });
    }

    std::unique_ptr<PrivatePostgres> m_server;
    std::unique_ptr<ScratchDatabase> m_database;
};

void tst_NodeRowSecurity::nobodyIsCreatedWhereEverybodyIsHidden()
{
    const auto runtime = node(QStringLiteral("anon"));

    for (const UnknownUser unknown : {UnknownUser::NotFound, UnknownUser::CreateDefault}) {
        for (const char *user : {"ana", "nobody"}) {
            const auto refused = get(*runtime, user, unknown);

            QVERIFY2(!refused, refused ? refused->c_str() : "");
            QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
            QVERIFY2(refused.error().detail.find("Row level security") != std::string::npos,
                     refused.error().detail.c_str());
        }
    }

    QCOMPARE(m_database->run(QStringLiteral("select string_agg(user_identity, ',') from user_profiles")),
             QStringLiteral("ana"));
    QCOMPARE(runtime->services().cache.size().total(), 0u); // nor is one cached
    const DatabaseStatus status = runtime->databaseStatus();
    QVERIFY2(status.notice.find("Row level security hides every row") != std::string::npos, status.notice.c_str());
    QVERIFY2(status.notice.find("BYPASSRLS") != std::string::npos, status.notice.c_str());
    run("create policy sees on user_profiles for select to anon using (true)");
    QCOMPARE(*get(*runtime, "ana", UnknownUser::CreateDefault), std::string("es")); // at once
    QCOMPARE(*get(*runtime, "nobody", UnknownUser::CreateDefault), std::string("en"));
}

// Somebody presses "Enable RLS" while the node runs.
void tst_NodeRowSecurity::nobodyIsCreatedWhereEverybodyBecomesHidden()
{
    run("alter table user_profiles disable row level security");
    const auto runtime = node(QStringLiteral("anon"));
    QCOMPARE(*get(*runtime, "new", UnknownUser::CreateDefault), std::string("en"));

    run("alter table user_profiles enable row level security");

    for (const UnknownUser unknown : {UnknownUser::NotFound, UnknownUser::CreateDefault}) {
        for (const char *user : {"ana", "nobody"}) {
            const auto refused = get(*runtime, user, unknown);

            QVERIFY2(!refused, refused ? refused->c_str() : "");
            QCOMPARE(refused.error().code, ErrorCode::PermissionDenied);
        }
    }
    QCOMPARE(runtime->services().cache.size().total(), 1u);
}

void tst_NodeRowSecurity::whoMaySeeEverythingIsServedAsEver()
{
    PostgresSql(m_server->adminUrl()).run(QStringLiteral("alter role anon bypassrls"));
    {
        const auto runtime = node(QStringLiteral("anon"));

        QCOMPARE(*get(*runtime, "ana", UnknownUser::CreateDefault), std::string("es"));
        QCOMPARE(*get(*runtime, "new", UnknownUser::CreateDefault), std::string("en"));
        QVERIFY2(runtime->databaseStatus().notice.find("Row level") == std::string::npos,
                 runtime->databaseStatus().notice.c_str());
    }
    PostgresSql(m_server->adminUrl()).run(QStringLiteral("alter role anon nobypassrls"));
}

QTEST_GUILESS_MAIN(tst_NodeRowSecurity)
#include "tst_NodeRowSecurity.moc"
