// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ServiceLog.h"

#include <array>
#include <utility>

namespace hearth {

Q_LOGGING_CATEGORY(cacheLog, "hearth.cache", QtInfoMsg)

namespace {

// Bidirectional controls, and the separators that some viewers take for a line's end, in UTF-8.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> dangerous{{
    {"\xD8\x9C", "\\u{061C}"},
    {"\xE2\x80\x8E", "\\u{200E}"},
    {"\xE2\x80\x8F", "\\u{200F}"},
    {"\xE2\x80\xA8", "\\u{2028}"},
    {"\xE2\x80\xA9", "\\u{2029}"},
    {"\xE2\x80\xAA", "\\u{202A}"},
    {"\xE2\x80\xAB", "\\u{202B}"},
    {"\xE2\x80\xAC", "\\u{202C}"},
    {"\xE2\x80\xAD", "\\u{202D}"},
    {"\xE2\x80\xAE", "\\u{202E}"},
    {"\xE2\x81\xA6", "\\u{2066}"},
    {"\xE2\x81\xA7", "\\u{2067}"},
    {"\xE2\x81\xA8", "\\u{2068}"},
    {"\xE2\x81\xA9", "\\u{2069}"},
}};

} // namespace

std::string logSafe(std::string_view identity)
{
    std::string text(identity);
    for (const auto &[sequence, shown] : dangerous) {
        for (std::size_t at = text.find(sequence); at != std::string::npos; at = text.find(sequence, at + shown.size()))
            text.replace(at, sequence.size(), shown);
    }
    return text;
}

} // namespace hearth
