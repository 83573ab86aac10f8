// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

// What the fuzzers share: bytes cut into parts, and a promise that ends the program when it is broken.
namespace hearth {

inline void must(bool isTrue, const char *promise)
{
    if (isTrue)
        return;
    std::fprintf(stderr, "broken: %s\n", promise);
    std::abort();
}

// Takes the bytes from the front, piece by piece. Its views are valid as long as the bytes.
class FuzzInput
{
public:
    FuzzInput(const std::uint8_t *data, std::size_t size)
        : m_rest(reinterpret_cast<const char *>(data), size)
    {
    }

    // Returns: 0, when there is nothing left.
    std::uint8_t byte()
    {
        const std::uint8_t first = m_rest.empty() ? 0 : static_cast<std::uint8_t>(m_rest.front());
        m_rest.remove_prefix(m_rest.empty() ? 0 : 1);
        return first;
    }
    // Up to the end of the line, without it.
    std::string_view line()
    {
        const std::size_t end = m_rest.find('\n');
        const std::string_view text = m_rest.substr(0, end);
        m_rest.remove_prefix(end == std::string_view::npos ? m_rest.size() : end + 1);
        return text;
    }
    std::string_view rest() const { return m_rest; }

private:
    std::string_view m_rest;
};

// What a problem says of an input goes into answers and logs: one line, and nothing of the input that is not plain.
inline bool isPlainSentence(std::string_view text)
{
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < ' ' || static_cast<unsigned char>(c) > '~')
            return false;
    }
    return !text.empty();
}

} // namespace hearth
