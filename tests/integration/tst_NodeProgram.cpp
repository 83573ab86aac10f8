// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The program hearthd from outside, as a client, an operator or systemd meets it.
#include "tests/support/NodeProcess.h"

#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include <memory>
#include <sys/un.h>

using namespace hearth;

namespace {

constexpr int longestStart = 30'000; // ms
const QString secret = "operator-0123456789";

using Answer = NodeProcess::Answer;

} // namespace

class tst_NodeProgram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void helpIsAManual();
    void refuses_data();
    void refuses();
    void linksNoWindow();
    void theAddressIsTaken();
    void stopsInTimeUnderLoad();
    void withoutDatabaseItLivesButIsNotReady();
    void systemdIsTold();
    void secretsStayInside();
    void servesProfiles();
    void showsAndActsOnEntries();
    void pagesWalkOneList();
    void aListBeginsAnywhere();
    void actsOnMany();
    void warmsUp();
    void tellsWhatHappened();
    void changesItsConfiguration();
    void rolesSeeWhatTheyMay();
    void oddIdentities();

private:
    // Starts it on a port of its own. Returns: whether it said that it listens.
    bool start(const QStringList &arguments = {"--sample"}) { return m_node->start(arguments); }
    bool waitUntilReady();
    QString firstUser();
    Answer ask(const QString &method, const QString &target, const QString &body = {}, const QString &headers = {})
    {
        return m_node->ask(method, target, body.toUtf8(), headers.toUtf8());
    }
    Answer get(const QString &target, const QString &headers = {}) { return ask("GET", target, {}, headers); }
    Answer post(const QString &target, const QString &body = {}) { return ask("POST", target, body); }
    QJsonObject stats() { return get("/api/v1/rooms/cache/stats").json["cache_stats"].toObject(); }
    int stop() { return m_node->stop(); }

    std::unique_ptr<NodeProcess> m_node;
};

void tst_NodeProgram::init()
{
    m_node = std::make_unique<NodeProcess>();
    QVERIFY(m_node->home.isValid());
}

void tst_NodeProgram::cleanup()
{
    if (m_node->isStarted())
        QCOMPARE(stop(), 0);
}

bool tst_NodeProgram::waitUntilReady()
{
    return QTest::qWaitFor([this] { return get("/readyz").status == 200; }, longestStart);
}

// Warms everybody up. Returns: one of them.
QString tst_NodeProgram::firstUser()
{
    const QString job = post("/api/v1/cache/warm", R"({"recent":300})").json["job_id"].toString();
    if (!QTest::qWaitFor([&] { return get("/api/v1/jobs/" + job).json["state"] == "done"; }, longestStart))
        return {};
    const QJsonArray rows = get("/api/v1/cache/entries?limit=1").json["entries"].toArray();
    return rows.isEmpty() ? QString() : rows[0].toObject()["user_identity"].toString();
}

void tst_NodeProgram::helpIsAManual()
{
    QProcess help;
    help.setProcessEnvironment(m_node->environment);
    help.start(HEARTHD_PROGRAM, {"--help"});
    QVERIFY(help.waitForFinished(longestStart));
    const QString text = QString::fromUtf8(help.readAllStandardOutput());
    QProcess version;
    version.start(HEARTHD_PROGRAM, {"--version"});
    QVERIFY(version.waitForFinished(longestStart));

    QCOMPARE(help.exitCode(), 0);
    for (const char *word : {"--listen", "--sample", "--name", "--environment", "CACHE_TTL_SECONDS", "HEARTH_TOKENS",
                             "EXIT CODES", "SIGTERM", "SIGHUP", "TLS 1.2", "HEARTH_TLS_CERT", "--hearth-tls-key",
                             "READY=1", "HEARTH_ALLOWED_HOSTS", "/etc/hearth/hearthd.conf", "openapi.json"})
        QVERIFY2(text.contains(QLatin1StringView(word)), word);
    QVERIFY(version.readAllStandardOutput().startsWith("hearthd "));
}

