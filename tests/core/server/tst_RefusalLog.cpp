// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/server/ApiGate.h"
#include "core/server/RefusalLog.h"
#include "tests/support/ManualClock.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class tst_RefusalLog : public QObject
{
    Q_OBJECT

    struct Place {
        ManualClock clock;
        EventLog events{clock};
        RefusalLog log{clock, events};
        ApiServerSettings settings = [this] {
            ApiServerSettings made;
            made.tokens = {{ApiRole::Viewer, "eve", "viewer-0123456789"}, {ApiRole::Support, "", "support-012345678"}};
            made.forbidden = [this](const Route &route, const std::string &who) { log.refused(route, who); };
            return made;
        }();
        ApiGate gate{clock, settings};

        unsigned ask(const char *method, const char *target, const char *token)
        {
            const std::string bearer = std::string("Bearer ") + token;
            RequestHead request;
            request.method = method;
            request.target = target;
            request.host = "localhost";
            request.authorization = bearer;
            request.localAddress = "127.0.0.1";
            const auto admission = gate.admit(request);
            return admission.refusal ? admission.refusal->status : 200;
        }
        std::vector<Event> told() const { return events.events({}); }
    };

private Q_SLOTS:
    void onceAMinuteForEachCaller()
    {
        Place place;
        for (int i = 0; i < 5; ++i)
            QCOMPARE(place.ask("POST", "/api/v1/cache/expire", "viewer-0123456789"), 403U);
        QCOMPARE(place.ask("DELETE", "/api/v1/cache/entries/ana", "support-012345678"), 403U);
        place.clock.advance(59s);
        QCOMPARE(place.ask("POST", "/api/v1/cache/warm", "viewer-0123456789"), 403U);
        QCOMPARE(place.told().size(), std::size_t(2));
        place.clock.advance(1s);
        QCOMPARE(place.ask("POST", "/api/v1/cache/warm", "viewer-0123456789"), 403U);

        const std::vector<Event> told = place.told();
        QCOMPARE(told.size(), std::size_t(3));
        QCOMPARE(told[0].who, "viewer/eve");
        QCOMPARE(told[0].target, "POST /api/v1/cache/expire");
        QVERIFY(told[0].kind == EventKind::Refused && told[0].result == EventResult::Refused);
        QCOMPARE(told[0].count, std::uint64_t(1));
        QCOMPARE(told[1].who, "support");
        QCOMPARE(told[1].target, "DELETE /api/v1/cache/entries/{id}"); // whom it was about is not kept
        QCOMPARE(told[2].count, std::uint64_t(6));                     // and those that were not told
    }

    void whoOnlyLooksIsNotNoted()
    {
        Place place;

        QCOMPARE(place.ask("GET", "/api/v1/profiles/ana", "support-012345678"), 403U);
        QCOMPARE(place.ask("HEAD", "/api/v1/cache/entries", "viewer-0123456789"), 403U);
        QCOMPARE(place.ask("POST", "/api/v1/cache/expire", "wrong-0123456789"), 401U);

        QVERIFY(place.told().empty());
    }
};

QTEST_APPLESS_MAIN(tst_RefusalLog)
#include "tst_RefusalLog.moc"
