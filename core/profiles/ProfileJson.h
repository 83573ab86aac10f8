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
// The voice is shown as the catalogue resolves it: a profile without one shows its language's default voice, and what
// is read back has the id and the provider that were shown. Everything else survives the round trip as it was. Bytes of
// a row that are no UTF-8 become U+FFFD.
std::string toJson(const Profile &profile, const VoiceCatalog &voices);

// Reads what toJson wrote; unknown members are skipped, unknown languages and voices kept. updated_at and the voice's
// provider may be absent or null, voice_avatar may be null (no voice); the other members must be there.
// Limits: 1 MiB, 16 levels, strict UTF-8.
// Returns: BadData, with a sentence that names the member and what is wrong with it. It quotes nothing of the document.
Result<Profile> profileFromJson(std::string_view json);

// "2026-11-22T10:33:20.120Z". Times outside of the years 0000 to 9999, which RFC 3339 cannot write, are held at its
// ends.
std::string toRfc3339(WallTime time);
// Any RFC 3339 time: with offset, small letters, a blank for the T, any number of fractional digits (those beyond
// milliseconds are dropped), a leap second (read as the second after it).
// Returns: BadData.
Result<WallTime> wallTimeFromRfc3339(std::string_view text);

} // namespace hearth
