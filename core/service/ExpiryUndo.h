// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/base/Result.h"
#include "core/cache/Generations.h"
#include "core/service/CacheJournal.h"
#include "core/service/CachedProfiles.h"
#include "core/service/CheckList.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace hearth {

// What forcing an expiry did, and by what and until when it can be taken back. Immutable value.
struct ForcedExpiry {
    std::uint64_t expired = 0; // active entries that became expired
    std::string undoId;        // nobody can guess it; empty, when it cannot be taken back
    WallTime undoUntil{};
};

// What became of the entries when it was taken back. Immutable value.
struct UndoneExpiry {
    std::uint64_t restored = 0; // active again, until their old deadline
    std::uint64_t skipped = 0;  // reloaded, invalidated or gone since, or their time is over
};

// Forces expiries that can be taken back for 30 s. Taken back, an entry has its old deadline again, unless it was
// reloaded or invalidated since, by whatever: then it stays as it is. What was being loaded when the expiry was forced
// is not stored, taken back or not.
//
// Thread-safe. Bounded: mostUndos of them, and together as many users as the cache may hold; the oldest go first. A
// change of another user is now and then taken for one of this user: that only skips it. One event for each call.
// Ownership: borrows everything.
class ExpiryUndo
{
public:
    static constexpr std::chrono::seconds undoTime{30};
    static constexpr std::size_t mostUndos = 16;

    ExpiryUndo(const Clock &clock, ProfileCache &cache, EventLog &events)
        : m_clock(clock)
        , m_cache(cache)
        , m_journal(events)
    {
    }

    ForcedExpiry expire(const std::vector<ProfileId> &ids, const std::string &who);
    ForcedExpiry expireAll(const std::string &who);
    // Once for each. Returns: NotFound, when there is no such undo, or not any more.
    Result<UndoneExpiry> undo(const std::string &undoId, const std::string &who);
    // Gives the memory of those back whose time is over. Now and then; expire and undo do it too.
    void dropOver();
    std::size_t size() const;
    std::size_t rememberedUsers() const;

private:
    struct Undo {
        std::string id;
        MonotonicTime until{};
        Generations generations;  // as they are when nothing but this expiry happened
        CheckList users;          // whose entries this expiry forced
        std::uint64_t active = 0; // of them, those that were active
        bool isOfEveryone = false;
    };

    ForcedExpiry remember(Undo undo);
    std::optional<Undo> take(const std::string &undoId);
    std::size_t usersLocked() const HEARTH_REQUIRES(m_mutex);

    const Clock &m_clock;
    ProfileCache &m_cache;
    CacheJournal m_journal;

    mutable Mutex m_mutex;                               // State below is protected by m_mutex.
    std::deque<Undo> m_undos HEARTH_GUARDED_BY(m_mutex); // the oldest first
};

} // namespace hearth
