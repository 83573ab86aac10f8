// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/rooms/RoomRepository.h"

#include <memory>

namespace hearth {

class SqlExecutorPool;
struct RoomStatements;

// Rooms in the table rooms of PostgreSQL or SQLite.
//
// Thread-safe. Rows are read tolerantly: nulls take their defaults, so that a row which does not say whether it is
// active is. What is wrong with rooms alone (no such table, no right to it) fails here, and leaves profiles to be read.
// Ownership: borrows the pool, which must outlive it. It may go while jobs are running.
class SqlRoomRepository final : public RoomRepository
{
public:
    explicit SqlRoomRepository(SqlExecutorPool &pool);
    ~SqlRoomRepository() override;

    void insert(Room room, Completion<Room> done) override;
    void find(std::string roomId, Completion<std::optional<Room>> done) override;
    void list(std::size_t limit, Completion<std::vector<Room>> done) override;
    void deactivate(std::string roomId, Completion<bool> done) override;

private:
    SqlExecutorPool &m_pool;
    const std::shared_ptr<const RoomStatements> m_statements; // jobs hold them too
};

} // namespace hearth
