// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ExpiryUndo.h"

#include "core/base/Format.h"
#include "core/base/SeqPoint.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <string_view>
#include <utility>

namespace hearth {

namespace {

// 128 bits from the system's source of random numbers.
std::string secretId()
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device random;
    std::string id;
    for (int word = 0; word < 4; ++word) {
        const std::uint32_t bits = random();
        for (unsigned shift = 0; shift < 32; shift += 4)
            id += digits[(bits >> shift) & 15U];
    }
    return id;
}

} // namespace

// An entry whose generation changes between the look at it and its expiry, or before that, is left alone by the undo:
// the generations were taken before, and count only what is done here.
ForcedExpiry ExpiryUndo::expire(const std::vector<ProfileId> &ids, const std::string &who)
{
    dropOver();
    Undo undo{secretId(), {}, m_cache.generations(), {}, 0, false};
    std::uint64_t expired = 0;
    for (const ProfileId &id : ids) {
        const auto before = m_cache.peek(id.text());
        HEARTH_SEQ_POINT("ExpiryUndo.expire.looked");
        const bool wasActive = m_cache.expire(id.text());
        undo.generations.bump(id.text());
        expired += wasActive ? 1 : 0;
        // One that had expired by itself can be served stale again once it is taken back.
        if (wasActive || (before && !before->facts.forced))
            undo.users.append(id.text(), 0);
    }
    undo.active = expired;
    m_journal.acted(EventKind::Expired, ids, expired, who, "expiry forced");
    return remember(std::move(undo));
}

ForcedExpiry ExpiryUndo::expireAll(const std::string &who)
{
    dropOver();
    Undo undo{secretId(), {}, m_cache.generations(), {}, 0, true};
    m_cache.forEach([&undo](std::string_view user, const PackedProfile &, const EntryFacts &facts) {
        if (!facts.forced)
            undo.users.append(user, 0);
    });
    HEARTH_SEQ_POINT("ExpiryUndo.expireAll.looked");
    undo.active = m_cache.expireAll();
    undo.generations.bumpAll();
    m_journal.actedOnEveryone(EventKind::Expired, undo.active, who, "expiry of everyone forced");
    return remember(std::move(undo));
}

Result<UndoneExpiry> ExpiryUndo::undo(const std::string &undoId, const std::string &who)
{
    std::optional<Undo> undo = take(undoId);
    if (!undo)
        return Error{ErrorCode::NotFound, "There is no such expiry to be taken back, or its time is over."};
    UndoneExpiry result;
    std::vector<ProfileId> restored;
    while (!undo->users.isEmpty()) {
        const std::string_view user = undo->users.takeFirst().user;
        if (!m_cache.undoExpire(user, undo->generations.of(user)))
            continue;
        ++result.restored;
        if (Result<ProfileId> id = ProfileId::parse(user); id && restored.size() < CacheJournal::mostUsersNamed + 1)
            restored.push_back(*std::move(id));
    }
    result.skipped = undo->active - std::min(undo->active, result.restored);
    const std::string detail = "expiry taken back: " + format::count(result.restored) + " active again, " +
                               format::count(result.skipped) + " were reloaded, invalidated or gone since";
    if (undo->isOfEveryone)
        m_journal.actedOnEveryone(EventKind::Restored, result.restored, who, detail);
    else
        m_journal.acted(EventKind::Restored, restored, result.restored, who, detail);
    return result;
}

ForcedExpiry ExpiryUndo::remember(Undo undo)
{
    undo.until = saturatedSum(m_clock.now(), undoTime);
    ForcedExpiry forced{undo.active, undo.id, m_clock.wallNow() + undoTime};
    const std::size_t mostUsers = m_cache.maxEntries();
    std::deque<Undo> dropped; // freed after the lock
    MutexLock lock(m_mutex);
    m_undos.push_back(std::move(undo));
    while (m_undos.size() > mostUndos || usersLocked() > mostUsers) {
        dropped.push_back(std::move(m_undos.front()));
        m_undos.pop_front();
    }
    if (m_undos.empty())
        forced.undoId.clear();
    return forced;
}

std::optional<ExpiryUndo::Undo> ExpiryUndo::take(const std::string &undoId)
{
    dropOver();
    MutexLock lock(m_mutex);
    const auto found =
        std::find_if(m_undos.begin(), m_undos.end(), [&](const Undo &undo) { return undo.id == undoId; });
    if (found == m_undos.end())
        return std::nullopt;
    std::optional<Undo> undo(std::move(*found));
    m_undos.erase(found);
    return undo;
}

void ExpiryUndo::dropOver()
{
    const MonotonicTime now = m_clock.now();
    std::deque<Undo> over; // freed after the lock
    MutexLock lock(m_mutex);
    const auto from =
        std::stable_partition(m_undos.begin(), m_undos.end(), [now](const Undo &undo) { return now <= undo.until; });
    std::move(from, m_undos.end(), std::back_inserter(over));
    m_undos.erase(from, m_undos.end());
}

std::size_t ExpiryUndo::size() const
{
    MutexLock lock(m_mutex);
    return m_undos.size();
}

std::size_t ExpiryUndo::rememberedUsers() const
{
    MutexLock lock(m_mutex);
    return usersLocked();
}

std::size_t ExpiryUndo::usersLocked() const
{
    std::size_t users = 0;
    for (const Undo &undo : m_undos)
        users += undo.users.size();
    return users;
}

} // namespace hearth
