// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlRoomRepository.h"

#include "core/storage/SqlConnection.h"
#include "core/storage/SqlDialect.h"
#include "core/storage/SqlExecutorPool.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace hearth {

namespace {

enum Column : std::size_t { Id, Name, Host, MaxParticipants, CreatedAt };

QString textOf(const std::string &text)
{
    return QString::fromStdString(text);
}

Room roomOf(const SqlRows &rows, std::size_t row)
{
    Room room;
    room.id = rows.text(row, Id).value_or("");
    room.name = rows.text(row, Name).value_or("");
    room.hostIdentity = rows.text(row, Host).value_or("");
    room.maxParticipants = rows.integer(row, MaxParticipants).value_or(Room::defaultMaxParticipants);
    if (const auto milliseconds = rows.integer(row, CreatedAt))
        room.createdAt = WallTime(std::chrono::milliseconds(*milliseconds));
    return room;
}

// A failure that only concerns rooms is nothing that the pool should hear of: to it, a missing table or right means
// that the whole database cannot be used.
Result<SqlRows> queryRooms(SqlConnection &connection, const QString &sql, const QVariantList &values)
{
    Result<SqlRows> rows = connection.query(sql, values);
    if (!rows && (rows.error().code == ErrorCode::SchemaMismatch || rows.error().code == ErrorCode::PermissionDenied))
        connection.clearFailure();
    return rows;
}

// The completion of a job, which is told the timing too.
template <class T>
auto withoutTiming(Completion<T> done)
{
    return [done = std::move(done)](Result<T> result, const QueryTiming &) { done(std::move(result)); };
}

} // namespace

// The statements about rooms, in the words of a dialect. Immutable value.
struct RoomStatements {
    explicit RoomStatements(const SqlDialect &dialect)
    {
        const QString columns = QStringLiteral("room_id, room_name, host_identity, max_participants, ") +
                                dialect.epochMilliseconds(QStringLiteral("created_at"));
        const QString select = QStringLiteral("select ") + columns + QStringLiteral(" from rooms where ");
        const QString active = QStringLiteral("coalesce(is_active, true)");
        insert = QStringLiteral("insert into rooms (room_id, room_name, host_identity, max_participants, is_active,"
                                " created_at) values (?, ?, ?, ?, true, ") +
                 dialect.currentTime() + QStringLiteral(") on conflict do nothing returning ") + columns;
        find = select + QStringLiteral("room_id = ? and ") + active;
        list = select + active + QStringLiteral(" order by 5 desc nulls last, room_id limit ?");
        deactivate = QStringLiteral("update rooms set is_active = false, updated_at = ") + dialect.currentTime() +
                     QStringLiteral(" where room_id = ? and ") + active + QStringLiteral(" returning room_id");
    }

    QString insert;     // id, name, host, most; the row, if there was none
    QString find;       // id
    QString list;       // limit; newest first
    QString deactivate; // id; a row, if there was one
};

SqlRoomRepository::SqlRoomRepository(SqlExecutorPool &pool)
    : m_pool(pool)
    , m_statements(std::make_shared<const RoomStatements>(pool.dialect()))
{
}

SqlRoomRepository::~SqlRoomRepository() = default;

void SqlRoomRepository::insert(Room room, Completion<Room> done)
{
    m_pool.run<Room>(
        SqlRepeat::Never,
        [statements = m_statements, room = std::move(room)](SqlConnection &connection) -> Result<Room> {
            const Result<SqlRows> rows = queryRooms(
                connection, statements->insert,
                {textOf(room.id), textOf(room.name), textOf(room.hostIdentity), qlonglong(room.maxParticipants)});
            if (!rows)
                return rows.error();
            if (rows->isEmpty())
                return Error{ErrorCode::AlreadyExists, "There is a room like this already."};
            return roomOf(*rows, 0);
        },
        withoutTiming(std::move(done)));
}

void SqlRoomRepository::find(std::string roomId, Completion<std::optional<Room>> done)
{
    m_pool.run<std::optional<Room>>(
        SqlRepeat::Safe,
        [statements = m_statements, id = textOf(roomId)](SqlConnection &connection) -> Result<std::optional<Room>> {
            const Result<SqlRows> rows = queryRooms(connection, statements->find, {id});
            if (!rows)
                return rows.error();
            return rows->isEmpty() ? std::optional<Room>() : std::optional(roomOf(*rows, 0));
        },
        withoutTiming(std::move(done)));
}

void SqlRoomRepository::list(std::size_t limit, Completion<std::vector<Room>> done)
{
    const auto most = qlonglong(std::min<std::size_t>(limit, std::size_t(std::numeric_limits<std::int32_t>::max())));
    m_pool.run<std::vector<Room>>(
        SqlRepeat::Safe,
        [statements = m_statements, most](SqlConnection &connection) -> Result<std::vector<Room>> {
            const Result<SqlRows> rows = queryRooms(connection, statements->list, {most});
            if (!rows)
                return rows.error();
            std::vector<Room> rooms;
            rooms.reserve(rows->size());
            for (std::size_t row = 0; row < rows->size(); ++row)
                rooms.push_back(roomOf(*rows, row));
            return rooms;
        },
        withoutTiming(std::move(done)));
}

void SqlRoomRepository::deactivate(std::string roomId, Completion<bool> done)
{
    m_pool.run<bool>(
        SqlRepeat::Never,
        [statements = m_statements, id = textOf(roomId)](SqlConnection &connection) -> Result<bool> {
            const Result<SqlRows> rows = queryRooms(connection, statements->deactivate, {id});
            if (!rows)
                return rows.error();
            return !rows->isEmpty();
        },
        withoutTiming(std::move(done)));
}

} // namespace hearth
