// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Format.h"
#include "core/base/SeqPoint.h"
#include "tests/core/service/LogRecorder.h"
#include "tests/core/service/ServiceFixture.h"

#include <QtTest>

#include <functional>
#include <string>

using namespace hearth;
using namespace std::chrono_literals;

using Write = std::function<Result<ServedProfile>(ServiceFixture &)>;
Q_DECLARE_METATYPE(Write)
Q_DECLARE_METATYPE(Error)
Q_DECLARE_METATYPE(std::string)

namespace {

const ProfileChanges toFrench{.nativeLanguage = "fr"};

std::string textOf(const Event &event)
{
    return toString(event.kind) + " " + event.user + " by " + event.who + ": " + event.detail + " (" +
           std::string(toString(event.result)) + ")";
}

} // namespace

// Writes: the database first, then the cache with the row as it is stored, and nothing older after it.
class tst_ProfileServiceWrites : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anUpdateIsStoredThenCached();
    void aCreationIsStoredThenCached();
    void whatATriggerMadeOfItIsCached();
    void itIsLoggedAndToldOnce();
    void ageStartsWhenTheWriteWasSent();
    void anExpiredEntryIsReplaced_data();
    void anExpiredEntryIsReplaced();
    void whoWasUnknownIsKnownAtOnce();
    void aLoadThatWasOvertakenByAWriteIsReadAgain();
    void anAbsenceThatWasOvertakenByACreationIsReadAgain();
    void aReadDuringTheWriteIsReadOnceMore_data();
    void aReadDuringTheWriteIsReadOnceMore();
    void ofTwoWritesTheDatabasesLastOneStays_data();
    void ofTwoWritesTheDatabasesLastOneStays();
    void aChangeByOthersDuringTheWriteIsReadOnceMore();
    void anInvalidationWhileItIsStoredIsReadOnceMore();
    void aWriteInDoubtInvalidates_data();
    void aWriteInDoubtInvalidates();
    void aWriteThatIsDoneAfterItWasGivenUpIsNotMissed();
    void aWriteThatSurelyFailedLeavesTheEntry_data();
    void aWriteThatSurelyFailedLeavesTheEntry();
    void aReadOnlyRoleIsToldSoAndNothingIsCached();
    void whoExistsIsNotCreated();
    void whoIsGoneIsNotFoundAndLeaves();
    void aDefaultThatWasNeverStoredStays();
    void whatIsNotAllowedIsRefused_data();
    void whatIsNotAllowedIsRefused();
    void theVoicesOfTheDirectoryAreAllowed();
    void aWriteThatIsNeverAnsweredIsATimeout();
    void afterStopNothingIsWritten();
    void whatCannotBeCachedIsWrittenAndServed();
};

void tst_ProfileServiceWrites::anUpdateIsStoredThenCached()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.clock.advance(1s);

    const Result<ServedProfile> answer = f.update("ana", {.nativeLanguage = "fr", .formalTone = true});
    const std::uint64_t queries = f.repository.queryCount();
    const Result<ServedProfile> read = f.get("ana");

    QVERIFY(answer && read);
    QCOMPARE(answer->nativeLanguage(), std::string_view("fr"));
    QVERIFY(read->profile(idOf("ana")) == *f.repository.stored(idOf("ana")));
    QVERIFY(read->formalTone());
    QCOMPARE(read->served(), Served::Hit);
    QCOMPARE(f.repository.queryCount(), queries);
    QCOMPARE(f.service.counters().profilesUpdated, 1u);
}

void tst_ProfileServiceWrites::aCreationIsStoredThenCached()
{
    ServiceFixture f;
    Profile wanted = profileOf("ana", "yo");
    wanted.voiceId = "Sade";

    const Result<ServedProfile> answer = f.create(wanted);
    const Result<ServedProfile> read = f.get("ana");

    QVERIFY(answer && read);
    QCOMPARE(answer->voiceProvider(), std::string_view("spitch"));
    QVERIFY(read->profile(idOf("ana")) == *f.repository.stored(idOf("ana")));
    QCOMPARE(read->served(), Served::Hit);
    QVERIFY(f.cache.peek("ana")->facts.source == EntrySource::Created);
    QCOMPARE(f.service.counters().profilesCreated, 1u);
}

