// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SampleData.h"

#include "core/profiles/Language.h"
#include "core/profiles/VoiceCatalog.h"
#include "core/storage/SqlConnection.h"

#include <QFile>

#include <array>
#include <cassert>
#include <cstdio>
#include <map>
#include <sstream>

// The linker leaves the resources of a static library out unless somebody asks; not possible inside a namespace.
static void initialiseResources()
{
    Q_INIT_RESOURCE(hearth_sample);
}

namespace hearth {

namespace {

using Names = std::map<std::string, std::vector<std::string>, std::less<>>;

// Voices that no language has by default, so that the catalogue has more than one a language.
const std::vector<Voice> &furtherVoices()
{
    static const std::vector<Voice> voices{
        {"aura-2-apollo-en", "deepgram", "Apollo", "male", "american", "Calm and clear", "en"},
        {"aura-2-nestor-es", "deepgram", "Nestor", "male", "peninsular", "Warm, unhurried", "es"},
        {"sample-eleven-rachel", "elevenlabs", "Rachel", "female", "american", "Narration", "en"},
        {"sample-openai-alloy", "openai", "Alloy", "neutral", "", "Even", "en"},
        {"fr-FR-Neural2-A", "google", "Neural2 A", "female", "french", "Bright", "fr"},
        {"Femi", "spitch", "Femi", "male", "nigerian", "Friendly", "yo"},
        {"Amara", "spitch", "Amara", "female", "nigerian", "Lively", "ig"},
        {"Zainab", "spitch", "Zainab", "female", "nigerian", "Gentle", "ha"},
    };
    return voices;
}

Names readNames()
{
    initialiseResources();
    QFile file(QStringLiteral(":/hearth/sample/names.txt"));
    const bool isOpen = file.open(QIODevice::ReadOnly);
    assert(isOpen && "the names are compiled in");
    static_cast<void>(isOpen);
    Names names;
    std::istringstream lines(file.readAll().toStdString());
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string language;
        words >> language;
        if (language.empty() || language == "#")
            continue;
        for (std::string name; words >> name;)
            names[language].push_back(name);
    }
    return names;
}

struct OddProfile {
    const char *name;
    const char *language;
    const char *voiceId;
    const char *voiceProvider;
};

// What a cache and a window must cope with.
constexpr OddProfile oddProfiles[] = {
    {"o'brien", "en", "", ""},
    {"<b>bold</b>", "en", "aura-2-thalia-en", "deepgram"},
    {"Ọmọ Ìgbò", "ig", "Obinna", "spitch"},
    {"🦊 and 👩‍👩‍👧‍👦", "fr", "aura-2-pandora-en", "deepgram"},
    {"مريم العربية", "ar", "", ""},
    {"שרה כהן", "he", "he-IL-Wavenet-A", "google"},
    {"\"quoted\" \\ back", "es", "aura-2-celeste-es", "deepgram"},
    {"' OR 1=1--", "en", "", ""},
    {"=cmd|' /C calc'!A0", "en", "", ""},
    {"nobody speaks this", "xx", "a-voice-nobody-knows", "deepgram"},
    {"unknown voice only", "yo", "spitch-retired-17", "spitch"},
    {"名字 と 이름", "ja", "", "openai"},
    {"a/b?c=d&e#f%20g", "ha", "Hasan", "spitch"},
};

std::string numbered(std::size_t number)
{
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "sample-%04zu-", number);
    return text.data();
}

ProfileId sampleId(std::size_t number, const std::string &name)
{
    Result<ProfileId> id = ProfileId::parse(numbered(number) + name);
    assert(id && "sample identities are valid");
    return *std::move(id);
}

Profile oddProfile(std::size_t number, const OddProfile &odd)
{
    Profile profile(sampleId(number, odd.name));
    profile.nativeLanguage = odd.language;
    profile.voiceId = odd.voiceId;
    profile.voiceProvider = odd.voiceProvider;
    return profile;
}

// 255 characters, the most that an identity may have.
Profile longestProfile(std::size_t number)
{
    const std::string prefix = numbered(number);
    std::string name = "the-longest-identity";
    while (prefix.size() + name.size() < 255)
        name += std::string("-and-on").substr(0, 255 - prefix.size() - name.size());
    return Profile(sampleId(number, name));
}

Profile ordinaryProfile(std::size_t number, const Names &names, const std::vector<Voice> &voices)
{
    const auto languages = supportedLanguages();
    const std::string language(languages[number % languages.size()].code);
    const std::vector<std::string> &candidates = names.find(language)->second;
    const QString name = QString::fromStdString(candidates[number / languages.size() % candidates.size()]);
    Profile profile(sampleId(number, name.toLower().toStdString()));
    profile.nativeLanguage = language;
    // One in five has no voice of its own and takes the language's default one.
    if (number % 5 != 0) {
        std::vector<const Voice *> ofLanguage;
        for (const Voice &voice : voices) {
            if (voice.language == language)
                ofLanguage.push_back(&voice);
        }
        const Voice &voice = ofLanguage.empty() ? voices[number % voices.size()]
                                                : *ofLanguage[number / languages.size() % ofLanguage.size()];
        profile.voiceId = voice.id;
        profile.voiceProvider = voice.provider;
    }
    profile.formalTone = number % 3 == 0;
    profile.preserveEmotion = number % 7 != 0;
    return profile;
}

