// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/profiles/ProfileRepository.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

namespace hearth {

class SqlConnection;

// May a job be done again when the connection under it turned out to be dead?
enum class SqlRepeat : std::uint8_t { Safe, Never };

// What everybody is told once the pool goes.
inline Error shuttingDown()
{
    return {ErrorCode::ShuttingDown, "The program is shutting down."};
}

// A job for the database and who waits for it. Whoever answers first, answers; the rest is dropped.
// Thread-safe: answer() and isAnswered(). The other members belong to whoever holds the task.
class SqlTask
{
public:
    using Work = std::function<Result<void>(SqlConnection &)>;
    using Done = std::function<void(const Result<void> &, const QueryTiming &)>;

    SqlTask(SqlRepeat repeatable, Work job, Done completion)
        : repeat(repeatable)
        , work(std::move(job))
        , m_done(std::move(completion))
    {
    }

    const SqlRepeat repeat;
    const Work work;
    MonotonicTime askedAt{};
    std::chrono::steady_clock::time_point deadline{};

    bool isAnswered() const { return m_answered.load(std::memory_order_acquire); }
    // Calls the completion unless somebody was faster.
    void answer(const Result<void> &result, const QueryTiming &timing)
    {
        if (m_answered.exchange(true))
            return;
        const Done done = std::exchange(m_done, nullptr);
        done(result, timing);
    }

private:
    std::atomic<bool> m_answered = false;
    Done m_done; // only touched by whoever set m_answered
};

} // namespace hearth
