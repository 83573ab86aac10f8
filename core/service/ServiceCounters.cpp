// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ServiceCounters.h"

namespace hearth {

ServiceCounters ServiceTallies::counters() const
{
    ServiceCounters counters;
    for (std::size_t reason = 0; reason < missReasonCount; ++reason) {
        counters.missesByReason[reason] = missesByReason[reason].load(std::memory_order_acquire);
        counters.staleByReason[reason] = staleByReason[reason].load(std::memory_order_acquire);
    }
    counters.loadFailures = loadFailures.load(std::memory_order_relaxed);
    counters.loads = loads.load(std::memory_order_relaxed);
    counters.coalesced = coalesced.load(std::memory_order_relaxed);
    counters.negativeHits = negativeHits.load(std::memory_order_relaxed);
    counters.refreshedAhead = refreshedAhead.load(std::memory_order_relaxed);
    counters.changedByOthers = changedByOthers.load(std::memory_order_relaxed);
    counters.warmed = warmed.load(std::memory_order_relaxed);
    counters.profilesCreated = profilesCreated.load(std::memory_order_relaxed);
    counters.profilesUpdated = profilesUpdated.load(std::memory_order_relaxed);
    counters.databaseTime = std::chrono::nanoseconds(databaseNanoseconds.load(std::memory_order_relaxed));
    return counters;
}

} // namespace hearth
