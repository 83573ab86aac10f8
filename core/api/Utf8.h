// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string_view>

namespace hearth {

// The length of the UTF-8 sequence at the beginning of this text, which is not empty; strict, as RFC 3629: no overlong
// forms, no surrogates, nothing above U+10FFFF. Returns: 0 where there is none.
std::size_t utf8SequenceLength(std::string_view text);
bool isUtf8(std::string_view text);

} // namespace hearth