void tst_NodeProgram::refuses_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("variable");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("word");
    const QString none;
    QTest::newRow("no database") << QStringList{} << none << 78 << "DATABASE_URL";
    QTest::newRow("two databases") << QStringList{"--sample"} << "DATABASE_URL=sqlite:///x.db" << 78 << "--sample";
    QTest::newRow("an unknown option") << QStringList{"--frobnicate"} << none << 2 << "frobnicate";
    QTest::newRow("a stray word") << QStringList{"--sample", "moon"} << none << 2 << "moon";
    QTest::newRow("open to everybody") << QStringList{"--sample", "--listen", "0.0.0.0:0"} << none << 78
                                       << "HEARTH_TOKENS";
    QTest::newRow("no address") << QStringList{"--sample", "--listen", "here"} << none << 78 << "--listen here";
    QTest::newRow("a port that is none") << QStringList{"--sample", "--listen", "127.0.0.1:65536"} << none << 78
                                         << "--listen";
    QTest::newRow("a name for an address")
        << QStringList{"--sample", "--listen", "example.org:80"} << none << 78 << "--listen";
    QTest::newRow("a TTL of zero") << QStringList{"--sample"} << "CACHE_TTL_SECONDS=0" << 78 << "CACHE_TTL_SECONDS";
    QTest::newRow("a short token") << QStringList{"--sample"} << "HEARTH_TOKENS=operator:geheim" << 78
                                   << "HEARTH_TOKENS";
    QTest::newRow("a certificate") << QStringList{"--sample"} << "HEARTH_TLS_CERT=/x.pem" << 78 << "HEARTH_TLS_CERT";
    QTest::newRow("a password on the command line")
        << QStringList{"--database", "postgresql://u:geheim@h/db"} << none << 2 << "DATABASE_URL";
}

void tst_NodeProgram::refuses()
{
    QFETCH(QStringList, arguments);
    QFETCH(QString, variable);
    QFETCH(int, code);
    QFETCH(QString, word);
    if (!variable.isEmpty())
        m_node->environment.insert(variable.section('=', 0, 0), variable.section('=', 1));
    QProcess program;
    program.setProcessEnvironment(m_node->environment);

    program.start(HEARTHD_PROGRAM, arguments);

    QVERIFY(program.waitForFinished(longestStart));
    const QString errors = QString::fromUtf8(program.readAllStandardError());
    QCOMPARE(program.exitCode(), code);
    QVERIFY2(errors.contains(word) && !errors.contains("geheim"), qPrintable(errors));
    QCOMPARE(errors.count('\n'), 1);
    QVERIFY(program.readAllStandardOutput().isEmpty());
}

void tst_NodeProgram::linksNoWindow()
{
    QProcess ldd;
    ldd.start("ldd", {HEARTHD_PROGRAM});
    QVERIFY(ldd.waitForFinished(longestStart));
    const QString libraries = QString::fromUtf8(ldd.readAllStandardOutput());

    QVERIFY(libraries.contains("libQt6Core"));
    for (const char *library : {"libQt6Gui", "libQt6Widgets", "libQt6Charts", "libQt6Network", "libX11"})
        QVERIFY2(!libraries.contains(QLatin1StringView(library)), library);
}

void tst_NodeProgram::theAddressIsTaken()
{
    QVERIFY(start());
    QProcess second;
    second.setProcessEnvironment(m_node->environment);

    second.start(HEARTHD_PROGRAM, {"--sample", "--listen", "127.0.0.1:" + QString::number(m_node->port())});

    QVERIFY(second.waitForFinished(longestStart));
    QCOMPARE(second.exitCode(), 1);
    QVERIFY(second.readAllStandardError().contains("listen"));
}

void tst_NodeProgram::stopsInTimeUnderLoad()
{
    m_node->environment.insert("SIMULATED_LATENCY_MS", "4000");
    QVERIFY(start());
    std::vector<RawClient> clients;
    for (int i = 0; i < 50; ++i) {
        clients.emplace_back(m_node->port());
        const std::string user = std::to_string(i);
        QVERIFY(clients.back().send("GET /api/v1/profiles/" + user + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    QCOMPARE(get("/livez").status, 200);

    QElapsedTimer timer;
    timer.start();
    QCOMPARE(stop(), 0);

    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed()))); // 2 s, with room
    for (RawClient &client : clients) {
        const int status = client.response().status;
        QVERIFY2(status == 503 || status == 0, qPrintable(QString::number(status)));
    }
}

