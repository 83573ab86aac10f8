// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/base/Result.h"
#include "core/cache/CacheTypes.h"
#include "core/profiles/ProfileId.h"
#include "core/service/ServedProfile.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace hearth {

// Somebody who waits for a profile. Answered once, by whoever takes it first.
struct WaitingCaller {
    using Answer = std::function<void(Result<ServedProfile>)>;

    WaitingCaller(ProfileId who, Answer then, MonotonicTime until)
        : id(std::move(who))
        , answer(std::move(then))
        , deadline(until)
    {
    }
    // Returns: whether it was not answered yet; then the caller of this must answer it.
    bool take() { return !isAnswered.exchange(true); }

    const ProfileId id;
    const Answer answer;
    const MonotonicTime deadline;
    std::optional<MissReason> missReason; // of a get; a refresh has none, and is never served stale
    std::atomic<bool> isAnswered = false;
};

// Everybody who waits, so that nobody waits beyond the deadline whatever the loads do. Thread-safe.
class WaitingCallers
{
public:
    // In the order of the deadlines, more or less: a later one may be taken late by as much.
    void add(const std::shared_ptr<WaitingCaller> &caller);
    // Those whose deadline is over and who are not answered yet.
    std::vector<std::shared_ptr<WaitingCaller>> takeOverdue(MonotonicTime now);

private:
    Mutex m_mutex; // State below is protected by m_mutex.
    std::deque<std::weak_ptr<WaitingCaller>> m_callers HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
