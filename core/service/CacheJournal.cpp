// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/CacheJournal.h"

#include "core/base/Format.h"
#include "core/service/ServiceLog.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

Event eventOf(EventKind kind, std::uint64_t count, const std::string &detail)
{
    Event event;
    event.kind = kind;
    event.count = count;
    event.detail = detail;
    return event;
}

std::shared_ptr<const std::vector<std::string>> sortedNames(const std::vector<ProfileId> &ids)
{
    auto names = std::make_shared<std::vector<std::string>>();
    names->reserve(ids.size());
    for (const ProfileId &id : ids)
        names->push_back(id.text());
    std::sort(names->begin(), names->end());
    return names;
}

} // namespace

void CacheJournal::hit(const ProfileId &id) const
{
    qCDebug(cacheLog, "Cache hit for user %s", logSafe(id.text()).c_str());
}

void CacheJournal::stale(const ProfileId &id) const
{
    qCDebug(cacheLog, "Cache stale hit for user %s, the load failed", logSafe(id.text()).c_str());
}

void CacheJournal::cached(const ProfileId &id, std::chrono::nanoseconds ttl, const std::string &detail)
{
    cachedByWrite(id, ttl);
    Event event = eventOf(EventKind::Cached, 1, detail);
    event.user = id.text();
    m_events.append(std::move(event));
}

void CacheJournal::cachedByWrite(const ProfileId &id, std::chrono::nanoseconds ttl) const
{
    qCInfo(cacheLog, "Cached user profile for %s (%s TTL)", logSafe(id.text()).c_str(),
           format::ttl(std::chrono::ceil<std::chrono::seconds>(ttl)).c_str());
}

void CacheJournal::written(const ProfileId &id, const std::string &who, const std::string &detail)
{
    Event event = eventOf(EventKind::Profile, 1, detail);
    event.user = id.text();
    event.who = who;
    m_events.append(std::move(event));
}

void CacheJournal::writeFailed(const ProfileId &id, const std::string &who, const std::string &detail)
{
    Event event = eventOf(EventKind::Profile, 0, detail);
    event.user = id.text();
    event.who = who;
    event.result = EventResult::Failed;
    m_events.append(std::move(event));
}

void CacheJournal::expiredLeft(const ProfileId &id) const
{
    qCDebug(cacheLog, "Cache expired for user %s, removed from cache", logSafe(id.text()).c_str());
}

void CacheJournal::loadFailed(const ProfileId &id, const Error &error)
{
    Event event = eventOf(EventKind::Failure, 1, error.detail);
    event.user = id.text();
    m_events.append(std::move(event));
}

void CacheJournal::acted(EventKind kind, const std::vector<ProfileId> &ids, std::uint64_t count, const std::string &who,
                         const std::string &detail)
{
    Event event = eventOf(kind, count, detail);
    event.who = who;
    if (ids.size() == 1)
        event.user = ids.front().text();
    else if (ids.size() <= mostUsersNamed)
        event.users = sortedNames(ids);
    m_events.append(std::move(event));
}

void CacheJournal::actedOnEveryone(EventKind kind, std::uint64_t count, const std::string &who,
                                   const std::string &detail)
{
    Event event = eventOf(kind, count, detail);
    event.who = who;
    event.concernsEveryone = true;
    m_events.append(std::move(event));
}

} // namespace hearth
