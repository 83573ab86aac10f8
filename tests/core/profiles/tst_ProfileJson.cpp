// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/profiles/ProfileJson.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

class tst_ProfileJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheShapeOfTheApi();
    void marksAnUnsupportedLanguage();
    void showsTheDefaultVoiceOfAProfileWithoutOne();
    void keepsTheIdOfAnUnknownVoice();
    void writesReplacementCharactersForBytesThatAreNoUtf8();
    void everyProfileSurvivesARoundTrip_data();
    void everyProfileSurvivesARoundTrip();
    void anEmptyVoiceReadsBackAsTheOneShown();
    void skipsMembersItDoesNotKnow();
    void readsAbsentOptionalMembers_data();
    void readsAbsentOptionalMembers();
    void namesTheMemberThatIsWrong_data();
    void namesTheMemberThatIsWrong();
    void refusesWhatIsNoDocument_data();
    void refusesWhatIsNoDocument();
    void neverQuotesWhatItRefuses();
};

namespace {

const char *const anaAsJson = R"({"user_identity":"ana","native_language":"es","language_supported":true,)"
                              R"("voice_avatar":{"voice_id":"aura-2-celeste-es","provider":"deepgram",)"
                              R"("name":"Celeste","gender":"female","accent":"colombian",)"
                              R"("description":"Default voice for Spanish"},)"
                              R"("translation_preferences":{"formal_tone":false,"preserve_emotion":true},)"
                              R"("updated_at":"2026-11-22T10:33:20.120Z"})";

Profile profileOf(const QByteArray &identity)
{
    Profile profile = defaultProfile(*ProfileId::parse(identity.toStdString()));
    return profile;
}

Profile ana()
{
    Profile profile = profileOf("ana");
    profile.nativeLanguage = "es";
    profile.voiceId = "aura-2-celeste-es";
    profile.updatedAt = WallTime(1795343600120ms);
    return profile;
}

QString json(const Profile &profile)
{
    return QString::fromStdString(toJson(profile, VoiceCatalog()));
}

// Ana's document with one piece of text replaced.
QByteArray anaBut(const char *part, const char *replacement)
{
    QByteArray document(anaAsJson);
    Q_ASSERT(document.contains(part));
    return document.replace(part, replacement);
}

} // namespace

void tst_ProfileJson::writesTheShapeOfTheApi()
{
    QCOMPARE(json(ana()), QString::fromUtf8(anaAsJson));
}

void tst_ProfileJson::marksAnUnsupportedLanguage()
{
    Profile profile = ana();
    profile.nativeLanguage = "de";
    profile.updatedAt.reset();

    QVERIFY2(json(profile).contains(R"("native_language":"de","language_supported":false)"), qPrintable(json(profile)));
    QVERIFY(json(profile).endsWith(R"("updated_at":null})"));
}

void tst_ProfileJson::showsTheDefaultVoiceOfAProfileWithoutOne()
{
    Profile profile = ana();
    profile.nativeLanguage = "yo";
    profile.voiceId.clear();
    profile.voiceProvider.clear();

    QVERIFY2(json(profile).contains(R"("voice_avatar":{"voice_id":"Sade","provider":"spitch","name":"Sade")"),
             qPrintable(json(profile)));
}

void tst_ProfileJson::keepsTheIdOfAnUnknownVoice()
{
    Profile profile = ana();
    profile.voiceId = "clone-7";
    profile.voiceProvider = "elevenlabs";

    QVERIFY2(json(profile).contains(R"("voice_avatar":{"voice_id":"clone-7","provider":"elevenlabs","name":"",)"
                                    R"("gender":"","accent":"","description":""})"),
             qPrintable(json(profile)));
}

void tst_ProfileJson::writesReplacementCharactersForBytesThatAreNoUtf8()
{
    Profile profile = ana();
    profile.nativeLanguage = "e\xFF";

    QVERIFY2(json(profile).contains(u8"\"native_language\":\"e\uFFFD\""), qPrintable(json(profile)));
}

