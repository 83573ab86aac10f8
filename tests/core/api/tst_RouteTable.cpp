// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/RouteTable.h"

#include <QTest>

#include <string>

using namespace hearth;

class tst_RouteTable : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRouteIsFoundByItsOwnTemplate()
    {
        for (const Route &route : routeTable()) {
            const std::string path(route.path);
            for (const std::string &target : {path, path + "/", path + "?a=b", path + "/?a"}) {
                const RouteMatch match = matchRoute(route.method, target);
                QVERIFY2(match.outcome == RouteOutcome::Found && match.route == &route, target.c_str());
            }
        }
    }

    void noTwoRoutesAreTheSame()
    {
        for (const Route &route : routeTable()) {
            for (const Route &other : routeTable())
                QVERIFY(&route == &other || route.id != other.id);
        }
    }

    void onlyLivezAndReadyzAreOpen()
    {
        for (const Route &route : routeTable()) {
            QCOMPARE(route.isOpen(), route.id == RouteId::Livez || route.id == RouteId::Readyz);
            QVERIFY(route.isOpen() || route.roles.has(ApiRole::Operator));
        }
    }

    void whatChangesSomethingIsNotForThoseWhoWatch()
    {
        for (const Route &route : routeTable()) {
            if (route.method != "GET")
                QVERIFY2(!route.roles.has(ApiRole::Viewer) && !route.roles.has(ApiRole::Support), route.path.data());
        }
    }

    void matches_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("outcome");
        QTest::addColumn<QByteArray>("rest"); // the parameter, or who is allowed
        const auto row = [](const char *name, const char *method, const char *target, RouteOutcome outcome,
                            const char *rest) {
            QTest::newRow(name) << QByteArray(method) << QByteArray(target) << static_cast<int>(outcome)
                                << QByteArray(rest);
        };
        using enum RouteOutcome;
        row("an identity", "GET", "/api/v1/profiles/ana", Found, "ana");
        row("it stays encoded", "GET", "/api/v1/profiles/a%2Fb", Found, "a%2Fb");
        row("a slash at the end", "GET", "/api/v1/profiles/ana/", Found, "ana");
        row("HEAD is a GET", "HEAD", "/api/v1/profiles/ana", Found, "ana");
        row("in the middle", "POST", "/api/v1/cache/entries/ana/expire", Found, "ana");
        row("the literal template", "GET", "/api/v1/profiles/{id}", Found, "{id}");
        row("another method", "PATCH", "/api/v1/profiles/ana", WrongMethod, "GET, HEAD, PUT");
        row("several methods", "PUT", "/api/v1/cache/entries/ana", WrongMethod, "GET, HEAD, DELETE");
        row("small letters are another method", "get", "/livez", WrongMethod, "GET, HEAD");
        row("a room", "DELETE", "/api/v1/rooms/3f2b", Found, "3f2b");
        row("tokens are no room", "POST", "/api/v1/rooms/tokens/", Found, "");
        row("nor is the cache", "GET", "/api/v1/rooms/cache/stats", Found, "");
        row("behind an identity", "PUT", "/api/v1/profiles/ana/voice/", Found, "ana");
        row("an undo", "POST", "/api/v1/cache/expire/0f/undo", Found, "0f");
        row("a list has another method", "DELETE", "/api/v1/rooms/", WrongMethod, "POST, GET, HEAD");
        row("nothing", "GET", "/", NoSuchPath, "");
        row("unknown", "GET", "/api/v2/node", NoSuchPath, "");
        row("capital letters are another path", "GET", "/Livez", NoSuchPath, "");
        row("an encoded letter is another path", "GET", "/live%7A", NoSuchPath, "");
        row("too much", "GET", "/api/v1/profiles/ana/more", NoSuchPath, "");
        row("very much", "GET", "/a/b/c/d/e/f/g/h/i/j/k", NoSuchPath, "");
        row("no slash", "GET", "livez", Malformed, "");
        row("a whole URL", "GET", "http://127.0.0.1/livez", Malformed, "");
        row("a star", "OPTIONS", "*", Malformed, "");
        row("empty", "GET", "", Malformed, "");
        row("two slashes", "GET", "/api/v1//profiles/ana", Malformed, "");
        row("two slashes at the end", "GET", "/api/v1/profiles//", Malformed, "");
        row("two slashes at the beginning", "GET", "//livez", Malformed, "");
        row("upwards", "GET", "/api/v1/profiles/../node", Malformed, "");
        row("here", "GET", "/api/v1/profiles/.", Malformed, "");
        row("a fragment", "GET", "/api/v1/profiles/a#b", Malformed, "");
    }

    void matches()
    {
        QFETCH(const QByteArray, method);
        QFETCH(const QByteArray, target);
        QFETCH(const int, outcome);
        QFETCH(const QByteArray, rest);

        const RouteMatch match =
            matchRoute(method.toStdString(), std::string_view(target.data(), std::size_t(target.size())));

        QCOMPARE(static_cast<int>(match.outcome), outcome);
        const std::string found = match.outcome == RouteOutcome::Found ? std::string(match.parameter) : match.allow;
        QCOMPARE(QByteArray::fromStdString(found), rest);
        QCOMPARE(match.problem != nullptr, match.outcome == RouteOutcome::Malformed);
    }
};

QTEST_APPLESS_MAIN(tst_RouteTable)
#include "tst_RouteTable.moc"
