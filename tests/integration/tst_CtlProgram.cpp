// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The program hearthctl from outside, over a core of its own.
#include "tests/integration/CtlFixture.h"

#include <QFile>
#include <QTest>

#include <csignal>
#include <sys/types.h>

using namespace hearth;

class tst_CtlProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_ctl = std::make_unique<CtlFixture>();
        QVERIFY(m_ctl->home.isValid());
    }

    void linksNoWindow();
    void endsWith_data();
    void endsWith();
    void secretsAreRefusedAndNotRepeated();
    void everyVerbHasAManual();
    void looks();
    void everyVerbSpeaksJson_data();
    void everyVerbSpeaksJson();
    void warmsFromAFile();
    void acts();
    void hostileIdentitiesAreMadeVisible();
    void pipesGetNoColour();
    void anUnreachableDatabaseIsSaid();
    void watchAppendsWhereItCannotDraw();
    void aSignalEndsWatching();
    void eventsFollow();

private:
    // A database with the sample's people.
    QString sampleUrl()
    {
        if (m_ctl->say("stats --sample").code != 0)
            return {};
        return "sqlite://" + m_ctl->home.filePath("data/hearth/sample.db");
    }
    std::unique_ptr<CtlFixture> m_ctl;
};

void tst_CtlProgram::linksNoWindow()
{
    QProcess ldd;
    ldd.start("ldd", {HEARTHCTL_PROGRAM});
    QVERIFY(ldd.waitForFinished(longestCall));
    const QString libraries = ldd.readAllStandardOutput();

    QVERIFY(libraries.contains("libQt6Core"));
    for (const char *window : {"libQt6Gui", "libQt6Widgets", "libQt6Charts", "libX11"})
        QVERIFY2(!libraries.contains(window), window);
}

void tst_CtlProgram::endsWith_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("said"); // somewhere

    const auto row = [](const char *line, int code, const char *said) { QTest::newRow(line) << line << code << said; };
    row("--help", 0, "Exit codes: 0 done");
    row("--version", 0, "hearthctl 0.");
    row("stats --version", 0, "hearthctl 0.");
    row("help warm", 0, "Usage: hearthctl warm");
    row("warm -h", 0, "--active-rooms");
    row("stats --sample", 0, "active entries");
    row("--sample stats", 0, "active entries");
    row("expire --sample --all --yes", 0, "Expired 0 entries");
    row("install-triggers --sql", 0, "create or replace function");

    row("get --sample nobody-at-all", 1, "hearthctl: ");
    row("inspect --sample nobody-at-all", 1, "no such user");
    row("refresh --sample nobody-at-all", 1, "nobody-at-all");
    row("remove --sample nobody-at-all", 1, "not cached");
    row("expire --sample nobody-at-all --yes", 1, "None of them is cached");
    row("expire --sample --undo moon", 1, "hearthctl: ");
    row("warm --sample nobody-at-all", 1, "none of them is in the database");
    row("install-triggers --sample", 1, "SQLite");

    row("", 2, "A verb is missing");
    row("frob", 2, "there is no verb \"frob\"");
    row("--frob stats", 2, "frob");
    row("stats --frob", 2, "frob");
    row("stats more", 2, "what is \"more\"?");
    row("stats --json=yes", 2, "json");
    row("get", 2, "An identity is missing");
    row("get a b", 2, "one identity at a time");
    row("entries --sort moon", 2, "--sort moon");
    row("entries --state old", 2, "must be active or expired");
    row("entries --limit -1", 2, "--limit");
    row("entries --limit 1e3", 2, "whole number");
    row("events --kind moon", 2, "must be one of cached");
    row("warm", 2, "whom?");
    row("warm --recent 5 ana", 2, "one of these");
    row("warm --recent many", 2, "whole number");
    row("warm --file /nonexistent", 2, "/nonexistent");
    row("expire", 2, "whose?");
    row("expire --all ana", 2, "one of the three");
    row("expire --sample --all", 2, "say --yes");
    row("expire --undo x --all", 2, "stands alone");
    row("config --sample frob", 2, "what is \"frob\"?");
    row("config --sample set", 2, "KEY=VALUE is missing");
    row("config --sample set ttl", 2, "must be KEY=VALUE");
    row("config --sample set moon=1", 2, "no setting that can be changed");
    row("config --sample set ttl_seconds=soon", 2, "whole number");
    row("audit --verify", 2, "later version");
    row("load", 2, "later version");
    row("stats --node ftp://host", 2, "must be a URL such as");
    row("stats --node http://host --embedded", 2, "exclude each other");
    row("selftest --node http://127.0.0.1:1", 2, "not through a node");
    row("stats --timeout 0", 2, "--timeout 0");

    row("stats --node http://127.0.0.1:1", 69, "--embedded does without");
    row("selftest --database postgresql://hearth@127.0.0.1:1/db", 69, "hearthctl: ");

    row("stats --embedded", 78, "DATABASE_URL is not set");
    row("selftest", 78, "DATABASE_URL is not set");
    row("install-triggers", 78, "DATABASE_URL is not set");
    row("stats --cache-ttl-seconds 0", 78, "--cache-ttl-seconds is \"0\"");
    row("stats --config /nonexistent", 78, "/nonexistent");
    row("stats --embedded --database mysql://host/db", 78, "allowed is");
}