void tst_ProfileJson::everyProfileSurvivesARoundTrip_data()
{
    QTest::addColumn<QByteArray>("identity");
    QTest::addColumn<QByteArray>("language");
    QTest::addColumn<QByteArray>("voice");
    QTest::addColumn<QByteArray>("provider");

    const auto row = [](const char *name, const QByteArray &identity, const char *language, const char *voice,
                        const char *provider) {
        QTest::newRow(name) << identity << QByteArray(language) << QByteArray(voice) << QByteArray(provider);
    };
    row("a plain one", "ana", "es", "aura-2-celeste-es", "deepgram");
    row("an unknown language", "ana", "pt-BR", "Sade", "spitch");
    row("an empty language", "ana", "", "Sade", "spitch");
    row("a language of ten characters", "ana", "zh-Hant-TW", "Sade", "spitch");
    row("an unknown voice", "ana", "es", "clone-7", "elevenlabs");
    row("an unknown voice without a provider", "ana", "es", "clone-7", "");
    row("a voice of a provider nobody knows", "ana", "es", "x", "acme \"labs\"");
    row("a known voice of another provider", "ana", "ig", "Obinna", "google");
    row("a voice in emoji", "ana", "es", "🎙️", "deepgram");
    row("bidi in the identity",
        "\xE2\x80\xAE"
        "מרים\xE2\x80\xAC"
        "x",
        "en", "Sade", "spitch");
    row("bidi in the voice", "ana", "en",
        "\xE2\x80\xAE"
        "abc",
        "spitch");
    row("combining marks", "Adébáyọ̀ Ọlátúnjí", "yo", "Sade", "spitch");
    row("a combining mark first",
        "\xCC\x81"
        "a",
        "yo", "Sade", "spitch");
    row("composed", "\xC3\xA9", "fr", "Sade", "spitch");
    row("decomposed", "e\xCC\x81", "fr", "Sade", "spitch");
    row("a family of emoji", "👩‍👩‍👧‍👦", "ha", "Hasan", "spitch");
    row("quotes and backslashes", R"(a"b\c/d)", "en", "\"\\", "\\u0041");
    row("HTML", "<b>&amp;</b>", "en", "</script>", "&");
    row("line separators",
        "a\xE2\x80\xA8"
        "b\xE2\x80\xA9",
        "en", "Sade", "spitch");
    row("a noncharacter", "\xEF\xBF\xBF", "en", "Sade", "spitch");
    row("255 characters of 4 bytes", QByteArray("😀").repeated(255), "en", "Sade", "spitch");
    row("control characters in the voice", "ana", "en", "a\nb\x01", "spitch");
}

void tst_ProfileJson::everyProfileSurvivesARoundTrip()
{
    QFETCH(const QByteArray, identity);
    QFETCH(const QByteArray, language);
    QFETCH(const QByteArray, voice);
    QFETCH(const QByteArray, provider);
    Profile profile = profileOf(identity);
    profile.nativeLanguage = language.toStdString();
    profile.voiceId = voice.toStdString();
    profile.voiceProvider = provider.toStdString();
    profile.formalTone = true;
    profile.preserveEmotion = false;
    profile.updatedAt = WallTime(-1ms);

    const std::string written = toJson(profile, VoiceCatalog());
    const Result<Profile> read = profileFromJson(written);

    QVERIFY2(read, read ? "" : read.error().detail.c_str());
    QVERIFY2(*read == profile, written.c_str());
    const QJsonObject judged = QJsonDocument::fromJson(QByteArray::fromStdString(written)).object(); // another parser
    QCOMPARE(judged["user_identity"].toString().toUtf8(), identity);
    QCOMPARE(judged["voice_avatar"]["voice_id"].toString().toUtf8(), voice);
}

void tst_ProfileJson::anEmptyVoiceReadsBackAsTheOneShown()
{
    Profile profile = ana();
    profile.voiceId.clear();
    profile.voiceProvider.clear();

    const Result<Profile> read = profileFromJson(toJson(profile, VoiceCatalog()));

    QVERIFY(read);
    QVERIFY(*read == ana());
}

void tst_ProfileJson::skipsMembersItDoesNotKnow()
{
    const Result<Profile> read = profileFromJson(
        anaBut(R"("language_supported":true)", R"("language_supported":7,"later":[{"a":[1,2e3,null]}],"":{})")
            .toStdString());

    QVERIFY2(read, read ? "" : read.error().detail.c_str());
    QVERIFY(*read == ana());
}

