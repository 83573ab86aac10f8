// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/ProfileStatements.h"

#include "core/profiles/Language.h"
#include "core/profiles/VoiceCatalog.h"

#include <QStringList>

namespace hearth {

namespace {

// In the order of ProfileColumn.
QString profileColumns(const SqlDialect &dialect, const TableTraits &traits)
{
    return QStringLiteral("user_identity, native_language, voice_avatar_id, voice_provider, formal_tone,"
                          " preserve_emotion, ") +
           dialect.epochMilliseconds(QStringLiteral("updated_at")) + QStringLiteral(", ") +
           (traits.rowVersions ? dialect.rowVersion() : QStringLiteral("0"));
}

QVariant textValue(const std::string &text)
{
    return QString::fromStdString(text);
}

QVariant textOrNull(const std::string &text)
{
    return text.empty() ? QVariant(QMetaType(QMetaType::QString)) : textValue(text);
}

// What becomes of a column of the voice when the language becomes another, which is the one parameter: a voice that was
// only the default of the old one goes.
QString withoutDefaultVoice(const QString &column)
{
    static const QString defaultOfOld = [] {
        const VoiceCatalog builtIn;
        QString text = QStringLiteral("case native_language");
        for (const Language &language : supportedLanguages()) {
            text += QStringLiteral(" when '%1' then '%2'")
                        .arg(QString::fromUtf8(language.code.data(), qsizetype(language.code.size())),
                             QString::fromStdString(builtIn.defaultFor(language.code).id)); // our own constants
        }
        return text + QStringLiteral(" end");
    }();
    return column + QStringLiteral(" = case when native_language <> ? and voice_avatar_id = ") + defaultOfOld +
           QStringLiteral(" then null else ") + column + QStringLiteral(" end");
}

} // namespace

ProfileStatements::ProfileStatements(const SqlDialect &dialect, const TableTraits &traits)
    : m_columns(profileColumns(dialect, traits))
    , m_currentTime(dialect.currentTime())
{
    const QString &columns = m_columns;
    const QString select = QStringLiteral("select ") + columns + QStringLiteral(" from user_profiles");
    find = select + QStringLiteral(" where user_identity = ?");
    findMany = select + QStringLiteral(" where ") + dialect.isOneOf(QStringLiteral("user_identity"));
    versions = QStringLiteral("select user_identity, ") + dialect.rowVersion() +
               QStringLiteral(" from user_profiles where ") + dialect.isOneOf(QStringLiteral("user_identity"));
    insertIfAbsent = QStringLiteral("insert into user_profiles (user_identity, native_language, voice_avatar_id,"
                                    " voice_provider, formal_tone, preserve_emotion, updated_at)"
                                    " values (?, ?, ?, ?, ?, ?, ") +
                     dialect.timeFromEpochMilliseconds() + QStringLiteral(") on conflict do nothing returning ") +
                     columns;
    const QString newestFirst = QStringLiteral(" order by coalesce(updated_at, created_at) desc nulls last,"
                                               " user_identity limit ?");
    recentIds = QStringLiteral("select user_identity from user_profiles") + newestFirst;
    count = QStringLiteral("select count(*) from user_profiles");
    anyVisible = dialect.anyRowVisible();
    voices = QStringLiteral("select voice_id, provider, name, gender, accent, description, language"
                            " from voice_avatars order by voice_id");
}

ProfileStatements::Update ProfileStatements::update(const ProfileId &id, const ProfileChanges &changes) const
{
    QStringList settings;
    QVariantList values;
    const auto set = [&](const QString &column, const QVariant &value) {
        settings += column + QStringLiteral(" = ?");
        values += value;
    };
    const auto dropDefault = [&](const QString &column) {
        settings += withoutDefaultVoice(column);
        values += textValue(*changes.nativeLanguage);
    };
    const bool mayDropDefault = changes.nativeLanguage && !changes.voiceId && !changes.voiceProvider;
    if (changes.nativeLanguage)
        set(QStringLiteral("native_language"), textValue(*changes.nativeLanguage));
    if (mayDropDefault) {
        dropDefault(QStringLiteral("voice_avatar_id"));
        dropDefault(QStringLiteral("voice_provider"));
    }
    if (changes.voiceId)
        set(QStringLiteral("voice_avatar_id"), textOrNull(*changes.voiceId));
    if (changes.voiceProvider)
        set(QStringLiteral("voice_provider"), textOrNull(*changes.voiceProvider));
    if (changes.formalTone)
        set(QStringLiteral("formal_tone"), *changes.formalTone);
    if (changes.preserveEmotion)
        set(QStringLiteral("preserve_emotion"), *changes.preserveEmotion);
    settings += QStringLiteral("updated_at = ") + m_currentTime;
    values += textValue(id.text());
    return {QStringLiteral("update user_profiles set ") + settings.join(QStringLiteral(", ")) +
                QStringLiteral(" where user_identity = ? returning ") + m_columns,
            values};
}

QString profileShapeStatement(const SqlDialect &dialect, const TableTraits &traits)
{
    return QStringLiteral("select created_at, ") + profileColumns(dialect, traits) +
           QStringLiteral(" from user_profiles where 1 = 0");
}

} // namespace hearth
