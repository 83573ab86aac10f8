// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/Refreshes.h"

#include "core/service/ServiceLog.h"

#include <functional>
#include <utility>

namespace hearth {

using Outcome = Landing::Outcome;

Error notFound(const ProfileId &id)
{
    return {ErrorCode::NotFound, "There is no profile of user \"" + logSafe(id.text()) + "\" in the database."};
}

Error changingTooOften(const ProfileId &id)
{
    return {ErrorCode::Unavailable, "The profile of user \"" + logSafe(id.text()) +
                                        "\" was invalidated again and again while it was loaded. Try again."};
}

Refreshes::Refreshes(CachedProfiles &cached, ProfileRepository &repository, OpenQueries &queries,
                     std::chrono::seconds pause)
    : m_cached(cached)
    , m_repository(repository)
    , m_queries(queries)
    , m_pause(pause)
{
}

void Refreshes::refresh(const std::shared_ptr<WaitingCaller> &caller)
{
    {
        MutexLock lock(m_mutex);
        const auto [refreshing, isFirst] = m_refreshes.try_emplace(caller->id.text());
        if (!isFirst) {
            refreshing->second.next.push_back(caller); // the query that is out was sent before
            return;
        }
        refreshing->second.asked.push_back(caller);
    }
    ask(caller->id, 1);
}

void Refreshes::ask(const ProfileId &id, int tries)
{
    const auto question = m_cached.question(id, m_cached.cache.generation(id.text()), EntrySource::Refresh);
    m_queries.ask<LoadedProfile>([&](Completion<LoadedProfile> done) { m_repository.find(id, std::move(done)); },
                                 [this, question, tries](const Result<LoadedProfile> &loaded) {
                                     refreshed(question.id, tries, m_cached.settle(question, loaded));
                                 },
                                 question.askedAt);
}

void Refreshes::refreshed(const ProfileId &id, int tries, const Landing &landing)
{
    if (landing.outcome == Outcome::Superseded && tries < maximumTries)
        return ask(id, tries + 1);
    Callers waiting;
    bool isDone = false;
    {
        MutexLock lock(m_mutex);
        const auto refreshing = m_refreshes.find(id.text());
        waiting = std::exchange(refreshing->second.asked, std::exchange(refreshing->second.next, {}));
        isDone = refreshing->second.asked.empty();
        if (isDone)
            m_refreshes.erase(refreshing);
    }
    const auto answerOf = [&]() -> Result<ServedProfile> {
        if (landing.outcome == Outcome::Found)
            return *landing.profile;
        if (landing.outcome == Outcome::Failed)
            return landing.error;
        return landing.outcome == Outcome::Absent ? notFound(id) : changingTooOften(id);
    };
    for (const std::shared_ptr<WaitingCaller> &caller : waiting) {
        if (caller->take())
            caller->answer(answerOf());
    }
    if (!isDone)
        ask(id, 1);
}

void Refreshes::ahead(const ProfileId &id, MonotonicTime now, std::chrono::nanoseconds lead)
{
    if (m_slots.isPaused(now))
        return;
    const auto slot = m_slots.take(std::hash<std::string>()(id.text()));
    if (!slot)
        return;
    const CallGate::Pass pass(m_queries.gate());
    if (!pass || !mayGoAhead(id, now, lead))
        return m_slots.release(*slot);
    const auto question = m_cached.question(id, m_cached.cache.generation(id.text()), EntrySource::Refresh);
    m_queries.ask<LoadedProfile>([&](Completion<LoadedProfile> done) { m_repository.find(id, std::move(done)); },
                                 [this, question, slot = *slot](const Result<LoadedProfile> &loaded) {
                                     const Landing landing = m_cached.settle(question, loaded);
                                     if (landing.outcome == Outcome::Found)
                                         ServiceTallies::add(m_cached.tallies.refreshedAhead);
                                     if (landing.outcome == Outcome::Failed)
                                         m_slots.pauseUntil(saturatedSum(m_cached.clock.now(), m_pause));
                                     m_slots.release(slot);
                                 },
                                 question.askedAt);
}

// Looked at with the slot taken, because another refresh may have ended since the hit.
bool Refreshes::mayGoAhead(const ProfileId &id, MonotonicTime now, std::chrono::nanoseconds lead)
{
    const auto entry = m_cached.cache.peek(id.text());
    if (!entry || entry->facts.forced || entry->facts.deadline - now >= lead)
        return false;
    return m_cached.failing.turn(id, now) != FailedLoads::Turn::Wait;
}

std::size_t Refreshes::size() const
{
    MutexLock lock(m_mutex);
    return m_refreshes.size();
}

} // namespace hearth
