// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/JsonWriter.h"

#include "core/base/Utf8.h"

#include <array>
#include <charconv>
#include <cmath>

namespace hearth {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD"; // U+FFFD

// The short escape of a character below U+0020, '"' or '\\'; NUL where it has none.
char shortEscape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    default:
        return '\0';
    }
}

void appendEscaped(std::string &out, char c)
{
    constexpr std::string_view digits = "0123456789abcdef";
    if (const char escape = shortEscape(c)) {
        out += '\\';
        out += escape;
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
}

bool isPlain(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void appendText(std::string &out, std::string_view text)
{
    std::size_t position = 0;
    while (position < text.size()) {
        std::size_t end = position;
        while (end < text.size() && isPlain(text[end]))
            ++end;
        out.append(text.substr(position, end - position));
        position = end;
        if (position == text.size())
            return;
        if (static_cast<unsigned char>(text[position]) < 0x80) {
            appendEscaped(out, text[position++]);
            continue;
        }
        const Utf8Character character = utf8CharacterAt(text, position);
        out.append(character.problem ? replacement : text.substr(position, character.length));
        position += character.problem ? 1 : character.length;
    }
}

template <class Number>
void appendNumber(std::string &out, Number value)
{
    std::array<char, 24> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    out.append(buffer.data(), written.ptr);
}

} // namespace

void JsonWriter::separate()
{
    if (m_needsComma)
        m_out += ',';
    m_needsComma = true;
}

JsonWriter &JsonWriter::begin(char bracket)
{
    separate();
    m_out += bracket;
    m_needsComma = false;
    return *this;
}

JsonWriter &JsonWriter::end(char bracket)
{
    m_out += bracket;
    m_needsComma = true;
    return *this;
}

JsonWriter &JsonWriter::key(std::string_view name)
{
    string(name);
    m_out += ':';
    m_needsComma = false;
    return *this;
}

JsonWriter &JsonWriter::string(std::string_view text)
{
    separate();
    m_out += '"';
    appendText(m_out, text);
    m_out += '"';
    return *this;
}

JsonWriter &JsonWriter::boolean(bool value)
{
    separate();
    m_out += value ? "true" : "false";
    return *this;
}

JsonWriter &JsonWriter::number(std::uint64_t value)
{
    separate();
    appendNumber(m_out, value);
    return *this;
}

JsonWriter &JsonWriter::number(std::int64_t value)
{
    separate();
    appendNumber(m_out, value);
    return *this;
}

JsonWriter &JsonWriter::decimal(double value)
{
    if (!std::isfinite(value) || std::abs(value) > 1e15)
        return null();
    separate();
    std::array<char, 64> buffer{};
    const auto written =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, 6);
    std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
    while (text.back() == '0')
        text.remove_suffix(1);
    if (text.back() == '.')
        text.remove_suffix(1);
    m_out.append(text);
    return *this;
}

JsonWriter &JsonWriter::null()
{
    separate();
    m_out += "null";
    return *this;
}

} // namespace hearth