void tst_ProfileJson::readsAbsentOptionalMembers_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QByteArray>("voice");
    QTest::addColumn<QByteArray>("provider");
    QTest::addColumn<bool>("hasTime");

    const QByteArray celeste = "aura-2-celeste-es";
    QTest::newRow("no updated_at") << anaBut(R"(,"updated_at":"2026-11-22T10:33:20.120Z")", "") << celeste
                                   << QByteArray("deepgram") << false;
    QTest::newRow("updated_at null") << anaBut(R"("2026-11-22T10:33:20.120Z")", "null") << celeste
                                     << QByteArray("deepgram") << false;
    QTest::newRow("no provider") << anaBut(R"("provider":"deepgram",)", "") << celeste << QByteArray() << true;
    QTest::newRow("provider null") << anaBut(R"("deepgram")", "null") << celeste << QByteArray() << true;
    QTest::newRow("only the id of the voice")
        << anaBut(
               R"(,"name":"Celeste","gender":"female","accent":"colombian","description":"Default voice for Spanish")",
               "")
        << celeste << QByteArray("deepgram") << true;
    QTest::newRow("voice_avatar null")
        << QByteArray(R"({"user_identity":"ana","native_language":"es","voice_avatar":null,)"
                      R"("translation_preferences":{"formal_tone":false,"preserve_emotion":true}})")
        << QByteArray() << QByteArray() << false;
}

void tst_ProfileJson::readsAbsentOptionalMembers()
{
    QFETCH(const QByteArray, document);
    QFETCH(const QByteArray, voice);
    QFETCH(const QByteArray, provider);
    QFETCH(const bool, hasTime);

    const Result<Profile> read = profileFromJson(document.toStdString());

    QVERIFY2(read, read ? "" : read.error().detail.c_str());
    QCOMPARE(QByteArray::fromStdString(read->voiceId), voice);
    QCOMPARE(QByteArray::fromStdString(read->voiceProvider), provider);
    QCOMPARE(read->updatedAt.has_value(), hasTime);
}

void tst_ProfileJson::namesTheMemberThatIsWrong_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QString>("words");

    const auto row = [](const char *name, const char *part, const char *replacement, const char *words) {
        QTest::newRow(name) << anaBut(part, replacement) << QString(words);
    };
    row("no identity", R"("user_identity":"ana",)", "", R"("user_identity" is missing)");
    row("an identity that is a number", R"("ana")", "7", R"("user_identity" is not a string)");
    row("an identity that is null", R"("ana")", "null", R"("user_identity" is not a string)");
    row("an empty identity", R"("ana")", R"("")", R"("user_identity" is wrong. A user identity has at least 1)");
    row("NUL in the identity", R"("ana")", R"("a\u0000")", "U+0000 at character 2");
    row("C1 in the identity", R"("ana")", R"("a\u0085")", "U+0085 at character 2");
    row("no language", R"("native_language":"es",)", "", R"("native_language" is missing)");
    row("a language that is a list", R"("es")", R"(["es"])", R"("native_language" is not a string)");
    row("no voice", "\"voice_avatar\"", "\"voice\"", R"("voice_avatar" is missing)");
    row("a voice that is only an id", R"({"voice_id")", R"("x","y":{"voice_id")",
        R"("voice_avatar" is not an object or null)");
    row("a voice without an id", R"("voice_id":"aura-2-celeste-es",)", "", R"("voice_avatar.voice_id" is missing)");
    row("a voice id that is a number", R"("aura-2-celeste-es")", "2", R"("voice_avatar.voice_id" is not a string)");
    row("a provider that is a number", R"("deepgram")", "2", R"("voice_avatar.provider" is not a string)");
    row("no preferences", "\"translation_preferences\"", "\"preferences\"", R"("translation_preferences" is missing)");
    row("preferences that are a list", R"({"formal_tone":false,"preserve_emotion":true})", "[]",
        R"("translation_preferences" is not an object)");
    row("no tone", R"("formal_tone":false,)", "", R"("translation_preferences.formal_tone" is missing)");
    row("a tone in words", R"("formal_tone":false)", R"("formal_tone":"false")",
        R"("translation_preferences.formal_tone" is not true or false)");
    row("an emotion in digits", R"("preserve_emotion":true)", R"("preserve_emotion":1)",
        R"("translation_preferences.preserve_emotion" is not true or false)");
    row("a time in digits", R"("2026-11-22T10:33:20.120Z")", "1795343600", R"("updated_at" is not a string or null)");
    row("a time without a zone", "20.120Z", "20.120", R"("updated_at" is wrong. A time is written as in RFC 3339)");
    row("the 31st of November", "11-22", "11-31", R"("updated_at" is wrong. The month of that time has no such day)");
}

