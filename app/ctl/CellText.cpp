// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/CellText.h"

#include "core/base/Utf8.h"

#include <QChar>

#include <algorithm>
#include <array>
#include <cstdio>

namespace hearth {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// East_Asian_Width W and F, and what terminals draw as emoji; whole blocks where nearly all of one is.
constexpr std::array<Range, 32> wideRanges{{
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A}, {0x23E9, 0x23EC}, {0x23F0, 0x23F0}, {0x23F3, 0x23F3},
    {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653}, {0x267F, 0x267F}, {0x2693, 0x2693}, {0x26A1, 0x26A1},
    {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x2705, 0x2705}, {0x2728, 0x2728}, {0x274C, 0x274C}, {0x2753, 0x2755},
    {0x2795, 0x2797},   {0x2E80, 0x303E},   {0x3041, 0x33FF}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xA000, 0xA4CF},
    {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6},
    {0x1F300, 0x1FAFF}, {0x20000, 0x3FFFD},
}};

bool isWide(char32_t code)
{
    const auto after = std::upper_bound(wideRanges.begin(), wideRanges.end(), code,
                                        [](char32_t value, const Range &range) { return value < range.first; });
    return after != wideRanges.begin() && code <= std::prev(after)->last;
}

// Format characters that scripts need inside words: zero width non-joiner and joiner.
bool isJoiner(char32_t code)
{
    return code == 0x200C || code == 0x200D;
}

bool isMark(char32_t code)
{
    const QChar::Category category = QChar::category(code);
    return category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing;
}

// Whether nobody would see it, or a terminal would obey it.
bool isInvisible(char32_t code)
{
    if (code == 0xAD || code == 0x34F || code == 0x2800 || code == 0x3164 || code == 0x115F || code == 0x1160)
        return true; // soft hyphen, grapheme joiner and fillers that draw nothing
    switch (QChar::category(code)) {
    case QChar::Other_Control:
    case QChar::Other_Surrogate:
    case QChar::Other_PrivateUse:
    case QChar::Other_NotAssigned:
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    case QChar::Other_Format:
        return !isJoiner(code);
    default:
        return false;
    }
}

std::string escaped(const char *format, unsigned number, Charset charset)
{
    std::array<char, 16> digits{};
    std::snprintf(digits.data(), digits.size(), format, number);
    const bool isUtf8 = charset == Charset::Utf8;
    return (isUtf8 ? "⟨" : "<") + std::string(digits.data()) + (isUtf8 ? "⟩" : ">");
}

int widthOf(char32_t code)
{
    if (isMark(code) || isJoiner(code))
        return 0;
    return isWide(code) ? 2 : 1;
}

} // namespace

std::string shownText(std::string_view data, Charset charset)
{
    std::string shown;
    shown.reserve(data.size());
    for (std::size_t at = 0; at < data.size();) {
        const Utf8Character decoded = utf8CharacterAt(data, at);
        const bool isForeign = charset == Charset::Ascii && decoded.character > 0x7E;
        if (decoded.problem)
            shown += escaped("x%02X", static_cast<unsigned char>(data[at]), charset);
        else if (isForeign || isInvisible(decoded.character))
            shown += escaped("U+%04X", static_cast<unsigned>(decoded.character), charset);
        else if (shown.empty() && isMark(decoded.character))
            shown.append("◌").append(data.substr(at, decoded.length)); // it must not sit on what stands before
        else
            shown.append(data.substr(at, decoded.length));
        at += decoded.problem ? 1 : decoded.length;
    }
    return shown;
}

int displayWidth(std::string_view shown)
{
    int width = 0;
    for (std::size_t at = 0; at < shown.size();) {
        const Utf8Character decoded = utf8CharacterAt(shown, at);
        width += widthOf(decoded.character);
        at += decoded.length;
    }
    return width;
}

std::string fitted(std::string_view shown, int columns, Charset charset)
{
    if (displayWidth(shown) <= columns)
        return std::string(shown);
    int width = 0;
    std::size_t at = 0;
    while (at < shown.size()) {
        const Utf8Character decoded = utf8CharacterAt(shown, at);
        if (width + widthOf(decoded.character) > columns - 1)
            break;
        width += widthOf(decoded.character);
        at += decoded.length;
    }
    return columns < 1 ? std::string() : std::string(shown.substr(0, at)) + (charset == Charset::Utf8 ? "…" : "~");
}

} // namespace hearth
