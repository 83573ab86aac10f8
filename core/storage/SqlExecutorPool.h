// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"
#include "core/profiles/ProfileRepository.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/SqlTask.h"
#include "core/telemetry/DatabaseStatus.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

namespace hearth {

class SqlConnection;
class SqlDialect;
class SqlDispatcher;

// The threads and connections to one database, with the bounded queue in front of them.
//
// Jobs that may share a query (SqlBatch) and have to wait because every connection is busy are done together.
//
// Thread-safe. A connection is opened, used and closed by its own thread only. Whoever asks is answered exactly once,
// within the timeout, whatever the database does: a watchdog releases the caller, then frees the blocked connection;
// what arrives later is dropped. While the database cannot be reached, jobs fail at once with the reason; one
// connection goes on trying every retryInterval, and the state becomes Reachable by itself.
// Completions and the listener run on any thread and must not block, throw, or destroy the pool.
// Ownership: borrows the clock, which must outlive the pool. Deadlines run by the machine's steady clock; the clock
// passed in only stamps what is measured.
class SqlExecutorPool
{
public:
    using StatusListener = std::function<void(const DatabaseStatus &)>;

    // Starts to connect at once; the listener hears every change of the status, in order.
    SqlExecutorPool(DatabaseOptions options, const Clock &clock, StatusListener listener = {});
    // Shuts down.
    ~SqlExecutorPool();
    SqlExecutorPool(const SqlExecutorPool &) = delete;
    SqlExecutorPool &operator=(const SqlExecutorPool &) = delete;

    DatabaseStatus status() const;
    // How much was saved by fetching together what had to wait.
    BatchCounters batchCounters() const;
    void setSimulatedLatency(std::chrono::milliseconds latency);
    // What is particular about the SQL of this database.
    const SqlDialect &dialect() const;

    // Runs work on one of the connections, then done with what it returned. The work may outlive the pool when the
    // database hangs: it must own what it uses.
    // Errors, beside the work's own: Timeout, Unavailable, Overloaded, SchemaMismatch, PermissionDenied, ShuttingDown.
    template <class T>
    void run(SqlRepeat repeat, std::function<Result<T>(SqlConnection &)> work,
             std::function<void(Result<T>, QueryTiming)> done)
    {
        auto answer = std::make_shared<std::optional<T>>();
        submit(std::make_shared<SqlTask>(
            repeat, SqlTask::Work([work = std::move(work), answer](SqlConnection &connection) -> Result<void> {
                Result<T> result = work(connection);
                if (!result)
                    return result.error();
                answer->emplace(*std::move(result));
                return {};
            }),
            SqlTask::Done([answer, done = std::move(done)](const Result<void> &result, const QueryTiming &timing) {
                if (result)
                    done(*std::move(*answer), timing);
                else
                    done(result.error(), timing);
            })));
    }

    // The same for a task made elsewhere: one with a batch is done together with others that wait.
    void submit(SqlTaskPtr task);

    // Callers that wait are told ShuttingDown, as is everybody who asks later.
    void beginShutdown();
    // The same, and waits until it is over, 2 s from its beginning at most, even when the database hangs; after it no
    // listener and no completion of earlier jobs is called.
    void shutdown();

private:
    const std::shared_ptr<SqlDispatcher> m_dispatcher; // also owned by its threads: one may hang in a system call
};

} // namespace hearth
