// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/ProfileService.h"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace hearth {

// Everything that is cached, as it was at the moment when it was visited: a copy to filter and sort without any lock.
// Taking it changes nothing in the cache, and holds a lock of it no longer than it takes to copy a few entries. 80
// bytes an entry and the bytes of its identity. Not synchronized; moving it keeps the identities where they are.
class EntrySnapshot
{
public:
    struct Row {
        std::string_view identity; // as long as the snapshot lives
        PackedProfile profile;
        EntryFacts facts;
    };

    explicit EntrySnapshot(const ProfileCache &cache);

    const std::vector<Row> &rows() const { return m_rows; } // in no particular order

private:
    std::string_view keep(std::string_view text);

    std::vector<Row> m_rows;
    std::vector<std::unique_ptr<char[]>> m_chunks; // of identities, one after the other; only the last has room
    char *m_free = nullptr;                        // in the last one
    std::size_t m_freeBytes = 0;
};

} // namespace hearth
