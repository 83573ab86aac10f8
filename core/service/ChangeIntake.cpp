// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ChangeIntake.h"

#include "core/base/Format.h"

#include <QMetaObject>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t changesAtOnce = 1'000;

bool isActive(const EntryFacts &facts, MonotonicTime now)
{
    return !facts.forced && now <= facts.deadline;
}

} // namespace

ChangeIntake::ChangeIntake(const Clock &clock, ProfileCache &cache, ProfileRepository &repository,
                           ProfileService &service, InvalidationSource &source, ChangeIntakeSettings settings,
                           QObject *parent)
    : QObject(parent)
    , m_clock(clock)
    , m_cache(cache)
    , m_service(service)
    , m_source(source)
    , m_settings(settings)
    , m_check(cache, repository, service,
              settings.queriesPerSecond > 0 ? settings.queriesPerSecond : ChangeIntakeSettings::leastForResync, this)
    , m_gatherTimer(this)
    , m_pollTimer(this)
    , m_secondLook(this)
{
    for (QTimer *timer : {&m_gatherTimer, &m_pollTimer, &m_secondLook})
        timer->setSingleShot(true);
    connect(&m_gatherTimer, &QTimer::timeout, this, &ChangeIntake::applyPending);
    connect(&m_pollTimer, &QTimer::timeout, this, &ChangeIntake::poll);
    connect(&m_secondLook, &QTimer::timeout, this,
            [this] { recheckReadBetween(m_toldAt - m_settings.loadTimeout - 1s, m_toldAt); });
    connect(&m_check, &VersionCheck::finished, this, &ChangeIntake::checked);
    connect(&m_check, &VersionCheck::answered, this, &ChangeIntake::takeAnswer);
    m_state.why = "Not started.";
}

ChangeIntake::~ChangeIntake()
{
    m_source.stop();
}

InvalidationState ChangeIntake::state() const
{
    MutexLock lock(m_mutex);
    return m_state;
}

void ChangeIntake::start()
{
    m_isRunning = true;
    takeSourceState(m_source.state()); // before it tells: what it tells is newer
    m_source.start({[this](const RowChange &change) { takeChange(change); }, [this] { takeUnknown(); },
                    [this](const InvalidationState &state) { takeSourceState(state); }});
}

void ChangeIntake::stop()
{
    m_isRunning = false;
    m_source.stop();
    for (QTimer *timer : {&m_gatherTimer, &m_pollTimer, &m_secondLook})
        timer->stop();
    m_check.stop();
}

// ---- on the source's thread

void ChangeIntake::takeChange(const RowChange &change)
{
    {
        MutexLock lock(m_mutex);
        const bool wasEmpty = m_pending.empty() && !m_isUnknown;
        if (m_pending.size() >= m_settings.maximumPending) {
            m_pending.clear();
            m_isUnknown = true;
        } else {
            m_pending.insert_or_assign(change.id, change);
        }
        if (!wasEmpty)
            return;
    }
    wake();
}

void ChangeIntake::takeUnknown()
{
    {
        MutexLock lock(m_mutex);
        m_isUnknown = true;
    }
    wake();
}

void ChangeIntake::takeSourceState(const InvalidationState &state)
{
    {
        MutexLock lock(m_mutex);
        m_sourceState = state;
    }
    QMetaObject::invokeMethod(this, &ChangeIntake::followSource, Qt::QueuedConnection);
}

void ChangeIntake::wake()
{
    QMetaObject::invokeMethod(this, &ChangeIntake::gather, Qt::QueuedConnection);
}

// ---- what is told

void ChangeIntake::gather()
{
    if (m_isRunning && !m_gatherTimer.isActive())
        m_gatherTimer.start(m_settings.gatherFor);
}

void ChangeIntake::applyPending()
{
    std::vector<RowChange> changes;
    bool isUnknown = false;
    bool hasMore = false;
    {
        MutexLock lock(m_mutex);
        while (!m_pending.empty() && changes.size() < changesAtOnce) {
            changes.push_back(std::move(m_pending.begin()->second));
            m_pending.erase(m_pending.begin());
        }
        isUnknown = std::exchange(m_isUnknown, false);
        hasMore = !m_pending.empty();
    }
    if (!changes.empty())
        m_service.applyChanges(changes);
    if (isUnknown)
        recheckAll();
    if (hasMore)
        m_gatherTimer.start(0ms);
}

