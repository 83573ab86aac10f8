// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/Language.h"
#include "core/profiles/VoiceCatalog.h"
#include "core/profiles/VoiceDirectory.h"

#include <QTest>

using namespace hearth;

class tst_VoiceCatalog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyLanguageHasItsDefaultVoice_data();
    void everyLanguageHasItsDefaultVoice();
    void anUnsupportedLanguageHasTheEnglishDefault();
    void everySupportedLanguageHasADefaultOfItsOwn();
    void aRowIsFoundBesideTheBuiltInVoices();
    void aRowWinsOverTheBuiltInVoiceOfItsId();
    void aRowWithoutAnIdIsNoVoice();
    void aKnownVoiceIsResolvedWholly();
    void noVoiceMeansTheDefaultOfTheLanguage();
    void anUnknownVoiceKeepsItsIdAndProvider();
    void theProviderOfTheRowWins();
    void theDirectoryStartsWithTheBuiltInVoices();
};

namespace {

QString asText(const Voice &voice)
{
    const std::string text = voice.id + "|" + voice.provider + "|" + voice.name + "|" + voice.gender + "|" +
                             voice.accent + "|" + voice.language;
    return QString::fromStdString(text);
}

Voice rowVoice(std::string id)
{
    Voice voice;
    voice.id = std::move(id);
    voice.provider = "elevenlabs";
    voice.name = "Rachel";
    voice.gender = "female";
    voice.accent = "scottish";
    voice.description = "Warm";
    voice.language = "en";
    return voice;
}

} // namespace

void tst_VoiceCatalog::everyLanguageHasItsDefaultVoice_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("voice");

    QTest::newRow("English") << "en"
                             << "aura-2-thalia-en|deepgram|Thalia|female|american|en";
    QTest::newRow("Spanish") << "es"
                             << "aura-2-celeste-es|deepgram|Celeste|female|colombian|es";
    QTest::newRow("French") << "fr"
                            << "aura-2-pandora-en|deepgram|Pandora|female|british|fr";
    QTest::newRow("Igbo") << "ig"
                          << "Obinna|spitch|Obinna|male|nigerian|ig";
    QTest::newRow("Yoruba") << "yo"
                            << "Sade|spitch|Sade|female|nigerian|yo";
    QTest::newRow("Hausa") << "ha"
                           << "Hasan|spitch|Hasan|male|nigerian|ha";
}

void tst_VoiceCatalog::everyLanguageHasItsDefaultVoice()
{
    QFETCH(const QString, language);
    QFETCH(const QString, voice);

    QCOMPARE(asText(VoiceCatalog().defaultFor(language.toStdString())), voice);
}

void tst_VoiceCatalog::anUnsupportedLanguageHasTheEnglishDefault()
{
    const VoiceCatalog catalog;

    QCOMPARE(asText(catalog.defaultFor("de")), asText(catalog.defaultFor("en")));
    QCOMPARE(asText(catalog.defaultFor("")), asText(catalog.defaultFor("en")));
}

void tst_VoiceCatalog::everySupportedLanguageHasADefaultOfItsOwn()
{
    const VoiceCatalog catalog;

    for (const Language &language : supportedLanguages())
        QCOMPARE(catalog.defaultFor(language.code).language, std::string(language.code));
    QCOMPARE(catalog.all().size(), supportedLanguages().size());
}

void tst_VoiceCatalog::aRowIsFoundBesideTheBuiltInVoices()
{
    const VoiceCatalog catalog({rowVoice("rachel")});

    QVERIFY(catalog.find("rachel"));
    QVERIFY(*catalog.find("rachel") == rowVoice("rachel"));
    QVERIFY(catalog.find("Obinna"));
    QVERIFY(!catalog.find("obinna"));
    QVERIFY(!catalog.find(""));
}

void tst_VoiceCatalog::aRowWinsOverTheBuiltInVoiceOfItsId()
{
    const VoiceCatalog catalog({rowVoice("aura-2-thalia-en")});

    QCOMPARE(catalog.find("aura-2-thalia-en")->name, std::string("Rachel"));
    QCOMPARE(catalog.defaultFor("en").name, std::string("Rachel"));
}

void tst_VoiceCatalog::aRowWithoutAnIdIsNoVoice()
{
    const VoiceCatalog catalog({rowVoice("")});

    QVERIFY(!catalog.find(""));
    QCOMPARE(catalog.all().size(), 6U);
}

void tst_VoiceCatalog::aKnownVoiceIsResolvedWholly()
{
    const Voice voice = VoiceCatalog().resolve("aura-2-celeste-es", "", "en");

    QCOMPARE(asText(voice), QString("aura-2-celeste-es|deepgram|Celeste|female|colombian|es"));
}

void tst_VoiceCatalog::noVoiceMeansTheDefaultOfTheLanguage()
{
    QCOMPARE(VoiceCatalog().resolve("", "", "yo").id, std::string("Sade"));
    QCOMPARE(VoiceCatalog().resolve("", "deepgram", "yo").provider, std::string("spitch"));
    QCOMPARE(VoiceCatalog().resolve("", "", "de").id, std::string("aura-2-thalia-en"));
}

void tst_VoiceCatalog::anUnknownVoiceKeepsItsIdAndProvider()
{
    const Voice voice = VoiceCatalog().resolve("my-clone-7", "elevenlabs", "es");

    QCOMPARE(asText(voice), QString("my-clone-7|elevenlabs||||"));
    QVERIFY(voice.description.empty());
}

void tst_VoiceCatalog::theProviderOfTheRowWins()
{
    const Voice voice = VoiceCatalog().resolve("Obinna", "google", "ig");

    QCOMPARE(asText(voice), QString("Obinna|google|Obinna|male|nigerian|ig"));
}

void tst_VoiceCatalog::theDirectoryStartsWithTheBuiltInVoices()
{
    VoiceDirectory directory;
    const std::shared_ptr<const VoiceCatalog> before = directory.current();
    directory.replace(std::make_shared<const VoiceCatalog>(std::vector{rowVoice("rachel")}));

    QVERIFY(!before->find("rachel")); // who holds the old one keeps it
    QVERIFY(directory.current()->find("rachel"));
}

QTEST_APPLESS_MAIN(tst_VoiceCatalog)
#include "tst_VoiceCatalog.moc"