std::vector<Voice> sampleVoices()
{
    std::vector<Voice> voices;
    const VoiceCatalog builtIn;
    for (const auto &[id, voice] : builtIn.all())
        voices.push_back(voice);
    voices.insert(voices.end(), furtherVoices().begin(), furtherVoices().end());
    return voices;
}

QVariant textOrNull(const std::string &text)
{
    return text.empty() ? QVariant(QMetaType(QMetaType::QString)) : QVariant(QString::fromStdString(text));
}

Result<void> insertProfiles(SqlConnection &connection, const std::vector<Profile> &profiles)
{
    const QString time = QStringLiteral("strftime('%Y-%m-%dT%H:%M:%fZ', ? / 1000.0, 'unixepoch')");
    const QString sql = QStringLiteral("insert into user_profiles (user_identity, native_language, voice_avatar_id,"
                                       " voice_provider, formal_tone, preserve_emotion, created_at, updated_at)"
                                       " values (?, ?, ?, ?, ?, ?, ") +
                        time + QStringLiteral(", ") + time + QStringLiteral(")");
    for (const Profile &profile : profiles) {
        const qlonglong milliseconds = profile.updatedAt->time_since_epoch().count();
        const auto inserted = connection.query(
            sql, {QString::fromStdString(profile.identity.text()), QString::fromStdString(profile.nativeLanguage),
                  textOrNull(profile.voiceId), textOrNull(profile.voiceProvider), profile.formalTone,
                  profile.preserveEmotion, milliseconds, milliseconds});
        if (!inserted)
            return inserted.error();
    }
    return {};
}

Result<void> insertVoices(SqlConnection &connection)
{
    const QString sql = QStringLiteral("insert into voice_avatars (voice_id, provider, name, gender, accent,"
                                       " description, language) values (?, ?, ?, ?, ?, ?, ?)"
                                       " on conflict do nothing");
    for (const Voice &voice : sampleVoices()) {
        const auto inserted = connection.query(
            sql, {textOrNull(voice.id), textOrNull(voice.provider), textOrNull(voice.name), textOrNull(voice.gender),
                  textOrNull(voice.accent), textOrNull(voice.description), textOrNull(voice.language)});
        if (!inserted)
            return inserted.error();
    }
    return {};
}

Result<void> insertRooms(SqlConnection &connection, const std::vector<Profile> &profiles)
{
    const QString sql = QStringLiteral("insert into rooms (room_id, room_name, host_identity, max_participants,"
                                       " is_active) values (?, ?, ?, ?, ?) on conflict do nothing");
    for (std::size_t i = 0; i < 12; ++i) {
        const QString number = QString::number(i + 1).rightJustified(2, u'0');
        const auto inserted =
            connection.query(sql, {QStringLiteral("sample-room-") + number, QStringLiteral("Sample meeting ") + number,
                                   QString::fromStdString(profiles[i * 37 % profiles.size()].identity.text()),
                                   i % 3 == 0 ? 2 : 50, i % 4 != 3});
        if (!inserted)
            return inserted.error();
    }
    return {};
}

Result<void> fillEmptyTables(SqlConnection &connection, WallTime now)
{
    const Result<SqlRows> present = connection.execute(QStringLiteral("select exists(select 1 from user_profiles)"));
    if (!present)
        return present.error();
    if (present->boolean(0, 0).value_or(true))
        return {};
    const std::vector<Profile> profiles = sampleProfiles(now);
    if (Result<void> done = insertProfiles(connection, profiles); !done)
        return done;
    if (Result<void> done = insertVoices(connection); !done)
        return done;
    return insertRooms(connection, profiles);
}

} // namespace

std::vector<Profile> sampleProfiles(WallTime now)
{
    const Names names = readNames();
    const std::vector<Voice> voices = sampleVoices();
    const std::size_t ordinary = sampleProfileCount - std::size(oddProfiles) - 1;
    std::vector<Profile> profiles;
    profiles.reserve(sampleProfileCount);
    while (profiles.size() < ordinary)
        profiles.push_back(ordinaryProfile(profiles.size() + 1, names, voices));
    for (const OddProfile &odd : oddProfiles)
        profiles.push_back(oddProfile(profiles.size() + 1, odd));
    profiles.push_back(longestProfile(profiles.size() + 1));

    // 211 shares no factor with 500: everybody gets a moment of their own, in no order that could be seen.
    constexpr auto step = std::chrono::milliseconds(std::chrono::hours(24 * 30)) / sampleProfileCount;
    for (std::size_t i = 0; i < profiles.size(); ++i)
        profiles[i].updatedAt = now - step * std::int64_t(i * 211 % sampleProfileCount);
    return profiles;
}

Result<void> fillWithSampleData(SqlConnection &connection, WallTime now)
{
    if (auto begun = connection.execute(QStringLiteral("begin immediate")); !begun)
        return begun.error();
    if (Result<void> filled = fillEmptyTables(connection, now); !filled) {
        static_cast<void>(connection.execute(QStringLiteral("rollback")));
        return filled;
    }
    if (auto committed = connection.execute(QStringLiteral("commit")); !committed)
        return committed.error();
    return {};
}

} // namespace hearth