void tst_NodeProgram::withoutDatabaseItLivesButIsNotReady()
{
    m_node->environment.insert("DATABASE_URL", "postgresql://hearth:geheim@127.0.0.1:1/db");
    QVERIFY(start({}));

    QVERIFY(QTest::qWaitFor([this] { return stats()["database"].toObject()["state"] == "unreachable"; }, longestStart));
    const Answer ready = get("/readyz");
    const Answer profile = get("/api/v1/profiles/ana");

    QCOMPARE(get("/livez").status, 200);
    QCOMPARE(ready.status, 503);
    QVERIFY2(profile.status == 503, qPrintable(profile.text));
    QCOMPARE(profile.type, "application/problem+json");
    QVERIFY(!get("/api/v1/rooms/cache/stats").text.contains("geheim"));
}

void tst_NodeProgram::systemdIsTold()
{
    const QString path = m_node->home.filePath("notify");
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, qPrintable(path), sizeof address.sun_path);
    QCOMPARE(::bind(socket, reinterpret_cast<sockaddr *>(&address), sizeof address), 0);
    m_node->environment.insert("NOTIFY_SOCKET", path);
    m_node->environment.insert("WATCHDOG_USEC", "300000");
    const auto told = [socket] {
        pollfd waiting{socket, POLLIN, 0};
        char buffer[256];
        const ssize_t count = ::poll(&waiting, 1, longestStart) > 0 ? ::recv(socket, buffer, sizeof buffer, 0) : 0;
        return QByteArray(buffer, std::max<ssize_t>(count, 0));
    };

    QVERIFY(start());

    QCOMPARE(told(), "READY=1\nSTATUS=listening on http://127.0.0.1:" + QByteArray::number(m_node->port()));
    QCOMPARE(told(), QByteArray("WATCHDOG=1"));
    QCOMPARE(stop(), 0);
    QByteArray last = told();
    while (last == "WATCHDOG=1")
        last = told();
    QVERIFY(last.startsWith("STOPPING=1\n"));
    ::close(socket);
}

void tst_NodeProgram::secretsStayInside()
{
    m_node->environment.insert("HEARTH_TOKENS", "operator/eve:" + secret);
    QVERIFY(start());
    m_node->token = secret;
    QCOMPARE(get("/api/v1/node").json["role_name"].toString(), "eve");
    m_node->token = "wrong-0123456789";
    QCOMPARE(get("/api/v1/node").status, 401);
    QFile commandLine(QString("/proc/%1/cmdline").arg(m_node->processId()));
    QVERIFY(commandLine.open(QIODevice::ReadOnly));

    QVERIFY(!commandLine.readAll().contains(secret.toUtf8()));
    QCOMPARE(stop(), 0);
    const QByteArray &log = m_node->log;
    QVERIFY(!log.contains(secret.toUtf8()) && !log.contains("wrong-0123456789"));
}

void tst_NodeProgram::servesProfiles()
{
    QVERIFY(start({"--sample", "--name", "eu-1", "--environment", "test"}) && waitUntilReady());
    const QString user = firstUser();
    QVERIFY(!user.isEmpty());
    const QString path = "/api/v1/profiles/" + QUrl::toPercentEncoding(user);
    QCOMPARE(ask("DELETE", "/api/v1/cache/entries/" + QUrl::toPercentEncoding(user)).status, 200);

    const Answer miss = get(path);
    const Answer hit = get(path + '/');
    const QJsonObject before = stats();
    const Answer bypass = get(path, "Cache-Control: no-store\r\n");
    const Answer absent = get("/api/v1/profiles/nobody-at-all");

    QCOMPARE(miss.status, 200);
    QCOMPARE(miss.cache, "miss");
    QCOMPARE(hit.cache, "hit");
    QCOMPARE(hit.json, miss.json);
    QCOMPARE(hit.json["user_identity"].toString(), user);
    QCOMPARE(bypass.cache, "bypass");
    QCOMPARE(stats()["hits"], before["hits"]);
    QCOMPARE(absent.status, 404);
    QCOMPARE(get("/api/v1/profiles/somebody-new?create=true").json["native_language"].toString(), "en");
    QCOMPARE(get("/api/v1/profiles/somebody-new").cache, "hit");
    QCOMPARE(get(path + "?create=maybe").status, 400);
    const QJsonObject node = get("/api/v1/node").json;
    QCOMPARE(node["name"].toString(), "eu-1");
    QCOMPARE(node["environment"].toString(), "test");
    QCOMPARE(node["role"].toString(), "operator");
}

