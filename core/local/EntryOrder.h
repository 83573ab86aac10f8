// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/local/EntrySnapshot.h"
#include "core/node/Snapshots.h"
#include "core/profiles/VoiceCatalog.h"

#include <cstddef>
#include <vector>

namespace hearth {

// What entries are sorted by. Equal ones come in the order of their identities.
struct EntryOrder {
    EntrySort sort = EntrySort::Identity;
    bool descending = false;
    MonotonicTime now{}; // by which they are active or expired
};

// Which of these rows of the snapshot stand at [from, to) when all of these are sorted, in that order; the others are
// not sorted. from <= to <= chosen.size().
std::vector<std::size_t> sortedPart(const std::vector<EntrySnapshot::Row> &rows, const std::vector<std::size_t> &chosen,
                                    const ProfileTexts &texts, const VoiceCatalog &voices, const EntryOrder &order,
                                    std::size_t from, std::size_t to);

bool isActive(const EntryFacts &facts, MonotonicTime now);

} // namespace hearth
