// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/rooms/RoomRepository.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace hearth {

// Rooms in memory, and a database that behaves as the test says.
//
// Thread-safe. By default every question is answered at once, on the asking thread; hold() makes the questions wait
// until release(), failWith() makes them fail.
class FakeRoomRepository final : public RoomRepository
{
public:
    // Ownership: borrows the clock, which dates the rooms.
    explicit FakeRoomRepository(const Clock &clock)
        : m_clock(clock)
    {
    }

    // ---- what the test says

    // Every question from now on fails so, until it is said that none does.
    void failWith(std::optional<Error> error)
    {
        MutexLock lock(m_mutex);
        m_error = std::move(error);
    }
    // Only writing fails so: a role that may only read.
    void failWritesWith(std::optional<Error> error)
    {
        MutexLock lock(m_mutex);
        m_writeError = std::move(error);
    }
    // A row that somebody else made: it may hold anything.
    void addRow(Room room)
    {
        MutexLock lock(m_mutex);
        m_rooms.push_back(std::move(room));
    }
    void hold()
    {
        MutexLock lock(m_mutex);
        m_holding = true;
    }
    // Answers all that wait, on this thread, and no longer holds.
    void release()
    {
        std::deque<std::function<void()>> held;
        {
            MutexLock lock(m_mutex);
            m_holding = false;
            held.swap(m_held);
        }
        for (const std::function<void()> &answer : held)
            answer();
    }

    // ---- what the test asks

    // All questions, of whatever kind.
    std::uint64_t queryCount() const
    {
        MutexLock lock(m_mutex);
        return m_queries;
    }
    std::size_t roomCount() const
    {
        MutexLock lock(m_mutex);
        return m_rooms.size();
    }

    // ---- RoomRepository

    void insert(Room room, Completion<Room> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            Result<Room> result = Error{ErrorCode::AlreadyExists, "There is a room like this already."};
            if (m_error || m_writeError) {
                result = m_error ? *m_error : *m_writeError;
            } else if (!contains(m_rooms, room.id) && !contains(m_inactive, room.id)) {
                room.createdAt = m_clock.wallNow();
                room.type.reset();
                m_rooms.push_back(room);
                result = std::move(room);
            }
            answer = answerLocked(std::move(result), std::move(done));
        }
        deliver(std::move(answer));
    }

    void find(std::string roomId, Completion<std::optional<Room>> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            std::optional<Room> found;
            for (const Room &room : m_rooms) {
                if (room.id == roomId)
                    found = room;
            }
            answer = answerLocked(m_error ? Result<std::optional<Room>>(*m_error)
                                          : Result<std::optional<Room>>(std::move(found)),
                                  std::move(done));
        }
        deliver(std::move(answer));
    }

    void list(std::size_t limit, Completion<std::vector<Room>> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            std::vector<Room> rooms = m_rooms;
            std::sort(rooms.begin(), rooms.end(), [](const Room &left, const Room &right) {
                return left.createdAt != right.createdAt ? left.createdAt > right.createdAt : left.id < right.id;
            });
            if (rooms.size() > limit)
                rooms.erase(rooms.begin() + std::ptrdiff_t(limit), rooms.end());
            answer = answerLocked(m_error ? Result<std::vector<Room>>(*m_error)
                                          : Result<std::vector<Room>>(std::move(rooms)),
                                  std::move(done));
        }
        deliver(std::move(answer));
    }

    void deactivate(std::string roomId, Completion<bool> done) override
    {
        std::function<void()> answer;
        {
            MutexLock lock(m_mutex);
            Result<bool> result = false;
            if (m_error || m_writeError) {
                result = m_error ? *m_error : *m_writeError;
            } else if (contains(m_rooms, roomId)) {
                std::erase_if(m_rooms, [&](const Room &room) { return room.id == roomId; });
                m_inactive.push_back(Room{roomId, {}, {}, 0, {}, {}});
                result = true;
            }
            answer = answerLocked(std::move(result), std::move(done));
        }
        deliver(std::move(answer));
    }

private:
    static bool contains(const std::vector<Room> &rooms, const std::string &id)
    {
        return std::any_of(rooms.begin(), rooms.end(), [&](const Room &room) { return room.id == id; });
    }

    template <class T>
    std::function<void()> answerLocked(Result<T> result, Completion<T> done) HEARTH_REQUIRES(m_mutex)
    {
        ++m_queries;
        return [done = std::move(done), result = std::move(result)]() { done(result); };
    }

    void deliver(std::function<void()> answer)
    {
        {
            MutexLock lock(m_mutex);
            if (m_holding) {
                m_held.push_back(std::move(answer));
                return;
            }
        }
        answer();
    }

    const Clock &m_clock; // Constant after construction.

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::vector<Room> m_rooms HEARTH_GUARDED_BY(m_mutex);
    std::vector<Room> m_inactive HEARTH_GUARDED_BY(m_mutex);
    std::optional<Error> m_error HEARTH_GUARDED_BY(m_mutex);
    std::optional<Error> m_writeError HEARTH_GUARDED_BY(m_mutex);
    bool m_holding HEARTH_GUARDED_BY(m_mutex) = false;
    std::deque<std::function<void()>> m_held HEARTH_GUARDED_BY(m_mutex);
    std::uint64_t m_queries HEARTH_GUARDED_BY(m_mutex) = 0;
};

} // namespace hearth
