// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/Profile.h"

#include <QTest>

#include <functional>

using namespace hearth;
using namespace std::chrono_literals;

class tst_Profile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDefaultIsEnglishWithTheFirstEnglishVoice();
    void aRowWithoutAVoiceHasNone();
    void differencesAreNamedAsInTheApi_data();
    void differencesAreNamedAsInTheApi();
    void severalDifferencesAreAllNamed();
    void anotherUpdateTimeIsNoDifference();
    void anotherRowVersionIsNoDifference();
};

namespace {

using Change = std::function<void(Profile &)>;

Profile ana()
{
    return defaultProfile(*ProfileId::parse("ana"));
}

QStringList differencesAfter(const Change &change)
{
    Profile changed = ana();
    change(changed);
    QStringList names;
    for (const std::string &name : differences(ana(), changed))
        names << QString::fromStdString(name);
    return names;
}

} // namespace

Q_DECLARE_METATYPE(Change)

void tst_Profile::theDefaultIsEnglishWithTheFirstEnglishVoice()
{
    const Profile profile = defaultProfile(*ProfileId::parse("ọmọ"));

    QCOMPARE(profile.identity.text(), std::string("ọmọ"));
    QCOMPARE(profile.nativeLanguage, std::string("en"));
    QCOMPARE(profile.voiceId, std::string("aura-2-thalia-en"));
    QCOMPARE(profile.voiceProvider, std::string("deepgram"));
    QVERIFY(!profile.formalTone);
    QVERIFY(profile.preserveEmotion);
    QVERIFY(!profile.updatedAt);
}

void tst_Profile::aRowWithoutAVoiceHasNone()
{
    const Profile profile(*ProfileId::parse("ana"));

    QVERIFY(profile.voiceId.empty());
    QVERIFY(profile.voiceProvider.empty());
}

void tst_Profile::differencesAreNamedAsInTheApi_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QStringList>("names");

    QTest::newRow("nothing") << Change([](Profile &) {}) << QStringList();
    QTest::newRow("the user") << Change([](Profile &p) { p.identity = *ProfileId::parse("ben"); })
                              << QStringList("user_identity");
    QTest::newRow("the language") << Change([](Profile &p) { p.nativeLanguage = "xx"; })
                                  << QStringList("native_language");
    QTest::newRow("the voice") << Change([](Profile &p) { p.voiceId = "Sade"; }) << QStringList("voice_avatar");
    QTest::newRow("no voice") << Change([](Profile &p) { p.voiceId.clear(); }) << QStringList("voice_avatar");
    QTest::newRow("the provider") << Change([](Profile &p) { p.voiceProvider.clear(); }) << QStringList("voice_avatar");
    QTest::newRow("the tone") << Change([](Profile &p) { p.formalTone = true; }) << QStringList("formal_tone");
    QTest::newRow("the emotion") << Change([](Profile &p) { p.preserveEmotion = false; })
                                 << QStringList("preserve_emotion");
}

void tst_Profile::differencesAreNamedAsInTheApi()
{
    QFETCH(const Change, change);
    QFETCH(const QStringList, names);

    QCOMPARE(differencesAfter(change), names);
}

void tst_Profile::severalDifferencesAreAllNamed()
{
    const Change change = [](Profile &profile) {
        profile.nativeLanguage = "ha";
        profile.voiceId = "Hasan";
        profile.voiceProvider = "spitch";
        profile.formalTone = true;
        profile.preserveEmotion = false;
    };

    QCOMPARE(differencesAfter(change),
             QStringList({"native_language", "voice_avatar", "formal_tone", "preserve_emotion"}));
}

void tst_Profile::anotherUpdateTimeIsNoDifference()
{
    Profile later = ana();
    later.updatedAt = WallTime(1h);

    QVERIFY(differences(ana(), later).empty());
    QVERIFY(ana() != later); // and yet they are not equal
}

void tst_Profile::anotherRowVersionIsNoDifference()
{
    Profile writtenAgain = ana();
    writtenAgain.rowVersion = ana().rowVersion + 1;

    QVERIFY(differences(ana(), writtenAgain).empty());
    QVERIFY(ana() != writtenAgain); // and yet they are not equal
}

QTEST_APPLESS_MAIN(tst_Profile)
#include "tst_Profile.moc"