void tst_ProfileServiceWrites::whatATriggerMadeOfItIsCached()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.onUpdate([](Profile &row) { row.updatedAt = WallTime(5s), row.preserveEmotion = false; });

    const Result<ServedProfile> answer = f.update("ana", toFrench);

    QVERIFY(answer);
    QCOMPARE(answer->updatedAt(), std::optional(WallTime(5s)));
    QVERIFY(!f.get("ana")->preserveEmotion());
}

void tst_ProfileServiceWrites::itIsLoggedAndToldOnce()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    const LogRecorder log;

    QVERIFY(f.update("ana", {.nativeLanguage = "fr", .preserveEmotion = false}));
    QVERIFY(f.create(profileOf("bea")));

    QCOMPARE(log.take(), (QStringList{"INFO Cached user profile for ana (1 min TTL)",
                                      "INFO Cached user profile for bea (1 min TTL)"}));
    const std::string none = format::latency(0ns);
    const std::vector<Event> events = f.events.events({0, {}, {}, 1000});
    QCOMPARE(events.size(), std::size_t{2});
    QCOMPARE(textOf(events[0]),
             "profile ana by olga: changed native_language, preserve_emotion, stored in " + none + " (done)");
    QCOMPARE(textOf(events[1]), "profile bea by olga: created, stored in " + none + " (done)");
}

void tst_ProfileServiceWrites::ageStartsWhenTheWriteWasSent()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers answers;
    const MonotonicTime sent = f.clock.now();
    f.service.update(idOf("ana"), toFrench, "olga", answers.into());
    f.clock.advance(3s);
    f.repository.release();

    const auto entry = f.cache.peek("ana");
    QVERIFY(entry);
    QCOMPARE(entry->facts.deadline, sent + 60s);
}

void tst_ProfileServiceWrites::anExpiredEntryIsReplaced_data()
{
    QTest::addColumn<bool>("forced");
    QTest::newRow("by itself") << false;
    QTest::newRow("by force") << true;
}

void tst_ProfileServiceWrites::anExpiredEntryIsReplaced()
{
    QFETCH(bool, forced);
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    if (forced)
        f.service.expire({idOf("ana")}, "test");
    else
        f.clock.advance(61s);
    const LogRecorder log;

    QVERIFY(f.update("ana", toFrench));

    QCOMPARE(f.cached("ana"), std::string("fr"));
    QVERIFY(log.take().contains("DEBUG Cache expired for user ana, removed from cache"));
}

void tst_ProfileServiceWrites::whoWasUnknownIsKnownAtOnce()
{
    ServiceFixture f;
    QVERIFY(!f.get("ana"));

    QVERIFY(f.create(profileOf("ana", "es")));

    QCOMPARE(f.get("ana")->served(), Served::Hit);
}

void tst_ProfileServiceWrites::aLoadThatWasOvertakenByAWriteIsReadAgain()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers read, written;
    f.service.get(idOf("ana"), UnknownUser::NotFound, read.into());
    f.clock.advance(1ms);
    f.service.update(idOf("ana"), toFrench, "olga", written.into());

    QVERIFY(f.repository.releaseAt(1)); // the write
    QCOMPARE(written.language(0), std::string("fr"));
    QCOMPARE(f.cached("ana"), std::string("fr"));
    f.clock.advance(61s);
    QVERIFY(f.repository.releaseOne()); // what the row said before it

    QCOMPARE(read.count(), std::size_t{0});
    QCOMPARE(f.cached("ana"), std::string("fr expired"));
    f.repository.release();
    QCOMPARE(read.language(0), std::string("fr"));
}

void tst_ProfileServiceWrites::anAbsenceThatWasOvertakenByACreationIsReadAgain()
{
    ServiceFixture f;
    f.repository.hold();
    Answers read, written;
    f.service.get(idOf("ana"), UnknownUser::NotFound, read.into());
    f.clock.advance(1ms);
    f.service.create(profileOf("ana", "es"), "olga", written.into());

    QVERIFY(f.repository.releaseAt(1));
    f.repository.release();

    QCOMPARE(written.language(0), std::string("es"));
    QCOMPARE(read.language(0), std::string("es"));
}

void tst_ProfileServiceWrites::aReadDuringTheWriteIsReadOnceMore_data()
{
    QTest::addColumn<bool>("isNewer");
    QTest::newRow("of the row before it") << false;
    QTest::newRow("of a row that others wrote after it") << true;
}

