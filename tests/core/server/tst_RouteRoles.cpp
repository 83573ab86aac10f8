// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Who may do what: the contract's matrix, written out by hand, against the real gate and its table of routes.
#include "core/server/ApiGate.h"
#include "tests/support/ManualClock.h"

#include <QTest>

#include <array>
#include <set>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// v, s, t and o: viewer, support, translation service, operator; "open" asks for no token.
struct Line {
    const char *method;
    const char *path; // as the contract writes it
    const char *roles;
};

constexpr std::array<Line, 33> contract{{
    {"GET", "/api/v1/rooms/cache/stats", "vsto"},
    {"POST", "/api/v1/rooms/cache/cleanup", "to"},
    {"POST", "/api/v1/rooms/", "to"},
    {"GET", "/api/v1/rooms/", "to"},
    {"GET", "/api/v1/rooms/{room_id}", "to"},
    {"DELETE", "/api/v1/rooms/{room_id}", "to"},
    {"POST", "/api/v1/rooms/tokens/", "to"},
    {"POST", "/api/v1/agents/", "to"},
    {"GET", "/api/v1/profiles/{id}", "to"},
    {"POST", "/api/v1/profiles/", "to"},
    {"PUT", "/api/v1/profiles/{id}", "to"},
    {"PUT", "/api/v1/profiles/{id}/voice", "to"},
    {"GET", "/api/v1/node", "vsto"},
    {"GET", "/api/v1/cache/entries", "so"},
    {"GET", "/api/v1/cache/entries/{id}", "so"},
    {"POST", "/api/v1/cache/entries/{id}/expire", "o"},
    {"POST", "/api/v1/cache/entries/{id}/refresh", "o"},
    {"DELETE", "/api/v1/cache/entries/{id}", "o"},
    {"POST", "/api/v1/cache/expire", "o"},
    {"POST", "/api/v1/cache/expire/{undo_id}/undo", "o"},
    {"POST", "/api/v1/cache/warm", "o"},
    {"GET", "/api/v1/jobs/{job_id}", "o"},
    {"DELETE", "/api/v1/jobs/{job_id}", "o"},
    {"GET", "/api/v1/config", "vso"},
    {"PATCH", "/api/v1/config", "o"},
    {"GET", "/api/v1/samples", "vso"},
    {"GET", "/api/v1/events", "vso"},
    {"POST", "/api/v1/cache/erase/{id}", "o"},
    {"GET", "/metrics", "vso"},
    {"GET", "/livez", "open"},
    {"GET", "/readyz", "open"},
    {"GET", "/openapi.json", "vsto"},
    {"HEAD", "/api/v1/config", "vso"},
}};

constexpr std::array<char, apiRoleCount> letters{'v', 's', 't', 'o'};
const std::array<std::string, apiRoleCount> tokens{"viewer-0123456789", "support-0123456789", "service-0123456789",
                                                   "operator-0123456789"};

ApiServerSettings guarded()
{
    ApiServerSettings settings;
    for (std::size_t i = 0; i < apiRoleCount; ++i)
        settings.tokens.push_back({static_cast<ApiRole>(i), "eve", tokens.at(i)});
    return settings;
}

// The same route, as people write it: the literal template, with and without the slash, with a value, with a query.
std::vector<std::string> spellings(std::string path)
{
    if (path.back() == '/')
        path.pop_back();
    std::string filled = path;
    if (const std::size_t begin = path.find('{'); begin != std::string::npos)
        filled.replace(begin, path.find('}') - begin + 1, "an%C3%A9");
    return {path, path + "/", filled, filled + "/", path + "?token=" + tokens.at(3)};
}

class Door
{
public:
    ApiGate::Admission ask(const char *method, const std::string &target, const std::string &token)
    {
        const std::string bearer = token.empty() ? std::string() : "Bearer " + token;
        RequestHead request;
        request.method = method;
        request.target = target;
        request.host = "localhost:8080";
        request.authorization = bearer;
        request.peer = PeerAddress::v4({192, 0, 2, 1});
        request.localAddress = "127.0.0.1";
        m_clock.advance(61s); // wrong tokens are forgiven by then
        return m_gate.admit(request);
    }
    unsigned status(const char *method, const std::string &target, const std::string &token)
    {
        const auto admission = ask(method, target, token);
        return admission.refusal ? admission.refusal->status : 200;
    }

private:
    ManualClock m_clock;
    ApiGate m_gate{m_clock, guarded()};
};

} // namespace

class tst_RouteRoles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theContractNamesEveryRoute()
    {
        std::set<std::string> named;
        for (const Line &line : contract) {
            if (std::string_view(line.method) != "HEAD")
                named.insert(std::string(line.method) + " " + spellings(line.path).front());
        }
        std::set<std::string> served;
        for (const Route &route : routeTable())
            served.insert(std::string(route.method) + " " + std::string(route.path));

        for (const std::string &route : named)
            QVERIFY2(served.count(route) == 1, route.c_str());
        for (const std::string &route : served)
            QVERIFY2(named.count(route) == 1, route.c_str());
    }

    void everyRouteWithEveryRole_data()
    {
        QTest::addColumn<int>("number");
        for (std::size_t i = 0; i < contract.size(); ++i)
            QTest::addRow("%s %s", contract.at(i).method, contract.at(i).path) << int(i);
    }

    void everyRouteWithEveryRole()
    {
        QFETCH(const int, number);
        const Line &line = contract.at(std::size_t(number));
        const std::string roles = line.roles;
        const bool isOpen = roles == "open";
        Door door;

        for (const std::string &target : spellings(line.path)) {
            for (std::size_t i = 0; i < apiRoleCount; ++i) {
                const bool may = isOpen || roles.find(letters.at(i)) != std::string::npos;
                QVERIFY2(door.status(line.method, target, tokens.at(i)) == (may ? 200U : 403U),
                         (target + " as " + tokens.at(i)).c_str());
            }
            for (const char *token : {"", "wrong-0123456789", "operator-012345678", "operator-01234567890"})
                QVERIFY2(door.status(line.method, target, token) == (isOpen ? 200U : 401U), (target + token).c_str());
            const auto refused = door.ask(line.method, target, {});
            QVERIFY(isOpen || refused.refusal->headers.find("WWW-Authenticate: Bearer") != std::string::npos);
            QVERIFY(isOpen || !refused.caller);
        }
    }

    // Whoever may not do anything is not told by another status what there is.
    void noOtherMethodGetsIn()
    {
        Door door;
        for (const Line &line : contract) {
            for (const char *method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"}) {
                const auto admission = door.ask(method, spellings(line.path).front(), {});
                const bool isServed = admission.match.outcome == RouteOutcome::Found;
                QVERIFY(admission.match.route == nullptr || isServed);
                if (!isServed)
                    QCOMPARE(admission.refusal->status, 405U);
                if (!isServed)
                    QVERIFY(admission.refusal->headers.find("Allow: ") != std::string::npos);
            }
        }
    }
};

QTEST_APPLESS_MAIN(tst_RouteRoles)
#include "tst_RouteRoles.moc"