void tst_NodeProgram::showsAndActsOnEntries()
{
    QVERIFY(start() && waitUntilReady());
    const QString entry = "/api/v1/cache/entries/" + QUrl::toPercentEncoding(firstUser());

    const QJsonObject before = stats();
    const Answer shown = get(entry);
    const Answer compared = get(entry + "?compare=true");
    QCOMPARE(stats()["hits"], before["hits"]);
    QCOMPARE(stats()["misses"], before["misses"]);
    QCOMPARE(shown.json["entry"].toObject()["state"].toString(), "active");
    QCOMPARE(compared.json["database"].toObject()["state"].toString(), "same");
    QCOMPARE(get(entry).json["entry"].toObject()["hits"].toInt(), 0);

    QCOMPARE(post(entry + "/expire").json["success"], QJsonValue(true));
    QCOMPARE(get(entry).json["entry"].toObject()["state"].toString(), "expired");
    QCOMPARE(post(entry + "/refresh").status, 200);
    QCOMPARE(get(entry).json["entry"].toObject()["state"].toString(), "active");
    QCOMPARE(ask("DELETE", entry).status, 200);
    QCOMPARE(get(entry).status, 404);
    QCOMPARE(post(entry + "/expire").status, 404);
    QCOMPARE(ask("DELETE", entry).status, 404);
    const Answer absent = get(entry + "?compare=true");
    QVERIFY(absent.status == 200 && absent.json["entry"].isNull());
    QCOMPARE(post("/api/v1/cache/entries/nobody-at-all/refresh").status, 404);
}

void tst_NodeProgram::aListBeginsAnywhere()
{
    QVERIFY(start() && waitUntilReady());
    QVERIFY(!firstUser().isEmpty());
    const auto usersOf = [](const Answer &page) {
        QStringList users;
        for (const QJsonValue row : page.json["entries"].toArray())
            users << row.toObject()["user_identity"].toString();
        return users;
    };
    const QString list = "/api/v1/cache/entries?sort=hits&order=desc";
    const QStringList all = usersOf(get(list + "&limit=1000"));
    const int total = int(all.size());
    QVERIFY(total > 10);

    const Answer middle = get(list + "&limit=3&offset=5");
    QCOMPARE(usersOf(middle), all.mid(5, 3));
    QCOMPARE(middle.json["offset"].toInt(), 5);
    QCOMPARE(middle.json["total"].toInt(), total);
    const Answer next = get("/api/v1/cache/entries?limit=3&cursor=" + middle.json["next_cursor"].toString());
    QCOMPARE(usersOf(next), all.mid(8, 3));
    QCOMPARE(next.json["offset"].toInt(), 8);
    const Answer beyond = get(list + "&offset=9007199254740992");
    QVERIFY(usersOf(beyond).isEmpty());
    QVERIFY(beyond.json["next_cursor"].isNull());
    QCOMPARE(beyond.json["offset"].toInt(), total);

    // Who does not mind an old list may be shown one; others see what is there now.
    QCOMPARE(ask("DELETE", "/api/v1/cache/entries/" + QUrl::toPercentEncoding(all[0])).status, 200);
    QVERIFY(usersOf(get(list + "&limit=1000&max_age=60")).size() >= total - 1);
    QCOMPARE(usersOf(get(list + "&limit=1000")), all.mid(1));
}

void tst_NodeProgram::pagesWalkOneList()
{
    QVERIFY(start() && waitUntilReady());
    QVERIFY(!firstUser().isEmpty());
    const Answer first = get("/api/v1/cache/entries?limit=70&sort=user_identity");
    const int total = first.json["total"].toInt();
    QSet<QString> seen;
    QString cursor;
    Answer page = first;
    for (int pages = 0; pages < 20; ++pages) {
        for (const QJsonValue row : page.json["entries"].toArray()) {
            const QString user = row.toObject()["user_identity"].toString();
            QVERIFY(!seen.contains(user));
            seen << user;
        }
        if (page.json["next_cursor"].isNull())
            break;
        cursor = page.json["next_cursor"].toString();
        // What leaves meanwhile stays on the list that was begun.
        ask("DELETE", "/api/v1/cache/entries/" + QUrl::toPercentEncoding(*seen.begin()));
        page = get("/api/v1/cache/entries?limit=70&cursor=" + cursor);
        QCOMPARE(page.status, 200);
    }

    QCOMPARE(seen.size(), total);
    QCOMPARE(get("/api/v1/cache/entries?cursor=0.0").status, 410);
    QCOMPARE(get("/api/v1/cache/entries?cursor=moon").status, 400);
    for (const char *wrong :
         {"limit=0", "limit=1001", "limit=-1", "state=old", "sort=moon", "order=up", "limit=1&limit=2", "offset=-1",
          "offset=x", "max_age=61", "max_age=-1", "cursor=0.0&offset=0"})
        QVERIFY2(get("/api/v1/cache/entries?" + QString::fromLatin1(wrong)).status == 400, wrong);
    const QJsonArray spanish = get("/api/v1/cache/entries?language=es&limit=1000").json["entries"].toArray();
    QVERIFY(!spanish.isEmpty() && spanish.size() < total);
}

