// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Data as it may be written to a terminal. Plain functions, thread-safe.
namespace hearth {

enum class Charset : std::uint8_t { Utf8, Ascii };

// Line breaks, escape sequences, bidirectional and other invisible characters, and bytes that are no UTF-8, as text
// that can be seen: "⟨U+001B⟩". In Ascii likewise everything that is not ASCII: "<U+00E9>".
std::string shownText(std::string_view data, Charset charset = Charset::Utf8);

// Of shown text, in columns: 2 for East Asian wide characters and emoji, 0 for combining marks.
int displayWidth(std::string_view shown);

// Cut to so many columns, with "…" (or "~") at its end where something is missing; never inside a character.
std::string fitted(std::string_view shown, int columns, Charset charset = Charset::Utf8);

} // namespace hearth
