// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/base/Utf8.h"

namespace hearth {

namespace {

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

} // namespace

Utf8Character utf8CharacterAt(std::string_view text, std::size_t position)
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

bool isUtf8(std::string_view text)
{
    for (std::size_t position = 0; position < text.size();) {
        const Utf8Character decoded = utf8CharacterAt(text, position);
        if (decoded.problem)
            return false;
        position += decoded.length;
    }
    return true;
}

} // namespace hearth
