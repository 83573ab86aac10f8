// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Who comes in: every route with every role, without a token, with a wrong one; pages of others; forms.
#include "core/server/ApiGate.h"
#include "tests/support/ManualClock.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const std::array<std::string, apiRoleCount> tokens{"viewer-0123456789", "support-0123456789", "service-0123456789",
                                                   "operator-0123456789"};

ApiServerSettings guarded()
{
    ApiServerSettings settings;
    for (std::size_t i = 0; i < apiRoleCount; ++i)
        settings.tokens.push_back({static_cast<ApiRole>(i), "eve", tokens.at(i)});
    return settings;
}

RequestHead head(std::string_view method, std::string_view target, std::string_view authorization = {})
{
    RequestHead request;
    request.method = method;
    request.target = target;
    request.host = "localhost:8080";
    request.authorization = authorization;
    request.peer = PeerAddress::v4({192, 0, 2, 1});
    request.localAddress = "127.0.0.1";
    return request;
}

unsigned statusOf(const ApiGate::Admission &admission)
{
    return admission.refusal ? admission.refusal->status : 200;
}

// What the contract gives each role, by hand: the table must not be its own measure.
bool mayByContract(const Route &route, ApiRole role)
{
    const std::string_view path = route.path;
    const auto isBelow = [path](std::string_view prefix) { return path.substr(0, prefix.size()) == prefix; };
    if (role == ApiRole::Operator || path == "/api/v1/node" || path == "/api/v1/rooms/cache/stats" ||
        path == "/openapi.json")
        return true;
    if (role == ApiRole::Service)
        return isBelow("/api/v1/rooms") || isBelow("/api/v1/profiles") || isBelow("/api/v1/agents");
    if (route.method != "GET")
        return false;
    if (path == "/metrics" || path == "/api/v1/samples" || path == "/api/v1/events" || path == "/api/v1/config")
        return true;
    return role == ApiRole::Support && isBelow("/api/v1/cache/entries");
}

} // namespace

