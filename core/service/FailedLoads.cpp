// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/FailedLoads.h"

#include <algorithm>
#include <functional>
#include <string>

namespace hearth {

FailedLoads::FailedLoads(std::chrono::nanoseconds period, std::chrono::nanoseconds claim)
    : m_period(period)
    , m_claim(claim)
{
}

FailedLoads::Turn FailedLoads::turn(const ProfileId &id, MonotonicTime now)
{
    if (!anybody())
        return Turn::Free;
    MutexLock lock(m_mutex);
    Slot *slot = findLocked(hashOf(id));
    if (!slot || now > saturatedSum(slot->waitUntil, m_period))
        return Turn::Free;
    if (now <= slot->waitUntil)
        return Turn::Wait;
    slot->waitUntil = saturatedSum(now, m_claim);
    return Turn::Retry;
}

void FailedLoads::failed(const ProfileId &id, MonotonicTime now)
{
    const std::uint64_t user = hashOf(id);
    MutexLock lock(m_mutex);
    if (m_sets.empty())
        m_sets.resize(setCount);
    Slot *known = findLocked(user);
    Slot &slot = known ? *known : placeForLocked(user);
    slot = {user, saturatedSum(now, m_period)};
}

void FailedLoads::succeeded(const ProfileId &id)
{
    if (!anybody())
        return;
    MutexLock lock(m_mutex);
    if (Slot *slot = findLocked(hashOf(id))) {
        *slot = {};
        m_count.fetch_sub(1, std::memory_order_relaxed);
    }
}

std::uint64_t FailedLoads::hashOf(const ProfileId &id)
{
    std::uint64_t hash = std::hash<std::string>()(id.text());
    hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93;
    return std::max<std::uint64_t>(hash ^ (hash >> 32), 1);
}

FailedLoads::Slot *FailedLoads::findLocked(std::uint64_t user)
{
    if (m_sets.empty())
        return nullptr;
    Set &set = m_sets[user % setCount];
    const auto slot = std::find_if(set.begin(), set.end(), [user](const Slot &each) { return each.user == user; });
    return slot == set.end() ? nullptr : slot;
}

// A free one, else that of the oldest failure.
FailedLoads::Slot &FailedLoads::placeForLocked(std::uint64_t user)
{
    Set &set = m_sets[user % setCount];
    Slot &place = *std::min_element(set.begin(), set.end(), [](const Slot &left, const Slot &right) {
        return left.user == 0 || (right.user != 0 && left.waitUntil < right.waitUntil);
    });
    if (place.user == 0)
        m_count.fetch_add(1, std::memory_order_relaxed);
    return place;
}

} // namespace hearth
