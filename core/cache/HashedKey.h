// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hearth {

// A key with its hash, computed once per operation: shard, stripe, ghost and bucket are all taken from it.
// Borrows the text.
struct HashedKey {
    std::string_view text;
    std::uint64_t hash;

    explicit HashedKey(std::string_view key)
        : text(key)
        , hash(mixed(std::hash<std::string_view>()(key)))
    {
    }

private:
    // Spreads the bits (the finalizer of splitmix64), since different bits choose different things.
    static std::uint64_t mixed(std::uint64_t bits)
    {
        bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
        bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
        return bits ^ (bits >> 31);
    }
};

// A key as the hash map owns it.
struct StoredKey {
    std::string text;
    std::uint64_t hash;

    explicit StoredKey(const HashedKey &key)
        : text(key.text)
        , hash(key.hash)
    {
    }
};

struct KeyHash {
    using is_transparent = void;
    template <class Key>
    std::size_t operator()(const Key &key) const
    {
        return static_cast<std::size_t>(key.hash);
    }
};

struct KeyEqual {
    using is_transparent = void;
    template <class Left, class Right>
    bool operator()(const Left &left, const Right &right) const
    {
        return left.hash == right.hash && left.text == right.text;
    }
};

} // namespace hearth
