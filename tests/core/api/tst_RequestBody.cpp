// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/RequestBody.h"

#include <QTest>

using namespace hearth;

class tst_RequestBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whomToExpire()
    {
        const auto these = expireRequestFromJson(R"({"user_identities":["ana","bob"],"dry_run":true})");
        const auto matching = expireRequestFromJson(R"({"filter":{"state":"expired","language":"es","search":"a"}})");
        const auto all = expireRequestFromJson(R"({"all":true})");

        QVERIFY(these && these->isDryRun && std::get<TheseUsers>(these->target).identities.size() == 2);
        QVERIFY(matching && !matching->isDryRun);
        const EntriesFilter wanted{"a", EntryState::Expired, "es"};
        QVERIFY(std::get<MatchingUsers>(matching->target).filter == wanted);
        QVERIFY(all && std::holds_alternative<AllUsers>(all->target));
    }

    void whomToWarm()
    {
        const auto these = warmUpRequestFromJson(R"({"user_identities":["ana"]})");
        const auto recent = warmUpRequestFromJson(R"({"recent":20})");
        const auto language = warmUpRequestFromJson(R"({"language":"es","dry_run":false})");
        const auto rooms = warmUpRequestFromJson(R"({"active_rooms":true,"rate_limit":50})");

        QVERIFY(these && std::get<TheseIdentities>(these->target.whom).identities.front() == "ana");
        QVERIFY(recent && std::get<RecentUsers>(recent->target.whom).count == 20);
        QVERIFY(language && std::get<UsersOfLanguage>(language->target.whom).code == "es");
        QVERIFY(rooms && std::holds_alternative<ActiveRoomUsers>(rooms->target.whom));
        QCOMPARE(rooms->target.perSecond, std::size_t(50));
        QCOMPARE(language->target.perSecond, std::size_t(0));
    }

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("word"); // what the sentence names
        const auto row = [](const char *name, const QByteArray &body, const char *word) {
            QTest::newRow(name) << body << QByteArray(word);
        };
        row("nothing", "", "JSON");
        row("no object", "[1]", "object");
        row("no JSON", "{\"all\":true", "byte");
        row("more behind it", "{\"all\":true} x", "byte");
        row("bad UTF-8", "{\"user_identities\":[\"\xFF\"]}", "UTF-8");
        row("NUL", QByteArray("{\"all\":true}\0", 13), "NUL");
        row("nobody", "{}", "exactly one");
        row("two ways", R"({"all":true,"user_identities":["a"]})", "exactly one");
        row("all but false", R"({"all":false})", "all");
        row("a misspelled field", R"({"all":true,"dryrun":true})", "not known");
        row("a misspelled filter", R"({"filter":{"lang":"es"}})", "not known");
        row("a wrong state", R"({"filter":{"state":"old"}})", "filter.state");
        row("a wrong flag", R"({"all":true,"dry_run":"yes"})", "dry_run");
        row("identities that are none", R"({"user_identities":["a",5]})", "number 2");
        row("an empty identity", R"({"user_identities":["a",""]})", "number 2");
        row("a control character", R"({"user_identities":["a\u0000"]})", "U+0000");
        row("an empty list", R"({"user_identities":[]})", "user_identities");
        row("no list", R"({"user_identities":"ana"})", "user_identities");
        row("deep", QByteArray("{\"all\":") + QByteArray(100'000, '[') + QByteArray(100'000, ']') + "}", "deep");
        row("a field twice", R"({"all":true,"all":true})", "twice");
        row("a field twice, spelled differently", R"({"all":true,"\u0061ll":true})", "twice");
        row("a field twice further in", R"({"filter":{"state":"active","state":"expired"}})", "twice");
        row("only blanks", " \n", "empty");
        row("a huge number", R"({"all":1e999999})", "number");
    }

    void refuses()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QByteArray, word);

        const auto request = expireRequestFromJson(std::string_view(body.data(), std::size_t(body.size())));

        QVERIFY(!request);
        QVERIFY(request.error().code == ErrorCode::InvalidArgument);
        QVERIFY2(request.error().detail.find(word.toStdString()) != std::string::npos, request.error().detail.c_str());
    }

    void whatToChange()
    {
        const auto changes = configChangesFromJson(R"({"ttl_seconds":900,"refresh_ahead":0.5})");

        QVERIFY(changes && changes->ttlSeconds == 900 && changes->refreshAhead == 0.5);
        QVERIFY(!changes->maxEntries && !changes->simulatedLatencyMs);
        for (const char *wrong : {"{}", R"({"ttl":900})", R"({"ttl_seconds":"900"})", R"({"ttl_seconds":1.5})",
                                  R"({"max_entries":18446744073709551615})", R"({"refresh_ahead":"0.5"})"})
            QVERIFY2(!configChangesFromJson(wrong), wrong);
    }

    void refusesWarmUps_data()
    {
        QTest::addColumn<QByteArray>("body");
        for (const char *body :
             {R"({"recent":0})", R"({"recent":-1})", R"({"recent":1.5})", R"({"recent":1000001})", R"({"language":""})",
              R"({"language":7})", R"({"active_rooms":false})", R"({"active_rooms":true,"recent":1})",
              R"({"recent":1,"rate_limit":0})", R"({"recent":1,"rate_limit":"5"})",
              R"({"recent":1,"rate_limit":1000001})", R"({"recent":1,"language":"es"})"})
            QTest::newRow(body) << QByteArray(body);
    }

    void refusesWarmUps()
    {
        QFETCH(const QByteArray, body);

        QVERIFY(!warmUpRequestFromJson(body.toStdString()));
    }
};

QTEST_APPLESS_MAIN(tst_RequestBody)
#include "tst_RequestBody.moc"
