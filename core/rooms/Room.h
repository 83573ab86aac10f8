// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hearth {

enum class RoomType : std::uint8_t { General, Translation, Conference };

// "general", "translation", "conference": as in the API. Thread-safe.
std::string_view nameOf(RoomType type);
// Returns: nothing for another word.
std::optional<RoomType> roomTypeOf(std::string_view name);

// A room, as the row of rooms says it. A value.
// Rows may be somebody else's: id, name and host are kept as they are there.
struct Room {
    static constexpr std::int64_t defaultMaxParticipants = 50;
    static constexpr std::int64_t mostInTranslation = 2; // one speaks, one listens
    static constexpr std::int64_t mostParticipants = 10'000;

    std::string id;
    std::string name;
    std::string hostIdentity;
    std::int64_t maxParticipants = defaultMaxParticipants;
    std::optional<WallTime> createdAt; // null in rows that say none
    std::optional<RoomType> type;      // no column holds it: known only to the node that created the room

    friend bool operator==(const Room &, const Room &) = default;
};

// "/join/" and the room's id, percent-encoded where it is not made of unreserved characters.
std::string joinPath(const Room &room);

} // namespace hearth