class tst_ApiGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRouteWithEveryRole()
    {
        const ManualClock clock;
        ApiGate gate(clock, guarded());
        for (const Route &route : routeTable()) {
            for (std::size_t i = 0; i < apiRoleCount; ++i) {
                const auto role = static_cast<ApiRole>(i);
                const std::string bearer = "Bearer " + tokens.at(i);
                const auto admission = gate.admit(head(route.method, route.path, bearer));

                const bool may = route.isOpen() || mayByContract(route, role);
                const std::string what =
                    std::string(route.method) + " " + std::string(route.path) + " as " + std::string(toString(role));
                QVERIFY2(statusOf(admission) == (may ? 200U : 403U), what.c_str());
                QVERIFY(admission.match.route == &route);
                QVERIFY(route.isOpen() || admission.caller->who == std::string(toString(role)) + "/eve");
            }
        }
    }

    void everyRouteWithoutAToken()
    {
        const ManualClock clock;
        ApiServerSettings settings = guarded();
        settings.limits.failuresPerMinute = 1'000;
        ApiGate gate(clock, settings);
        for (const Route &route : routeTable()) {
            const unsigned wanted = route.isOpen() ? 200 : 401;
            for (const std::string &authorization :
                 {std::string(), std::string("Bearer "), std::string("Bearer wrong-0123456789"), "Basic " + tokens[3],
                  tokens[3], "Bearer " + tokens[3] + "x", "Bearer " + tokens[3].substr(1),
                  "Bearer " + tokens[3] + tokens[3], "Bearer" + tokens[3]}) {
                const auto admission = gate.admit(head(route.method, route.path, authorization));
                QCOMPARE(statusOf(admission), wanted);
                QVERIFY(!admission.showedToken);
                if (wanted == 401)
                    QVERIFY(admission.refusal->headers.find("WWW-Authenticate: Bearer") == 0);
            }
            const std::string inUrl = std::string(route.path) + "?token=" + tokens[3] + "&access_token=" + tokens[3];
            QCOMPARE(statusOf(gate.admit(head(route.method, inUrl))), wanted);
        }
    }

    void withoutTokensEverybodyIsAnOperator()
    {
        const ManualClock clock;
        ApiGate gate(clock, ApiServerSettings{});
        for (const Route &route : routeTable()) {
            const auto admission = gate.admit(head(route.method, route.path));
            QCOMPARE(statusOf(admission), 200U);
            QVERIFY(route.isOpen() || admission.caller->role == ApiRole::Operator);
        }
    }

    void tenWrongTokensAMinute()
    {
        ManualClock clock;
        ApiGate gate(clock, guarded());
        const auto knock = [&](const std::string &bearer, std::uint8_t from = 1) {
            RequestHead request = head("GET", "/api/v1/node", bearer);
            request.peer = PeerAddress::v4({192, 0, 2, from});
            return gate.admit(request);
        };

        for (int i = 0; i < 10; ++i)
            QCOMPARE(statusOf(knock("Bearer wrong")), 401U);
        const auto eleventh = knock("Bearer wrong");
        QCOMPARE(statusOf(eleventh), 429U);
        QVERIFY(eleventh.refusal->headers.find("Retry-After: ") == 0);
        QCOMPARE(statusOf(knock("Bearer " + tokens[0])), 200U); // never a right one
        QCOMPARE(statusOf(knock({})), 401U);                    // none is not wrong
        QCOMPARE(statusOf(knock("Bearer wrong", 2)), 401U);     // nor is another address
        clock.advance(60s);
        QCOMPARE(statusOf(knock("Bearer wrong")), 401U);
    }

    void guessersFromManyAddressesTakeNoMemory()
    {
        const ManualClock clock;
        AuthFailures failures(clock, 10, 100);
        for (int i = 0; i < 10'000; ++i)
            failures.failed(PeerAddress::v4({10, 0, std::uint8_t(i >> 8), std::uint8_t(i & 255)}));

        QVERIFY(failures.size() <= 100);
    }

    void hosts_data()
    {
        QTest::addColumn<QByteArray>("host");
        QTest::addColumn<bool>("allowed");
        for (const char *host : {"localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:1", "[::1]:8080", "LOCALHOST"})
            QTest::newRow(host) << QByteArray(host) << true;
        for (const char *host :
             {"evil.example", "localhost.evil.example", "localhost:evil", "127.0.0.1.evil.example", "localhost:80@evil",
              "[::1", "[::1]x", "localhost:", "localhost:123456", " ", "a/b", "192.0.2.7"})
            QTest::newRow(host) << QByteArray(host) << false;
    }

    void hosts()
    {
        QFETCH(const QByteArray, host);
        QFETCH(const bool, allowed);
        const ManualClock clock;
        ApiGate gate(clock, ApiServerSettings{});
        const std::string name = host.toStdString();
        RequestHead request = head("GET", "/api/v1/node");
        request.host = name;

        QCOMPARE(statusOf(gate.admit(request)), allowed ? 200U : 403U);

        const std::string origin = "http://" + name;
        request.host = "localhost";
        request.origin = origin;
        QCOMPARE(statusOf(gate.admit(request)), allowed ? 200U : 403U);
    }

    void pagesOfOthersAreRefused()
    {
        const ManualClock clock;
        ApiGate gate(clock, ApiServerSettings{});
        for (const char *origin : {"null", "https://evil.example", "file://", "localhost", "ftp://localhost"}) {
            RequestHead request = head("POST", "/api/v1/rooms/cache/cleanup");
            request.origin = origin;
            QVERIFY2(statusOf(gate.admit(request)) == 403, origin);
        }
        RequestHead picture = head("GET", "/api/v1/profiles/ana?create=true");
        picture.fetchSite = "cross-site";
        QCOMPARE(statusOf(gate.admit(picture)), 403U);
        picture.fetchSite = "none";
        QCOMPARE(statusOf(gate.admit(picture)), 200U);
    }

    void namesThatWereAllowedAreTheOnlyOnes()
    {
        const ManualClock clock;
        ApiServerSettings settings;
        settings.allowedHosts = {"hearth.example.org", "10.0.0.5:8080"};
        ApiGate gate(clock, settings);
        const auto status = [&](std::string_view host) {
            RequestHead request = head("GET", "/api/v1/node");
            request.host = host;
            return statusOf(gate.admit(request));
        };

        QCOMPARE(status("hearth.example.org:99"), 200U);
        QCOMPARE(status("10.0.0.5:8080"), 200U);
        QCOMPARE(status("10.0.0.5"), 403U);
        QCOMPARE(status("localhost"), 403U);
    }

    void whereEveryAddressIsListenedOnTheirOwnAreNames()
    {
        const ManualClock clock;
        ApiServerSettings settings = guarded();
        settings.address = "0.0.0.0";
        ApiGate gate(clock, settings);
        const std::string bearer = "Bearer " + tokens[3];
        RequestHead request = head("GET", "/api/v1/node", bearer);
        request.localAddress = "192.0.2.7";
        request.host = "192.0.2.7:8080";
        QCOMPARE(statusOf(gate.admit(request)), 200U);
        request.host = "192.0.2.8:8080";
        QCOMPARE(statusOf(gate.admit(request)), 403U);
    }

    void whoListensOnAllOfIpv6IsReachedByIpv4()
    {
        const ManualClock clock;
        ApiServerSettings settings;
        settings.address = "::";
        ApiGate gate(clock, settings);
        RequestHead request = head("GET", "/api/v1/node");
        request.localAddress = "::ffff:192.0.2.7"; // how it arrives there
        request.host = "192.0.2.7:8080";
        QCOMPARE(statusOf(gate.admit(request)), 200U);
        request.host = "192.0.2.8:8080";
        QCOMPARE(statusOf(gate.admit(request)), 403U);
        request.localAddress = "2001:db8::7";
        request.host = "[2001:db8::7]:8080";
        QCOMPARE(statusOf(gate.admit(request)), 200U);
        request.host = "192.0.2.7:8080";
        QCOMPARE(statusOf(gate.admit(request)), 403U);
    }

    void typesOfBodies_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<bool>("hasBody");
        QTest::addColumn<uint>("status");
        QTest::newRow("JSON") << QByteArray("application/json") << true << 200U;
        QTest::newRow("JSON with a charset") << QByteArray("Application/JSON; charset=utf-8") << true << 200U;
        QTest::newRow("nothing at all") << QByteArray() << false << 200U;
        QTest::newRow("a body of no type") << QByteArray() << true << 415U;
        QTest::newRow("a form") << QByteArray("application/x-www-form-urlencoded") << true << 415U;
        QTest::newRow("an empty form") << QByteArray("application/x-www-form-urlencoded") << false << 415U;
        QTest::newRow("plain text, as forms can") << QByteArray("text/plain") << false << 415U;
        QTest::newRow("a form with files") << QByteArray("multipart/form-data; boundary=x") << false << 415U;
        QTest::newRow("nearly JSON") << QByteArray("application/jsonx") << true << 415U;
    }

    void typesOfBodies()
    {
        QFETCH(const QByteArray, type);
        QFETCH(const bool, hasBody);
        QFETCH(const uint, status);
        const ManualClock clock;
        ApiGate gate(clock, ApiServerSettings{});
        const std::string text = type.toStdString();
        RequestHead request = head("POST", "/api/v1/rooms/cache/cleanup");
        request.contentType = text;
        request.hasBody = hasBody;

        QCOMPARE(statusOf(gate.admit(request)), status);
    }

    void paths()
    {
        const ManualClock clock;
        ApiGate gate(clock, guarded());
        const auto wrongMethod = gate.admit(head("PUT", "/api/v1/jobs/1"));

        QCOMPARE(statusOf(wrongMethod), 405U);
        QVERIFY(wrongMethod.refusal->headers == "Allow: GET, HEAD, DELETE\r\n");
        QCOMPARE(statusOf(gate.admit(head("GET", "/nothing"))), 404U);
        QCOMPARE(statusOf(gate.admit(head("GET", "/api//v1"))), 400U);
    }
};

QTEST_APPLESS_MAIN(tst_ApiGate)
#include "tst_ApiGate.moc"
