// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/Profile.h"
#include "core/profiles/VoiceCatalog.h"

#include <string>
#include <string_view>

// The one JSON codec of profiles: bytes in, bytes out, the shape PROFILE of the HTTP API. Thread-safe.
namespace hearth {

// {"user_identity":…,"native_language":…,"language_supported":…,"voice_avatar":{…},"translation_preferences":{…},
//  "updated_at":…}. Times are RFC 3339 UTC with milliseconds, or null.
std::string toJson(const Profile &profile, const VoiceCatalog &voices);

// Reads what toJson wrote; unknown members are skipped, unknown languages and voices kept.
// Returns: BadData, with a sentence that names the member and what is wrong with it.
Result<Profile> profileFromJson(std::string_view json);

// "2026-11-22T10:33:20.120Z"
std::string toRfc3339(WallTime time);
// Returns: BadData.
Result<WallTime> wallTimeFromRfc3339(std::string_view text);

} // namespace hearth
