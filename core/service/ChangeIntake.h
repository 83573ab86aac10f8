// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/service/InvalidationSource.h"
#include "core/service/UseTracker.h"
#include "core/service/VersionCheck.h"

#include <QObject>
#include <QTimer>

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

namespace hearth {

struct ChangeIntakeSettings {
    static constexpr unsigned leastForResync = 10;

    // For re-checking; 0: nothing is polled. What was missed is re-checked all the same, leastForResync a second then.
    unsigned queriesPerSecond = 10;
    std::chrono::milliseconds gatherFor{100};      // changes are taken together
    std::chrono::milliseconds pollInterval{2'000}; // from one re-check of what is in use to the next
    std::chrono::milliseconds loadTimeout{5'000};  // a load that is under way now may land that much later
    std::size_t maximumPending = 20'000;           // changes; beyond it everything cached is re-checked
};

// Brings changes by others into the cache, as fast as they become known:
//   Listening   what the source tells is gathered for a moment, so that the echo of an own write finds that write
//               cached in its version, and costs nothing; then it is applied, a thousand at a time
//   otherwise   the active entries are re-checked by their versions every pollInterval. Where these are more than
//               queriesPerSecond can check in that time, those that were asked for since; where these are still too
//               many, a part of them each time, in turn: then it is Sampled
// When changes were missed, all that was cached before is re-checked, without flushing anything; and once more what
// was being read at that moment. When more are missed while that goes on, it is done once more afterwards: however
// often it is said, at most one list of all that is cached is kept.
//
// Lives on the service thread; slots must be invoked queued. state() is thread-safe. Looking at the cache changes
// nothing in it. Ownership: borrows all it is given; the source is started and stopped by it.
class ChangeIntake : public QObject
{
    Q_OBJECT

public:
    ChangeIntake(const Clock &clock, ProfileCache &cache, ProfileRepository &repository, ProfileService &service,
                 InvalidationSource &source, ChangeIntakeSettings settings, QObject *parent = nullptr);
    // Stops.
    ~ChangeIntake() override;

    // How changes become known now, and why not better.
    InvalidationState state() const;

public Q_SLOTS:
    void start();
    // Returns when the source is quiet.
    void stop();

Q_SIGNALS:
    void stateChanged(const hearth::InvalidationState &state);

private:
    // On the source's thread.
    void takeChange(const RowChange &change);
    void takeUnknown();
    void takeSourceState(const InvalidationState &state);
    void wake();

    // On the service thread.
    void gather();
    void applyPending();
    void recheckAll();
    // What was read from then on until to, and is still cached.
    void recheckReadBetween(MonotonicTime from, MonotonicTime to);
    void checked();
    void followSource();
    void poll();
    CheckList inUse(MonotonicTime now, std::size_t budget);
    void takeAnswer(const std::string &problem);
    void show();

    const Clock &m_clock;
    ProfileCache &m_cache;
    ProfileService &m_service;
    InvalidationSource &m_source;
    const ChangeIntakeSettings m_settings;

    // Service thread only.
    VersionCheck m_check;
    UseTracker m_use;
    QTimer m_gatherTimer;
    QTimer m_pollTimer;
    QTimer m_secondLook;
    MonotonicTime m_toldAt{}; // that changes were missed
    std::size_t m_turn = 0;   // of the parts that are sampled
    std::size_t m_parts = 1;
    std::string m_problem; // of the last re-check
    bool m_isRunning = false;
    bool m_isCheckingAll = false; // what was cached when changes were missed
    bool m_isToldAgain = false;   // meanwhile: once more afterwards

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::unordered_map<ProfileId, RowChange> m_pending HEARTH_GUARDED_BY(m_mutex);
    bool m_isUnknown HEARTH_GUARDED_BY(m_mutex) = false;
    InvalidationState m_sourceState HEARTH_GUARDED_BY(m_mutex);
    InvalidationState m_state HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
