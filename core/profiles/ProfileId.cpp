// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/ProfileId.h"

#include "core/base/Utf8.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hearth {

namespace {

constexpr std::size_t maxCharacters = 255;

// C0, DEL, C1.
bool isControl(char32_t character)
{
    return character < 0x20 || (character >= 0x7F && character <= 0x9F);
}

std::string codePointName(char32_t character)
{
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "U+%04X", static_cast<unsigned>(character));
    return buffer.data();
}

// Most are: no need to decode them.
bool isPlain(std::string_view text)
{
    return text.size() <= maxCharacters &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

// The text itself is never quoted: it is somebody's name, and may hold anything.
std::string place(std::size_t character, std::size_t byte)
{
    return "at character " + std::to_string(character) + " (byte " + std::to_string(byte) + ")";
}

} // namespace

Result<ProfileId> ProfileId::parse(std::string_view text)
{
    if (text.empty())
        return {ErrorCode::InvalidArgument, "A user identity has at least 1 character; this one is empty."};
    if (isPlain(text))
        return ProfileId(std::string(text));

    std::size_t characters = 0;
    for (std::size_t position = 0; position < text.size();) {
        const Utf8Character decoded = utf8CharacterAt(text, position);
        if (++characters > maxCharacters)
            return {ErrorCode::InvalidArgument, "A user identity has at most 255 characters; this one is longer."};
        if (decoded.problem)
            return {ErrorCode::InvalidArgument, "A user identity is valid UTF-8; this one has " +
                                                    std::string(decoded.problem) + " " +
                                                    place(characters, position + 1) + "."};
        if (isControl(decoded.character))
            return {ErrorCode::InvalidArgument, "A user identity holds no control characters; this one has " +
                                                    codePointName(decoded.character) + " " +
                                                    place(characters, position + 1) + "."};
        position += decoded.length;
    }
    return ProfileId(std::string(text));
}

} // namespace hearth