void tst_ProfileServiceWrites::aReadDuringTheWriteIsReadOnceMore()
{
    QFETCH(bool, isNewer);
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers read, written;
    const Profile before = *f.repository.stored(idOf("ana"));
    f.service.update(idOf("ana"), toFrench, "olga", written.into());
    f.clock.advance(1ms);
    if (isNewer)
        f.repository.add(profileOf("ana", "ha"));
    const auto seen = pack(isNewer ? *f.repository.stored(idOf("ana")) : before, f.texts);
    QCOMPARE(f.cache.put("ana", *seen, {60s, f.clock.now(), f.cache.generation("ana"), EntrySource::Database, {}}),
             PutResult::Stored);

    f.clock.advance(1ms);
    f.repository.release();

    QCOMPARE(written.language(0), std::string("fr"));
    QCOMPARE(f.cached("ana"), std::string(isNewer ? "ha" : "fr"));
    QCOMPARE(f.repository.findCount(idOf("ana")), 1u);
}

void tst_ProfileServiceWrites::ofTwoWritesTheDatabasesLastOneStays_data()
{
    QTest::addColumn<bool>("lastIsAnsweredFirst");
    QTest::newRow("answered in their order") << false;
    QTest::newRow("answered the other way round") << true;
}

void tst_ProfileServiceWrites::ofTwoWritesTheDatabasesLastOneStays()
{
    QFETCH(bool, lastIsAnsweredFirst);
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers first, second;
    f.service.update(idOf("ana"), toFrench, "olga", first.into());
    f.clock.advance(1ms);
    f.service.update(idOf("ana"), {.nativeLanguage = "ha"}, "otto", second.into());

    QVERIFY(f.repository.releaseAt(lastIsAnsweredFirst ? 1 : 0));
    f.clock.advance(1ms);
    f.repository.release();

    QCOMPARE(first.language(0), std::string("fr"));
    QCOMPARE(second.language(0), std::string("ha"));
    QCOMPARE(f.cached("ana"), std::string("ha"));
    QCOMPARE(f.cache.peek("ana")->value.rowVersion(), f.repository.stored(idOf("ana"))->rowVersion);
}

void tst_ProfileServiceWrites::aChangeByOthersDuringTheWriteIsReadOnceMore()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.hold();
    Answers written;
    f.service.update(idOf("ana"), toFrench, "olga", written.into());
    f.repository.add(profileOf("ana", "ha")); // after it, and told before its answer is here
    f.service.applyChanges({{idOf("ana"), RowChange::Kind::Changed, f.repository.stored(idOf("ana"))->rowVersion}});

    f.clock.advance(1ms);
    f.repository.release();

    QCOMPARE(written.language(0), std::string("fr"));
    QCOMPARE(f.cached("ana"), std::string("ha"));
}

void tst_ProfileServiceWrites::anInvalidationWhileItIsStoredIsReadOnceMore()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    int calls = 0;
    const SeqPoint::Hook other("CachedProfiles.storeWritten.invalidated", [&] {
        if (++calls > 1)
            return;
        f.repository.add(profileOf("ana", "ha"));
        f.clock.advance(1ms);
        f.service.expire({idOf("ana")}, "test");
    });

    QVERIFY(f.update("ana", toFrench));

    QCOMPARE(f.cached("ana"), std::string("ha"));
}

void tst_ProfileServiceWrites::aWriteInDoubtInvalidates_data()
{
    QTest::addColumn<Error>("error");
    QTest::newRow("the connection was lost, or the time was over") << Error{ErrorCode::Timeout, "lost"};
    QTest::newRow("the row that came back cannot be read") << Error{ErrorCode::BadData, "odd"};
    QTest::newRow("something unexpected") << Error{ErrorCode::Internal, "what?"};
}

void tst_ProfileServiceWrites::aWriteInDoubtInvalidates()
{
    QFETCH(Error, error);
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    QVERIFY(!f.get("bea")); // remembered as unknown
    f.repository.loseAnswersOfWrites(error);

    const Result<ServedProfile> updated = f.update("ana", toFrench);
    const Result<ServedProfile> created = f.create(profileOf("bea", "ig"));

    QVERIFY(!updated && !created);
    QCOMPARE(updated.error(), error);
    QCOMPARE(f.cached("ana"), std::string("es expired"));
    f.repository.failWith({ErrorCode::Unavailable, "away"});
    QVERIFY(!f.get("ana")); // not even stale
    f.repository.answerNormally();
    f.clock.advance(6s);
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("fr"));
    QCOMPARE(f.get("bea")->nativeLanguage(), std::string_view("ig"));
    const std::vector<Event> events = f.eventsOf(EventKind::Profile);
    QCOMPARE(events.size(), std::size_t{2});
    QCOMPARE(textOf(events[0]), "profile ana by olga: not changed native_language: " + error.detail + " (failed)");
}

