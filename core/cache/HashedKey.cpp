// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/cache/HashedKey.h"

#include <algorithm>
#include <cstring>
#include <random>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hearth {

namespace {

std::uint64_t secret()
{
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

const std::uint64_t processSecret = secret();

template <class Word>
std::uint64_t load(const char *bytes)
{
    Word word = 0;
    std::memcpy(&word, bytes, sizeof word);
    return word;
}

// Fewer than eight bytes as a word, the others zero, without a loop: pieces that overlap, or-ed.
std::uint64_t partOfWord(const char *bytes, std::size_t size)
{
    if (size >= 4)
        return load<std::uint32_t>(bytes) | load<std::uint32_t>(bytes + size - 4) << (8 * (size - 4));
    if (size == 0)
        return 0;
    return load<unsigned char>(bytes) | load<unsigned char>(bytes + size / 2) << (8 * (size / 2)) |
           load<unsigned char>(bytes + size - 1) << (8 * (size - 1));
}

std::array<std::uint64_t, 3> wordsOf(std::string_view text)
{
    const char *bytes = text.data();
    const std::size_t size = text.size();
    if (size < 8)
        return {partOfWord(bytes, size), 0, 0};
    if (size < 16)
        return {load<std::uint64_t>(bytes), partOfWord(bytes + 8, size - 8), 0};
    const std::uint64_t third = size > HashedKey::inlineSize    ? 0
                                : size == HashedKey::inlineSize ? load<std::uint64_t>(bytes + 16)
                                                                : partOfWord(bytes + 16, size - 16);
    return {load<std::uint64_t>(bytes), load<std::uint64_t>(bytes + 8), third};
}

} // namespace

std::uint64_t hashOfKey(std::string_view key)
{
    return XXH3_64bits_withSeed(key.data(), key.size(), processSecret);
}

HashedKey::HashedKey(std::string_view key)
    : text(key)
    , hash(hashOfKey(key))
    , words(wordsOf(key))
{
}

} // namespace hearth
