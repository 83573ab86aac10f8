// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/profiles/ProfileRepository.h"
#include "core/service/CachedProfiles.h"
#include "core/service/OpenQueries.h"
#include "core/service/RefreshSlots.h"
#include "core/service/WaitingCallers.h"

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace hearth {

// Reloads: those that somebody asked for, and those of entries in use that are about to expire.
//
// Thread-safe. Callers are answered outside every lock, on the thread of the last answer. Ownership: borrows
// everything.
class Refreshes
{
public:
    // pause: after a failed one, none begins by itself for so long.
    Refreshes(CachedProfiles &cached, ProfileRepository &repository, OpenQueries &queries, std::chrono::seconds pause);

    // By a query that is sent after this call. The caller is inside the gate.
    void refresh(const std::shared_ptr<WaitingCaller> &caller);
    // In the background, if the entry still has less than lead left, nobody refreshes this user already, and there is
    // a place. Never waits.
    void ahead(const ProfileId &id, MonotonicTime now, std::chrono::nanoseconds lead);
    // Those that somebody asked for.
    std::size_t size() const;
    std::size_t aheadUnderWay() const { return m_slots.underWay(); }

private:
    using Callers = std::vector<std::shared_ptr<WaitingCaller>>;
    // Refreshes of one user: those whose query is out, and those who came later and need a newer one.
    struct Refreshing {
        Callers asked;
        Callers next;
    };

    bool mayGoAhead(const ProfileId &id, MonotonicTime now, std::chrono::nanoseconds lead);
    void ask(const ProfileId &id, int tries);
    void refreshed(const ProfileId &id, int tries, const Landing &landing);

    CachedProfiles &m_cached;
    ProfileRepository &m_repository;
    OpenQueries &m_queries;
    const std::chrono::seconds m_pause;
    RefreshSlots m_slots;

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::unordered_map<std::string, Refreshing> m_refreshes HEARTH_GUARDED_BY(m_mutex);
};

// How often one request is loaded again because its user was invalidated meanwhile.
inline constexpr int maximumTries = 5;

Error notFound(const ProfileId &id);
Error changingTooOften(const ProfileId &id);

} // namespace hearth
