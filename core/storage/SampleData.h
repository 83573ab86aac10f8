// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/Profile.h"

#include <string>
#include <vector>

namespace hearth {

class SqlConnection;

inline constexpr std::size_t sampleProfileCount = 500;

// The made-up people of the embedded database: always the same, every id starts with "sample-". All languages, all
// voices, and a few that are odd: unknown languages and voices, scripts of all directions, quotes, markup, 255
// characters. updatedAt is spread over the 30 days before now.
std::vector<Profile> sampleProfiles(WallTime now);

// Fills the tables with them, their voices and some rooms, when there is no profile yet; in one transaction.
Result<void> fillWithSampleData(SqlConnection &connection, WallTime now);

} // namespace hearth