void tst_CtlProgram::endsWith()
{
    QFETCH(const QString, line);
    QFETCH(const int, code);
    QFETCH(const QString, said);

    const CtlAnswer answer = m_ctl->say(line);

    QVERIFY2(answer.code == code, qPrintable(QString::number(answer.code) + answer.err + answer.out));
    QVERIFY2((answer.out + answer.err).contains(said), qPrintable(answer.err + answer.out));
    QVERIFY2(code == 0 || !answer.err.isEmpty(), "an error stands on stderr");
    if (code == 2 || code >= 69)
        QCOMPARE(answer.err.count('\n'), 1);
}

void tst_CtlProgram::secretsAreRefusedAndNotRepeated()
{
    for (const char *line :
         {"stats --embedded --database postgresql://hearth:geheim@127.0.0.1/db",
          "stats --node http://ana:geheim@127.0.0.1:1", "stats --hearth-token geheim-geheim-geheim"}) {
        const CtlAnswer answer = m_ctl->say(line);
        QVERIFY2(answer.code == 2, line);
        QVERIFY2(!(answer.out + answer.err).contains("geheim"), qPrintable(answer.err));
    }
    m_ctl->environment.insert("DATABASE_URL", "postgresql://hearth:geheim@127.0.0.1:1/db");
    for (const char *line : {"selftest", "stats --embedded", "selftest --json"}) {
        const CtlAnswer answer = m_ctl->say(line);
        QVERIFY2(answer.code == 69, qPrintable(answer.err));
        QVERIFY2(!(answer.out + answer.err).contains("geheim"), qPrintable(answer.err));
    }
    // A token never goes over plain http to elsewhere.
    m_ctl->environment.insert("HEARTH_TOKEN", "geheim-geheim-geheim");
    const CtlAnswer answer = m_ctl->say("stats --node http://192.0.2.1:8080 --timeout 1");
    QVERIFY2(answer.code == 78 && answer.err.contains("https"), qPrintable(answer.err));
    QVERIFY(!answer.err.contains("geheim"));
}

void tst_CtlProgram::everyVerbHasAManual()
{
    const QString help = m_ctl->say("--help").out;
    static const QRegularExpression verb("^  ([a-z-]+)  +[A-Z]", QRegularExpression::MultilineOption);
    QStringList verbs;
    for (auto match = verb.globalMatch(help.section("Verbs:", 1).section("Options:", 0, 0)); match.hasNext();)
        verbs << match.next().captured(1);

    QCOMPARE(verbs.size(), 16);
    for (const QString &name : verbs) {
        const CtlAnswer manual = m_ctl->call({name, "--help"});
        QCOMPARE(manual.code, 0);
        QVERIFY2(manual.out.startsWith("Usage: hearthctl " + name), qPrintable(manual.out));
        QVERIFY2(manual.out.contains("Example"), qPrintable(name));
        for (const QString &line : manual.out.split('\n'))
            QVERIFY2(line.size() <= 100, qPrintable(line));
    }
}

void tst_CtlProgram::looks()
{
    m_ctl->environment.insert("DATABASE_URL", sampleUrl());

    const CtlAnswer read = m_ctl->say("get --embedded sample-0001-ana");
    const CtlAnswer inspected = m_ctl->say("inspect --embedded sample-0001-ana --utc");
    const CtlAnswer entries = m_ctl->say("entries --embedded");

    QVERIFY2(read.code == 0, qPrintable(read.err));
    QVERIFY2(read.out.contains(QRegularExpression("^identity +sample-0001-ana$", QRegularExpression::MultilineOption)),
             qPrintable(read.out));
    QVERIFY(read.out.contains(QRegularExpression("served as +miss")));
    QVERIFY2(inspected.out.contains("not cached") && inspected.out.contains("there, but not cached"),
             qPrintable(inspected.out));
    QVERIFY(
        inspected.out.contains(QRegularExpression("updated at.*\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z")));
    QCOMPARE(entries.code, 0);
    QVERIFY(entries.out.startsWith("IDENTITY"));
}

