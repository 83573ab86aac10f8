// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How much one client may take of a node, and what it is told, over the wire: sizes, times, connections, tokens, names.
// As it is and through TLS.
#include "tests/core/server/TransportPlace.h"
#include "tests/support/Await.h"

#include <QTest>

#include <deque>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const std::string host = "Host: localhost\r\n";
const std::string json = "Content-Type: application/json\r\n";
const std::string token = "0123456789abcdef";
const std::string bearer = "Authorization: Bearer " + token + "\r\n";
const std::string wrongBearer = "Authorization: Bearer wrong-0123456789\r\n";
const std::string largeRoute = "POST /api/v1/cache/expire HTTP/1.1\r\n" + host + json;
const std::string smallRoute = "POST /api/v1/rooms/cache/cleanup HTTP/1.1\r\n" + host + json;
constexpr std::size_t smallBody = 64 * 1024;
constexpr std::size_t largeBody = 8 * 1024 * 1024;

std::string withBody(const std::string &route, std::size_t size)
{
    return route + "Content-Length: " + std::to_string(size) + "\r\n\r\n" + std::string(size, ' ');
}

ApiServerSettings guarded()
{
    ApiServerSettings settings;
    settings.tokens = {{ApiRole::Operator, "eve", token}, {ApiRole::Viewer, "", "viewer-0123456789"}};
    return settings;
}

ApiServerSettings counting(std::size_t strangers)
{
    ApiServerSettings settings = guarded();
    settings.limits.connectionsOfUnknown = strangers;
    settings.limits.exemptsLoopback = false;
    return settings;
}

} // namespace

class tst_ApiServerLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase_data()
    {
        QTest::addColumn<bool>("usesTls");
        QTest::newRow("http") << false;
        QTest::newRow("https") << true;
    }
    void init()
    {
        QFETCH_GLOBAL(const bool, usesTls);
        Place::usesTls = usesTls;
    }

    void theyAreThoseThatWerePromised();
    void sizesAreTakenUpToTheLimit();
    void manyShortLinesAreTooMuch();
    void endlessLinesBetweenChunksAreRefused_data();
    void endlessLinesBetweenChunksAreRefused();
    void chunksMayNotAddUpToMore();
    void thousandsAtOnceAreAnsweredInOrder();
    void aSlowBodyIsNotSavedByItsBytes();
    void answersThatNobodyReadsAreGivenUp();
    void answersThatNobodyReadsAreBounded();
    void answersThatAreNotFoundAreGivenUp();
    void requestsKeepAConnectionAlive();
    void emptyLinesBuyNoTime();
    void oneAddressCannotKeepOthersOut();
    void wrongTokensMakeNobodyKnown();
    void theLoopbackIsNotCounted();
    void placesAreGivenBack();
    void manyComeAndGo();
    void guessersAreSentAway();
    void aTokenInTheUrlIsNone();
    void rolesAreHeld();
    void methodsThatAreNotThere();
    void bodiesOfStrangersAreNotRead();
    void nobodyIsAskedToContinueInVain();
    void namesOfOthersAreRefused();
    void pathsThatLeadElsewhere_data();
    void pathsThatLeadElsewhere();
};

