// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <type_traits>

namespace hearth {

// Sixteen bytes that know whose they are, how new they are, and whether they are whole: halves of two values, or a
// value never written, do not pass. Immutable value.
class CheckedValue
{
public:
    CheckedValue() = default; // not whole
    CheckedValue(std::uint32_t key, std::uint32_t version)
        : m_content(std::uint64_t{key} << 32 | version)
        , m_check(mixed(m_content))
    {
    }

    bool isWhole() const { return m_check == mixed(m_content); }
    std::uint32_t key() const { return static_cast<std::uint32_t>(m_content >> 32); }
    std::uint32_t version() const { return static_cast<std::uint32_t>(m_content); }

    friend bool operator==(const CheckedValue &, const CheckedValue &) = default;

private:
    static std::uint64_t mixed(std::uint64_t bits)
    {
        bits = (bits ^ 0x5bd1e995c0ffee11U) * 0x9e3779b97f4a7c15U;
        return (bits ^ (bits >> 29)) * 0xd6e8feb86659fd93U;
    }

    std::uint64_t m_content = 0;
    std::uint64_t m_check = 0;
};
static_assert(sizeof(CheckedValue) == 16 && std::is_trivially_copyable_v<CheckedValue>);

} // namespace hearth
