// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>

namespace hearth {

// Where a connection comes from: IPv4 as the address, IPv6 as its first 64 bits, because one customer has that many.
// Immutable value.
class PeerAddress
{
public:
    PeerAddress() = default;
    static PeerAddress v4(const std::array<std::uint8_t, 4> &bytes)
    {
        PeerAddress address;
        std::copy(bytes.begin(), bytes.end(), address.m_bytes.begin());
        address.m_isLoopback = bytes[0] == 127;
        return address;
    }
    static PeerAddress v6(const std::array<std::uint8_t, 16> &bytes)
    {
        static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
        if (std::equal(mapped.begin(), mapped.end(), bytes.begin()))
            return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
        PeerAddress address;
        std::copy_n(bytes.begin(), 8, address.m_bytes.begin());
        address.m_isV6 = true;
        address.m_isLoopback =
            std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t b) { return b == 0; }) && bytes[15] == 1;
        return address;
    }
    bool isLoopback() const { return m_isLoopback; }
    std::size_t hash() const
    {
        return std::hash<std::string_view>()({reinterpret_cast<const char *>(m_bytes.data()), m_bytes.size()});
    }

    friend bool operator==(const PeerAddress &, const PeerAddress &) = default;

private:
    std::array<std::uint8_t, 8> m_bytes{};
    bool m_isV6 = false;
    bool m_isLoopback = false;
};

} // namespace hearth

template <>
struct std::hash<hearth::PeerAddress> {
    std::size_t operator()(const hearth::PeerAddress &address) const noexcept { return address.hash(); }
};
