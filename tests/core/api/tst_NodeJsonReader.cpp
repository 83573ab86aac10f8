// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a node wrote is read back as it was; what it did not write is refused with a sentence.
#include "core/api/ActionJson.h"
#include "core/api/NodeJson.h"
#include "core/api/NodeJsonReader.h"
#include "core/api/RequestBody.h"

#include <QTest>

#include <functional>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const WallTime noon{std::chrono::milliseconds(1'767'268'800'123)};
const std::string odd = "<b>\"\\ \xE2\x80\xAE\xF0\x9F\x98\x80 =cmd|' \n\t";

ProfilePtr someone(const std::string &language = "es")
{
    Profile profile(*ProfileId::parse("an\xE2\x80\xAE/a"));
    profile.nativeLanguage = language;
    profile.voiceId = "aura-2-thalia-en";
    profile.voiceProvider = "deepgram";
    profile.formalTone = true;
    profile.updatedAt = noon - 1h;
    return std::make_shared<const Profile>(profile);
}

EntryRow someRow()
{
    EntryRow row;
    row.identity = "an\xE2\x80\xAE/a";
    row.language = "es";
    row.voiceId = "aura-2-thalia-en";
    row.state = EntryState::Expired;
    row.cachedAt = noon - 2h;
    row.expiresAt = noon - 90min;
    row.ttl = 1'800s;
    row.loadTime = 211ms;
    row.hits = 42;
    row.source = "warmup";
    row.expiryForced = true;
    return row;
}

ProfileView someView()
{
    ProfileView view;
    view.identity = "an\xE2\x80\xAE/a";
    view.entry = someRow();
    view.cached = someone();
    view.agreement = Agreement::Different;
    view.stored = someone("fr");
    view.differing = {"native_language"};
    view.databaseProblem = odd;
    return view;
}

Event someEvent()
{
    Event event;
    event.seq = 17;
    event.time = noon;
    event.kind = EventKind::Expired;
    event.user = "ana";
    event.users = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"ana", odd});
    event.who = "operator/eve";
    event.count = 2;
    event.detail = odd;
    return event;
}

// "Another member is missing" and the like, for the reader that is meant.
using Reader = std::function<std::string(const std::string &)>;
template <class T>
Reader reader(Result<T> (*read)(std::string_view, std::chrono::milliseconds))
{
    return [read](const std::string &json) {
        const Result<T> result = read(json, 0ms);
        return result ? std::string() : result.error().detail;
    };
}
template <class T>
Reader reader(Result<T> (*read)(std::string_view))
{
    return [read](const std::string &json) {
        const Result<T> result = read(json);
        return result ? std::string() : result.error().detail;
    };
}

} // namespace

Q_DECLARE_METATYPE(Reader)

