// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What operators and support do over HTTP, and what the audit says of it; on the embedded sample database.
#include "tests/support/NodeProcess.h"

#include <QtTest>

using namespace hearth;

namespace {

const QString operatorToken = "operator-0123456789";
const QString supportToken = "support-01234567890";
const QString viewerToken = "viewer-012345678901";
const QString serviceToken = "service-01234567890";
const QString entries = "/api/v1/cache/entries/";

} // namespace

class tst_NodeOperators : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void anExpiryIsTakenBackOnce();
    void manyAreTakenBack();
    void somebodyIsForgotten();
    void supportSeesWithAReason();
    void supportReasonsAreOneLine_data();
    void supportReasonsAreOneLine();
    void comparingAlwaysAnswers();
    void whoDidWhat();
    void theAuditCanBeWalkedThrough();
    void refusedAndFailedActsAreTold();
    void theLatencyIsSimulatedWhereThatIsAllowed();
    void theConfigurationIsAllOrNothing();
    void onlyOperatorsPassTheCache();
    void itDescribesItself();

private:
    bool start(const QStringList &arguments = {});
    void be(const QString &token) { m_node->token = token; }
    QString warmUser();
    QString entryState(const QString &user)
    {
        return m_node->get(pathOf(entries, user)).json["entry"].toObject()["state"].toString();
    }

    std::unique_ptr<NodeProcess> m_node;
};

void tst_NodeOperators::init()
{
    m_node = std::make_unique<NodeProcess>();
}

void tst_NodeOperators::cleanup()
{
    QCOMPARE(m_node->stop(), 0);
    m_node.reset();
}

bool tst_NodeOperators::start(const QStringList &arguments)
{
    m_node->environment.insert("HEARTH_TOKENS",
                               QStringList{"operator/ana:" + operatorToken, "support/sue:" + supportToken,
                                           "viewer/vic:" + viewerToken, "service:" + serviceToken}
                                   .join(','));
    be(operatorToken);
    return m_node->startReady(QStringList{"--sample"} + arguments);
}

// Warms everybody up. Returns: one of them.
QString tst_NodeOperators::warmUser()
{
    const QString job = m_node->post("/api/v1/cache/warm", R"({"recent":300})").json["job_id"].toString();
    if (!QTest::qWaitFor([&] { return m_node->get("/api/v1/jobs/" + job).json["state"] == "done"; },
                         NodeProcess::longestWait))
        return {};
    const QJsonArray rows = m_node->get("/api/v1/cache/entries?limit=1").json["entries"].toArray();
    return rows.isEmpty() ? QString() : rows[0].toObject()["user_identity"].toString();
}

