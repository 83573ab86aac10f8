// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/ProfileText.h"
#include "core/api/RouteTable.h"
#include "core/node/Snapshots.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a node shows, as JSON: the shapes of the HTTP API. Plain functions, thread-safe.
namespace hearth {

// {"name":…,"environment":…,"version":…,"instance_id":…,"started_at":…,"role":…,"role_name":…,"capabilities":[…]}
std::string nodeJson(const NodeInfo &info, ApiRole role, std::string_view roleName,
                     std::span<const std::string_view> capabilities);

// {"entries":[…],"total":…,"next_cursor":…,"offset":…}: total is the number that match, the cursor null on the last
// page, offset the place of the first row in the list, where it is given.
std::string entriesJson(std::span<const EntryRow> rows, std::uint64_t total, std::string_view nextCursor, WallTime now,
                        Masking masking, std::optional<std::uint64_t> offset = {});

// {"entry":{…,"profile":PROFILE}}; "entry":null when it is not cached.
std::string entryJson(const ProfileView &view, const VoiceCatalog &voices, WallTime now, Masking masking);
// The same with "database":{"state","profile","differences","updated_at","problem"} beside it.
std::string comparisonJson(const ProfileView &view, const VoiceCatalog &voices, WallTime now, Masking masking);

// {"instance_id":…,"events":[…],"next":…}. Without identities, user and detail are null, as is the target
// unless it is everyone, and of who did it the role is told only.
enum class Identities { Shown, Hidden };
std::string eventsJson(std::string_view instanceId, const std::vector<Event> &events, std::uint64_t sinceAsked,
                       Identities identities);

// {"ttl_seconds":…,"cleanup_interval_seconds":…,"max_entries":…,"stale_grace_seconds":…,"refresh_ahead":…,
//  "simulated_latency_ms":…,"simulation_allowed":…,"lasts":"until restart"|null}
std::string settingsJson(const LiveSettings &settings);

// {"job_id":…,"state":"running",…}
std::string jobJson(const WarmStatus &status);

} // namespace hearth
