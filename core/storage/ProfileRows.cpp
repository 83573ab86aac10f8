// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/ProfileRows.h"

#include "core/storage/ProfileStatements.h"
#include "core/storage/SqlConnection.h"

#include <string>
#include <string_view>

namespace hearth {

std::uint32_t contentVersion(const Profile &profile)
{
    std::uint64_t hash = 14695981039346656037ULL; // FNV-1a
    const auto add = [&hash](std::string_view text) {
        for (const char c : text)
            hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
        hash = (hash ^ 0xffU) * 1099511628211ULL; // no byte of UTF-8: where one field ends
    };
    add(profile.identity.text());
    add(profile.nativeLanguage);
    add(profile.voiceId);
    add(profile.voiceProvider);
    add(profile.formalTone ? "formal" : "");
    add(profile.preserveEmotion ? "emotion" : "");
    add(profile.updatedAt ? std::to_string(profile.updatedAt->time_since_epoch().count()) : "");
    const auto folded = std::uint32_t(hash ^ (hash >> 32U));
    return folded != 0 ? folded : 1;
}

Result<Profile> profileOf(const SqlRows &rows, std::size_t row)
{
    Result<ProfileId> id = ProfileId::parse(rows.text(row, IdentityColumn).value_or(""));
    if (!id)
        return Error{ErrorCode::BadData, "A row of user_profiles has no valid identity: " + id.error().detail};
    const Profile defaults(*id);
    Profile profile(*std::move(id));
    profile.nativeLanguage = rows.text(row, LanguageColumn).value_or(defaults.nativeLanguage);
    profile.voiceId = rows.text(row, VoiceIdColumn).value_or("");
    profile.voiceProvider = rows.text(row, VoiceProviderColumn).value_or("");
    profile.formalTone = rows.boolean(row, FormalToneColumn).value_or(defaults.formalTone);
    profile.preserveEmotion = rows.boolean(row, PreserveEmotionColumn).value_or(defaults.preserveEmotion);
    if (const auto milliseconds = rows.integer(row, UpdatedAtColumn))
        profile.updatedAt = WallTime(std::chrono::milliseconds(*milliseconds));
    const auto version = std::uint32_t(rows.integer(row, VersionColumn).value_or(0));
    profile.rowVersion = version != 0 ? version : contentVersion(profile);
    return profile;
}

std::vector<ProfileId> idsOf(const SqlRows &rows)
{
    std::vector<ProfileId> ids;
    ids.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (Result<ProfileId> id = ProfileId::parse(rows.text(row, IdentityColumn).value_or("")))
            ids.push_back(*std::move(id));
    }
    return ids;
}

Error everyRowIsHidden()
{
    return {ErrorCode::PermissionDenied,
            "Row level security hides every row of user_profiles from this role, so nobody can be found. Use a "
            "role with BYPASSRLS (Supabase: the service role), or add a policy that lets it read."};
}

Result<void> checkVisibility(SqlConnection &connection, const ProfileStatements &statements)
{
    if (statements.anyVisible.isEmpty())
        return {};
    const Result<SqlRows> visible = connection.query(statements.anyVisible);
    if (!visible)
        return visible.error();
    if (!visible->isEmpty() && visible->boolean(0, 0).value_or(true))
        return {};
    return everyRowIsHidden();
}

} // namespace hearth
