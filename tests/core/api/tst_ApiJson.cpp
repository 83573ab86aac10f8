// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/JsonWriter.h"
#include "core/api/NodeJson.h"
#include "core/api/Problem.h"
#include "core/api/StatsJson.h"
#include "core/profiles/ProfileJson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

QJsonObject object(const std::string &text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(text), &error);
    if (error.error != QJsonParseError::NoError)
        qWarning("%s in %s", qPrintable(error.errorString()), text.c_str());
    return document.object();
}

QStringList keys(const QJsonObject &object)
{
    return object.keys();
}

ProfilePtr someone()
{
    Profile profile(*ProfileId::parse("ana"));
    profile.nativeLanguage = "es";
    profile.formalTone = true;
    profile.updatedAt = WallTime(1'700'000'000'123ms);
    return std::make_shared<const Profile>(profile);
}

ProfileView viewOfSomeone()
{
    ProfileView view;
    view.identity = "ana";
    view.cached = someone();
    EntryRow row;
    row.identity = "ana";
    row.language = "es";
    row.voiceId = "aura-2-celeste-es";
    row.cachedAt = WallTime(1'700'000'000'000ms);
    row.expiresAt = row.cachedAt + 1800s;
    row.ttl = 1800s;
    row.hits = 7;
    row.source = "database";
    view.entry = row;
    return view;
}

const WallTime now = WallTime(1'700'000'010'900ms);

} // namespace

