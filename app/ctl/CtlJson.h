// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <cstdint>
#include <string>
#include <string_view>

// What the node's API answers to actions, as JSON in the same shapes. Plain functions, thread-safe.
namespace hearth {

// PROFILE, and how it was served: "x_cache":"hit".
std::string readingJson(const ProfileReading &reading);
// {"success":true,"message":"Cleaned up 3 expired cache entries","initial_count":…,"final_count":…,"kept_stale":…}
std::string cleanupJson(const CleanupOutcome &outcome);
// {"expired":N,"examples":[…]}
std::string previewJson(const ExpiryPreview &preview);
// {"success":true,"expired":N,"undo_id":…,"undo_until":…}
std::string expiryJson(const ExpiryOutcome &outcome);
// {"restored":N,"skipped":N}
std::string undoJson(const UndoOutcome &outcome);
// {"requested":…,"already_cached":…,"to_load":…,"queries":…}
std::string estimateJson(const WarmEstimate &estimate);
// {"success":true,"refreshed":3}
std::string countJson(std::string_view name, std::uint64_t count);

} // namespace hearth
