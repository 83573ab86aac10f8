// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The transport, byte by byte, as it is and through TLS: what is malformed, too large, too slow or too much, and that
// none of it hurts others.
#include "tests/core/server/TransportPlace.h"
#include "tests/support/Await.h"

#include <QTest>

#include <deque>
#include <memory>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const std::string host = "Host: localhost\r\n";
const std::string json = "Content-Type: application/json\r\n";
const std::string expireRoute = "POST /api/v1/cache/expire HTTP/1.1\r\n" + host + json;
const std::string smallRoute = "POST /api/v1/rooms/cache/cleanup HTTP/1.1\r\n" + host + json;

} // namespace

class tst_ApiServer : public QObject
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

    void answersAndKeepsTheConnection();
    void answersInOrderWhatWasSentAtOnce();
    void bytesMayComeOneByOne();
    void chunksMayComeByteByByte();
    void headHasNoBody();
    void bodiesComeWithLengthOrInChunks();
    void continuesWhereTheClientWaits();
    void malformedIsRefusedAndClosed_data();
    void malformedIsRefusedAndClosed();
    void nothingIsSmuggled();
    void whatIsTooLargeIsRefused();
    void http10IsServed();
    void slowOnesAreLeft_data();
    void slowOnesAreLeft();
    void aSlowHeaderIsNotSavedByItsBytes();
    void whoLeavesDuringAnAnswerHurtsNobody();
    void answersFromOtherThreadsArrive();
    void aSecondAnswerIsDropped();
    void strangersFromOneAddressAreBounded();
    void allTogetherAreBounded();
    void itEndsInOrder();
    void theAddressMayBeTaken();
    void requestIdsAreEchoed();
};

void tst_ApiServer::answersAndKeepsTheConnection()
{
    Place place;
    QVERIFY(place.started);
    RawClient client = place.client();

    for (int i = 0; i < 3; ++i) {
        const auto response = client.get("/api/v1/profiles/ana");
        QCOMPARE(response.status, 200);
        QCOMPARE(response.body, std::string("ana|"));
        QVERIFY(!response.closes());
    }
    QCOMPARE(place.server.counts().connections, 1U);
    QCOMPARE(place.server.counts().responsesByStatus.at(200), 3U);
}

void tst_ApiServer::answersInOrderWhatWasSentAtOnce()
{
    Place place;
    RawClient client = place.client();
    std::string all;
    for (int i = 0; i < 500; ++i)
        all += "GET /api/v1/profiles/user-" + std::to_string(i) + " HTTP/1.1\r\n" + host + "\r\n";

    QVERIFY(client.send(all));

    for (int i = 0; i < 500; ++i)
        QCOMPARE(client.response().body, "user-" + std::to_string(i) + "|");
}

void tst_ApiServer::bytesMayComeOneByOne()
{
    Place place;
    RawClient client = place.client();
    const std::string request = smallRoute + "Content-Length: 5\r\n\r\nhello";

    for (const char byte : request)
        QVERIFY(client.send(std::string_view(&byte, 1)));

    QCOMPARE(client.response().body, std::string("|hello"));
}

void tst_ApiServer::chunksMayComeByteByByte()
{
    Place place;
    RawClient client = place.client();
    RawClient neighbour = place.client();
    const auto askSlowly = [&](std::string_view chunks) {
        client.send(smallRoute + "Transfer-Encoding: chunked\r\n\r\n");
        for (const char byte : chunks) {
            client.send(std::string_view(&byte, 1));
            neighbour.get("/livez"); // the byte has been read meanwhile
        }
        return client.response().body;
    };

    QCOMPARE(askSlowly("2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n"), std::string("|{}"));
    QCOMPARE(askSlowly("0\r\n\r\n"), std::string("|"));
    QCOMPARE(client.get("/api/v1/profiles/ana").body, std::string("ana|"));
}

void tst_ApiServer::headHasNoBody()
{
    Place place;
    RawClient client = place.client();

    QVERIFY(client.send("HEAD /api/v1/profiles/ana HTTP/1.1\r\n" + host + "\r\n"));
    const auto head = client.response(false);
    const auto next = client.get("/api/v1/profiles/bob");

    QCOMPARE(head.status, 200);
    QCOMPARE(head.header("Content-Length"), std::string("4"));
    QCOMPARE(next.body, std::string("bob|"));
}