void tst_ProfileServiceWrites::aWriteThatIsDoneAfterItWasGivenUpIsNotMissed()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.repository.failUpdatesWith({ErrorCode::Timeout, "slow"});
    QVERIFY(!f.update("ana", toFrench));
    QVERIFY(f.get("ana")); // before the server does it

    f.repository.add(profileOf("ana", "fr"));
    f.clock.advance(5s);
    f.service.releaseOverdue();
    QCOMPARE(f.cached("ana"), std::string("es"));
    f.clock.advance(1s);
    f.service.releaseOverdue();

    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("fr"));
}

void tst_ProfileServiceWrites::aWriteThatSurelyFailedLeavesTheEntry_data()
{
    QTest::addColumn<Error>("error");
    for (const ErrorCode code : {ErrorCode::Unavailable, ErrorCode::Overloaded, ErrorCode::SchemaMismatch})
        QTest::addRow("%d", int(code)) << Error{code, "no"};
}

void tst_ProfileServiceWrites::aWriteThatSurelyFailedLeavesTheEntry()
{
    QFETCH(Error, error);
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.repository.failUpdatesWith(error);

    QVERIFY(!f.update("ana", toFrench));

    QCOMPARE(f.cached("ana"), std::string("es"));
    QCOMPARE(f.eventsOf(EventKind::Profile).size(), std::size_t{1});
}

void tst_ProfileServiceWrites::aReadOnlyRoleIsToldSoAndNothingIsCached()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    const Error readOnly{ErrorCode::PermissionDenied, "This database role may only read user_profiles: …"};
    f.repository.failUpdatesWith(readOnly);
    f.repository.failInsertsWith(readOnly);

    QCOMPARE(f.update("ana", toFrench).error(), readOnly);
    QCOMPARE(f.create(profileOf("bea")).error(), readOnly);

    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.cached("bea"), std::string("nothing"));
}

void tst_ProfileServiceWrites::whoExistsIsNotCreated()
{
    ServiceFixture f;
    QVERIFY(!f.get("ana"));
    f.repository.add(profileOf("ana", "es")); // by somebody else, and we have not heard of it

    const Result<ServedProfile> answer = f.create(profileOf("ana", "fr"));

    QCOMPARE(answer.error().code, ErrorCode::AlreadyExists);
    QCOMPARE(f.repository.stored(idOf("ana"))->nativeLanguage, std::string("es"));
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("es"));
    QVERIFY(f.eventsOf(EventKind::Profile).empty());
}

void tst_ProfileServiceWrites::whoIsGoneIsNotFoundAndLeaves()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.repository.remove(idOf("ana"));

    QCOMPARE(f.update("ana", toFrench).error().code, ErrorCode::NotFound);

    QCOMPARE(f.cached("ana"), std::string("nothing"));
}

void tst_ProfileServiceWrites::aDefaultThatWasNeverStoredStays()
{
    ServiceFixture f(DefaultProfiles::CacheOnly);
    QVERIFY(f.get("ana", UnknownUser::CreateDefault));

    QCOMPARE(f.update("ana", toFrench).error().code, ErrorCode::NotFound);

    QCOMPARE(f.cached("ana"), std::string("en"));
}

