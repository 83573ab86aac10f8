// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/WarmList.h"

#include "core/base/SeqPoint.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace hearth {

using namespace std::chrono_literals;

namespace {

// A limited list asks ten times a second.
constexpr std::size_t batchesPerSecond = 10;

std::chrono::nanoseconds timeFor(std::size_t users, std::size_t perSecond)
{
    return std::chrono::nanoseconds(1s) * static_cast<std::int64_t>(users) / static_cast<std::int64_t>(perSecond);
}

} // namespace

WarmList::WarmList(WarmTools tools, std::vector<ProfileId> ids, Options options, WarmProgress &progress,
                   Listener listener)
    : m_tools(std::move(tools))
    , m_options(options)
    , m_listener(std::move(listener))
    , m_progress(progress)
    , m_ids(std::move(ids))
    , m_dueAt(m_tools.clock.now())
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] {
        const auto self = shared_from_this();
        continueIfDue();
    });
}

std::size_t WarmList::sizeOfBatch(std::size_t perSecond)
{
    return perSecond == 0 ? batchSize : std::clamp<std::size_t>(perSecond / batchesPerSecond, 1, batchSize);
}

void WarmList::continueIfDue()
{
    if (!m_isAsking)
        goOn();
}

void WarmList::goOn()
{
    const std::size_t most = sizeOfBatch(m_options.perSecond);
    Ids batch;
    for (std::size_t seen = 0; seen < warmUsersPerTurn && batch.size() < most && m_position < m_ids.size(); ++seen) {
        const ProfileId &id = m_ids[m_position];
        if (!m_tools.service.isActive(id)) {
            if (batch.empty() && !mayAsk())
                break;
            batch.push_back(id);
        } else {
            ++m_progress.alreadyCached;
            ++m_progress.done;
        }
        ++m_position;
    }
    m_listener.progressed();
    if (!batch.empty())
        return ask(std::move(batch));
    if (m_timer.isActive())
        return;
    if (m_position < m_ids.size() || beginSecondRound())
        WarmTools::later(m_tools.home, weak_from_this(), [](WarmList &list) { list.continueIfDue(); });
    else
        m_listener.ended(JobState::Done);
}

// Returns: whether it is time for the next query; else it goes on when it is.
bool WarmList::mayAsk()
{
    const MonotonicTime now = m_tools.clock.now();
    if (m_options.perSecond == 0 || now >= m_dueAt)
        return true;
    m_timer.start(std::chrono::ceil<std::chrono::milliseconds>(m_dueAt - now));
    return false;
}

void WarmList::ask(Ids batch)
{
    m_timer.stop();
    m_isAsking = true;
    if (m_options.perSecond > 0)
        m_dueAt = m_tools.clock.now() + timeFor(batch.size(), m_options.perSecond);
    const auto asOf = std::make_shared<const Generations>(m_tools.cache.generations());
    const auto shared = std::make_shared<const Ids>(std::move(batch));
    m_tools.queries->ask<LoadedProfiles>(
        [&](Completion<LoadedProfiles> answer) { m_tools.repository.findMany(*shared, std::move(answer)); },
        m_tools.here<LoadedProfiles>(weak_from_this(), [shared, asOf](WarmList &list, Result<LoadedProfiles> loaded) {
            list.take(*shared, *asOf, std::move(loaded));
        }));
}

void WarmList::take(const Ids &batch, const Generations &asOf, Result<LoadedProfiles> loaded)
{
    m_isAsking = false;
    if (loaded) {
        store(batch, asOf, *std::move(loaded));
    } else {
        m_progress.fail(batch, loaded.error().detail);
        if (concernsEveryUser(loaded.error().code)) {
            failRest(loaded.error().detail);
            return m_listener.ended(JobState::Failed);
        }
    }
    goOn();
}

void WarmList::store(const Ids &batch, const Generations &asOf, LoadedProfiles loaded)
{
    HEARTH_SEQ_POINT("WarmUp.store.loaded");
    m_tools.service.countDatabaseTime(loaded.timing.queryTime);
    WarmStored stored = m_tools.service.storeWarmed(loaded.profiles, asOf, loaded.timing, m_options.news);
    m_progress.warmed += stored.stored;
    m_progress.alreadyCached += stored.alreadyActive;
    m_progress.done += stored.stored + stored.alreadyActive;
    m_progress.fail(stored.uncacheable, uncacheableSentence);
    if (m_isSecondRound)
        m_progress.fail(stored.superseded, supersededSentence);
    else
        m_again.insert(m_again.end(), stored.superseded.begin(), stored.superseded.end());
    settleAbsent(batch, loaded);
}

// Whoever was asked for and has no row: what is cached of him goes, unless it was read later.
void WarmList::settleAbsent(const Ids &batch, const LoadedProfiles &loaded)
{
    if (loaded.profiles.size() == batch.size())
        return;
    std::unordered_set<ProfileId> present;
    for (const Profile &profile : loaded.profiles)
        present.insert(profile.identity);
    for (const ProfileId &id : batch) {
        if (present.contains(id))
            continue;
        m_tools.cache.removeIfReadBefore(id.text(), loaded.timing.sentAt);
        ++m_progress.notFound;
        ++m_progress.done;
    }
}

bool WarmList::beginSecondRound()
{
    if (m_isSecondRound || m_again.empty())
        return false;
    m_isSecondRound = true;
    m_ids = std::move(m_again);
    m_position = 0;
    return true;
}

void WarmList::failRest(const std::string &problem)
{
    m_progress.fail(m_ids.data() + m_position, m_ids.data() + m_ids.size(), problem);
    m_progress.fail(std::exchange(m_again, {}), problem);
    m_position = m_ids.size();
}

} // namespace hearth
