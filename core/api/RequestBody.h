// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/node/Snapshots.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The bodies of requests, read and checked. Plain functions, thread-safe.
// All return InvalidArgument for what is malformed, with a sentence that names the field and quotes nothing. Bodies are
// nested 16 levels at most, and name no field twice. Fields that nobody knows are an error: a misspelled one must not
// mean "everybody".
namespace hearth {

// {"user_identities":[…]} or {"filter":{"state","language","search"}} or {"all":true}, and "dry_run".
struct ExpireRequest {
    EntriesTarget target;
    bool isDryRun = false;
};
Result<ExpireRequest> expireRequestFromJson(std::string_view body);

// {"user_identities":[…]} or {"recent":N} or {"language":"es"} or {"active_rooms":true}, and "rate_limit" (users a
// second), "dry_run".
struct WarmUpRequest {
    WarmRequest target;
    bool isDryRun = false;
};
Result<WarmUpRequest> warmUpRequestFromJson(std::string_view body);

// What a PATCH of the configuration names: {"ttl_seconds":900}. Only the types are checked here.
struct ConfigChanges {
    std::optional<std::int64_t> ttlSeconds;
    std::optional<std::int64_t> cleanupIntervalSeconds;
    std::optional<std::int64_t> maxEntries;
    std::optional<std::int64_t> staleGraceSeconds;
    std::optional<double> refreshAhead;
    std::optional<std::int64_t> simulatedLatencyMs;
};
Result<ConfigChanges> configChangesFromJson(std::string_view body);

// "active" or "expired".
std::optional<EntryState> entryStateFromText(std::string_view text);

} // namespace hearth