void tst_CtlProgram::everyVerbSpeaksJson_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QStringList>("names"); // as in the API

    const auto row = [](const char *line, const QStringList &names) { QTest::newRow(line) << line << names; };
    row("stats", {"success", "cache_stats/total_entries", "cache_stats/active_entries", "cache_stats/expired_entries",
                  "cache_stats/cache_ttl_seconds", "cache_stats/hit_rate", "cache_stats/database/state",
                  "cache_stats/hit_latency_us/p95"});
    row("entries", {"entries", "total", "next_cursor"});
    row("get sample-0001-ana", {"user_identity", "native_language", "language_supported", "voice_avatar/voice_id",
                                "translation_preferences/formal_tone", "updated_at", "x_cache"});
    row("inspect sample-0001-ana",
        {"entry", "database/state", "database/profile/user_identity", "database/differences", "database/updated_at"});
    row("warm sample-0001-ana sample-0005-aisha",
        {"job_id", "state", "requested", "done", "warmed", "already_cached", "not_found", "failed", "elapsed_ms"});
    row("warm --recent 5 --dry-run", {"requested", "already_cached", "to_load", "queries"});
    row("expire --all --dry-run", {"expired", "examples"});
    row("expire --all --yes", {"success", "expired", "undo_id", "undo_until"});
    row("refresh sample-0001-ana", {"success", "refreshed"});
    row("cleanup", {"success", "message", "initial_count", "final_count", "kept_stale"});
    row("erase sample-0001-ana", {"success"});
    row("config", {"ttl_seconds", "cleanup_interval_seconds", "max_entries", "stale_grace_seconds", "refresh_ahead",
                   "simulated_latency_ms"});
    row("config set ttl_seconds=90", {"ttl_seconds"});
    row("events", {"instance_id", "events", "next"});
    row("audit", {"instance_id", "events", "next"});
    row("watch --count 1", {"success", "cache_stats/hit_rate"});
    row("selftest", {"success", "database/url", "database/profiles", "parts", "first_fetch_ms", "second_fetch_ms",
                     "ratio", "passed", "failed", "not_tried", "own_rows", "interrupted"});
    row("install-triggers --sql", {"sql"});
}

void tst_CtlProgram::everyVerbSpeaksJson()
{
    QFETCH(const QString, line);
    QFETCH(const QStringList, names);

    const CtlAnswer answer = m_ctl->say(line + " --json --sample");

    QVERIFY2(answer.code == 0, qPrintable(answer.err));
    QCOMPARE(answer.out.count('\n'), 1);
    for (const QString &name : names) {
        QJsonValue value = answer.json();
        for (const QString &part : name.split('/'))
            value = value.toObject().value(part);
        QVERIFY2(!value.isUndefined(), qPrintable(name + " in " + answer.out));
    }
}

void tst_CtlProgram::warmsFromAFile()
{
    const CtlAnswer fromInput =
        m_ctl->call({"warm", "--sample", "--file", "-", "--json"}, "sample-0001-ana\nsample-0005-aisha\r\n\nnobody\n");

    QVERIFY2(fromInput.code == 0, qPrintable(fromInput.err));
    QCOMPARE(fromInput.json()["requested"].toInt(), 3);
    QCOMPARE(fromInput.json()["warmed"].toInt(), 2);
    QCOMPARE(fromInput.json()["not_found"].toInt(), 1);
    QCOMPARE(m_ctl->call({"warm", "--sample", "--file", "-"}).code, 2);
}

void tst_CtlProgram::acts()
{
    QVERIFY2(m_ctl->say("cleanup --sample").out.contains("Cleaned up 0 expired cache entries: 0 before, 0 after."), "");
    QVERIFY(m_ctl->say("refresh --sample sample-0001-ana sample-0005-aisha").out.contains("Reloaded 2 of 2."));
    const CtlAnswer changed = m_ctl->say("config --sample set ttl_seconds=90 refresh-ahead=0.5");
    QVERIFY2(changed.out.contains(QRegularExpression("ttl_seconds +90  90 s")), qPrintable(changed.out + changed.err));
    QVERIFY(changed.out.contains("50 % of the TTL"));
    QCOMPARE(m_ctl->say("config --sample set ttl_seconds=0").code, 1);
}

