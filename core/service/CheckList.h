// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// Cached users and the versions of their rows, to be taken from the front: a million of them in some 30 MB.
// Not synchronized.
class CheckList
{
public:
    void append(std::string_view user, std::uint32_t version)
    {
        m_users.append(user);
        m_items.push_back({static_cast<std::uint32_t>(user.size()), version});
    }
    bool isEmpty() const { return m_next == m_items.size(); }
    std::size_t size() const { return m_items.size() - m_next; }

    struct Item {
        std::string_view user; // as long as nothing is appended
        std::uint32_t version = 0;
    };
    // Not when it is empty.
    Item takeFirst()
    {
        const Kept &kept = m_items[m_next++];
        const std::size_t from = m_nextByte;
        m_nextByte += kept.length;
        return {std::string_view(m_users).substr(from, kept.length), kept.version};
    }

private:
    struct Kept {
        std::uint32_t length = 0;
        std::uint32_t version = 0;
    };
    std::string m_users; // one after the other
    std::vector<Kept> m_items;
    std::size_t m_next = 0;
    std::size_t m_nextByte = 0;
};

} // namespace hearth
