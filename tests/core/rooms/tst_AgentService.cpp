// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/rooms/RoomFixture.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class TestAgentService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anAgentKnowsWhomItTranslatesFor()
    {
        RoomFixture fixture;
        Profile ana = profileOf("ana", "yo");
        ana.formalTone = true;
        ana.preserveEmotion = false;
        fixture.repository.add(ana);

        const auto agent = fixture.startAgent("ana", "Team talk");

        QVERIFY(agent);
        QCOMPARE(agent->profile.identity.text(), std::string("ana"));
        QCOMPARE(agent->profile.nativeLanguage, std::string("yo"));
        QVERIFY(agent->profile.formalTone && !agent->profile.preserveEmotion);
        QCOMPARE(agent->voice.id, std::string("Sade")); // the language's default: the row has none
        QCOMPARE(agent->voice.provider, std::string("spitch"));
        QCOMPARE(agent->roomName, std::string("Team talk"));
        QCOMPARE(Agent::name, std::string_view("translation-agent"));
    }

    void aVoiceIsAsTheCatalogueKnowsItNow()
    {
        RoomFixture fixture;
        Profile ana = profileOf("ana");
        ana.voiceId = "v-1";
        fixture.repository.add(ana);

        const auto before = fixture.startAgent("ana");
        fixture.voices.replace(std::make_shared<const VoiceCatalog>(
            std::vector<Voice>{{"v-1", "openai", "Alloy", "neutral", "none", "even", "en"}}));
        const auto after = fixture.startAgent("ana");

        QCOMPARE(before->voice.id, std::string("v-1"));
        QCOMPARE(before->voice.name, std::string());
        QCOMPARE(after->voice.name, std::string("Alloy"));
    }

    void itSaysWhetherTheProfileCameFromTheCache()
    {
        RoomFixture fixture;
        fixture.repository.add(profileOf("ana"));

        QVERIFY(!fixture.startAgent("ana")->fromCache);
        QVERIFY(fixture.startAgent("ana")->fromCache);
        fixture.clock.advance(61s);
        QVERIFY(!fixture.startAgent("ana")->fromCache);
        fixture.clock.advance(61s);
        fixture.repository.failWith({ErrorCode::Unavailable, "away"});
        QVERIFY(fixture.startAgent("ana")->fromCache); // stale, but from there
    }

    void anUnknownUserIsGivenADefaultProfile()
    {
        RoomFixture fixture;
        RoomFixture strict{DefaultProfiles::Off};

        const auto agent = fixture.startAgent("new");

        QVERIFY(agent);
        QVERIFY(!agent->fromCache);
        QCOMPARE(agent->voice.id, std::string("aura-2-thalia-en"));
        QVERIFY(fixture.repository.stored(idOf("new")));
        QCOMPARE(strict.startAgent("new").error().code, ErrorCode::NotFound);
        QCOMPARE(strict.repository.insertCount(), std::uint64_t(0));
    }

    void aRoomNameThatIsNoneIsRefusedBeforeAnythingIsAsked()
    {
        RoomFixture fixture;

        for (const std::string &name : {std::string(), std::string("a\nb"), std::string(256, 'x'), std::string("\xff")})
            QCOMPARE(fixture.startAgent("new", name).error().code, ErrorCode::InvalidArgument);

        QCOMPARE(fixture.repository.queryCount(), std::uint64_t(0));
    }
};

QTEST_GUILESS_MAIN(TestAgentService)
#include "tst_AgentService.moc"