void tst_CtlProgram::hostileIdentitiesAreMadeVisible()
{
    const QString url = sampleUrl();
    const QString user = QString::fromUtf8("eve\u202E<b>|");
    {
        SqliteFile file(url.mid(9));
        file.run("insert into user_profiles (user_identity, native_language, voice_avatar_id) values ('" + user +
                 "', 'e\033[2J', 'v' || char(27) || ']0;title' || char(7))");
    }
    m_ctl->environment.insert("DATABASE_URL", url);

    for (const char *verb : {"get", "inspect"}) {
        const CtlAnswer answer = m_ctl->call({verb, "--embedded", user});
        QVERIFY2(answer.code == 0, qPrintable(answer.err));
        QVERIFY2(answer.out.contains(QString::fromUtf8("eve⟨U+202E⟩<b>|")), qPrintable(answer.out));
        QVERIFY(answer.out.contains(QString::fromUtf8("e⟨U+001B⟩[2J")));
        for (const char bad : {'\033', '\a'})
            QVERIFY(!answer.out.contains(bad));
        QVERIFY(!answer.out.contains(QChar(0x202E)));
    }
    // In JSON nothing is changed.
    const CtlAnswer json = m_ctl->call({"get", "--embedded", "--json", user});
    QCOMPARE(json.json()["user_identity"].toString(), user);
    // What a person typed is not obeyed either.
    const CtlAnswer wrong = m_ctl->call({"get", "--embedded", "x\033[2J"});
    QCOMPARE(wrong.code, 2);
    QVERIFY(!wrong.err.contains('\033'));
    QVERIFY(!m_ctl->call({"\033[2J"}).err.contains('\033'));
}

void tst_CtlProgram::pipesGetNoColour()
{
    for (const char *line : {"stats --sample", "entries --sample", "selftest --sample", "watch --sample --count 1"}) {
        const CtlAnswer answer = m_ctl->say(line);
        QVERIFY2(answer.code == 0, qPrintable(answer.err));
        QVERIFY2(!answer.out.contains('\033'), line);
    }
}

void tst_CtlProgram::anUnreachableDatabaseIsSaid()
{
    m_ctl->environment.insert("DATABASE_URL", "postgresql://hearth@127.0.0.1:1/db");
    for (const char *line : {"stats --embedded", "get --embedded ana", "watch --embedded", "install-triggers"}) {
        const CtlAnswer answer = m_ctl->say(line);
        QVERIFY2(answer.code == 69, qPrintable(QString(line) + answer.err));
        QVERIFY(answer.out.isEmpty());
    }
}

void tst_CtlProgram::watchAppendsWhereItCannotDraw()
{
    const CtlAnswer answer = m_ctl->say("watch --sample --count 2");

    QCOMPARE(answer.code, 0);
    QCOMPARE(answer.out.count('\n'), 2);
    static const QRegularExpression line(
        "^\\d\\d:\\d\\d:\\d\\d  active 0  expired 0  hit rate n/a  gets 0 /s  database "
        "reachable\n");
    QVERIFY2(answer.out.contains(line), qPrintable(answer.out));
}

void tst_CtlProgram::aSignalEndsWatching()
{
    for (const int number : {SIGTERM, SIGINT}) {
        const auto program = m_ctl->start({"watch", "--sample"});
        QVERIFY(program->waitForReadyRead(longestCall));
        QCOMPARE(::kill(static_cast<pid_t>(program->processId()), number), 0);
        QCOMPARE(CtlFixture::finish(*program).code, 0);
    }
}

void tst_CtlProgram::eventsFollow()
{
    const auto program = m_ctl->start({"events", "--sample", "--follow", "--json"});
    QVERIFY(program->waitForReadyRead(longestCall));
    ::kill(static_cast<pid_t>(program->processId()), SIGINT);
    const CtlAnswer answer = CtlFixture::finish(*program);

    QCOMPARE(answer.code, 0);
    const QStringList lines = answer.out.split('\n', Qt::SkipEmptyParts);
    for (const QString &line : lines)
        QCOMPARE(QJsonDocument::fromJson(line.toUtf8()).object()["events"].toArray().size(), 1);
}

QTEST_GUILESS_MAIN(tst_CtlProgram)
#include "tst_CtlProgram.moc"