class tst_ApiJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aProfileIsWrittenAsTheOneCodecWritesIt_data()
    {
        QTest::addColumn<QByteArray>("language");
        QTest::addColumn<QByteArray>("voice");
        QTest::addColumn<QByteArray>("provider");
        QTest::addColumn<bool>("hasTime");
        const QByteArray odd("\xFF<b>\"\\\n\x01\xE2\x80\xAE\xF0\x9F\x98\x80");
        QTest::newRow("the default voice") << QByteArray("es") << QByteArray() << QByteArray() << true;
        QTest::newRow("a provider without a voice") << QByteArray("es") << QByteArray() << QByteArray("openai") << true;
        QTest::newRow("a known voice") << QByteArray("en") << QByteArray("aura-2-celeste-es") << QByteArray() << false;
        QTest::newRow("of another provider")
            << QByteArray("en") << QByteArray("aura-2-celeste-es") << QByteArray("google") << true;
        QTest::newRow("an unknown voice") << QByteArray("yo") << QByteArray("x-1") << QByteArray("google") << true;
        QTest::newRow("an unsupported language") << QByteArray("tlh") << QByteArray() << QByteArray() << true;
        QTest::newRow("odd bytes") << odd << odd << odd << true;
    }

    void aProfileIsWrittenAsTheOneCodecWritesIt()
    {
        QFETCH(const QByteArray, language);
        QFETCH(const QByteArray, voice);
        QFETCH(const QByteArray, provider);
        QFETCH(const bool, hasTime);
        const VoiceCatalog voices;
        Profile profile(*ProfileId::parse("Zo\xC3\xAB \"<script>\" O'Neil"));
        profile.nativeLanguage = language.toStdString();
        profile.voiceId = voice.toStdString();
        profile.voiceProvider = provider.toStdString();
        if (hasTime)
            profile.updatedAt = WallTime(1'700'000'000'123ms);

        std::string written;
        appendProfile(written, ProfileFields::of(profile), voices);

        QCOMPARE(QByteArray::fromStdString(written), QByteArray::fromStdString(toJson(profile, voices)));
    }

    void aMaskedProfileTellsNoChoices()
    {
        std::string written;
        appendProfile(written, ProfileFields::of(*someone()), VoiceCatalog(), Masking::Masked);

        const QJsonObject profile = object(written);
        QCOMPARE(profile["user_identity"].toString(), "ana");
        for (const char *name : {"native_language", "language_supported", "voice_avatar", "translation_preferences"})
            QVERIFY2(profile[QLatin1StringView(name)].isNull(), name);
        QVERIFY(!QByteArray::fromStdString(written).contains("celeste"));
    }

    void statsWithoutGetsHaveNoHitRate()
    {
        const QJsonObject answer = object(statsJson(Stats{}));

        const QJsonObject stats = answer["cache_stats"].toObject();
        QCOMPARE(answer["success"], QJsonValue(true));
        QVERIFY(stats["hit_rate"].isNull() && stats.contains("hit_rate"));
        QCOMPARE(keys(stats["hit_latency_us"].toObject()), (QStringList{"p50", "p95", "p99"}));
        QVERIFY(stats["load_latency_us"].toObject()["p99"].isNull());
    }

    void statsAreThoseOfTheContract()
    {
        Stats stats;
        stats.activeEntries = 12;
        stats.expiredEntries = 3;
        stats.gets = 4;
        stats.hits = 3;
        stats.missesByReason[0] = 1;
        stats.ttl = 1800s;
        stats.untilCleanup = 1500ms;
        stats.hitLatency = Percentiles{1'500ns, 2'000ns, 3us};
        stats.database.state = DatabaseState::Reachable;
        stats.database.kind = "sqlite";

        const QJsonObject shown = object(statsJson(stats))["cache_stats"].toObject();

        QCOMPARE(shown["total_entries"].toInt(), 15);
        QCOMPARE(shown["active_entries"].toInt(), 12);
        QCOMPARE(shown["expired_entries"].toInt(), 3);
        QCOMPARE(shown["cache_ttl_seconds"].toInt(), 1800);
        QCOMPARE(shown["hit_rate"].toDouble(), 0.75);
        QCOMPARE(shown["misses"].toInt(), 1);
        QCOMPARE(shown["next_cleanup_seconds"].toInt(), 2);
        QCOMPARE(shown["hit_latency_us"].toObject()["p50"].toDouble(), 1.5);
        QCOMPARE(shown["database"].toObject()["state"].toString(), "reachable");
        for (const char *name : {"hits", "misses_by_reason", "loads", "load_failures", "coalesced", "evictions",
                                 "expired_removed", "stale_served", "uptime_seconds", "cleanup_interval_seconds"})
            QVERIFY2(shown.contains(QLatin1StringView(name)), name);
    }

    void samplesAreThinnedBySteps()
    {
        std::vector<Sample> samples;
        for (std::uint64_t seq = 1; seq <= 7; ++seq) {
            Sample sample;
            sample.seq = seq;
            sample.gets = 10;
            sample.activeEntries = seq;
            samples.push_back(sample);
        }

        const std::vector<Sample> thin = thinned(samples, 3);

        QCOMPARE(thin.size(), 3U);
        QCOMPARE(thin[0].seq, 3U);
        QCOMPARE(thin[0].gets, 30U);
        QCOMPARE(thin[0].activeEntries, 3U);
        QCOMPARE(thin[2].seq, 7U);
        QCOMPARE(thin[2].gets, 10U);
        QCOMPARE(object(samplesJson("x", thin, 0))["next"].toInt(), 7);
        QCOMPARE(object(samplesJson("x", {}, 5))["next"].toInt(), 5);
    }

    void anEntryHasItsProfile()
    {
        const QJsonObject entry =
            object(entryJson(viewOfSomeone(), VoiceCatalog(), now, Masking::Shown))["entry"].toObject();

        QCOMPARE(entry["user_identity"].toString(), "ana");
        QCOMPARE(entry["state"].toString(), "active");
        QCOMPARE(entry["age_seconds"].toInt(), 10);
        QCOMPARE(entry["ttl_seconds"].toInt(), 1800);
        QCOMPARE(entry["hits"].toInt(), 7);
        QCOMPARE(entry["profile"].toObject()["native_language"].toString(), "es");
    }

    void aComparisonNamesWhatDiffers()
    {
        ProfileView view = viewOfSomeone();
        view.stored = view.cached;
        view.agreement = Agreement::Different;
        view.differing = {"native_language"};

        const QJsonObject database =
            object(comparisonJson(view, VoiceCatalog(), now, Masking::Shown))["database"].toObject();
        view.entry.reset();
        view.stored.reset();
        view.agreement = Agreement::Unreachable;
        const QJsonObject absent = object(comparisonJson(view, VoiceCatalog(), now, Masking::Shown));

        QCOMPARE(database["state"].toString(), "different");
        QCOMPARE(database["differences"].toArray(), (QJsonArray{"native_language"}));
        QCOMPARE(database["updated_at"].toString(), "2023-11-14T22:13:20.123Z");
        QVERIFY(absent["entry"].isNull() && absent.contains("entry"));
        QVERIFY(absent["database"].toObject()["profile"].isNull());
    }

    void pagesEndWithoutACursor()
    {
        const std::vector<EntryRow> rows{*viewOfSomeone().entry};

        const QJsonObject last = object(entriesJson(rows, 1, "", now, Masking::Shown));
        const QJsonObject masked = object(entriesJson(rows, 9, "c1", now, Masking::Masked));

        QVERIFY(last["next_cursor"].isNull());
        QCOMPARE(last["total"].toInt(), 1);
        QCOMPARE(masked["next_cursor"].toString(), "c1");
        QVERIFY(masked["entries"].toArray()[0].toObject()["native_language"].isNull());
    }

    void eventsHideWhoTheyAreAbout()
    {
        Event event;
        event.seq = 3;
        event.kind = EventKind::Expired;
        event.user = "ana";
        event.users = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"ana", "bob"});
        event.who = "operator/eve";
        event.detail = "of ana";

        const std::string shown = eventsJson("i", {event}, 0, Identities::Shown);
        const std::string hidden = eventsJson("i", {event}, 0, Identities::Hidden);

        QCOMPARE(object(shown)["events"].toArray()[0].toObject()["target"].toArray().size(), 2);
        QCOMPARE(object(shown)["next"].toInt(), 3);
        QVERIFY(!QByteArray::fromStdString(hidden).contains("ana") &&
                !QByteArray::fromStdString(hidden).contains("bob"));
        QCOMPARE(object(hidden)["events"].toArray()[0].toObject()["count"].toInt(), 0);
    }

    void viewersLearnTheRoleOfWhoDidIt()
    {
        Event event;
        event.kind = EventKind::Room;
        event.who = "service/ana";
        event.target = "room 3f2b9c01\xE2\x80\xA6";
        event.result = EventResult::Refused;

        const auto first = [&](Identities identities) {
            return object(eventsJson("i", {event}, 0, identities))["events"].toArray()[0].toObject();
        };

        QCOMPARE(first(Identities::Shown)["who"].toString(), "service/ana");
        QVERIFY(first(Identities::Shown)["target"].toString().startsWith("room 3f2b"));
        QCOMPARE(first(Identities::Hidden)["who"].toString(), "service");
        QVERIFY(first(Identities::Hidden)["target"].isNull());
        QCOMPARE(first(Identities::Hidden)["result"].toString(), "refused");
        QCOMPARE(first(Identities::Hidden)["kind"].toString(), "room");
    }

    void jobsNameWhoCouldNotBeLoaded()
    {
        WarmStatus status;
        status.failedUsers.assign(1'001, "ana");

        QCOMPARE(object(jobJson(status))["failed_users"].toArray().size(), 1'000);
    }

    void settingsAreThoseOfTheContract()
    {
        LiveSettings settings;
        settings.latencyMayChange = false;
        settings.lastUntilRestart = true;

        const QJsonObject shown = object(settingsJson(settings));

        QCOMPARE(keys(shown),
                 (QStringList{"cleanup_interval_seconds", "lasts", "max_entries", "refresh_ahead",
                              "simulated_latency_ms", "simulation_allowed", "stale_grace_seconds", "ttl_seconds"}));
        QCOMPARE(shown["lasts"].toString(), "until restart");
    }

    void problemsAreThoseOfTheContract()
    {
        const QJsonObject problem = object(problemJson(404, "There is no \"x\"."));

        QCOMPARE(keys(problem), (QStringList{"detail", "status", "success", "title", "type"}));
        QCOMPARE(problem["status"].toInt(), 404);
        QCOMPARE(problem["title"].toString(), "Not Found");
        QCOMPARE(problem["success"], QJsonValue(false));
        QCOMPARE(statusOf(ErrorCode::Timeout), 504U);
        QCOMPARE(statusOf(ErrorCode::Overloaded), 503U);
    }

    void numbersThatJsonHasNotAreNull()
    {
        std::string out;
        JsonWriter json(out);
        json.beginArray().decimal(0.5).decimal(3).decimal(-0.25).decimal(1.0 / 0.0).decimal(0).endArray();

        QCOMPARE(QByteArray::fromStdString(out), QByteArray("[0.5,3,-0.25,null,0]"));
    }
};

QTEST_APPLESS_MAIN(tst_ApiJson)
#include "tst_ApiJson.moc"
