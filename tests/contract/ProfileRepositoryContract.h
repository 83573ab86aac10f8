// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"
#include "tests/support/Await.h"

#include <QObject>
#include <QTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>

using ChangeProfile = std::function<void(hearth::Profile &)>;
Q_DECLARE_METATYPE(ChangeProfile)
Q_DECLARE_METATYPE(hearth::ProfileChanges)
Q_DECLARE_METATYPE(std::string)

namespace hearth {

// What every ProfileRepository does. Derive, and say how to get one over empty tables; each test gets its own.
class ProfileRepositoryContract : public QObject
{
    Q_OBJECT

protected:
    virtual void setUp() = 0;
    virtual void tearDown() = 0;
    virtual ProfileRepository &repository() = 0;
    virtual void addVoice(const Voice &voice) = 0;
    // Somebody else changes the language in the row; the time of the update stays as it was.
    virtual void changeLanguage(const std::string &identity, const std::string &code) = 0;

    static ProfileId id(const std::string &text)
    {
        const Result<ProfileId> parsed = ProfileId::parse(text);
        Q_ASSERT(parsed);
        return *parsed;
    }

    static Profile profile(const std::string &identity, const std::string &language = "en")
    {
        Profile made(id(identity));
        made.nativeLanguage = language;
        return made;
    }

    InsertedProfile insert(const Profile &wanted)
    {
        auto result = await<InsertedProfile>([&](auto done) { repository().insertIfAbsent(wanted, done); });
        if (!result)
            qFatal("insert: %s", result.error().detail.c_str());
        return *result;
    }

    Result<WrittenProfile> update(const std::string &identity, const ProfileChanges &changes)
    {
        return await<WrittenProfile>([&](auto done) { repository().update(id(identity), changes, done); });
    }

    std::optional<Profile> find(const std::string &identity)
    {
        auto result = await<LoadedProfile>([&](auto done) { repository().find(id(identity), done); });
        if (!result)
            qFatal("find: %s", result.error().detail.c_str());
        return result->profile;
    }

    // What the row says, whatever its version.
    static bool isSameRow(Profile left, Profile right)
    {
        left.rowVersion = right.rowVersion = 0;
        return left == right;
    }

    // The versions now; 0 for who is not there.
    std::vector<std::uint32_t> versions(const std::vector<std::string> &identities)
    {
        std::vector<ProfileId> asked;
        for (const std::string &identity : identities)
            asked.push_back(id(identity));
        const auto result = await<RowVersions>([&](auto done) { repository().versions(asked, done); });
        if (!result)
            qFatal("versions: %s", result.error().detail.c_str());
        std::vector<std::uint32_t> found;
        for (const ProfileId &each : asked) {
            const auto row = std::find_if(result->rows.begin(), result->rows.end(),
                                          [&](const RowVersions::Row &candidate) { return candidate.id == each; });
            found.push_back(row == result->rows.end() ? 0 : row->version);
        }
        return found;
    }

    static std::string joined(const std::vector<ProfileId> &ids)
    {
        std::string text;
        for (const ProfileId &each : ids)
            text += (text.empty() ? "" : " ") + each.text();
        return text;
    }

