// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"
#include "core/service/CachedProfiles.h"
#include "core/service/InvalidationSource.h"

#include <cstdint>
#include <vector>

namespace hearth {

// What it means for the cache that others changed rows; see ProfileService. Plain functions, thread-safe.
// Returns: how many entries it concerned.
std::uint64_t applyChanges(CachedProfiles &cached, const std::vector<RowChange> &changes);
std::uint64_t applyVersions(CachedProfiles &cached, const std::vector<ProfileId> &asked, const RowVersions &found);

} // namespace hearth