void tst_NodeProgram::actsOnMany()
{
    QVERIFY(start() && waitUntilReady());
    const QString user = firstUser();
    const int active = stats()["active_entries"].toInt();

    const Answer preview = post("/api/v1/cache/expire", R"({"all":true,"dry_run":true})");
    QCOMPARE(preview.json["expired"].toInt(), active);
    QCOMPARE(preview.json["examples"].toArray().size(), 10);
    QCOMPARE(stats()["active_entries"].toInt(), active);
    QCOMPARE(post("/api/v1/cache/expire", R"({"user_identities":[")" + user + R"("]})").json["expired"].toInt(), 1);
    const int spanish = post("/api/v1/cache/expire", R"({"filter":{"language":"es"}})").json["expired"].toInt();
    QVERIFY(spanish > 0);
    const QJsonObject cleaned = post("/api/v1/rooms/cache/cleanup").json;
    const int removed = cleaned["initial_count"].toInt() - cleaned["final_count"].toInt();
    QCOMPARE(cleaned["message"].toString(), QString("Cleaned up %1 expired cache entries").arg(removed));
    QVERIFY(removed >= spanish);
    QVERIFY(post("/api/v1/cache/expire", R"({"all":true})").json["expired"].toInt() > 0);
    QCOMPARE(stats()["active_entries"].toInt(), 0);
    QCOMPARE(post("/api/v1/cache/expire", R"({"all":true,"dryrun":true})").status, 400);
    QCOMPARE(post("/api/v1/cache/expire").status, 400);
}

void tst_NodeProgram::warmsUp()
{
    QVERIFY(start() && waitUntilReady());

    const Answer estimate = post("/api/v1/cache/warm", R"({"language":"es","dry_run":true})");
    QCOMPARE(estimate.status, 200);
    QVERIFY(estimate.json["to_load"].toInt() > 0);
    const Answer started = post("/api/v1/cache/warm", R"({"language":"es"})");
    QCOMPARE(started.status, 202);
    const QString job = "/api/v1/jobs/" + started.json["job_id"].toString();
    QVERIFY(QTest::qWaitFor([&] { return get(job).json["state"] == "done"; }, longestStart));
    QCOMPARE(get(job).json["warmed"].toInt(), estimate.json["to_load"].toInt());
    QCOMPARE(ask("DELETE", job).status, 200);
    QCOMPARE(get("/api/v1/jobs/99").status, 404);
    QCOMPARE(get("/api/v1/jobs/1x").status, 404);
}

void tst_NodeProgram::tellsWhatHappened()
{
    QVERIFY(start() && waitUntilReady());
    const QString user = firstUser();
    QCOMPARE(post("/api/v1/cache/entries/" + QUrl::toPercentEncoding(user) + "/expire").status, 200);

    const Answer events = get("/api/v1/events?kind=expired");
    const QJsonObject event = events.json["events"].toArray().last().toObject();
    QCOMPARE(event["user"].toString(), user);
    QCOMPARE(event["who"].toString(), "local");
    const QString next = QString::number(events.json["next"].toInteger());
    QVERIFY(get("/api/v1/events?kind=expired&since=" + next).json["events"].toArray().isEmpty());
    QCOMPARE(get("/api/v1/events?kind=moon").status, 400);
    QVERIFY(
        QTest::qWaitFor([this] { return !get("/api/v1/samples").json["samples"].toArray().isEmpty(); }, longestStart));
    QCOMPARE(get("/api/v1/samples").json["instance_id"], get("/api/v1/node").json["instance_id"]);
    const Answer metrics = get("/metrics");
    QVERIFY(metrics.type.startsWith("text/plain; version=0.0.4"));
    QVERIFY(metrics.text.contains("hearth_cache_entries{state=\"expired\"} 1\n"));
    QVERIFY(!metrics.text.contains(user));
}

