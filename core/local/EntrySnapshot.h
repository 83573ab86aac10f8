// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/local/FoldedTexts.h"
#include "core/service/ProfileService.h"

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

namespace hearth {

// Everything that is cached, as it was at the moment when it was visited: a copy to filter and sort without any lock.
//
// Taking it changes nothing in the cache, and holds a lock of it no longer than it takes to copy a few entries. 80
// bytes an entry and the bytes of its identity; from the first search on those once more, and 8 bytes. Thread-safe:
// what is in it does not change.
class EntrySnapshot
{
public:
    using RowNumber = std::uint32_t; // the cache holds no more

    struct Row {
        std::string_view identity; // as long as the snapshot lives
        PackedProfile profile;
        EntryFacts facts;
    };

    EntrySnapshot(const ProfileCache &cache, const Clock &clock);
    EntrySnapshot(const EntrySnapshot &) = delete;
    EntrySnapshot &operator=(const EntrySnapshot &) = delete;

    const std::vector<Row> &rows() const { return m_rows; }   // in no particular order
    MonotonicTime takenAt() const { return m_takenAt; }       // when the last one was visited
    std::size_t commonPrefix() const { return m_prefixSize; } // so many bytes all identities begin with in common
    // The identities in the order of the rows, to be searched. The first call makes them: some 20 ms a million.
    const FoldedTexts &foldedIdentities() const;

private:
    std::string_view keep(std::string_view text);

    std::vector<Row> m_rows;
    std::vector<std::unique_ptr<char[]>> m_chunks; // of identities, one after the other; only the last has room
    char *m_free = nullptr;                        // in the last one
    std::size_t m_freeBytes = 0;
    std::size_t m_identityBytes = 0; // of all of them
    std::size_t m_prefixSize = 0;
    MonotonicTime m_takenAt;
    mutable std::once_flag m_isFolded;
    mutable FoldedTexts m_folded; // made under m_isFolded
};

} // namespace hearth