void ChangeIntake::recheckAll()
{
    m_service.changesWereMissed();
    if (m_isCheckingAll) { // a list of everything for each time would be without bound
        m_isToldAgain = true;
        return;
    }
    m_isCheckingAll = true;
    m_toldAt = m_clock.now();
    recheckReadBetween(MonotonicTime::min(), m_toldAt);
    m_secondLook.start(m_settings.loadTimeout + 1s);
}

void ChangeIntake::checked()
{
    m_isCheckingAll = false;
    if (std::exchange(m_isToldAgain, false) && m_isRunning)
        recheckAll();
}

void ChangeIntake::recheckReadBetween(MonotonicTime from, MonotonicTime to)
{
    const auto wasReadThen = [=](const EntryFacts &facts) { return facts.cachedAt >= from && facts.cachedAt <= to; };
    // What is expired by force is not re-checked, so the force must not be taken back any more.
    m_cache.expireIf([&](std::string_view, const PackedProfile &, const EntryFacts &facts) {
        return facts.forced && wasReadThen(facts);
    });
    CheckList list;
    m_cache.forEach([&](std::string_view user, const PackedProfile &profile, const EntryFacts &facts) {
        if (!facts.forced && wasReadThen(facts))
            list.append(user, profile.rowVersion());
    });
    m_check.add(std::move(list));
}

// ---- what is not told

void ChangeIntake::followSource()
{
    show();
    const bool isListening = state().mode == InvalidationMode::Listening;
    if (isListening || !m_isRunning || m_settings.queriesPerSecond == 0)
        m_pollTimer.stop();
    else if (!m_pollTimer.isActive())
        m_pollTimer.start(0ms);
}

void ChangeIntake::poll()
{
    if (!m_check.isIdle()) { // it goes on with what it could not do yet
        m_pollTimer.start(m_settings.pollInterval / 4);
        return;
    }
    const MonotonicTime begin = m_clock.now();
    const auto perInterval = m_settings.queriesPerSecond * m_settings.pollInterval / 1s;
    const std::size_t budget = VersionCheck::batchSize * std::max<std::size_t>(std::size_t(perInterval), 1);
    m_check.add(inUse(begin, budget));
    show();
    // Looking through a large cache takes a twentieth of the time at most.
    const auto took = std::chrono::ceil<std::chrono::milliseconds>(m_clock.now() - begin);
    m_pollTimer.start(std::max<std::chrono::milliseconds>(m_settings.pollInterval, 20 * took));
}

CheckList ChangeIntake::inUse(MonotonicTime now, std::size_t budget)
{
    const bool isAllPossible = m_cache.size().active <= budget;
    if (!isAllPossible)
        m_use.look(m_cache);
    std::size_t count = 0;
    CheckList list;
    const std::size_t turn = m_turn++ % m_parts;
    m_cache.forEach([&](std::string_view user, const PackedProfile &profile, const EntryFacts &facts) {
        if (!isActive(facts, now) || !(isAllPossible || m_use.isInUse(user)))
            return;
        ++count;
        if (list.size() < budget && (m_parts == 1 || UseTracker::partOf(user, m_parts) == turn))
            list.append(user, profile.rowVersion());
    });
    m_parts = std::max<std::size_t>((count + budget - 1) / budget, 1);
    return list;
}

void ChangeIntake::takeAnswer(const std::string &problem)
{
    if (std::exchange(m_problem, problem) != problem)
        show();
}

void ChangeIntake::show()
{
    InvalidationState next;
    {
        MutexLock lock(m_mutex);
        next = m_sourceState;
        if (next.mode != InvalidationMode::Listening) {
            if (m_settings.queriesPerSecond == 0) {
                next.mode = InvalidationMode::Off;
                next.why += " Re-checking is switched off, so changes by others show when entries expire.";
            } else if (m_parts > 1) {
                next.mode = InvalidationMode::Sampled;
                next.why += " Too many entries are in use to re-check all of them every " +
                            format::span(m_settings.pollInterval) + ": one in " + format::count(m_parts) +
                            " is, in turn.";
            } else {
                next.mode = InvalidationMode::Polling;
            }
            if (!m_problem.empty())
                next.why += " The last re-check failed: " + m_problem;
        }
        if (next == m_state)
            return;
        m_state = next;
    }
    Q_EMIT stateChanged(next);
}

} // namespace hearth
