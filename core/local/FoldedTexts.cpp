// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/FoldedTexts.h"

#include <QString>

#include <algorithm>
#include <cstring>

namespace hearth {

namespace {

constexpr std::size_t textsAtOnce = 16'384; // searched before somebody is asked whether to go on

// Written without branches, for the compiler to do several at once.
char asciiLower(char c)
{
    return static_cast<char>(c + (static_cast<unsigned char>(c - 'A') < 26 ? 'a' - 'A' : 0));
}

std::string folded(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).toCaseFolded().toStdString();
}

} // namespace

void FoldedTexts::reserve(std::size_t count, std::size_t bytes)
{
    m_texts.reserve(bytes + count);
    m_ends.reserve(count);
}

void FoldedTexts::append(std::string_view utf8)
{
    const std::size_t begin = m_texts.size();
    m_texts.append(utf8);
    m_texts.push_back('\0');
    char *const text = m_texts.data() + begin;
    unsigned char allBits = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        allBits |= static_cast<unsigned char>(text[i]);
        text[i] = asciiLower(text[i]);
    }
    if (allBits >= 0x80) {
        m_texts.replace(begin, std::string::npos, folded(utf8));
        m_texts.push_back('\0');
    }
    m_ends.push_back(m_texts.size() - 1);
}

std::vector<std::uint32_t> FoldedTexts::containing(const std::string &text, const StillWanted &isWanted) const
{
    const std::string wanted = folded(text);
    std::vector<std::uint32_t> found;
    if (wanted.find('\0') != std::string::npos)
        return found;
    std::size_t number = 0;
    std::size_t position = 0;
    while (number < m_ends.size() && isWanted()) {
        const std::size_t stop = std::min(number + textsAtOnce, m_ends.size());
        const std::size_t end = m_ends[stop - 1];
        while (position < end) {
            const void *hit = memmem(m_texts.data() + position, end - position, wanted.data(), wanted.size());
            if (hit == nullptr)
                break;
            const auto place = static_cast<std::size_t>(static_cast<const char *>(hit) - m_texts.data());
            while (m_ends[number] < place)
                ++number;
            found.push_back(static_cast<std::uint32_t>(number));
            position = m_ends[number++] + 1;
        }
        number = stop;
        position = end + 1;
    }
    return found;
}

} // namespace hearth
