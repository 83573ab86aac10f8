// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hearth {

// A key as the engine works with it: its hash, from which shard, home, stripe and ghost are taken, and its first bytes
// as the words in which a line holds them. Made once per operation. Borrows the text.
struct HashedKey {
    static constexpr std::size_t inlineSize = 24;    // so many bytes fit into a line
    static constexpr std::size_t longPrefix = 16;    // of a longer key so many are there, the rest in further lines
    static constexpr std::size_t maximumSize = 1024; // an identity has 1,020 bytes at most

    std::string_view text;
    std::uint64_t hash;
    std::array<std::uint64_t, 3> words; // a short key, filled up with zeros; else its prefix

    explicit HashedKey(std::string_view key);

    bool isLong() const { return text.size() > inlineSize; }
    bool isTooLong() const { return text.size() > maximumSize; }
};

// Keyed with a secret of the process (XXH3), so that who chooses keys does not know where they go.
std::uint64_t hashOfKey(std::string_view key);

} // namespace hearth
