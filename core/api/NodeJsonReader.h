// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What a node shows, from JSON: what NodeJson wrote, on the side of whoever asked. Plain functions, thread-safe.
// What is said in StatsJsonReader of the documents and of `ahead` holds here, too.
namespace hearth {

// Not embedded; the URL is the asker's to set.
Result<NodeInfo> nodeInfoFromJson(std::string_view json, std::chrono::milliseconds ahead = {});

struct EntriesAnswer {
    std::vector<EntryRow> rows;
    std::uint64_t matching = 0;
    std::string nextCursor;              // empty: this was the last page
    std::optional<std::uint64_t> offset; // of the first row, where the node says it
};
Result<EntriesAnswer> entriesFromJson(std::string_view json, std::chrono::milliseconds ahead = {});

// An entry, alone or compared with its row. Without events.
Result<ProfileView> profileViewFromJson(std::string_view json, const std::string &identity,
                                        std::chrono::milliseconds ahead = {});
// A profile alone; how it was served, and in what time, is the asker's to set.
Result<ProfileReading> profileReadingFromJson(std::string_view json, std::chrono::milliseconds ahead = {});

struct EventsAnswer {
    std::string instanceId;
    std::vector<Event> events;
    std::uint64_t next = 0;
};
Result<EventsAnswer> eventsFromJson(std::string_view json, std::chrono::milliseconds ahead = {});

Result<WarmStatus> jobFromJson(std::string_view json);

} // namespace hearth
