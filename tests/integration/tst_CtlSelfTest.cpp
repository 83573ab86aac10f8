// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// hearthctl selftest and install-triggers on real databases, and what they leave there.
#include "tests/integration/CtlFixture.h"
#include "tests/support/PrivatePgbouncer.h"
#include "tests/support/PrivatePostgres.h"

#include <QTest>

#include <csignal>
#include <sys/types.h>

using namespace hearth;

namespace {

constexpr const char *urlVariable = "HEARTH_TEST_POSTGRES_URL";
constexpr const char *adminVariable = "HEARTH_TEST_POSTGRES_ADMIN_URL";

// All rows, their versions included, and the counter behind the ids.
constexpr const char *fingerprint =
    "select md5(coalesce((select string_agg(p::text || p.xmin::text, '|' order by id) from user_profiles p), '')) || ' "
    "' "
    "|| (select count(*) from user_profiles) || ' ' || (select count(*) from rooms) || ' ' || (select last_value from "
    "user_profiles_id_seq)";
constexpr const char *ownRows = "select count(*) from user_profiles where user_identity like 'hearth-selftest-%'";

QStringList resultsOf(const QJsonObject &report)
{
    QStringList results;
    for (const QJsonValue part : report["parts"].toArray())
        results << part.toObject()["result"].toString();
    return results;
}

} // namespace

class tst_CtlSelfTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_database.reset(); }

    void passesOnSqlite();
    void passesOnPostgres_data();
    void passesOnPostgres();
    void aReadOnlyRoleSkipsItsRows();
    void hiddenRowsAreNoUsers();
    void aTableThatNumbersItsRowsItself();
    void aTableThatWantsNoSuchRows();
    void anInterruptionLeavesNothing_data();
    void anInterruptionLeavesNothing();
    void theNextRunRemovesWhatAKilledOneLeft();
    void twoAtOnceDoNotDisturbEachOther();
    void namesTheSimulatedLatency();
    void aDatabaseThatIsAwayIs69();
    void installsTriggers();
    void whoMayNotIsToldTheSql();

private:
    QString url(const QString &user = {}) const
    {
        return otherDatabase(qEnvironmentVariable(urlVariable), QUrl(m_database->url()).path().mid(1), user);
    }
    void use(const QString &databaseUrl) { m_ctl->environment.insert("DATABASE_URL", databaseUrl); }
    // With the tables, and some people.
    void fill()
    {
        use(url());
        QCOMPARE(m_ctl->say("stats --embedded").code, 0);
        m_database->run("insert into user_profiles (user_identity, native_language) select 'user-' || i, 'es' from "
                        "generate_series(1, 50) i");
    }

    std::unique_ptr<CtlFixture> m_ctl;
    std::unique_ptr<ScratchDatabase> m_database;
};

void tst_CtlSelfTest::init()
{
    QVERIFY2(qEnvironmentVariableIsSet(urlVariable), "HEARTH_TEST_POSTGRES_URL must name a server; ./test starts one");
    m_ctl = std::make_unique<CtlFixture>();
    const QString given = qEnvironmentVariable(urlVariable);
    m_database = std::make_unique<ScratchDatabase>(qEnvironmentVariable(adminVariable, given), QUrl(given).userName());
}

void tst_CtlSelfTest::passesOnSqlite()
{
    QCOMPARE(m_ctl->say("stats --sample").code, 0);
    SqliteFile file(m_ctl->home.filePath("data/hearth/sample.db"));
    use(file.url());
    const QString before = file.content();

    const CtlAnswer answer = m_ctl->say("selftest");
    const CtlAnswer json = m_ctl->say("selftest --json");

    QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QVERIFY(answer.out.startsWith("Self-test against " + file.url()));
    for (const char *part :
         {"database connection", "1 first fetch (database)", "2 second fetch (cache)", "3 several users cached",
          "4 cleanup", "5 expiry forced, refetched", "database left as found"})
        QVERIFY2(answer.out.contains(QRegularExpression("^PASS  " + QRegularExpression::escape(part),
                                                        QRegularExpression::MultilineOption)),
                 qPrintable(answer.out));
    QVERIFY(answer.out.contains(QString::fromUtf8("5 → 3 entries")));
    QVERIFY(answer.out.contains("times as fast"));
    QVERIFY(answer.out.contains("500 profiles"));
    QCOMPARE(answer.out.count("cache: "), 7);
    QCOMPARE(resultsOf(json.json()), QStringList(7, "pass"));
    QCOMPARE(json.json()["native_language"].toString(), "es");
    QVERIFY(json.json()["ratio"].toDouble() > 1);
    QVERIFY(file.content() == before);
}