void tst_ProfileJson::namesTheMemberThatIsWrong()
{
    QFETCH(const QByteArray, document);
    QFETCH(const QString, words);

    const Result<Profile> read = profileFromJson(document.toStdString());

    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::BadData);
    const QString detail = QString::fromStdString(read.error().detail);
    QVERIFY2(detail.contains(words), qPrintable(detail));
    QVERIFY(detail.endsWith('.'));
}

void tst_ProfileJson::refusesWhatIsNoDocument_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QString>("words");

    const QByteArray ana(anaAsJson);
    QTest::newRow("nothing") << QByteArray() << "not valid JSON";
    QTest::newRow("blanks") << QByteArray(" \n\t") << "not valid JSON";
    QTest::newRow("null") << QByteArray("null") << "not a JSON object";
    QTest::newRow("a list") << QByteArray("[" + ana + "]") << "not a JSON object";
    QTest::newRow("a string") << QByteArray("\"ana\"") << "not a JSON object";
    QTest::newRow("cut off") << ana.chopped(1) << "not valid JSON";
    QTest::newRow("two documents") << ana + ana << "not valid JSON";
    QTest::newRow("a NUL behind it") << ana + QByteArray(1, '\0') << "not valid JSON";
    QTest::newRow("a comma too many") << anaBut("true}", "true,}") << "not valid JSON";
    QTest::newRow("a comment") << anaBut("true}", "true/**/}") << "not valid JSON";
    QTest::newRow("single quotes") << anaBut("\"ana\"", "'ana'") << "not valid JSON";
    QTest::newRow("NaN") << anaBut("false,", "NaN,") << "not valid JSON";
    QTest::newRow("invalid UTF-8") << anaBut("\"ana\"", "\"a\xFF\"") << "not valid JSON (in UTF-8): wrong at byte 20.";
    QTest::newRow("overlong UTF-8") << anaBut("\"ana\"", "\"a\xC0\x80\"") << "not valid JSON";
    QTest::newRow("CESU-8") << anaBut("\"ana\"", "\"a\xED\xA0\xBD\xED\xB8\x80\"") << "not valid JSON";
    QTest::newRow("invalid UTF-8 where it is skipped") << anaBut("\"Celeste\"", "\"\xFF\"") << "not valid JSON";
    QTest::newRow("half of a surrogate pair") << anaBut("\"ana\"", R"("\ud83d")") << "not valid JSON";
    QTest::newRow("a raw line feed") << anaBut("\"ana\"", "\"a\n\"") << "not valid JSON";
    QTest::newRow("an absurd number") << anaBut("false,", "1e999,") << "number that is too large";
    QTest::newRow("17 levels") << QByteArray(17, '[') + QByteArray(17, ']') << "deeper than 16";
    QTest::newRow("a hundred thousand levels") << QByteArray(100'000, '[') << "deeper than 16";
    QTest::newRow("a million levels of objects") << QByteArray("{\"a\":").repeated(150'000) << "deeper than 16";
    QTest::newRow("deep behind a string") << QByteArray(R"(["\"]",)" + QByteArray(16, '[')) << "deeper than 16";
    QTest::newRow("brackets in a string are not levels")
        << QByteArray('"' + QByteArray(100, '[') + '"') << "not a JSON object";
    QTest::newRow("two megabytes") << QByteArray(2'000'000, ' ') << "larger than 1 MiB";
}

void tst_ProfileJson::refusesWhatIsNoDocument()
{
    QFETCH(const QByteArray, document);
    QFETCH(const QString, words);

    const Result<Profile> read = profileFromJson(document.toStdString());

    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::BadData);
    const QString detail = QString::fromStdString(read.error().detail);
    QVERIFY2(detail.contains(words), qPrintable(detail));
}

void tst_ProfileJson::neverQuotesWhatItRefuses()
{
    const QList<QByteArray> documents{anaBut("\"ana\"", "\"secret\n\""), anaBut("\"ana\"", R"("secret\u0007")"),
                                      anaBut("\"ana\",", "\"secret\" "), anaBut("2026-", "secret")};
    for (const QByteArray &document : documents) {
        const Result<Profile> read = profileFromJson(document.toStdString());

        QVERIFY(!read);
        QVERIFY2(!QString::fromStdString(read.error().detail).contains("secret"), read.error().detail.c_str());
    }
}

QTEST_APPLESS_MAIN(tst_ProfileJson)
#include "tst_ProfileJson.moc"