    static WallTime time(int seconds)
    {
        return WallTime(std::chrono::seconds(1'700'000'000 + seconds) + std::chrono::milliseconds(123));
    }

private Q_SLOTS:
    void init() { setUp(); }
    void cleanup() { tearDown(); }

    void anAbsentUserIsAnAnswer() { QVERIFY(!find("nobody")); }

    void whatWasInsertedIsFound_data()
    {
        QTest::addColumn<QString>("identity");
        QTest::newRow("plain") << "ana";
        QTest::newRow("an apostrophe") << "o'brien";
        QTest::newRow("a double quote") << "the \"boss\"";
        QTest::newRow("backslashes") << "a\\b\\\\c\\";
        QTest::newRow("SQL") << "' OR 1=1--";
        QTest::newRow("more SQL") << "x'; drop table user_profiles; --";
        QTest::newRow("placeholders") << "? :name $1 %1 {a,b}";
        QTest::newRow("the word NULL") << "NULL";
        QTest::newRow("braces and commas") << "{a,\"b\"},NULL";
        QTest::newRow("dots below") << "Ọmọ Ìgbò";
        QTest::newRow("emoji") << "🦊👩‍👩‍👧‍👦";
        QTest::newRow("right to left") << "مريم العربية";
        QTest::newRow("bidi override") << QString(QStringLiteral("a") + QChar(0x202e) + QStringLiteral("b"));
        QTest::newRow("markup") << "<b>bold</b>&amp;";
        QTest::newRow("spaces around") << " ana ";
        QTest::newRow("255 characters") << QString(255, u'x');
        QTest::newRow("255 characters of four bytes") << QStringLiteral("🦊").repeated(255);
    }
    void whatWasInsertedIsFound()
    {
        QFETCH(QString, identity);
        Profile wanted = profile(identity.toStdString(), "yo");
        wanted.voiceId = "Sade\\ 'the' \"first\" 🦊";
        wanted.voiceProvider = "spitch";
        wanted.formalTone = true;
        wanted.preserveEmotion = false;
        wanted.updatedAt = time(5);
        insert(profile("somebody else", "fr"));

        const InsertedProfile inserted = insert(wanted);
        const auto found = find(identity.toStdString());
        const auto many = await<LoadedProfiles>([&](auto done) {
            repository().findMany({id("absent"), wanted.identity}, done);
        });

        QVERIFY(inserted.inserted);
        QVERIFY(isSameRow(inserted.profile, wanted));
        QVERIFY(found);
        QVERIFY(isSameRow(*found, wanted));
        QVERIFY(many);
        QCOMPARE(many->profiles.size(), std::size_t(1));
        QVERIFY(isSameRow(many->profiles.front(), wanted));
    }

    void identitiesAreComparedExactly()
    {
        insert(profile("Ana"));

        QVERIFY(!find("ana"));
        QVERIFY(!find("Ana "));
        QVERIFY(!find("An_"));
        QVERIFY(!find("%"));
    }

    void whoIsFirstStays()
    {
        insert(profile("ana", "es"));

        const InsertedProfile second = insert(profile("ana", "fr"));

        QVERIFY(!second.inserted);
        QCOMPARE(second.profile.nativeLanguage, std::string("es"));
        QCOMPARE(find("ana")->nativeLanguage, std::string("es"));
    }

    void anUpdateChangesWhatItNames_data()
    {
        QTest::addColumn<ProfileChanges>("changes");
        QTest::addColumn<ChangeProfile>("change");

        const auto row = [](const char *name, const ProfileChanges &changes, const ChangeProfile &change) {
            QTest::newRow(name) << changes << change;
        };
        row("the language", {.nativeLanguage = "fr"}, [](Profile &p) { p.nativeLanguage = "fr"; });
        row("the voice", {.voiceId = "it's \"new\" \\ 🦊", .voiceProvider = "google"}, [](Profile &p) {
            p.voiceId = "it's \"new\" \\ 🦊";
            p.voiceProvider = "google";
        });
        row("no voice any more", {.voiceId = "", .voiceProvider = ""}, [](Profile &p) {
            p.voiceId.clear();
            p.voiceProvider.clear();
        });
        row("the tone", {.formalTone = true}, [](Profile &p) { p.formalTone = true; });
        row("the emotion", {.preserveEmotion = false}, [](Profile &p) { p.preserveEmotion = false; });
        row("SQL", {.nativeLanguage = "' OR 1=1"}, [](Profile &p) { p.nativeLanguage = "' OR 1=1"; });
        row("all of it", {"ha", "Hasan", "spitch", true, false}, [](Profile &p) {
            p.nativeLanguage = "ha";
            p.voiceId = "Hasan";
            p.voiceProvider = "spitch";
            p.formalTone = true;
            p.preserveEmotion = false;
        });
    }
    void anUpdateChangesWhatItNames()
    {
        QFETCH(ProfileChanges, changes);
        QFETCH(ChangeProfile, change);
        Profile before = profile("ana", "es");
        before.voiceId = "a voice";
        before.voiceProvider = "openai";
        before.updatedAt = time(5);
        const std::uint32_t versionBefore = insert(before).profile.rowVersion;
        insert(profile("bea", "es"));

        const Result<WrittenProfile> written = update("ana", changes);

        QVERIFY(written);
        QVERIFY(*written->profile.updatedAt > time(5));
        Profile expected = before;
        change(expected);
        expected.updatedAt = written->profile.updatedAt;
        QVERIFY(isSameRow(written->profile, expected));
        QVERIFY(written->profile.rowVersion != versionBefore);
        QVERIFY(*find("ana") == written->profile);
        QCOMPARE(versions({"ana"}).at(0), written->profile.rowVersion);
        QVERIFY(isSameRow(*find("bea"), profile("bea", "es")));
    }

    void anUpdateOfNobodyIsNotFound()
    {
        insert(profile("ana"));

        const Result<WrittenProfile> written = update("nobody", {.formalTone = true});

        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::NotFound);
        QVERIFY(!find("nobody"));
        QVERIFY(!find("ana")->formalTone);
    }

    void aDefaultVoiceFollowsTheLanguage_data()
    {
        QTest::addColumn<std::string>("voice");
        QTest::addColumn<ProfileChanges>("changes");
        QTest::addColumn<std::string>("expected");

        const std::string none;
        QTest::newRow("none") << none << ProfileChanges{.nativeLanguage = "es"} << none;
        QTest::newRow("the old language's default")
            << std::string("aura-2-thalia-en") << ProfileChanges{.nativeLanguage = "es"} << none;
        QTest::newRow("another language's default")
            << std::string("Sade") << ProfileChanges{.nativeLanguage = "es"} << std::string("Sade");
        QTest::newRow("a voice of one's own")
            << std::string("mine") << ProfileChanges{.nativeLanguage = "es"} << std::string("mine");
        QTest::newRow("the language that it was")
            << std::string("aura-2-thalia-en") << ProfileChanges{.nativeLanguage = "en"}
            << std::string("aura-2-thalia-en");
        QTest::newRow("a change of something else")
            << std::string("aura-2-thalia-en") << ProfileChanges{.formalTone = true} << std::string("aura-2-thalia-en");
        QTest::newRow("a voice named with it")
            << std::string("aura-2-thalia-en")
            << ProfileChanges{.nativeLanguage = "es", .voiceId = "aura-2-thalia-en", .voiceProvider = "deepgram"}
            << std::string("aura-2-thalia-en");
    }
    void aDefaultVoiceFollowsTheLanguage()
    {
        QFETCH(std::string, voice);
        QFETCH(ProfileChanges, changes);
        QFETCH(std::string, expected);
        Profile before = profile("ana", "en");
        before.voiceId = voice;
        before.voiceProvider = voice.empty() ? "" : "deepgram";
        insert(before);

        const Result<WrittenProfile> written = update("ana", changes);

        QVERIFY(written);
        QCOMPARE(written->profile.voiceId, expected);
        QCOMPARE(written->profile.voiceProvider, std::string(expected.empty() ? "" : "deepgram"));
    }

    void anUnknownLanguageAndVoiceSurvive()
    {
        Profile odd = profile("odd", "xx-klingon");
        odd.nativeLanguage = "xx";
        odd.voiceId = "a voice nobody knows";
        odd.voiceProvider = "nobody";
        insert(odd);

        QVERIFY(isSameRow(*find("odd"), odd));
    }

    void aProfileWithoutVoiceAndTimeHasNone()
    {
        insert(profile("plain"));

        const auto found = find("plain");

        QVERIFY(found->voiceId.empty());
        QVERIFY(found->voiceProvider.empty());
        QVERIFY(!found->updatedAt);
    }

    void manyAreFoundAtOnce()
    {
        std::vector<ProfileId> asked;
        for (int i = 0; i < 100; ++i) {
            if (i % 2 == 0)
                insert(profile("user-" + std::to_string(i)));
            asked.push_back(id("user-" + std::to_string(i)));
        }
        asked.push_back(id("user-0")); // twice

        const auto result = await<LoadedProfiles>([&](auto done) { repository().findMany(asked, done); });

        QVERIFY(result);
        std::set<std::string> names;
        for (const Profile &found : result->profiles)
            names.insert(found.identity.text());
        QCOMPARE(result->profiles.size(), std::size_t(50));
        QCOMPARE(names.size(), std::size_t(50));
        QVERIFY(names.contains("user-98") && !names.contains("user-99"));
    }

    void aRowIsReadWithItsVersion()
    {
        const InsertedProfile inserted = insert(profile("ana", "es"));
        insert(profile("bea"));

        const auto many = await<LoadedProfiles>([&](auto done) { repository().findMany({id("ana")}, done); });
        const std::vector<std::uint32_t> now = versions({"ana", "nobody"});

        QVERIFY(inserted.profile.rowVersion != 0);
        QCOMPARE(find("ana")->rowVersion, inserted.profile.rowVersion);
        QCOMPARE(many->profiles.at(0).rowVersion, inserted.profile.rowVersion);
        QCOMPARE(now.at(0), inserted.profile.rowVersion);
        QCOMPARE(now.at(1), std::uint32_t(0));
    }

    void aChangeByOthersIsAnotherVersion()
    {
        insert(profile("ana", "es"));
        insert(profile("bea", "es"));
        const std::vector<std::uint32_t> before = versions({"ana", "bea"});

        changeLanguage("ana", "fr");

        const std::vector<std::uint32_t> after = versions({"ana", "bea"});
        QVERIFY(after.at(0) != before.at(0));
        QCOMPARE(after.at(1), before.at(1));
        QCOMPARE(find("ana")->rowVersion, after.at(0));
        QCOMPARE(find("ana")->nativeLanguage, std::string("fr"));
    }

    void nobodyAskedHasNoVersion()
    {
        insert(profile("ana"));

        const auto none = await<RowVersions>([&](auto done) { repository().versions({}, done); });

        QVERIFY(none);
        QVERIFY(none->rows.empty());
    }

    void nobodyAskedIsNobodyFound()
    {
        insert(profile("ana"));

        const auto result = await<LoadedProfiles>([&](auto done) { repository().findMany({}, done); });

        QVERIFY(result);
        QVERIFY(result->profiles.empty());
    }

    void theMostRecentComeFirst()
    {
        for (const auto &[name, seconds] : {std::pair("old", 1), std::pair("new", 3), std::pair("middle", 2)}) {
            Profile each = profile(name);
            each.updatedAt = time(seconds);
            insert(each);
        }
        insert(profile("just made")); // its time of creation counts, which is today

        const auto all = await<std::vector<ProfileId>>([&](auto done) { repository().recentIds(10, done); });
        const auto two = await<std::vector<ProfileId>>([&](auto done) { repository().recentIds(2, done); });
        const auto none = await<std::vector<ProfileId>>([&](auto done) { repository().recentIds(0, done); });

        QVERIFY(all && two && none);
        QCOMPARE(joined(*all), std::string("just made new middle old"));
        QCOMPARE(joined(*two), std::string("just made new"));
        QVERIFY(none->empty());
    }

    void profilesAreCounted()
    {
        const auto before = await<std::int64_t>([&](auto done) { repository().count(done); });
        insert(profile("ana"));
        insert(profile("bea"));
        const auto after = await<std::int64_t>([&](auto done) { repository().count(done); });

        QVERIFY(before && after);
        QCOMPARE(*before, std::int64_t(0));
        QCOMPARE(*after, std::int64_t(2));
    }

    void voicesAreListed()
    {
        const Voice voice{"v-1", "openai", "Alloy", "neutral", "none", "It's \"even\"", "en"};
        const auto before = await<std::vector<Voice>>([&](auto done) { repository().voices(done); });
        addVoice(voice);
        const auto after = await<std::vector<Voice>>([&](auto done) { repository().voices(done); });

        QVERIFY(before && after);
        QVERIFY(before->empty());
        QCOMPARE(after->size(), std::size_t(1));
        QVERIFY(after->front() == voice);
    }

    void everyQuestionIsAnsweredOnce()
    {
        insert(profile("ana"));
        auto answers = std::make_shared<std::atomic<int>>(0);

        for (int i = 0; i < 500; ++i)
            repository().find(id(i % 2 == 0 ? "ana" : "nobody"), [answers](const auto &) { ++*answers; });

        QVERIFY(waitUntil([&] { return *answers == 500; }));
        QVERIFY(await<std::int64_t>([&](auto done) { repository().count(done); }));
        QCOMPARE(answers->load(), 500);
    }
};

} // namespace hearth
