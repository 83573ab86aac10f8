// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/Profile.h"
#include "core/storage/SqlRows.h"

#include <cstddef>
#include <cstdint>
#include <vector>

// How rows of user_profiles are understood, wherever they are read. Pure functions, but for checkVisibility.
namespace hearth {

class SqlConnection;
struct ProfileStatements;

// The columns of profileColumns() in ProfileStatements.cpp.
enum ProfileColumn : std::size_t {
    IdentityColumn,
    LanguageColumn,
    VoiceIdColumn,
    VoiceProviderColumn,
    FormalToneColumn,
    PreserveEmotionColumn,
    UpdatedAtColumn,
    VersionColumn,
    ProfileColumnCount
};

// Stands for the version of a row that tells none: another one whenever a field has changed. Never 0.
std::uint32_t contentVersion(const Profile &profile);

// Returns: BadData, when the identity is no valid one.
Result<Profile> profileOf(const SqlRows &rows, std::size_t row);

// The identities in the first column, those that are no valid ones left out.
std::vector<ProfileId> idsOf(const SqlRows &rows);

// What is told where row level security hides every row of user_profiles.
Error everyRowIsHidden();

// "No such row" means nothing where row level security hides all of them. Returns: PermissionDenied then.
Result<void> checkVisibility(SqlConnection &connection, const ProfileStatements &statements);

} // namespace hearth