void tst_ProfileServiceWrites::whatIsNotAllowedIsRefused_data()
{
    QTest::addColumn<Write>("write");
    QTest::addColumn<std::string>("sentence");

    const auto row = [](const char *name, const Write &write, const std::string &sentence) {
        QTest::newRow(name) << write << sentence;
    };
    const auto updating = [](const ProfileChanges &changes) {
        return [changes](ServiceFixture &f) { return f.update("ana", changes); };
    };
    const auto creating = [](const std::string &language, const std::string &voice, const std::string &provider) {
        return [=](ServiceFixture &f) {
            Profile profile = profileOf("ana", language);
            profile.voiceId = voice;
            profile.voiceProvider = provider;
            return f.create(profile);
        };
    };
    const std::string language = "native_language must be one of en, es, fr, ig, yo, ha.";
    const std::string voice = "voice_avatar_id must be one of Hasan, Obinna, Sade, aura-2-celeste-es, "
                              "aura-2-pandora-en, aura-2-thalia-en, or empty for the language's default voice.";
    row("nothing", updating({}),
        "The request names nothing to change: give native_language, voice_avatar_id, formal_tone or "
        "preserve_emotion.");
    row("another language", updating({.nativeLanguage = "de"}), language);
    row("no language", updating({.nativeLanguage = ""}), language);
    row("a new profile in another language", creating("' OR 1=1--", "", ""), language);
    row("an unknown voice", updating({.voiceId = "sade"}), voice);
    row("a new profile with an unknown voice", creating("en", "Robot", ""), voice);
    row("a provider alone", updating({.voiceProvider = "openai"}),
        "voice_provider can be changed only together with voice_avatar_id.");
    row("a provider of another voice", updating({.voiceId = "Sade", .voiceProvider = "openai"}),
        "voice_provider must be spitch for this voice, or be left out.");
    row("a provider of none", creating("en", "", "openai"), "voice_provider must be empty where voice_avatar_id is.");
}

void tst_ProfileServiceWrites::whatIsNotAllowedIsRefused()
{
    QFETCH(Write, write);
    QFETCH(std::string, sentence);
    ServiceFixture f;

    const Result<ServedProfile> answer = write(f);

    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::InvalidArgument);
    QCOMPARE(answer.error().detail, sentence);
    QCOMPARE(f.repository.queryCount(), 0u);
}

void tst_ProfileServiceWrites::theVoicesOfTheDirectoryAreAllowed()
{
    ServiceFixture f;
    VoiceDirectory voices;
    ProfileService service(f.clock, f.cache, f.texts, f.repository, f.events, {}, &voices);
    f.repository.add(profileOf("ana", "es"));
    Voice mine;
    mine.id = "mine";
    mine.provider = "elevenlabs";
    Answers answers;

    service.update(idOf("ana"), {.voiceId = "mine"}, "olga", answers.into());
    voices.replace(std::make_shared<const VoiceCatalog>(std::vector<Voice>{mine}));
    service.update(idOf("ana"), {.voiceId = "mine"}, "olga", answers.into());
    service.update(idOf("ana"), {.voiceId = ""}, "olga", answers.into());

    QCOMPARE(answers.at(0).error().code, ErrorCode::InvalidArgument);
    QCOMPARE(answers.at(1)->voiceProvider(), std::string_view("elevenlabs"));
    QVERIFY(answers.at(2)->voiceId().empty() && answers.at(2)->voiceProvider().empty());
}

void tst_ProfileServiceWrites::aWriteThatIsNeverAnsweredIsATimeout()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.repository.hold();
    Answers answers;
    f.service.update(idOf("ana"), toFrench, "olga", answers.into());

    f.clock.advance(6s);
    f.service.releaseOverdue();

    QCOMPARE(answers.count(), std::size_t{1});
    QCOMPARE(answers.at(0).error().code, ErrorCode::Timeout);
    QCOMPARE(f.cached("ana"), std::string("es expired"));
    f.repository.release(); // too late: dropped
    QCOMPARE(answers.count(), std::size_t{1});
    QCOMPARE(f.service.loadsInFlight(), std::size_t{0});
}

void tst_ProfileServiceWrites::afterStopNothingIsWritten()
{
    ServiceFixture f;
    f.repository.add(profileOf("ana", "es"));
    f.service.stop();

    QCOMPARE(f.update("ana", toFrench).error().code, ErrorCode::ShuttingDown);
    QCOMPARE(f.create(profileOf("bea")).error().code, ErrorCode::ShuttingDown);

    QCOMPARE(f.repository.queryCount(), 0u);
}

void tst_ProfileServiceWrites::whatCannotBeCachedIsWrittenAndServed()
{
    ServiceFixture f(DefaultProfiles::Store, 1); // room for one combination of texts
    f.repository.add(profileOf("ana", "es"));
    QVERIFY(f.get("ana"));
    f.clock.advance(1ms);

    const Result<ServedProfile> answer = f.update("ana", toFrench);

    QVERIFY(answer);
    QCOMPARE(answer->nativeLanguage(), std::string_view("fr"));
    QCOMPARE(f.cached("ana"), std::string("nothing"));
    QCOMPARE(f.get("ana")->nativeLanguage(), std::string_view("fr"));
}

QTEST_GUILESS_MAIN(tst_ProfileServiceWrites)
#include "tst_ProfileServiceWrites.moc"