void tst_CtlSelfTest::passesOnPostgres_data()
{
    QTest::addColumn<QString>("way");
    QTest::newRow("directly") << "";
    QTest::newRow("plain queries") << "pooler=transaction";
    QTest::newRow("through a pooler") << "pgbouncer";
}

void tst_CtlSelfTest::passesOnPostgres()
{
    QFETCH(const QString, way);
    fill();
    std::unique_ptr<PrivatePgbouncer> pooler;
    if (way == "pgbouncer")
        pooler = std::make_unique<PrivatePgbouncer>(url());
    if (!way.isEmpty())
        use(withOption(pooler ? pooler->through(url()) : url(), "pooler=transaction"));
    const QString before = m_database->run(fingerprint);

    const CtlAnswer answer = m_ctl->say("selftest --json");

    QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QCOMPARE(resultsOf(answer.json()), QStringList(7, "pass"));
    QCOMPARE(answer.json()["database"].toObject()["profiles"].toInt(), 50);
    QCOMPARE(m_database->run(fingerprint), before);
    if (way.isEmpty())
        QVERIFY2(!QUrl(url()).password().isEmpty() &&
                     answer.json()["database"].toObject()["url"].toString().contains(":***@"),
                 qPrintable(answer.out));
}

void tst_CtlSelfTest::aReadOnlyRoleSkipsItsRows()
{
    fill();
    const QString reader = QString("reader_%1").arg(QCoreApplication::applicationPid());
    m_database->run("create role " + reader + " login password 'hearth'");
    m_database->run("grant select on user_profiles to " + reader);
    use(url(reader));
    const QString before = m_database->run(fingerprint);

    const CtlAnswer answer = m_ctl->say("selftest");

    QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QVERIFY2(answer.out.contains("SKIP  rows of its own"), qPrintable(answer.out));
    QVERIFY(answer.out.contains("nothing was written"));
    QVERIFY(answer.out.contains("6 passed") || answer.out.contains("7 passed"));
    QCOMPARE(m_database->run(fingerprint), before);
    m_database->run("drop owned by " + reader);
    m_database->run("drop role " + reader);
}

void tst_CtlSelfTest::hiddenRowsAreNoUsers()
{
    fill();
    const QString hidden = QString("hidden_%1").arg(QCoreApplication::applicationPid());
    m_database->run("create role " + hidden + " login password 'hearth'");
    m_database->run("grant select, insert, delete on user_profiles to " + hidden);
    m_database->run("grant usage on sequence user_profiles_id_seq to " + hidden);
    m_database->run("alter table user_profiles enable row level security");
    use(url(hidden));

    const CtlAnswer answer = m_ctl->say("selftest");

    QVERIFY2(answer.code != 0, qPrintable(answer.out));
    QVERIFY2((answer.out + answer.err).contains("ow level security"), qPrintable(answer.out + answer.err));
    QCOMPARE(m_database->run("select count(*) from user_profiles"), "50");
    m_database->run("drop owned by " + hidden);
    m_database->run("drop role " + hidden);
}

void tst_CtlSelfTest::aTableThatNumbersItsRowsItself()
{
    fill();
    m_database->run("alter table user_profiles drop column id");
    m_database->run("alter table user_profiles add column id uuid primary key default gen_random_uuid()");

    const CtlAnswer answer = m_ctl->say("selftest --json");

    QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QCOMPARE(resultsOf(answer.json()), QStringList(7, "pass"));
    QCOMPARE(m_database->run("select count(*) from user_profiles"), "50");
}

void tst_CtlSelfTest::aTableThatWantsNoSuchRows()
{
    fill();
    m_database->run("alter table user_profiles add check (voice_provider in ('deepgram', 'spitch'))");

    const CtlAnswer answer = m_ctl->say("selftest");

    QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QVERIFY2(answer.out.contains("SKIP  rows of its own"), qPrintable(answer.out));
    QCOMPARE(m_database->run("select count(*) from user_profiles"), "50");
}

void tst_CtlSelfTest::anInterruptionLeavesNothing_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<QString>("after"); // as soon as it has said this
    for (const auto &[number, name] : {std::pair(SIGINT, "INT"), std::pair(SIGTERM, "TERM")}) {
        for (const char *after : {"Self-test", "database connection", "first fetch", "second fetch", "several users"})
            QTest::addRow("%s after %s", name, after) << number << after;
    }
}

