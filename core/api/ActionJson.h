// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

// Acting on a node, on the side of whoever asks: the bodies that are sent, which RequestBody reads there, and what is
// answered. Plain functions, thread-safe. What is said in StatsJsonReader of the documents holds here, too.
namespace hearth {

// {"user_identities":[…]} or {"filter":{…}} or {"all":true}; with "dry_run":true.
std::string expireBody(const EntriesTarget &target, bool isDryRun);
// {"user_identities":[…]} or {"recent":N} or {"language":"es"} or {"active_rooms":true}; "rate_limit", "dry_run".
std::string warmBody(const WarmRequest &request, bool isDryRun);
// {"ttl_seconds":900}: only what is to change.
std::string settingsBody(const LiveSettingsChange &change);

Result<CleanupOutcome> cleanupFromJson(std::string_view json);
Result<ExpiryOutcome> expiryFromJson(std::string_view json, std::chrono::milliseconds ahead = {});
Result<ExpiryPreview> expiryPreviewFromJson(std::string_view json);
Result<UndoOutcome> undoFromJson(std::string_view json);
Result<WarmEstimate> warmEstimateFromJson(std::string_view json);
Result<std::uint64_t> jobIdFromJson(std::string_view json);
Result<LiveSettings> settingsFromJson(std::string_view json);
// {"success":true}
Result<void> successFromJson(std::string_view json);
// The sentence of a problem. Returns: empty where it is none.
std::string problemDetail(std::string_view json);

} // namespace hearth
