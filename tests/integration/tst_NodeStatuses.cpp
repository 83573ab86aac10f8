// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Every status of an error, by a real request to a real node.
#include "tests/support/NodeProcess.h"
#include "tests/support/PrivatePostgres.h"

#include <QtTest>

using namespace hearth;

class tst_NodeStatuses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anOpenNodeRefuses();
    void wrongTokens();
    void anUnreachableDatabase();
    void aDatabaseThatHangs();
    void tooManyLoads();

private:
    static void expect(const NodeProcess::Answer &answer, int status, const char *word = "");
};

// As each error looks.
void tst_NodeStatuses::expect(const NodeProcess::Answer &answer, int status, const char *word)
{
    QVERIFY2(answer.status == status, qPrintable(QString::number(answer.status) + ' ' + answer.text));
    QCOMPARE(answer.type, "application/problem+json");
    QCOMPARE(answer.json["status"].toInt(), status);
    QCOMPARE(answer.json["success"], QJsonValue(false));
    for (const char *field : {"type", "title", "detail"})
        QVERIFY2(!answer.json[QLatin1StringView(field)].toString().isEmpty(), qPrintable(answer.text));
    QVERIFY2(answer.json["detail"].toString().endsWith('.'), qPrintable(answer.text));
    QVERIFY2(answer.json["detail"].toString().contains(QString::fromUtf8(word)), qPrintable(answer.text));
    QCOMPARE(!answer.retryAfter.isEmpty(), status == 429 || status == 503);
    QCOMPARE(!answer.allow.isEmpty(), status == 405);
}

void tst_NodeStatuses::anOpenNodeRefuses()
{
    NodeProcess node;
    QVERIFY(node.startReady({"--sample"}));
    const QString bodied = "/api/v1/cache/expire";

    expect(node.post(bodied, "{"), 400, "JSON");
    expect(node.post(bodied, QByteArray(2'000, '[')), 400, "16 levels");
    expect(node.post(bodied, R"({"all":true,"all":true})"), 400, "twice");
    expect(node.post(bodied), 400, "empty");
    expect(node.get("/api/v1/profiles/%zz"), 400);
    expect(node.get("/api/v1/rooms/a%00b"), 400, "room_id");
    expect(node.get("/api/v1/cache/entries?limit=x"), 400, "limit");
    expect(node.get("/api/v1/node", "Origin: http://elsewhere.example\r\n"), 403);
    expect(node.get("/api/v1/nothing"), 404);
    expect(node.get("/api/v1/rooms/nobody"), 404);
    expect(node.get("/api/v1/jobs/1"), 404);
    expect(node.get("/api/v1/cache/entries/nobody"), 404);
    expect(node.post("/api/v1/cache/expire/0123/undo"), 404);
    expect(node.ask("PUT", "/api/v1/rooms"), 405);
    expect(node.ask("PATCH", "/api/v1/profiles/ana"), 405);
    const QByteArray profile = R"({"user_identity":"new","native_language":"es"})";
    QCOMPARE(node.post("/api/v1/profiles", profile).status, 201);
    expect(node.post("/api/v1/profiles", profile), 409);
    expect(node.get("/api/v1/cache/entries?cursor=1.1"), 410);
    expect(node.post("/api/v1/rooms", QByteArray(64 * 1024 + 1, ' ')), 413);
    expect(
        node.ask("POST", "/api/v1/rooms", "host_identity=ana", "Content-Type: application/x-www-form-urlencoded\r\n"),
        415);
    expect(node.ask("PATCH", "/api/v1/config", R"({"ttl_seconds":0})"), 422, "ttl_seconds");
    expect(node.ask("PATCH", "/api/v1/config", R"({"max_entries":-1})"), 422, "max_entries");
    expect(node.post("/api/v1/rooms/tokens", R"({"user_identity":"ana","room_name":"r"})"), 503, "LIVEKIT_URL");
    QCOMPARE(node.get("/livez").status, 200);
}

void tst_NodeStatuses::wrongTokens()
{
    NodeProcess node;
    node.environment.insert("HEARTH_TOKENS", "viewer:viewer-0123456789");
    QVERIFY(node.startReady({"--sample"}));

    expect(node.get("/api/v1/node"), 401);
    node.token = "wrong-0123456789";
    for (int i = 0; i < 10; ++i)
        expect(node.get("/api/v1/node"), 401);
    expect(node.get("/api/v1/node"), 429);
    node.token = "viewer-0123456789";
    QCOMPARE(node.get("/api/v1/node").status, 200);
    expect(node.post("/api/v1/cache/expire", R"({"all":true})"), 403, "viewer");
    expect(node.get("/api/v1/profiles/ana"), 403, "viewer");
}

void tst_NodeStatuses::anUnreachableDatabase()
{
    NodeProcess node;
    node.environment.insert("DATABASE_URL", "postgresql://hearth:geheim@127.0.0.1:1/db");
    QVERIFY(node.start({}));
    QVERIFY(QTest::qWaitFor([&] { return node.stats()["database"].toObject()["state"] == "unreachable"; },
                            NodeProcess::longestWait));

    for (const char *path : {"/readyz", "/api/v1/profiles/ana", "/api/v1/rooms", "/api/v1/rooms/1"})
        expect(node.get(path), 503);
    expect(node.post("/api/v1/rooms", R"({"host_identity":"ana"})"), 503);
    expect(node.post("/api/v1/agents", R"({"user_identity":"ana","room_name":"r"})"), 503);
    expect(node.post("/api/v1/profiles", R"({"user_identity":"ana","native_language":"es"})"), 503);
    expect(node.ask("PUT", "/api/v1/profiles/ana", R"({"formal_tone":true})"), 503);
    expect(node.ask("DELETE", "/api/v1/rooms/1"), 503);
    expect(node.post("/api/v1/cache/entries/ana/refresh"), 503);
    expect(node.post("/api/v1/cache/warm", R"({"recent":5,"dry_run":true})"), 503);
    QVERIFY(!node.get("/api/v1/events").text.contains("geheim"));
}

void tst_NodeStatuses::aDatabaseThatHangs()
{
    PrivatePostgres server;
    NodeProcess node;
    node.environment.insert("DATABASE_URL", server.url());
    node.environment.insert("DATABASE_TIMEOUT_MS", "500");
    QVERIFY(node.startReady({}));

    server.pause();
    const auto read = node.get("/api/v1/profiles/ana");
    const auto room = node.get("/api/v1/rooms");
    server.resume();

    expect(read, 504);
    QVERIFY2(room.status == 504 || room.status == 503, qPrintable(room.text)); // it may be known by then
}

void tst_NodeStatuses::tooManyLoads()
{
    NodeProcess node;
    node.environment.insert("SIMULATED_LATENCY_MS", "2000");
    node.environment.insert("DATABASE_POOL_SIZE", "1");
    node.environment.insert("DATABASE_QUEUE", "1");
    QVERIFY(node.startReady({"--sample"}));
    std::vector<std::unique_ptr<RawClient>> others;
    for (int i = 0; i < 40; ++i) {
        others.push_back(std::make_unique<RawClient>(node.port()));
        QVERIFY(others.back()->send("GET /api/v1/profiles/user-" + std::to_string(i) +
                                    " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    int overloaded = 0;
    for (const auto &other : others) {
        const RawClient::Response response = other->response();
        overloaded += response.status == 503 ? 1 : 0;
        QVERIFY(response.status != 503 || !response.header("Retry-After").empty());
    }
    QVERIFY(overloaded > 0);
}

QTEST_GUILESS_MAIN(tst_NodeStatuses)
#include "tst_NodeStatuses.moc"
