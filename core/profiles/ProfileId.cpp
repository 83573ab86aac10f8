// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/ProfileId.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace hearth {

namespace {

constexpr std::size_t maxCharacters = 255;

// One decoded character, or why there is none.
struct Decoded {
    char32_t character = 0;
    std::size_t length = 0;        // in bytes
    const char *problem = nullptr; // words for the sentence, when the bytes are no UTF-8
};

bool isContinuation(unsigned char byte)
{
    return (byte & 0xC0U) == 0x80U;
}

// The shape of a sequence by its first byte: how many bytes, and the smallest character that needs so many.
struct Shape {
    std::size_t length = 0; // 0: no character starts with this byte
    char32_t smallest = 0;
    unsigned char leadMask = 0;
};

Shape shapeOf(unsigned char lead)
{
    if (lead < 0x80U)
        return {1, 0, 0x7F};
    if ((lead & 0xE0U) == 0xC0U)
        return {2, 0x80, 0x1F};
    if ((lead & 0xF0U) == 0xE0U)
        return {3, 0x800, 0x0F};
    if ((lead & 0xF8U) == 0xF0U)
        return {4, 0x10000, 0x07};
    return {};
}

// Decodes the character at the position, as strictly as RFC 3629 asks.
Decoded decode(std::string_view text, std::size_t position)
{
    const auto byteAt = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byteAt(position);
    const Shape shape = shapeOf(lead);
    if (shape.length == 0)
        return {0, 1, isContinuation(lead) ? "a continuation byte without a first byte" : "a byte that never occurs"};

    char32_t character = lead & shape.leadMask;
    for (std::size_t i = 1; i < shape.length; ++i) {
        if (position + i >= text.size())
            return {0, i, "a character cut off at the end"};
        if (!isContinuation(byteAt(position + i)))
            return {0, i, "a character cut off in the middle"};
        character = (character << 6U) | (byteAt(position + i) & 0x3FU);
    }
    if (character < shape.smallest)
        return {0, shape.length, "an overlong form"};
    if (character >= 0xD800 && character <= 0xDFFF)
        return {0, shape.length, "half of a surrogate pair"};
    if (character > 0x10FFFF)
        return {0, shape.length, "a number above U+10FFFF"};
    return {character, shape.length, nullptr};
}

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

    std::size_t characters = 0;
    for (std::size_t position = 0; position < text.size();) {
        const Decoded decoded = decode(text, position);
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
