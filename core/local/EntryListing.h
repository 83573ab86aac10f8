// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"
#include "core/profiles/VoiceCatalog.h"
#include "core/service/ProfileService.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is cached, told to people. Plain functions for worker threads: a million entries take a fraction of a second.
// texts is the table by which what is in the cache was packed.
// Looking changes nothing in the cache.
namespace hearth {

// One moment on both clocks, by which monotonic times are shown as wall times.
struct Moment {
    explicit Moment(const Clock &clock)
        : now(clock.now())
        , wall(clock.wallNow())
    {
    }
    WallTime toWall(MonotonicTime time) const;

    MonotonicTime now;
    WallTime wall;
};

EntryRow rowOf(std::string_view identity, const RowTexts &texts, const EntryFacts &facts, const Moment &moment,
               const VoiceCatalog &voices);

// The users whose entries are active and match, in no particular order.
std::vector<ProfileId> activeUsers(const ProfileCache &cache, const ProfileTexts &texts, const Clock &clock,
                                   const EntriesFilter &filter);
// Those of these users whose entries are active.
std::vector<ProfileId> activeUsers(const ProfileCache &cache, const Clock &clock, const std::vector<ProfileId> &ids);
// How many these are, with the first few in the order of their identities.
ExpiryPreview previewOf(std::vector<ProfileId> users);
// The same for the users whose entries are active and match; copies no identity but the few.
ExpiryPreview previewOf(const ProfileCache &cache, const ProfileTexts &texts, const Clock &clock,
                        const EntriesFilter &filter);

} // namespace hearth
