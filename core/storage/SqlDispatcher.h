// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/storage/CircuitBreaker.h"
#include "core/storage/ConnectionInterrupter.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/SqlDialect.h"
#include "core/storage/SqlFailure.h"
#include "core/storage/SqlTask.h"
#include "core/storage/SqlTaskQueue.h"
#include "core/storage/StatusBoard.h"

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace hearth {

// Hands jobs to executors, keeps their deadlines, and knows how the database is.
//
// Thread-safe. Each executor asks next() what to do and reports what came of it; one thread of the dispatcher's own
// watches the deadlines. Nothing foreign is called under the lock.
//
//   Connecting ─┐                 ┌─ the circuit breaker opens → Unreachable
//   Unreachable ┼─ probe worked → Reachable ─ tables gone, may not read → Unusable
//   Unusable ───┘
//
// Unless it is Reachable, one executor at a time probes: after the breaker's back-off, or every retryInterval while it
// is Unusable. Jobs wait while it is Connecting, and fail at once while it is Unreachable or Unusable. A failure of one
// connection makes all idle ones ask the server whether it is there. The breaker opens after several failures in a row,
// and at once when a failed connect or a server that hangs leaves no connection.
//
// A job is given up in two steps: near its deadline the server is asked to cancel the query, on the deadline whoever
// waits is released and the socket is shut down. Queue and query together have that one deadline.
class SqlDispatcher : public std::enable_shared_from_this<SqlDispatcher>
{
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    SqlDispatcher(const DatabaseOptions &options, const Clock &clock, StatusBoard::Listener listener);
    ~SqlDispatcher();

    // ---- for the pool
    void start();
    void submit(SqlTaskPtr task);
    DatabaseStatus status() const { return m_board.status(); }
    void setSimulatedLatency(std::chrono::milliseconds latency);
    BatchCounters batchCounters() const;
    void beginShutdown();
    void shutdown();

    const DatabaseOptions &options() const { return m_options; }
    const SqlDialect &dialect() const { return *m_dialect; }
    // Not to be asked once stopping: it may be gone.
    const Clock &clock() const { return m_clock; }

    // ---- for the executors
    enum class Step : std::uint8_t {
        Stop,
        Connect, // open the connection; as a probe: look at the tables, too
        Check,   // look whether the idle connection still lives
        Ask,     // ask the server over the idle connection whether it is there
        Drop,    // close the connection: it is not to be trusted any more
        Run,     // the tasks, together
    };
    struct Order {
        Step step = Step::Stop;
        bool isProbe = false;
        bool createMissing = false; // no probe has worked yet: tables may be made
        TableTraits traits;
        SqlTasks tasks;
    };
    // How the work on an order went, as far as the server is concerned.
    enum class Contact : std::uint8_t {
        None,     // it was not asked
        Answered, // with rows or with an error: it is there
        Lost,
    };
    std::shared_ptr<ConnectionInterrupter> interrupter(std::size_t executor) const;
    // Waits until there is something to do.
    Order next(std::size_t executor);
    // A connection is open; a probe says what it found.
    void connected(std::size_t executor, const std::optional<DatabaseAccess> &probed);
    void connectFailed(std::size_t executor, const SqlFailure &failure, bool isProbe);
    void disconnected(std::size_t executor);
    // The profiles cannot be read any more, as a job found out.
    void becameUnusable(const SqlFailure &failure);
    // The work on the order is over; failure: how the connection was lost.
    // Returns: false when the watchdog has interrupted it: the connection is spoilt.
    bool finish(std::size_t executor, Contact contact, const std::optional<SqlFailure> &failure);
    // Waits for the simulated latency. Returns: false when the task was answered meanwhile, or all is over.
    bool pause(std::size_t executor);
    bool isStopping() const;
    void executorEnded();
    void countQuery(std::size_t lookups);

private:
    struct Executor {
        const std::shared_ptr<ConnectionInterrupter> interrupter = std::make_shared<ConnectionInterrupter>();
        std::thread thread;
        Condition wake;
        bool isConnected = false;
        bool isIdle = false;      // waits for a task
        bool isStale = false;     // its connection is to be dropped
        bool mustAsk = false;     // whether the server is there
        SqlTasks tasks;           // run
        std::size_t released = 0; // of them, by the watchdog: those that come first have the earliest deadlines
        std::optional<SteadyTime> cancelAt;  // then the server is asked to stop the query
        bool isPausing = false;              // waits for the simulated latency: there is no query to cancel
        bool isInterrupted = false;          // the running query was cancelled or cut
        std::optional<SteadyTime> cutAt;     // then the socket is shut down
        bool wasCut = false;                 // it hung
        std::optional<SteadyTime> busyUntil; // a connect, probe or question that takes longer is cut
        SteadyTime retryAt{};                // not before: open a connection
        SteadyTime checkAt{};                // look after the idle connection
    };
    std::optional<Order> orderLocked(Executor &executor, SteadyTime now) HEARTH_REQUIRES(m_mutex);
    std::optional<Order> probeOrderLocked(Executor &executor, SteadyTime now) HEARTH_REQUIRES(m_mutex);
    SteadyTime wakeAtLocked(const Executor &executor) const HEARTH_REQUIRES(m_mutex);
    std::optional<Error> refusalLocked() const HEARTH_REQUIRES(m_mutex);
    bool isAnyConnectedLocked() const HEARTH_REQUIRES(m_mutex);
    void wakeIdleLocked() HEARTH_REQUIRES(m_mutex);
    void wakeAllLocked() HEARTH_REQUIRES(m_mutex);
    void runLocked(Executor &executor, SteadyTime now) HEARTH_REQUIRES(m_mutex);
    // Returns: the jobs that waited, where this opened the circuit; answer them outside the lock.
    SqlTasks connectionFailedLocked(const SqlFailure &failure, bool mayOpenAlone) HEARTH_REQUIRES(m_mutex);
    // Returns: the jobs that waited; answer them outside the lock.
    SqlTasks failLocked(DatabaseState state, const SqlFailure &failure) HEARTH_REQUIRES(m_mutex);
    void succeededLocked() HEARTH_REQUIRES(m_mutex);
    CircuitStatus circuitLocked() const HEARTH_REQUIRES(m_mutex);
    static void answerAll(const SqlTasks &tasks, const Error &error);
    void watch();
    // Interrupts what runs too long. Returns: the jobs that are late; answer them outside the lock.
    SqlTasks takeLateLocked(SteadyTime now) HEARTH_REQUIRES(m_mutex);
    void interruptLocked(Executor &executor, SteadyTime now, SqlTasks &late) HEARTH_REQUIRES(m_mutex);
    SteadyTime nextDeadlineLocked() const HEARTH_REQUIRES(m_mutex);
    Error timeoutError() const;

    const DatabaseOptions m_options; // Constant after construction.
    const Clock &m_clock;
    const std::unique_ptr<const SqlDialect> m_dialect;
    StatusBoard m_board; // thread-safe

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::deque<Executor> m_executors HEARTH_GUARDED_BY(m_mutex);
    SqlTaskQueue m_waiting HEARTH_GUARDED_BY(m_mutex);
    CircuitBreaker m_breaker HEARTH_GUARDED_BY(m_mutex);
    DatabaseState m_state HEARTH_GUARDED_BY(m_mutex) = DatabaseState::Connecting;
    std::optional<Error> m_problem HEARTH_GUARDED_BY(m_mutex); // what jobs are told while it is not Reachable
    TableTraits m_traits HEARTH_GUARDED_BY(m_mutex);
    bool m_isProbing HEARTH_GUARDED_BY(m_mutex) = false;
    bool m_wasReachable HEARTH_GUARDED_BY(m_mutex) = false;
    SteadyTime m_probeAt HEARTH_GUARDED_BY(m_mutex){}; // while it is Connecting or Unusable
    std::chrono::milliseconds m_latency HEARTH_GUARDED_BY(m_mutex){};
    BatchCounters m_batches HEARTH_GUARDED_BY(m_mutex);
    bool m_isStopping HEARTH_GUARDED_BY(m_mutex) = false;
    SteadyTime m_stoppingSince HEARTH_GUARDED_BY(m_mutex){};
    std::size_t m_running HEARTH_GUARDED_BY(m_mutex) = 0; // executors' threads
    std::thread m_watchdog HEARTH_GUARDED_BY(m_mutex);
    SteadyTime m_watchUntil HEARTH_GUARDED_BY(m_mutex){};
    Condition m_watchdogWake;
    Condition m_ended;
};

} // namespace hearth
