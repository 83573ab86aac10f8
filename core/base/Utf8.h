// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace hearth {

// One decoded character, or why there is none.
struct Utf8Character {
    char32_t character = 0;
    std::size_t length = 0;        // in bytes
    const char *problem = nullptr; // words for the end of a sentence, when the bytes are no UTF-8
};

// Decodes the character at a position in the text, as strictly as RFC 3629 asks: no overlong forms, no surrogates,
// nothing above U+10FFFF.
Utf8Character utf8CharacterAt(std::string_view text, std::size_t position);
bool isUtf8(std::string_view text);

} // namespace hearth
