// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/ProfileRepository.h"
#include "core/rooms/Room.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// Where rooms are kept: the port that RoomService reads and writes through.
//
// Thread-safe. Asynchronous, as ProfileRepository: every function returns at once, the answer comes through the
// completion within the hard timeout. A room that is not there, or no longer active, is an answer, not an error.
// Ids and texts given to it are valid UTF-8 without NUL.
// Errors: Timeout, Unavailable, Overloaded, SchemaMismatch, PermissionDenied, BadData, ShuttingDown.
class RoomRepository
{
public:
    virtual ~RoomRepository() = default;

    // Stores an active room, created now; its type is not stored.
    // Returns: the room as stored. Also: AlreadyExists; PermissionDenied, when the role may only read.
    virtual void insert(Room room, Completion<Room> done) = 0;
    // The active room of that id, or none.
    virtual void find(std::string roomId, Completion<std::optional<Room>> done) = 0;
    // The active rooms, newest first, at most limit.
    virtual void list(std::size_t limit, Completion<std::vector<Room>> done) = 0;
    // The row stays, no longer active. Returns: whether there was such an active room.
    virtual void deactivate(std::string roomId, Completion<bool> done) = 0;
};

} // namespace hearth
