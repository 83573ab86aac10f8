// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/CellText.h"

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace hearth {

// What a text means, beyond its words: colour is never the only sign.
enum class Tone : std::uint8_t { Plain, Title, Good, Warning, Bad, Dim };

// How text is written. A value.
struct TextStyle {
    bool hasColour = false;
    Charset charset = Charset::Utf8;
    int width = 0; // columns; 0: as many as it takes
    bool inUtc = false;
};

// The text between the escape sequences of its tone, or as it is where there is no colour.
std::string toned(std::string_view text, Tone tone, const TextStyle &style);

// What is known of the terminal that a stream of this process leads to, if it leads to one.
class Terminal
{
public:
    explicit Terminal(std::FILE *stream);

    bool isTerminal() const { return m_isTerminal; }
    // It can move the cursor and draw over what stands there.
    bool canDraw() const { return m_isTerminal && !m_isDumb; }
    int columns() const; // now; 80 where nobody knows
    int rows() const;    // 24 where nobody knows
    // Colour only on a terminal, unless NO_COLOR is set; ASCII only on a terminal whose locale is not UTF-8.
    TextStyle style() const;

    // Whether a person can be asked: input and output are terminals.
    static bool canAsk();
    // Writes the question and waits for a line. Returns: whether it begins with y or Y.
    static bool confirm(const std::string &question);

    // Must be said first thing in main, before Qt, which insists on a UTF-8 locale, replaces the person's.
    static void rememberLocale();

private:
    int m_descriptor;
    bool m_isTerminal;
    bool m_isDumb;
};

} // namespace hearth
