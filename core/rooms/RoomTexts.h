// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileId.h"

#include <string>
#include <string_view>

namespace hearth {

// What identities, room ids and room names have in common, as in the database: 1 to 255 characters of valid UTF-8, none
// of them a control character. Thread-safe.
inline bool isProperText(std::string_view text)
{
    return bool(ProfileId::parse(text));
}

// The sentence about a field that is none. It does not quote the text, which may hold anything.
inline std::string improperText(std::string_view field)
{
    return std::string(field) + " has 1 to 255 characters of valid UTF-8, without control characters.";
}

} // namespace hearth
