// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace hearth {

// A user's identity: 1-255 characters (code points) of any valid UTF-8 except control characters (C0, DEL, C1).
// Immutable value; only parse() makes one, so whoever holds a ProfileId holds a valid identity.
class ProfileId
{
public:
    // Strict, as RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. Nothing is normalized: two
    // spellings that look the same are two users, as in the database.
    // Returns: InvalidArgument, with a sentence that says what is wrong and at which character; it never quotes the
    // text, which is personal data and may hold anything.
    static Result<ProfileId> parse(std::string_view text);

    const std::string &text() const { return m_text; }

    friend auto operator<=>(const ProfileId &, const ProfileId &) = default;

private:
    explicit ProfileId(std::string text)
        : m_text(std::move(text))
    {
    }
    std::string m_text;
};

} // namespace hearth

template <>
struct std::hash<hearth::ProfileId> {
    std::size_t operator()(const hearth::ProfileId &id) const noexcept { return std::hash<std::string>()(id.text()); }
};