void tst_ApiServer::bodiesComeWithLengthOrInChunks()
{
    Place place;
    RawClient client = place.client();

    const auto whole = client.ask(smallRoute + "Content-Length: 2\r\n\r\n{}");
    const auto chunks =
        client.ask(smallRoute + "Transfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\n4;x=y\r\n\":1}\r\n0\r\n\r\n");
    const auto large = client.ask(expireRoute + "Content-Length: 1000000\r\n\r\n" + std::string(1'000'000, ' '));

    QCOMPARE(whole.body, std::string("|{}"));
    QCOMPARE(chunks.body, std::string("|{\"a\":1}"));
    QCOMPARE(large.body.size(), 1'000'001U);
    QVERIFY(!large.closes());
}

void tst_ApiServer::continuesWhereTheClientWaits()
{
    Place place;
    RawClient client = place.client();

    const auto interim = client.ask(smallRoute + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    const auto final = client.ask("{}");
    const auto other = client.ask(smallRoute + "Content-Length: 2\r\nExpect: wonders\r\n\r\n");

    QCOMPARE(interim.status, 100);
    QCOMPARE(final.status, 200);
    QCOMPARE(other.status, 417);
}

void tst_ApiServer::malformedIsRefusedAndClosed_data()
{
    QTest::addColumn<QByteArray>("request");
    const auto row = [](const char *name, const std::string &request) {
        QTest::newRow(name) << QByteArray(request.data(), qsizetype(request.size()));
    };
    row("length with chunks", smallRoute + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("chunks with length", smallRoute + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n");
    row("two lengths", smallRoute + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x");
    row("the same length twice", smallRoute + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}");
    row("two lengths in a line", smallRoute + "Content-Length: 2, 2\r\n\r\n{}");
    row("a negative length", smallRoute + "Content-Length: -2\r\n\r\n{}");
    row("a length with a plus", smallRoute + "Content-Length: +2\r\n\r\n{}");
    row("a hexadecimal length", smallRoute + "Content-Length: 0x2\r\n\r\n{}");
    row("an empty length", smallRoute + "Content-Length: \r\n\r\n");
    row("a huge length", smallRoute + "Content-Length: 99999999999999999999999\r\n\r\n{}");
    row("chunks that are none", smallRoute + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
    row("a negative chunk", smallRoute + "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n");
    row("a huge chunk", smallRoute + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n");
    row("a chunk without its end", smallRoute + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}X0\r\n\r\n");
    row("another coding", smallRoute + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n");
    row("chunked twice", smallRoute + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n");
    row("chunked in two lines",
        smallRoute + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("a coding that is none", smallRoute + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n");
    row("chunks in HTTP/1.0",
        "POST /api/v1/rooms/cache/cleanup HTTP/1.0\r\n" + host + json + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    row("no host", "GET /livez HTTP/1.1\r\n\r\n");
    row("two hosts", "GET /livez HTTP/1.1\r\n" + host + host + "\r\n");
    row("a blank before the colon", "GET /livez HTTP/1.1\r\nHost : localhost\r\n\r\n");
    row("no colon", "GET /livez HTTP/1.1\r\nHost localhost\r\n\r\n");
    row("bare line feeds", "GET /livez HTTP/1.1\nHost: localhost\n\n");
    row("NUL in a header", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: a" + std::string(1, '\0') + "b\r\n\r\n");
    row("NUL in the target", "GET /live" + std::string(1, '\0') + "z HTTP/1.1\r\n" + host + "\r\n");
    row("a blank in the target", "GET /live z HTTP/1.1\r\n" + host + "\r\n");
    row("no version", "GET /livez\r\n" + host + "\r\n");
    row("no HTTP", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03 TLS hello\r\n\r\n", 25));
    row("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

void tst_ApiServer::malformedIsRefusedAndClosed()
{
    QFETCH(const QByteArray, request);
    Place place;
    RawClient client = place.client();
    RawClient neighbour = place.client();

    const auto response = client.ask({request.data(), std::size_t(request.size())});

    QVERIFY2(response.status == 400 || response.status == 505, response.head.c_str());
    QVERIFY(response.closes());
    QVERIFY(response.header("Content-Type") == "application/problem+json");
    QVERIFY(client.isClosed());
    QCOMPARE(place.handled.load(), 0);
    QCOMPARE(neighbour.get("/livez").status, 200);
}

void tst_ApiServer::nothingIsSmuggled()
{
    Place place;
    RawClient client = place.client();
    const std::string hidden = "GET /api/v1/profiles/hidden HTTP/1.1\r\n" + host + "\r\n";

    const auto response = client.ask(smallRoute + "Content-Length: " + std::to_string(hidden.size() + 5) +
                                     "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden);

    QCOMPARE(response.status, 400);
    QVERIFY(client.isClosed());
    QCOMPARE(place.handled.load(), 0);
}

void tst_ApiServer::whatIsTooLargeIsRefused()
{
    Place place;
    const std::string tooMuch(70'000, 'x');

    const auto header = place.client().ask("GET /livez HTTP/1.1\r\n" + host + "X: " + tooMuch + "\r\n\r\n");
    const auto target = place.client().ask("GET /" + tooMuch + " HTTP/1.1\r\n" + host + "\r\n");
    const auto told = place.client().ask(smallRoute + "Content-Length: 70000\r\n\r\n" + tooMuch);
    const auto chunks = place.client().ask(smallRoute + "Transfer-Encoding: chunked\r\n\r\n11170\r\n" + tooMuch);
    const auto vast = place.client().ask(expireRoute + "Content-Length: 8388609\r\n\r\n");

    QCOMPARE(header.status, 431);
    QCOMPARE(target.status, 431);
    QCOMPARE(told.status, 413);
    QCOMPARE(chunks.status, 413);
    QCOMPARE(vast.status, 413);
    QVERIFY(told.closes() && chunks.closes() && vast.closes());
    QCOMPARE(place.handled.load(), 0);
}

void tst_ApiServer::http10IsServed()
{
    Place place;
    RawClient client = place.client();

    const auto kept = client.ask("GET /livez HTTP/1.0\r\n" + host + "Connection: keep-alive\r\n\r\n");
    const auto closed = client.ask("GET /livez HTTP/1.0\r\n" + host + "\r\n");

    QCOMPARE(kept.header("Connection"), std::string("keep-alive"));
    QVERIFY(closed.status == 200 && closed.closes());
    QVERIFY(client.isClosed());
}

void tst_ApiServer::slowOnesAreLeft_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<std::chrono::milliseconds>("limit");
    QTest::newRow("nothing") << QByteArray() << 15'000ms;
    QTest::newRow("half a header") << QByteArray("GET /livez HTTP/1.1\r\nHo") << 10'000ms;
    QTest::newRow("half a body") << QByteArray::fromStdString(smallRoute + "Content-Length: 10\r\n\r\n{") << 30'000ms;
    QTest::newRow("between two requests")
        << QByteArray::fromStdString("GET /livez HTTP/1.1\r\n" + host + "\r\n") << 15'000ms;
}

void tst_ApiServer::slowOnesAreLeft()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const std::chrono::milliseconds, limit);
    Place place;
    RawClient client = place.client();
    QVERIFY(client.send(sent.toStdString()));
    if (sent.endsWith("\r\n\r\n"))
        QCOMPARE(client.response().status, 200);
    QVERIFY(waitUntil([&] { return place.server.counts().connections == 1; }));
    QCOMPARE(place.client().get("/livez").status, 200);
    QCOMPARE(place.client().get("/livez").status, 200);

    place.clock.advance(limit - 1ms);
    QCOMPARE(place.client().get("/livez").status, 200);
    QVERIFY(place.server.counts().connections >= 1);
    place.clock.advance(2ms);

    QVERIFY(client.isClosed());
}

void tst_ApiServer::aSlowHeaderIsNotSavedByItsBytes()
{
    Place place;
    RawClient client = place.client();
    QVERIFY(client.send("GET /livez HTTP/1.1\r\nX: "));
    QVERIFY(waitUntil([&] { return place.server.counts().connections == 1; }));

    for (int second = 0; second < 12; ++second) {
        client.send("x");
        QCOMPARE(place.client().get("/livez").status, 200);
        place.clock.advance(1s);
    }

    QVERIFY(client.isClosed());
}

void tst_ApiServer::whoLeavesDuringAnAnswerHurtsNobody()
{
    Place place;
    place.keeps = true;
    {
        RawClient client = place.client();
        QVERIFY(client.send("GET /api/v1/profiles/ana HTTP/1.1\r\n" + host + "\r\n"));
        QVERIFY(waitUntil([&] { return place.hasKept.load(); }));
    }
    place.keeps = false;

    (*place.kept)(ApiResponse{});

    QCOMPARE(place.client().get("/livez").status, 200);
    QVERIFY(waitUntil([&] { return place.server.counts().connections == 0; }));
}

void tst_ApiServer::answersFromOtherThreadsArrive()
{
    Place place;
    place.keeps = true;
    RawClient client = place.client();
    QVERIFY(
        client.send("GET /api/v1/profiles/ana HTTP/1.1\r\n" + host + "\r\nGET /livez HTTP/1.1\r\n" + host + "\r\n"));
    QVERIFY(waitUntil([&] { return place.hasKept.load(); }));
    place.keeps = false;

    (*place.kept)(ApiResponse{503, "later", jsonContentType, "Retry-After: 1\r\n", false});

    const auto first = client.response();
    QCOMPARE(first.status, 503);
    QCOMPARE(first.header("Retry-After"), std::string("1"));
    QCOMPARE(client.response().status, 200);
}

void tst_ApiServer::aSecondAnswerIsDropped()
{
    Place place;
    place.keeps = true;
    RawClient client = place.client();
    QVERIFY(client.send("GET /api/v1/profiles/ana HTTP/1.1\r\n" + host + "\r\n"));
    QVERIFY(waitUntil([&] { return place.hasKept.load(); }));
    place.keeps = false;

    (*place.kept)(ApiResponse{200, "one", jsonContentType, {}, false});
    (*place.kept)(ApiResponse{200, "two", jsonContentType, {}, false});

    QCOMPARE(client.response().body, std::string("one"));
    QCOMPARE(client.get("/api/v1/profiles/bob").body, std::string("bob|"));
}

void tst_ApiServer::strangersFromOneAddressAreBounded()
{
    ApiServerSettings settings;
    settings.tokens = {{ApiRole::Viewer, "", "0123456789abcdef"}};
    settings.limits.connectionsOfUnknown = 3;
    settings.limits.exemptsLoopback = false;
    Place place(settings);
    const std::string token = "Authorization: Bearer 0123456789abcdef\r\n";
    std::deque<RawClient> strangers;
    for (int i = 0; i < 3; ++i) {
        strangers.push_back(place.client());
        QCOMPARE(strangers.back().get("/livez").status, 200);
    }

    RawClient fourth = place.client();
    const auto refused = fourth.response();
    QCOMPARE(refused.status, Place::usesTls ? 0 : 503);
    QVERIFY(Place::usesTls || refused.head.find("Content-Type: application/problem+json\r\n") != std::string::npos);
    QCOMPARE(refused.body.find("\"success\":false") != std::string::npos, !Place::usesTls);
    QVERIFY(fourth.isClosed());
    QCOMPARE(strangers.front().get("/api/v1/node", token).status, 200); // and is none any more
    QCOMPARE(place.client().get("/livez").status, 200);
    QCOMPARE(place.server.counts().connectionsRefused, 1U);
}

void tst_ApiServer::allTogetherAreBounded()
{
    ApiServerSettings settings;
    settings.limits.connections = 2;
    Place place(settings);
    auto first = std::make_unique<RawClient>(place.client());
    RawClient second = place.client();
    QCOMPARE(first->get("/livez").status, 200);
    QCOMPARE(second.get("/livez").status, 200);

    QCOMPARE(place.client().response().status, Place::usesTls ? 0 : 503);
    first.reset();
    QVERIFY(waitUntil([&] { return place.server.counts().connections == 1; }));
    QCOMPARE(place.client().get("/livez").status, 200);
}

void tst_ApiServer::itEndsInOrder()
{
    Place place;
    place.keeps = true;
    RawClient idle = place.client();
    RawClient waiting = place.client();
    RawClient forgotten = place.client();
    QVERIFY(waiting.send("GET /api/v1/profiles/ana HTTP/1.1\r\n" + host + "\r\n"));
    QVERIFY(waitUntil([&] { return place.hasKept.load() && place.server.counts().connections == 3; }));
    const ApiRespond first = *place.kept;

    place.server.drain();
    QVERIFY(idle.isClosed());
    QVERIFY(!place.server.isDrained());
    first(ApiResponse{});
    QVERIFY(waiting.response().closes());
    QVERIFY(waiting.isClosed());
    waiting.close();
    QVERIFY(forgotten.isClosed());
    QVERIFY(waitUntil([&] { return place.server.isDrained(); }));

    place.server.stop();
    QVERIFY(!place.client().isConnected());
    first(ApiResponse{}); // too late, and harmless
    place.server.stop();
}

void tst_ApiServer::theAddressMayBeTaken()
{
    Place place;
    ManualClock clock;
    ApiServerSettings settings;
    settings.port = place.server.port();
    ApiServer second(clock, settings, [](const ApiRequest &, const ApiRespond &) {});
    settings.address = "no address";
    ApiServer third(clock, settings, [](const ApiRequest &, const ApiRespond &) {});

    QVERIFY(second.start().error().code == ErrorCode::Unavailable);
    QVERIFY(!third.start());
}

void tst_ApiServer::requestIdsAreEchoed()
{
    Place place;
    RawClient client = place.client();

    QCOMPARE(client.get("/livez", "X-Request-Id: a-1/b\r\n").header("X-Request-Id"), std::string("a-1/b"));
    const std::string own = client.get("/livez", "X-Request-Id: <script>\r\n").header("X-Request-Id");
    QVERIFY(!own.empty() && own.find('<') == std::string::npos);
    QVERIFY(client.get("/livez").header("X-Request-Id") != own);
}

QTEST_APPLESS_MAIN(tst_ApiServer)
#include "tst_ApiServer.moc"