class tst_NodeJsonReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aNode()
    {
        NodeInfo info;
        info.name = odd;
        info.environment = "test";
        info.version = "1.2";
        info.instanceId = "one";
        info.startedAt = noon;
        info.sampleDatabase = true;
        const std::array<std::string_view, 2> capabilities{"entries", "warm"};

        const auto read = nodeInfoFromJson(nodeJson(info, ApiRole::Support, "eve", capabilities));

        QVERIFY(read);
        QCOMPARE(read->name, odd);
        QCOMPARE(read->environment, info.environment);
        QCOMPARE(read->instanceId, info.instanceId);
        QVERIFY(read->startedAt == noon && read->sampleDatabase && !read->embedded);
        QCOMPARE(read->role, std::string("support"));
        QCOMPARE(read->roleName, std::string("eve"));
        QVERIFY((read->capabilities == std::vector<std::string>{"entries", "warm"}));
    }

    void entries()
    {
        const std::vector<EntryRow> rows{someRow(), someRow()};

        const auto read = entriesFromJson(entriesJson(rows, 99, "7.2", noon, Masking::Shown));
        const auto last = entriesFromJson(entriesJson({}, 0, {}, noon, Masking::Shown));
        const auto masked = entriesFromJson(entriesJson(rows, 99, "7.2", noon, Masking::Masked));

        QVERIFY(read && last && masked);
        QVERIFY(read->rows == rows);
        QCOMPARE(read->matching, 99U);
        QCOMPARE(read->nextCursor, std::string("7.2"));
        QVERIFY(!read->offset && last->rows.empty() && last->nextCursor.empty());
        QVERIFY(masked->rows[0].masked && masked->rows[0].language.empty() && masked->rows[0].voiceId.empty());
        QCOMPARE(masked->rows[0].hits, 42U);
    }

    void aProfileBesideItsRow()
    {
        const ProfileView view = someView();

        const auto read =
            profileViewFromJson(comparisonJson(view, VoiceCatalog(), noon, Masking::Shown), view.identity);

        QVERIFY(read);
        QCOMPARE(read->identity, view.identity);
        QVERIFY(read->entry->hits == 42 && *read->cached == *view.cached && *read->stored == *view.stored);
        QCOMPARE(read->cachedVoice.name, std::string("Thalia"));
        QCOMPARE(read->entry->voiceName, std::string("Thalia"));
        QVERIFY(read->agreement == Agreement::Different);
        QVERIFY(read->differing == view.differing);
        QCOMPARE(read->databaseProblem, odd);
        QVERIFY(!read->masked);
    }

    void aProfileThatIsNotThere()
    {
        ProfileView view;
        view.agreement = Agreement::Absent;

        const auto read = profileViewFromJson(comparisonJson(view, VoiceCatalog(), noon, Masking::Shown), "ana");

        QVERIFY(read && !read->entry && !read->cached && !read->stored);
        QVERIFY(read->agreement == Agreement::Absent);
        QCOMPARE(read->identity, std::string("ana"));
    }

    void aMaskedProfile()
    {
        const auto read = profileViewFromJson(comparisonJson(someView(), VoiceCatalog(), noon, Masking::Masked), "ana");

        QVERIFY2(read, read ? "" : read.error().detail.c_str());
        QVERIFY(read->masked && read->entry->masked);
        QVERIFY(read->cached && read->cached->nativeLanguage.empty() && read->cached->voiceId.empty());
        QVERIFY(read->cachedVoice == Voice());
        QVERIFY(read->cached->updatedAt == someView().cached->updatedAt); // by how much a copy is older is no secret
    }

    void events()
    {
        Event cleanup;
        cleanup.seq = 18;
        cleanup.time = noon;
        cleanup.kind = EventKind::Cleanup;
        Event everyone = someEvent();
        everyone.seq = 19;
        everyone.users.reset();
        everyone.concernsEveryone = true;

        const auto read = eventsFromJson(eventsJson("one", {someEvent(), cleanup, everyone}, 3, Identities::Shown));
        const auto hidden = eventsFromJson(eventsJson("one", {someEvent()}, 3, Identities::Hidden));
        const auto none = eventsFromJson(eventsJson("one", {}, 3, Identities::Shown));

        QVERIFY(read && hidden && none);
        QCOMPARE(read->instanceId, std::string("one"));
        QCOMPARE(read->next, 19U);
        const Event &event = read->events.at(0);
        QVERIFY(event.seq == 17 && event.time == noon && event.kind == EventKind::Expired && event.count == 2);
        QCOMPARE(event.user, std::string("ana"));
        QCOMPARE(event.detail, odd);
        QVERIFY((*event.users == std::vector<std::string>{"ana", odd}));
        QCOMPARE(event.who, std::string("operator/eve"));
        QVERIFY(read->events.at(1).kind == EventKind::Cleanup && !read->events.at(1).users);
        QVERIFY(read->events.at(2).concernsEveryone);
        QVERIFY(hidden->events.at(0).user.empty() && !hidden->events.at(0).users);
        QCOMPARE(none->next, 3U);
    }

    void jobs()
    {
        WarmStatus status;
        status.jobId = 18'000'000'000'000'000'000U;
        status.state = WarmState::Cancelled;
        status.requested = 9;
        status.done = 8;
        status.warmed = 4;
        status.alreadyCached = 3;
        status.notFound = 2;
        status.failed = 1;
        status.elapsed = 1'234ms;
        status.problem = odd;

        const auto read = jobFromJson(jobJson(status));

        QVERIFY(read);
        QVERIFY(read->jobId == status.jobId && read->state == status.state && read->requested == 9);
        QVERIFY(read->done == 8 && read->warmed == 4 && read->alreadyCached == 3);
        QVERIFY(read->notFound == 2 && read->failed == 1 && read->elapsed == status.elapsed);
        QCOMPARE(read->problem, odd);
    }

    // Times are told in the time of here.
    void timesArePutRight()
    {
        const auto info = nodeInfoFromJson(
            R"({"name":"","version":"","instance_id":"1","started_at":"2026-01-01T12:00:00.123Z","role":"viewer","capabilities":[]})",
            1h);
        const auto entry = entriesFromJson(entriesJson({{someRow()}}, 1, {}, noon, Masking::Shown), -2h);
        const auto view =
            profileViewFromJson(comparisonJson(someView(), VoiceCatalog(), noon, Masking::Shown), "ana", 1h);
        const auto events = eventsFromJson(eventsJson("one", {someEvent()}, 3, Identities::Shown), 1h);
        const auto expiry = expiryFromJson(R"({"expired":1,"undo_id":"x","undo_until":"2026-01-01T12:00:00Z"})", 1h);

        QVERIFY(info && entry && view && events && expiry);
        QVERIFY(info->startedAt == noon - 1h);
        QVERIFY(entry->rows[0].cachedAt == someRow().cachedAt + 2h);
        QVERIFY(entry->rows[0].expiresAt == someRow().expiresAt + 2h);
        QVERIFY(*view->stored->updatedAt == *someone()->updatedAt - 1h);
        QVERIFY(events->events[0].time == noon - 1h);
        QVERIFY(expiry->undoUntil == noon - 1h - 123ms);
    }

    // What is sent is what the node reads.
    void bodiesAreReadByTheNode()
    {
        EntriesFilter filter;
        filter.search = odd;
        filter.language = "es";
        filter.state = EntryState::Expired;

        const auto these = expireRequestFromJson(expireBody(TheseUsers{{"ana", "b\"o"}}, true));
        const auto matching = expireRequestFromJson(expireBody(MatchingUsers{filter}, false));
        const auto all = expireRequestFromJson(expireBody(AllUsers{}, false));
        const auto warm = warmUpRequestFromJson(warmBody({TheseIdentities{{"ana"}}}, false));
        const auto recent = warmUpRequestFromJson(warmBody({RecentUsers{7}}, true));
        const auto language = warmUpRequestFromJson(warmBody({UsersOfLanguage{"yo"}}, true));

        QVERIFY(these && matching && all && warm && recent && language);
        QVERIFY((std::get<TheseUsers>(these->target).identities == std::vector<std::string>{"ana", "b\"o"}));
        QVERIFY(these->isDryRun && !matching->isDryRun);
        QVERIFY(std::get<MatchingUsers>(matching->target).filter == filter);
        QVERIFY(std::holds_alternative<AllUsers>(all->target));
        QCOMPARE(std::get<RecentUsers>(recent->target.whom).count, 7U);
        QVERIFY(recent->isDryRun && !warm->isDryRun);
        QCOMPARE(std::get<UsersOfLanguage>(language->target.whom).code, std::string("yo"));
        QCOMPARE(warmBody({ActiveRoomUsers{}, 20}, false), std::string(R"({"active_rooms":true,"rate_limit":20})"));
    }

    void settings()
    {
        LiveSettingsChange change;
        change.ttl = 900s;
        change.refreshAhead = 0.25;
        const auto sent = configChangesFromJson(settingsBody(change));
        const auto read = settingsFromJson(
            R"({"ttl_seconds":900,"cleanup_interval_seconds":60,"max_entries":5,"stale_grace_seconds":0,)"
            R"("refresh_ahead":0.25,"simulated_latency_ms":200,"lasts":"until restart"})");

        QVERIFY(sent && read);
        QVERIFY(sent->ttlSeconds == 900 && sent->refreshAhead == 0.25 && !sent->maxEntries);
        QVERIFY(read->ttl == 900s && read->cleanupInterval == 60s && read->maxEntries == 5 && read->staleGrace == 0s);
        QVERIFY(read->simulatedLatency == 200ms && read->lastUntilRestart && !read->latencyMayChange);
    }

    void outcomes()
    {
        const auto cleanup =
            cleanupFromJson(R"({"success":true,"message":"","initial_count":15,"final_count":12,"kept_stale":1})");
        const auto grown = cleanupFromJson(R"({"initial_count":1,"final_count":12})");
        const auto undone = undoFromJson(R"({"restored":3,"skipped":1})");
        const auto estimate = warmEstimateFromJson(R"({"requested":4,"already_cached":3,"to_load":1,"queries":1})");

        QVERIFY(cleanup && grown && undone && estimate);
        QVERIFY(cleanup->removed == 3 && cleanup->keptStale == 1 && cleanup->finalCount == 12);
        QCOMPARE(grown->removed, 0U);
        QVERIFY(undone->restored == 3 && undone->skipped == 1);
        QVERIFY(estimate->requested == 4 && estimate->toLoad == 1);
        QCOMPARE(jobIdFromJson(R"({"job_id":"18000000000000000000"})").operator bool(), true);
        QVERIFY(successFromJson(R"({"success":true})") && !successFromJson(R"({"success":false})"));
        QCOMPARE(problemDetail(R"({"detail":"Because."})"), std::string("Because."));
        QCOMPARE(problemDetail(R"({"detail":7})"), std::string());
        QCOMPARE(problemDetail("[[["), std::string());
    }

    void whatIsWrongIsNamed_data()
    {
        QTest::addColumn<Reader>("read");
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("words");
        const auto row = [](const char *name, const Reader &read, const QString &json, const char *words) {
            QTest::newRow(name) << read << json << QString::fromUtf8(words);
        };
        const Reader entries = reader(entriesFromJson);
        const Reader job = reader(jobFromJson);
        const QString entry = QString::fromStdString(entriesJson({{someRow()}}, 1, {}, noon, Masking::Shown));
        const auto changed = [&entry](const char *from, const char *to) { return QString(entry).replace(from, to); };
        row("nothing", entries, "", "not valid JSON");
        row("an array", entries, "[]", "not a JSON object");
        row("no entries", entries, R"({"total":1})", "\"entries\" is missing");
        row("entries that are none", entries, R"({"entries":{},"total":1})", "\"entries\" is not an array");
        row("an entry that is none", entries, R"({"entries":[7],"total":1})", "\"entries[0].\" is not an object");
        row("a negative total", entries, R"({"entries":[],"total":-1})", "\"total\" is not a whole number");
        row("half an entry", entries, R"({"entries":[],"total":0.5})", "\"total\" is not a whole number");
        row("a cursor that is none", entries, R"({"entries":[],"total":1,"next_cursor":7})",
            "\"next_cursor\" is not a string");
        row("a state that is none", entries, changed("\"expired\"", "\"sleeping\""), "\"state\" is none of its values");
        row("a time that is none", entries, changed("\"cached_at\":\"20", "\"cached_at\":\"x"),
            "\"entries[0].cached_at\" is not a time");
        row("hits that are text", entries, changed("\"hits\":42", "\"hits\":\"42\""), "hits\" is not a whole number");
        row("no language without a mask", entries, changed("\"native_language\":\"es\"", "\"native_language\":null"),
            "native_language\" is missing");
        row("a number that is too large", entries, R"({"entries":[],"total":1e999})", "too large");
        row("a NUL", entries, QString("{\"entries\":[],\"total\":1}") + QChar(0), "not valid JSON");
        row("too deep", entries, "{\"a\":" + QString(50, '[') + QString(50, ']') + "}", "16 levels");
        row("too much", entries, "{\"a\":[0" + QString(",0").repeated(4'000'000) + "]}", "4 million values");
        row("a job that is no number", job, R"({"job_id":"7x","state":"done"})", "\"job_id\"");
        row("no job", reader(jobIdFromJson), R"({"job_id":7})", "\"job_id\" is not a string");
        row("a job without a number", reader(jobIdFromJson), R"({"job_id":""})", "\"job_id\"");
        row("a node without a name for its life", reader(nodeInfoFromJson),
            R"({"name":"","version":"","instance_id":"","started_at":"2026-01-01T12:00:00Z","role":"viewer","capabilities":[]})",
            "\"instance_id\" is empty");
        row("settings without one", reader(settingsFromJson), R"({"ttl_seconds":1})", "is missing");
    }

    void whatIsWrongIsNamed()
    {
        QFETCH(const Reader, read);
        QFETCH(const QString, json);
        QFETCH(const QString, words);

        const QString problem = QString::fromStdString(read(json.toStdString()));

        QVERIFY2(problem.contains(words), qPrintable(problem));
        QVERIFY(problem.endsWith('.'));
    }

    // Every prefix of an answer, and every byte of it turned into another, ends in an answer or a sentence.
    void damagedAnswersCrashNobody()
    {
        const std::string view = comparisonJson(someView(), VoiceCatalog(), noon, Masking::Shown);
        const std::string events = eventsJson("one", {someEvent()}, 3, Identities::Shown);
        std::size_t refused = 0;
        for (const std::string &whole : {view, events}) {
            for (std::size_t i = 0; i < whole.size(); ++i) {
                std::string damaged = whole.substr(0, i);
                refused += !profileViewFromJson(damaged, "ana") && !eventsFromJson(damaged);
                for (const char other : {'\0', '"', '{', '9', '\xFF'}) {
                    damaged = whole;
                    damaged[i] = other;
                    (void)profileViewFromJson(damaged, "ana");
                    (void)eventsFromJson(damaged);
                }
            }
        }
        QCOMPARE(refused, view.size() + events.size());
    }

    void hugeNumbersAreHeld()
    {
        EntryRow row = someRow();
        std::string json = entriesJson({{row}}, 1, {}, noon, Masking::Shown);
        const auto replace = [&json](const std::string &from, const std::string &to) {
            json.replace(json.find(from), from.size(), to);
        };
        replace("\"ttl_seconds\":1800", "\"ttl_seconds\":18446744073709551615");
        replace("\"load_ms\":211", "\"load_ms\":1e300");

        const auto read = entriesFromJson(json, -9'000h);

        QVERIFY(read);
        QVERIFY(std::chrono::nanoseconds(read->rows[0].ttl) > 0s); // it fits
        QVERIFY(read->rows[0].loadTime > 0s);
    }
};

QTEST_APPLESS_MAIN(tst_NodeJsonReader)
#include "tst_NodeJsonReader.moc"