void tst_NodeOperators::anExpiryIsTakenBackOnce()
{
    QVERIFY(start());
    const QString user = warmUser();
    const QString before = m_node->get(pathOf(entries, user)).json["entry"].toObject()["expires_at"].toString();

    const auto expired = m_node->post(pathOf(entries, user) + "/expire");
    QCOMPARE(expired.status, 200);
    QCOMPARE(expired.json["success"], QJsonValue(true));
    QCOMPARE(entryState(user), "expired");
    QVERIFY(QDateTime::fromString(expired.json["undo_until"].toString(), Qt::ISODateWithMs) >
            QDateTime::currentDateTimeUtc());
    const QString undo = "/api/v1/cache/expire/" + expired.json["undo_id"].toString() + "/undo";
    const auto undone = m_node->post(undo + "/");

    QCOMPARE(undone.status, 200);
    QCOMPARE(undone.json["restored"].toInt(), 1);
    QCOMPARE(undone.json["skipped"].toInt(), 0);
    QCOMPARE(entryState(user), "active");
    const QString after = m_node->get(pathOf(entries, user)).json["entry"].toObject()["expires_at"].toString();
    QVERIFY(qAbs(QDateTime::fromString(before, Qt::ISODateWithMs)
                     .msecsTo(QDateTime::fromString(after, Qt::ISODateWithMs))) < 1'000);
    QCOMPARE(m_node->post(undo).status, 404);
    QCOMPARE(m_node->post("/api/v1/cache/expire/%7Bundo_id%7D/undo").status, 404);
    QCOMPARE(m_node->lastEvent("restored")["result"].toString(), "failed");
    QCOMPARE(m_node->events("restored").size(), 3);
}

void tst_NodeOperators::manyAreTakenBack()
{
    QVERIFY(start());
    QVERIFY(!warmUser().isEmpty());
    const int active = m_node->stats()["active_entries"].toInt();

    const auto expired = m_node->post("/api/v1/cache/expire", R"({"all":true})");
    QCOMPARE(expired.json["expired"].toInt(), active);
    QCOMPARE(m_node->stats()["active_entries"].toInt(), 0);
    const auto undone = m_node->post("/api/v1/cache/expire/" + expired.json["undo_id"].toString() + "/undo");

    QCOMPARE(undone.json["restored"].toInt(), active);
    QCOMPARE(m_node->stats()["active_entries"].toInt(), active);
    QCOMPARE(m_node->lastEvent("expired")["target"].toString(), "everyone");
    QCOMPARE(m_node->lastEvent("expired")["who"].toString(), "operator/ana");
}

void tst_NodeOperators::somebodyIsForgotten()
{
    QVERIFY(start());
    const QString user = warmUser();
    const QJsonArray rows = m_node->get("/api/v1/cache/entries?limit=2").json["entries"].toArray();
    const QString other = rows[1].toObject()["user_identity"].toString();
    const QString cursor = m_node->get("/api/v1/cache/entries?limit=1").json["next_cursor"].toString();
    QCOMPARE(m_node->post("/api/v1/rooms/tokens", ("{\"user_identity\":\"" + user + "\",\"room_name\":\"r\"}").toUtf8())
                 .status,
             503); // there is no LiveKit, but it is told
    QCOMPARE(
        m_node->post("/api/v1/cache/expire", ("{\"user_identities\":[\"" + user + "\",\"" + other + "\"]}").toUtf8())
            .json["expired"]
            .toInt(),
        2);
    QVERIFY(m_node->get("/api/v1/events?limit=10000").text.contains('"' + user + '"'));
    const int count = m_node->get("/api/v1/events?limit=10000").json["events"].toArray().size();

    const auto erased = m_node->post(pathOf("/api/v1/cache/erase/", user));

    QCOMPARE(erased.status, 200);
    QCOMPARE(erased.json["success"], QJsonValue(true));
    QCOMPARE(m_node->get(pathOf(entries, user)).status, 404);
    const auto told = m_node->get("/api/v1/events?limit=10000");
    QVERIFY(!told.text.contains('"' + user + '"'));
    QVERIFY(told.text.contains('"' + other + '"'));
    QCOMPARE(told.json["events"].toArray().size(), count + 2); // removed, erased
    QVERIFY(m_node->get("/api/v1/events?user=" + QUrl::toPercentEncoding(user)).json["events"].toArray().size() <= 1);
    const QJsonObject event = m_node->lastEvent("erased");
    QCOMPARE(event["who"].toString(), "operator/ana");
    QVERIFY(event["user"].isNull() && event["target"].isNull());
    QCOMPARE(m_node->get("/api/v1/cache/entries?limit=1&cursor=" + cursor).status, 410);
    QCOMPARE(m_node->post("/api/v1/cache/erase/nobody-at-all").status, 200);
    QCOMPARE(m_node->post("/api/v1/cache/erase/a%00").status, 400);
    QCOMPARE(m_node->get(pathOf("/api/v1/profiles/", user)).cache, "miss"); // who comes again is somebody new
}

void tst_NodeOperators::supportSeesWithAReason()
{
    QVERIFY(start());
    const QString path = pathOf(entries, warmUser());
    const QJsonObject all = m_node->get(path + "?compare=true").json;
    const QJsonObject before = m_node->stats();

    be(supportToken);
    const QJsonObject masked = m_node->get(path).json["entry"].toObject();
    const QJsonObject compared = m_node->get(path + "?compare=true").json;
    for (const QJsonObject &profile : {masked["profile"].toObject(), compared["entry"].toObject()["profile"].toObject(),
                                       compared["database"].toObject()["profile"].toObject()}) {
        QCOMPARE(profile["masked"], QJsonValue(true));
        QVERIFY(profile.contains("native_language") && profile["native_language"].isNull());
        QVERIFY(profile["voice_avatar"].isNull() && profile["translation_preferences"].isNull());
    }
    QCOMPARE(masked["masked"], QJsonValue(true));
    const auto shown = m_node->get(path + "?reveal=ticket%204711&compare=true");
    QCOMPARE(shown.json["database"].toObject()["profile"], all["database"].toObject()["profile"]);
    QCOMPARE(shown.json["entry"].toObject()["profile"], all["entry"].toObject()["profile"]);
    QCOMPARE(m_node->get("/api/v1/cache/entries?reveal=ticket").status, 400);
    const QJsonObject row = m_node->get("/api/v1/cache/entries?limit=1").json["entries"].toArray()[0].toObject();
    QVERIFY(row["native_language"].isNull() && row["voice_id"].isNull());
    QCOMPARE(m_node->get("/api/v1/profiles/ana").status, 403);
    QCOMPARE(m_node->get(entries + "nobody?reveal=ticket").status, 404); // nothing was shown, and so nothing is told

    const QJsonObject told = m_node->lastEvent("revealed");
    QCOMPARE(told["who"].toString(), "support/sue");
    QCOMPARE(told["detail"].toString(), "ticket 4711");
    QCOMPARE(told["user"], masked["user_identity"]);
    QCOMPARE(m_node->events("revealed").size(), 1);
    be(operatorToken);
    QCOMPARE(m_node->get(path + "?reveal=mine").status, 200); // nothing is masked for them
    QCOMPARE(m_node->events("revealed").size(), 1);
    QCOMPARE(m_node->stats()["hits"], before["hits"]);
    QCOMPARE(m_node->stats()["misses"], before["misses"]);
}

void tst_NodeOperators::supportReasonsAreOneLine_data()
{
    QTest::addColumn<QByteArray>("reason"); // percent-encoded
    QTest::addColumn<int>("status");
    QTest::newRow("200 characters") << QByteArray("%C3%A9").repeated(200) << 200;
    QTest::newRow("201 characters") << QByteArray("a").repeated(201) << 400;
    QTest::newRow("nothing") << QByteArray() << 400;
    QTest::newRow("blanks") << QByteArray("%20%20") << 400;
    QTest::newRow("two lines") << QByteArray("a%0Ab") << 400;
    QTest::newRow("a separator of lines") << QByteArray("a%E2%80%A8b") << 400;
    QTest::newRow("NUL") << QByteArray("a%00b") << 400;
    QTest::newRow("no UTF-8") << QByteArray("%FF") << 400;
}

void tst_NodeOperators::supportReasonsAreOneLine()
{
    QFETCH(QByteArray, reason);
    QFETCH(int, status);
    QVERIFY(start());
    const QString path = pathOf(entries, warmUser());
    be(supportToken);

    const auto answer = m_node->get(path + "?reveal=" + QString::fromLatin1(reason));

    QVERIFY2(answer.status == status, qPrintable(answer.text));
    QCOMPARE(m_node->events("revealed").size(), status == 200 ? 1 : 0);
}

void tst_NodeOperators::comparingAlwaysAnswers()
{
    m_node->environment.insert("DATABASE_URL", "postgresql://hearth:geheim@127.0.0.1:1/db");
    QVERIFY(m_node->start({}));
    QVERIFY(QTest::qWaitFor([&] { return m_node->stats()["database"].toObject()["state"] == "unreachable"; },
                            NodeProcess::longestWait));

    const auto compared = m_node->get(entries + "ana?compare=true");

    QCOMPARE(compared.status, 200);
    QVERIFY(compared.json["entry"].isNull());
    const QJsonObject database = compared.json["database"].toObject();
    QCOMPARE(database["state"].toString(), "unreachable");
    QVERIFY(database["profile"].isNull() && database["updated_at"].isNull());
    QVERIFY(database["differences"].toArray().isEmpty());
    QCOMPARE(m_node->get(entries + "ana").status, 404);
    QVERIFY(!compared.text.contains("geheim"));
}

void tst_NodeOperators::whoDidWhat()
{
    QVERIFY(start());
    const QString user = warmUser();
    QCOMPARE(m_node->lastEvent("warm")["who"].toString(), "operator/ana");
    QCOMPARE(m_node->post(pathOf(entries, user) + "/refresh").status, 200);
    QCOMPARE(m_node->ask("DELETE", pathOf(entries, user)).status, 200);
    QCOMPARE(m_node->ask("PATCH", "/api/v1/config", R"({"ttl_seconds":600})").status, 200);
    be(serviceToken);
    QCOMPARE(m_node->post("/api/v1/rooms/cache/cleanup").status, 200);
    QCOMPARE(m_node->post("/api/v1/rooms", R"({"host_identity":"host"})").status, 200);
    be(operatorToken);

    for (const char *kind : {"refreshed", "removed"}) {
        const QJsonObject event = m_node->lastEvent(kind);
        QCOMPARE(event["who"].toString(), "operator/ana");
        QCOMPARE(event["user"].toString(), user);
        QCOMPARE(event["count"].toInt(), 1);
        QCOMPARE(event["result"].toString(), "done");
    }
    QCOMPARE(m_node->lastEvent("settings")["who"].toString(), "operator/ana");
    QCOMPARE(m_node->lastEvent("cleanup")["who"].toString(), "service");
    QCOMPARE(m_node->lastEvent("room")["who"].toString(), "service");
    QCOMPARE(m_node->lastEvent("room")["user"].toString(), "host");
    be(viewerToken);
    const auto seen = m_node->get("/api/v1/events?limit=10000");
    QVERIFY(!seen.text.contains(user) && !seen.text.contains("host") && !seen.text.contains("/ana"));
    for (const QJsonValue event : seen.json["events"].toArray()) {
        const QStringList fields = event.toObject().keys();
        QCOMPARE(fields.join(' '), "count detail kind result seq target time user who");
    }
}

void tst_NodeOperators::theAuditCanBeWalkedThrough()
{
    QVERIFY(start());
    const QString user = warmUser();
    for (int i = 0; i < 20; ++i)
        QCOMPARE(m_node->post(pathOf(entries, user) + "/refresh").status, 200);
    const QJsonArray all = m_node->get("/api/v1/events?limit=10000").json["events"].toArray();
    QVERIFY(all.size() >= 20);
    QJsonArray walked;
    qint64 next = 0;
    while (walked.size() < all.size()) {
        const auto page = m_node->get("/api/v1/events?take=oldest&limit=7&since=" + QString::number(next));
        QVERIFY(!page.json["events"].toArray().isEmpty());
        for (const QJsonValue event : page.json["events"].toArray())
            walked.append(event);
        next = page.json["next"].toInteger();
    }

    QCOMPARE(walked, all);
    QCOMPARE(m_node->get("/api/v1/events?limit=5").json["events"].toArray().last(), all.last());
    QCOMPARE(m_node->get("/api/v1/events?take=all").status, 400);
}

void tst_NodeOperators::refusedAndFailedActsAreTold()
{
    QVERIFY(start());
    QCOMPARE(m_node->ask("DELETE", entries + "nobody").status, 404);
    QCOMPARE(m_node->post(entries + "nobody/refresh").status, 404);
    QCOMPARE(m_node->ask("PATCH", "/api/v1/config", R"({"ttl_seconds":0})").status, 422);
    be(viewerToken);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(m_node->post("/api/v1/cache/expire", R"({"all":true})").status, 403);
    be(operatorToken);

    QCOMPARE(m_node->lastEvent("removed")["result"].toString(), "failed");
    QCOMPARE(m_node->lastEvent("removed")["user"].toString(), "nobody");
    QCOMPARE(m_node->lastEvent("refreshed")["result"].toString(), "failed");
    QCOMPARE(m_node->lastEvent("settings")["result"].toString(), "refused");
    QVERIFY(m_node->lastEvent("settings")["detail"].toString().contains("ttl_seconds"));
    QCOMPARE(m_node->events("refused").size(), 1);
    QCOMPARE(m_node->lastEvent("refused")["who"].toString(), "viewer/vic");
    QCOMPARE(m_node->lastEvent("refused")["target"].toString(), "POST /api/v1/cache/expire");
}

void tst_NodeOperators::theLatencyIsSimulatedWhereThatIsAllowed()
{
    QVERIFY(start({"--allow-simulation"}));
    const auto changed = m_node->ask("PATCH", "/api/v1/config", R"({"simulated_latency_ms":200})");
    QCOMPARE(changed.status, 200);
    QCOMPARE(changed.json["simulated_latency_ms"].toInt(), 200);
    QCOMPARE(changed.json["simulation_allowed"], QJsonValue(true));
    QVERIFY(m_node->get("/api/v1/node").json["capabilities"].toArray().contains("simulation"));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(m_node->get("/api/v1/profiles/nobody-at-all").status, 404);
    QVERIFY(timer.elapsed() >= 200);
    QCOMPARE(m_node->ask("PATCH", "/api/v1/config", R"({"simulated_latency_ms":60001})").status, 422);
    QCOMPARE(m_node->ask("PATCH", "/api/v1/config", R"({"simulated_latency_ms":-1})").status, 422);
    QCOMPARE(m_node->stop(), 0);

    QVERIFY(start());
    const auto refused = m_node->ask("PATCH", "/api/v1/config", R"({"simulated_latency_ms":200})");
    QCOMPARE(refused.status, 422);
    QVERIFY(refused.json["detail"].toString().contains("--allow-simulation"));
    QCOMPARE(m_node->get("/api/v1/config").json["simulation_allowed"], QJsonValue(false));
    QVERIFY(!m_node->get("/api/v1/node").json["capabilities"].toArray().contains("simulation"));
}

void tst_NodeOperators::theConfigurationIsAllOrNothing()
{
    QVERIFY(start());
    QVERIFY(!warmUser().isEmpty());
    const auto refused = m_node->ask("PATCH", "/api/v1/config", R"({"max_entries":10,"refresh_ahead":0.95})");
    QCOMPARE(refused.status, 422);
    QVERIFY(refused.json["detail"].toString().contains("refresh_ahead"));
    QVERIFY(refused.json["detail"].toString().contains("0.9"));
    QCOMPARE(m_node->get("/api/v1/config").json["max_entries"].toInt(), 1'000'000);
    const auto wrongType = m_node->ask("PATCH", "/api/v1/config", R"({"max_entries":"10"})");
    QCOMPARE(wrongType.status, 400);
    QVERIFY(wrongType.json["detail"].toString().contains("max_entries"));

    QCOMPARE(m_node->ask("PATCH", "/api/v1/config", R"({"max_entries":100})").status, 200);
    QVERIFY(m_node->stats()["total_entries"].toInt() <= 100); // at once
}

void tst_NodeOperators::onlyOperatorsPassTheCache()
{
    QVERIFY(start());
    const QString path = pathOf("/api/v1/profiles/", warmUser());
    const int hits = m_node->stats()["hits"].toInt();

    QCOMPARE(m_node->get(path, "Cache-Control: max-age=0, No-Store\r\n").cache, "bypass");
    QCOMPARE(m_node->stats()["hits"].toInt(), hits);
    be(serviceToken);
    QCOMPARE(m_node->get(path, "Cache-Control: no-store\r\n").cache, "hit");
    QCOMPARE(m_node->stats()["hits"].toInt(), hits + 1);
}

void tst_NodeOperators::itDescribesItself()
{
    QVERIFY(start());
    for (const QString &token : {viewerToken, supportToken, serviceToken, operatorToken}) {
        be(token);
        const auto answer = m_node->get("/openapi.json");
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.json["openapi"].toString().startsWith("3.1"));
        QVERIFY(m_node->get("/api/v1/node").json["capabilities"].toArray().contains("undo"));
    }
    be({});
    QCOMPARE(m_node->get("/openapi.json").status, 401);
    QCOMPARE(m_node->get("/api/v1/node?token=" + operatorToken).status, 401);
    be(operatorToken);
}

QTEST_GUILESS_MAIN(tst_NodeOperators)
#include "tst_NodeOperators.moc"
