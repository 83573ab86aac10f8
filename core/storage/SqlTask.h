// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/profiles/ProfileRepository.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace hearth {

class SqlConnection;
class SqlTask;
using SqlTaskPtr = std::shared_ptr<SqlTask>;
using SqlTasks = std::vector<SqlTaskPtr>;

// May a job be done again when the connection under it turned out to be dead?
enum class SqlRepeat : std::uint8_t { Safe, Never };

// Queries that answered several look-ups, and how many look-ups those were. 64-bit, monotonic.
struct BatchCounters {
    std::uint64_t queries = 0;
    std::uint64_t lookups = 0;
};

// What everybody is told once the pool goes.
inline Error shuttingDown()
{
    return {ErrorCode::ShuttingDown, "The program is shutting down."};
}

// How several tasks of one kind are done in one query. Immutable; shared by the tasks that it may do together, all of
// which must be safe to repeat.
class SqlBatch
{
public:
    virtual ~SqlBatch() = default;
    // Does what the work of each would have done.
    // Returns: the failure of the query; then nobody was given anything.
    virtual Result<void> run(SqlConnection &connection, const SqlTasks &tasks) const = 0;
};
using SqlBatchPtr = std::shared_ptr<const SqlBatch>;

// A job for the database and who waits for it. Whoever answers first, answers; the rest is dropped.
// Thread-safe: answer() and isAnswered(). The other members belong to whoever holds the task.
class SqlTask
{
public:
    using Work = std::function<Result<void>(SqlConnection &)>;
    using Done = std::function<void(const Result<void> &, const QueryTiming &)>;

    // With a batch, the task may be done together with others that have the same one.
    SqlTask(SqlRepeat repeatable, Work job, Done completion, SqlBatchPtr together = {})
        : repeat(repeatable)
        , work(std::move(job))
        , batch(std::move(together))
        , m_done(std::move(completion))
    {
    }
    virtual ~SqlTask() = default;
    SqlTask(const SqlTask &) = delete;
    SqlTask &operator=(const SqlTask &) = delete;

    const SqlRepeat repeat;
    const Work work;
    const SqlBatchPtr batch;
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
