// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/ProfileStatements.h"

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

} // namespace

ProfileStatements::ProfileStatements(const SqlDialect &dialect, const TableTraits &traits)
{
    const QString columns = profileColumns(dialect, traits);
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
    idsByLanguage = QStringLiteral("select user_identity from user_profiles where native_language = ?") + newestFirst;
    count = QStringLiteral("select count(*) from user_profiles");
    anyVisible = QStringLiteral("select exists(select 1 from user_profiles)");
    voices = QStringLiteral("select voice_id, provider, name, gender, accent, description, language"
                            " from voice_avatars order by voice_id");
}

QString profileShapeStatement(const SqlDialect &dialect, const TableTraits &traits)
{
    return QStringLiteral("select created_at, ") + profileColumns(dialect, traits) +
           QStringLiteral(" from user_profiles where 1 = 0");
}

} // namespace hearth