void tst_CtlSelfTest::anInterruptionLeavesNothing()
{
    QFETCH(const int, number);
    QFETCH(const QString, after);
    fill();
    m_ctl->environment.insert("SIMULATED_LATENCY_MS", "100");
    const QString before = m_database->run(fingerprint);

    const auto program = m_ctl->start({"selftest"});
    QByteArray said;
    while (!said.contains(after.toUtf8()) && program->waitForReadyRead(longestCall))
        said += program->readAllStandardOutput();
    QCOMPARE(::kill(static_cast<pid_t>(program->processId()), number), 0);
    const CtlAnswer answer = CtlFixture::finish(*program);

    QVERIFY2(answer.code == 1, qPrintable(QString::number(answer.code) + answer.out + answer.err));
    QVERIFY2(answer.out.contains("it was interrupted"), qPrintable(answer.out));
    QCOMPARE(m_database->run(fingerprint), before);
}

void tst_CtlSelfTest::theNextRunRemovesWhatAKilledOneLeft()
{
    fill();
    m_database->run("insert into user_profiles (user_identity, voice_provider) values "
                    "('hearth-selftest-1-2-3-4', 'somebody')"); // not ours: it has no mark
    const QString before = m_database->run(fingerprint);
    m_ctl->environment.insert("SIMULATED_LATENCY_MS", "300");
    const auto program = m_ctl->start({"selftest"});
    QVERIFY(QTest::qWaitFor([this] { return m_database->run(ownRows).toInt() == 6; }, longestCall));
    QCOMPARE(::kill(static_cast<pid_t>(program->processId()), SIGKILL), 0);
    program->waitForFinished(longestCall);
    QCOMPARE(m_database->run(ownRows), "6");

    m_ctl->environment.remove("SIMULATED_LATENCY_MS");
    const CtlAnswer answer = m_ctl->say("selftest");

    QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QVERIFY2(answer.out.contains("removed 5 rows that an interrupted self-test had left"), qPrintable(answer.out));
    QCOMPARE(m_database->run(fingerprint), before);
}

void tst_CtlSelfTest::twoAtOnceDoNotDisturbEachOther()
{
    fill();
    const QString before = m_database->run(fingerprint);

    const auto first = m_ctl->start({"selftest"});
    const auto second = m_ctl->start({"selftest"});
    const CtlAnswer answers[] = {CtlFixture::finish(*first), CtlFixture::finish(*second)};

    for (const CtlAnswer &answer : answers)
        QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
    QCOMPARE(m_database->run(fingerprint), before);
}

void tst_CtlSelfTest::namesTheSimulatedLatency()
{
    fill();
    m_ctl->environment.insert("SIMULATED_LATENCY_MS", "150");

    const CtlAnswer answer = m_ctl->say("selftest");
    const CtlAnswer json = m_ctl->say("selftest --json");

    QVERIFY2(answer.out.contains("(simulated +150 ms round trip)"), qPrintable(answer.out));
    QCOMPARE(json.json()["database"].toObject()["simulated_latency_ms"].toInt(), 150);
    QVERIFY(json.json()["first_fetch_ms"].toDouble() >= 150);
}

void tst_CtlSelfTest::aDatabaseThatIsAwayIs69()
{
    use("postgresql://hearth:geheim@127.0.0.1:1/db");

    const CtlAnswer answer = m_ctl->say("selftest");

    QCOMPARE(answer.code, 69);
    QVERIFY(!answer.err.contains("geheim") && answer.out.isEmpty());
}

void tst_CtlSelfTest::installsTriggers()
{
    fill();

    const CtlAnswer answer = m_ctl->say("install-triggers");
    const CtlAnswer again = m_ctl->say("install-triggers --json");

    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QCOMPARE(again.json()["installed"], QJsonValue(true));
    QCOMPARE(m_database->run("select count(*) from pg_trigger where tgname like 'hearth_profiles_%'"), "4");
    QCOMPARE(m_ctl->say("selftest").code, 0);
}

void tst_CtlSelfTest::whoMayNotIsToldTheSql()
{
    fill();
    const QString reader = QString("other_%1").arg(QCoreApplication::applicationPid());
    m_database->run("create role " + reader + " login password 'hearth'");
    m_database->run("grant select on user_profiles to " + reader);
    use(url(reader));

    const CtlAnswer answer = m_ctl->say("install-triggers");

    QCOMPARE(answer.code, 1);
    QVERIFY2(answer.err.contains("install-triggers --sql"), qPrintable(answer.err));
    m_database->run("drop owned by " + reader);
    m_database->run("drop role " + reader);
}

QTEST_GUILESS_MAIN(tst_CtlSelfTest)
#include "tst_CtlSelfTest.moc"
