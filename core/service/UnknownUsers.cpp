// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/UnknownUsers.h"

namespace hearth {

UnknownUsers::UnknownUsers(const Clock &clock, std::chrono::nanoseconds ttl)
    : m_clock(clock)
    , m_ttl(ttl)
    , m_users(clock, maximumUsers)
{
}

bool UnknownUsers::contains(const ProfileId &id, Generation generation)
{
    if (m_ttl.count() == 0)
        return false;
    const auto absence = m_users.get(id.text());
    return absence.value && absence.value->generation == generation;
}

void UnknownUsers::remember(const ProfileId &id, Generation generation, MonotonicTime sentAt)
{
    if (m_ttl.count() == 0 || sentAt.time_since_epoch().count() <= m_forgottenAt.load())
        return;
    m_users.put(id.text(), {generation}, {m_ttl, sentAt, m_users.generation(id.text()), EntrySource::Database, {}});
}

// In this order: whoever remembers meanwhile is refused, or is there to be forgotten.
void UnknownUsers::forgetAll()
{
    m_forgottenAt = m_clock.now().time_since_epoch().count();
    m_users.expireAll();
}

void UnknownUsers::forget(const ProfileId &id, MonotonicTime readAt)
{
    if (m_ttl.count() > 0)
        m_users.removeIfReadBefore(id.text(), readAt);
}

} // namespace hearth