void tst_ApiServerLimits::theyAreThoseThatWerePromised()
{
    const ApiLimits limits;
    QCOMPARE(limits.header, 10'000ms);
    QCOMPARE(limits.handshake, 10'000ms);
    QCOMPARE(limits.body, 30'000ms);
    QCOMPARE(limits.idle, 15'000ms);
    QCOMPARE(limits.connections, 4'096U);
    QCOMPARE(limits.connectionsOfUnknown, 64U);
    QCOMPARE(limits.failuresPerMinute, 10U);
    QVERIFY(limits.exemptsLoopback);
    QVERIFY(limits.tick <= 500ms);
}

void tst_ApiServerLimits::sizesAreTakenUpToTheLimit()
{
    const Place place;
    RawClient client = place.client();

    QCOMPARE(client.get("/livez", "X: " + std::string(15'000, 'x') + "\r\n").status, 200);
    QCOMPARE(client.ask(withBody(smallRoute, smallBody)).status, 200);
    QCOMPARE(client.ask(withBody(largeRoute, largeBody)).body.size(), largeBody + 1);
    QCOMPARE(client.ask(withBody(smallRoute, smallBody + 1)).status, 413);
    QVERIFY(client.isClosed());
    QCOMPARE(place.client().ask(withBody(largeRoute, largeBody + 1)).status, 413);
    QCOMPARE(place.client().get("/livez", "X: " + std::string(16'400, 'x') + "\r\n").status, 431);
}

void tst_ApiServerLimits::manyShortLinesAreTooMuch()
{
    const Place place;
    std::string all; // at once, so that the first part is read before the limit is reached
    while (all.size() < 18'000)
        all += "X: y\r\n";
    QCOMPARE(place.client().get("/livez", all).status, 431);

    RawClient client = place.client(); // in whole lines, so that none of them waits for its end
    RawClient neighbour = place.client();
    std::string lines;
    while (lines.size() < 1'000)
        lines += "X: y\r\n";
    QVERIFY(client.send("GET /livez HTTP/1.1\r\n" + host));
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(neighbour.get("/livez").status, 200); // what was sent has been read meanwhile
        client.send(lines);
    }
    client.send("\r\n");

    QCOMPARE(client.response().status, 431);
    QVERIFY(client.isClosed());
}

void tst_ApiServerLimits::endlessLinesBetweenChunksAreRefused_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::newRow("before the first chunk") << QByteArray("1;x=");
    QTest::newRow("behind a chunk") << QByteArray("1\r\nx\r\n2;");
    QTest::newRow("behind the last one") << QByteArray("0\r\nX: ");
    QTest::newRow("the last one's own line") << QByteArray("0;");
}

void tst_ApiServerLimits::endlessLinesBetweenChunksAreRefused()
{
    QFETCH(const QByteArray, begin);
    const Place place;
    RawClient client = place.client();
    QVERIFY(client.send(largeRoute + "Transfer-Encoding: chunked\r\n\r\n" + begin.toStdString()));

    client.send(std::string(300'000, 'a'));

    QCOMPARE(client.response().status, 400);
    QVERIFY(client.isClosed());
    QCOMPARE(place.handled.load(), 0);
}

void tst_ApiServerLimits::chunksMayNotAddUpToMore()
{
    const Place place;
    const std::string chunk = "4000\r\n" + std::string(0x4000, ' ') + "\r\n";
    const std::string fits = chunk + chunk + chunk + chunk;
    const std::string chunked = smallRoute + "Transfer-Encoding: chunked\r\n\r\n";

    QCOMPARE(place.client().ask(chunked + fits + "0\r\n\r\n").status, 200);
    QCOMPARE(place.client().ask(chunked + fits + "1\r\n \r\n0\r\n\r\n").status, 413);
}

void tst_ApiServerLimits::thousandsAtOnceAreAnsweredInOrder()
{
    constexpr int requests = 5'000;
    const Place place;
    RawClient client = place.client();
    std::string all;
    for (int i = 0; i < requests; ++i)
        all += "GET /api/v1/profiles/user-" + std::to_string(i) + " HTTP/1.1\r\n" + host + "\r\n";
    if (Place::usesTls) // a session of OpenSSL is one thread's
        QVERIFY(client.send(all));
    std::thread sender([&] {
        if (!Place::usesTls)
            client.send(all);
    });

    int inOrder = 0;
    while (inOrder < requests && client.response().body == "user-" + std::to_string(inOrder) + "|")
        ++inOrder;

    sender.join();
    QCOMPARE(inOrder, requests);
    QCOMPARE(place.handled.load(), requests);
}

void tst_ApiServerLimits::aSlowBodyIsNotSavedByItsBytes()
{
    Place place;
    RawClient client = place.client();
    QVERIFY(client.send(smallRoute + "Content-Length: 1000\r\n\r\n"));
    QVERIFY(waitUntil([&] { return place.connections() == 1; }));

    for (int second = 0; second < 32; ++second) {
        client.send("x");
        QCOMPARE(place.client().get("/livez").status, 200);
        place.clock.advance(1s);
    }

    QVERIFY(client.isClosed());
}

void tst_ApiServerLimits::answersThatNobodyReadsAreGivenUp()
{
    Place place;
    RawClient client = place.client();
    const int little = 4'096;
    ::setsockopt(client.descriptor(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    QVERIFY(client.send(withBody(largeRoute, largeBody)));
    QVERIFY(waitUntil([&] { return place.handled == 1; }));
    QCOMPARE(place.client().get("/livez").status, 200);

    place.clock.advance(29'999ms);
    QCOMPARE(place.client().get("/livez").status, 200);
    QVERIFY(waitUntil([&] { return place.connections() == 1; }));
    place.clock.advance(2ms);

    QVERIFY(waitUntil([&] { return place.connections() == 0; }));
}

void tst_ApiServerLimits::answersThatNobodyReadsAreBounded()
{
    ApiServerSettings settings;
    settings.limits.unsentBytes = largeBody * 3 / 2;
    Place place(settings);
    {
        RawClient sleeper = place.client();
        const int little = 4'096;
        ::setsockopt(sleeper.descriptor(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
        QVERIFY(sleeper.send(withBody(largeRoute, largeBody)));
        QVERIFY(waitUntil([&] { return place.handled == 1; }));

        RawClient client = place.client();
        const auto refused = client.ask(withBody(largeRoute, largeBody));
        QCOMPARE(refused.status, 503);
        QVERIFY(refused.head.find("Retry-After: 1\r\n") != std::string::npos);
        QCOMPARE(client.ask(withBody(smallRoute, 1'000)).status, 200); // what is short is answered all the same
    }
    QVERIFY(waitUntil([&] { return place.connections() == 0; }));
    for (int i = 0; i < 3; ++i) // whatever was taken counts no longer
        QCOMPARE(place.client().ask(withBody(largeRoute, largeBody)).status, 200);
}

void tst_ApiServerLimits::answersThatAreNotFoundAreGivenUp()
{
    Place place;
    place.keeps = true;
    RawClient client = place.client();
    QVERIFY(client.send("GET /api/v1/profiles/ana HTTP/1.1\r\n" + host + "\r\n"));
    QVERIFY(waitUntil([&] { return place.hasKept.load(); }));

    place.clock.advance(place.completed({}).limits.answer + 1ms);

    QVERIFY(client.isClosed());
    (*place.kept)(ApiResponse{}); // too late, and harmless
    QVERIFY(waitUntil([&] { return place.connections() == 0; }));
}

void tst_ApiServerLimits::requestsKeepAConnectionAlive()
{
    Place place;
    RawClient client = place.client();
    for (int i = 0; i < 5; ++i) {
        QCOMPARE(client.get("/livez").status, 200);
        place.clock.advance(14s);
    }
    QCOMPARE(client.get("/livez").status, 200);
}

void tst_ApiServerLimits::emptyLinesBuyNoTime()
{
    Place place;
    RawClient client = place.client();
    QCOMPARE(client.get("/livez").status, 200);

    for (int second = 0; second < 17; ++second) {
        client.send("\r\n");
        QCOMPARE(place.client().get("/livez").status, 200);
        place.clock.advance(1s);
    }

    while (client.response().status != 0) {} // it may be told why
    QVERIFY(client.isClosed());
}

void tst_ApiServerLimits::oneAddressCannotKeepOthersOut()
{
    const Place place(counting(64));
    std::deque<RawClient> greedy;
    for (int i = 0; i < 64; ++i) {
        greedy.push_back(place.client("127.0.0.2"));
        QVERIFY(greedy.back().isConnected());
    }
    QVERIFY(waitUntil([&] { return place.connections() == 64; }));

    for (int i = 0; i < 10; ++i)
        QVERIFY(place.client("127.0.0.2").response().status != 200);
    QVERIFY(waitUntil([&] { return place.server.counts().connectionsRefused == 10; }));
    for (const char *other : {"127.0.0.1", "127.0.0.3", "127.0.0.4"})
        QCOMPARE(place.client(other).get("/livez").status, 200);
    QCOMPARE(greedy.front().get("/livez").status, 200);
}

void tst_ApiServerLimits::wrongTokensMakeNobodyKnown()
{
    const Place place(counting(2));
    RawClient first = place.client();
    RawClient second = place.client();
    QCOMPARE(first.get("/api/v1/node", wrongBearer).status, 401);
    QCOMPARE(second.get("/api/v1/node", wrongBearer).status, 401);

    QCOMPARE(place.client().get("/livez").status == 200, false);
    QCOMPARE(first.get("/api/v1/node", "Authorization: Bearer viewer-0123456789\r\n").status, 200);
    QCOMPARE(place.client().get("/livez").status, 200);
}

void tst_ApiServerLimits::theLoopbackIsNotCounted()
{
    ApiServerSettings settings = guarded();
    settings.limits.connectionsOfUnknown = 2;
    const Place place(settings);
    std::deque<RawClient> many;
    for (int i = 0; i < 10; ++i) {
        many.push_back(place.client());
        QCOMPARE(many.back().get("/livez").status, 200);
    }
}

void tst_ApiServerLimits::placesAreGivenBack()
{
    const Place place(counting(2));
    for (int round = 0; round < 5; ++round) {
        RawClient stranger = place.client();
        RawClient known = place.client();
        QCOMPARE(stranger.get("/livez").status, 200);
        QCOMPARE(known.get("/api/v1/node", bearer).status, 200);
        QCOMPARE(known.get("/api/v1/node", bearer).status, 200);
        RawClient another = place.client(); // who is known is no stranger any more, once
        QCOMPARE(another.get("/livez").status, 200);
        QCOMPARE(place.client().response().status, Place::usesTls ? 0 : 503);
        another.close();
        stranger.close();
        known.close();
        QVERIFY(waitUntil([&] { return place.connections() == 0; }));
    }
    QCOMPARE(place.server.counts().connectionsRefused, 5U);
}

void tst_ApiServerLimits::manyComeAndGo()
{
    const Place place;
    for (int i = 0; i < 300; ++i) {
        RawClient client = place.client();
        if (i % 3 == 0)
            QCOMPARE(client.get("/livez").status, 200);
        else if (i % 3 == 1)
            client.send("GET /livez HT");
    }
    QVERIFY(waitUntil([&] { return place.connections() == 0; }));
    QVERIFY(waitUntil([&] { return place.server.counts().connectionsAccepted == 300; }));
}

void tst_ApiServerLimits::guessersAreSentAway()
{
    Place place(guarded());
    RawClient client = place.client();
    for (int i = 0; i < 10; ++i) {
        const auto answer = client.get("/api/v1/node", wrongBearer);
        QCOMPARE(answer.status, 401);
        QVERIFY(answer.header("WWW-Authenticate").starts_with("Bearer"));
    }

    const auto eleventh = place.client().get("/api/v1/node", wrongBearer);
    QCOMPARE(eleventh.status, 429);
    QCOMPARE(eleventh.header("Retry-After"), std::string("60"));
    QCOMPARE(client.get("/api/v1/node", bearer).status, 200);
    QCOMPARE(place.client("127.0.0.9").get("/api/v1/node", wrongBearer).status, 401);
    place.clock.advance(14s);
    QCOMPARE(place.client().get("/api/v1/node", wrongBearer).header("Retry-After"), std::string("46"));
    place.clock.advance(47s);
    QCOMPARE(place.client().get("/api/v1/node", wrongBearer).status, 401);
}

void tst_ApiServerLimits::aTokenInTheUrlIsNone()
{
    const Place place(guarded());
    RawClient client = place.client();
    for (const std::string name : {"token", "access_token", "Authorization", "authorization", "bearer"}) {
        const auto answer = client.get("/api/v1/node?" + name + "=" + token);
        QCOMPARE(answer.status, 401);
        QVERIFY(answer.body.find(token) == std::string::npos);
    }
    QCOMPARE(client.ask("GET http://eve:" + token + "@localhost/api/v1/node HTTP/1.1\r\n" + host + "\r\n").status, 400);
    QCOMPARE(place.handled.load(), 0);
}

void tst_ApiServerLimits::rolesAreHeld()
{
    const Place place(guarded());
    RawClient client = place.client();
    const std::string viewer = "Authorization: Bearer viewer-0123456789\r\n";

    QCOMPARE(client.get("/api/v1/profiles/ana").status, 401);
    QCOMPARE(client.get("/api/v1/profiles/ana", viewer).status, 403);
    QCOMPARE(client.get("/api/v1/profiles/ana", bearer).status, 200);
    QCOMPARE(client.get("/api/v1/profiles/ana", viewer + bearer).status, 403); // the first one counts
    QCOMPARE(client.get("/livez").status, 200);
    QCOMPARE(place.handled.load(), 2);
}

void tst_ApiServerLimits::methodsThatAreNotThere()
{
    const Place place(guarded());
    RawClient client = place.client();
    const auto ask = [&](const std::string &method, const std::string &target) {
        return client.ask(method + " " + target + " HTTP/1.1\r\n" + host + bearer + "\r\n");
    };
    for (const char *method : {"OPTIONS", "PUT", "TRACE", "FROBNICATE", "get"}) {
        const auto answer = ask(method, "/api/v1/cache/warm");
        QCOMPARE(answer.status, 405);
        QCOMPARE(answer.header("Allow"), std::string("POST"));
    }
    QCOMPARE(ask("OPTIONS", "/livez").header("Allow"), std::string("GET, HEAD"));
    QVERIFY(client.send("HEAD /nothing HTTP/1.1\r\n" + host + "\r\n"));
    QCOMPARE(client.response(false).status, 404);
    QCOMPARE(client.get("/livez").status, 200);
    QCOMPARE(ask("CONNECT", "localhost:443").status, 400);
}

void tst_ApiServerLimits::bodiesOfStrangersAreNotRead()
{
    const Place place(guarded());

    const auto answer =
        place.client().ask(largeRoute + "Content-Length: " + std::to_string(largeBody) + "\r\n\r\n"); // comes later

    QCOMPARE(answer.status, 401);
    QVERIFY(answer.closes());
}

void tst_ApiServerLimits::nobodyIsAskedToContinueInVain()
{
    const Place place(guarded());
    const std::string waits = "Expect: 100-continue\r\n";

    QCOMPARE(place.client().ask(smallRoute + waits + "Content-Length: 2\r\n\r\n").status, 401);
    QCOMPARE(place.client().ask(smallRoute + bearer + waits + "Content-Length: 70000\r\n\r\n").status, 413);
    RawClient client = place.client();
    QCOMPARE(client.ask(smallRoute + bearer + waits + "Content-Length: 2\r\n\r\n").status, 100);
    QCOMPARE(client.ask("{}").body, std::string("|{}"));
    QCOMPARE(client.get("/livez", waits).status, 200); // there is nothing to wait for
}

void tst_ApiServerLimits::namesOfOthersAreRefused()
{
    const Place place;
    const auto ask = [&](const std::string &name, const std::string &more) {
        return place.client().ask("GET /api/v1/node HTTP/1.1\r\nHost: " + name + "\r\n" + more + "\r\n").status;
    };
    QCOMPARE(ask("127.0.0.1", {}), 200);
    QCOMPARE(ask("evil.example", {}), 403);
    QCOMPARE(ask("", {}), 403);
    QCOMPARE(ask("localhost", "Origin: http://localhost\r\n"), 200);
    QCOMPARE(ask("localhost", "Origin: https://evil.example\r\n"), 403);
    QCOMPARE(ask("localhost", "Origin: null\r\n"), 403);
    QCOMPARE(ask("localhost", "Sec-Fetch-Site: cross-site\r\n"), 403);
    QCOMPARE(place.handled.load(), 2);
}

void tst_ApiServerLimits::pathsThatLeadElsewhere_data()
{
    QTest::addColumn<QByteArray>("target");
    for (const char *target :
         {"//api/v1/node", "/api//v1/node", "/api/v1/node//", "/api/v1/../v1/node", "/../etc/passwd", "/api/v1/./node",
          "/..", "/.", "*", "api/v1/node", "http://localhost/api/v1/node", "/api/v1/node#part", "\\api", "?"})
        QTest::newRow(target) << QByteArray(target);
}

void tst_ApiServerLimits::pathsThatLeadElsewhere()
{
    QFETCH(const QByteArray, target);
    const Place place;
    RawClient client = place.client();

    QCOMPARE(client.get(target.toStdString()).status, 400);

    QCOMPARE(client.get("/livez").status, 200); // it was understood, so that the connection lives
    QCOMPARE(place.handled.load(), 1);
}

QTEST_APPLESS_MAIN(tst_ApiServerLimits)
#include "tst_ApiServerLimits.moc"
