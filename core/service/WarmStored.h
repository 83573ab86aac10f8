// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileId.h"

#include <cstdint>
#include <vector>

namespace hearth {

// What became of a row that a warm-up loaded.
enum class WarmOutcome : std::uint8_t {
    Stored,
    AlreadyActive, // cached, and stays as it is
    Superseded,    // invalidated since it was asked for, or a newer read of it was here: to be asked for again
    Uncacheable,   // the table of texts has no place for its own
};

// Of whom an event and a log line tell that he was cached.
enum class WarmNews : std::uint8_t { OfEachUser, OfNobody };

// What became of several.
struct WarmStored {
    std::uint64_t stored = 0;
    std::uint64_t alreadyActive = 0;
    std::vector<ProfileId> superseded;
    std::vector<ProfileId> uncacheable;

    void add(const ProfileId &id, WarmOutcome outcome)
    {
        switch (outcome) {
        case WarmOutcome::Stored:
            ++stored;
            break;
        case WarmOutcome::AlreadyActive:
            ++alreadyActive;
            break;
        case WarmOutcome::Superseded:
            superseded.push_back(id);
            break;
        case WarmOutcome::Uncacheable:
            uncacheable.push_back(id);
            break;
        }
    }
};

} // namespace hearth