void tst_NodeProgram::changesItsConfiguration()
{
    QVERIFY(start());
    const QString path = "/api/v1/config";
    QCOMPARE(get(path).json["ttl_seconds"].toInt(), 1800);

    const Answer changed = ask("PATCH", path,
                               R"({"ttl_seconds":90,"cleanup_interval_seconds":30,"max_entries":5000,)"
                               R"("stale_grace_seconds":10,"refresh_ahead":0.5})");

    QCOMPARE(changed.status, 200);
    QCOMPARE(changed.json, get(path).json);
    QCOMPARE(changed.json["lasts"].toString(), "until restart");
    QCOMPARE(changed.json["max_entries"].toInt(), 5000);
    QCOMPARE(changed.json["refresh_ahead"].toDouble(), 0.5);
    QCOMPARE(stats()["cache_ttl_seconds"].toInt(), 90);
    QCOMPARE(stats()["cleanup_interval_seconds"].toInt(), 30);
    QVERIFY(get("/api/v1/events?kind=settings").text.contains("ttl_seconds 90"));
    for (const char *wrong : {R"({"ttl_seconds":0})", R"({"ttl_seconds":2592001})",
                              R"({"cleanup_interval_seconds":-1})", R"({"max_entries":0})", R"({"refresh_ahead":0.91})",
                              R"({"simulated_latency_ms":5})", R"({"ttl_seconds":60,"max_entries":0})"})
        QVERIFY2(ask("PATCH", path, QString::fromLatin1(wrong)).status == 422, wrong);
    QCOMPARE(ask("PATCH", path, R"({"ttl":5})").status, 400);
    QCOMPARE(stats()["cache_ttl_seconds"].toInt(), 90);
}

void tst_NodeProgram::rolesSeeWhatTheyMay()
{
    m_node->environment.insert("HEARTH_TOKENS",
                               "operator:" + secret + ",support:support-0123456789,viewer:viewer-0123456789");
    QVERIFY(start() && waitUntilReady());
    m_node->token = secret;
    const QString user = firstUser();
    const QString entry = "/api/v1/cache/entries/" + QUrl::toPercentEncoding(user);
    post(entry + "/expire");

    m_node->token = "support-0123456789";
    const QJsonObject masked = get(entry).json["entry"].toObject();
    QVERIFY(masked["native_language"].isNull() && masked["profile"].toObject()["voice_avatar"].isNull());
    QCOMPARE(masked["user_identity"].toString(), user);
    QCOMPARE(get("/api/v1/cache/entries?language=es").status, 403);
    QCOMPARE(get("/api/v1/cache/entries?sort=voice").status, 403);
    QCOMPARE(get("/api/v1/profiles/" + QUrl::toPercentEncoding(user)).status, 403);
    QVERIFY(get("/api/v1/events").text.contains(user));
    m_node->token = "viewer-0123456789";
    QVERIFY(!get("/api/v1/events").text.contains("sample-0"));
    QCOMPARE(get("/api/v1/events?user=" + QUrl::toPercentEncoding(user)).status, 403);
    QCOMPARE(get("/api/v1/cache/entries").status, 403);
    m_node->token.clear();
    QCOMPARE(get("/livez").status, 200);
    QCOMPARE(get("/metrics").status, 401);
}

void tst_NodeProgram::oddIdentities()
{
    QVERIFY(start() && waitUntilReady());
    for (const char *wrong : {"a%00b", "%FF", "%ED%A0%80", "a%0Ab", "100%", "%zz", "../node", "a//b", "."})
        QVERIFY2(get("/api/v1/profiles/" + QString::fromLatin1(wrong)).status == 400, wrong);
    QCOMPARE(get("/api/v1/profiles/" + QString(256, 'a')).status, 400);
    QCOMPARE(get("/api/v1/profiles/").status, 405);
    for (const char *odd : {"%27%20OR%201%3D1--", "%2E%2E", "{id}", "%3Cb%3E", "a%2Fb", "%E2%80%AEx"}) {
        const Answer answer = get("/api/v1/profiles/" + QString::fromLatin1(odd));
        QVERIFY2(answer.status == 404, odd);
        QCOMPARE(answer.json["success"], QJsonValue(false));
    }
    QCOMPARE(stats()["total_entries"].toInt(), 0);
}

QTEST_GUILESS_MAIN(tst_NodeProgram)
#include "tst_NodeProgram.moc"
