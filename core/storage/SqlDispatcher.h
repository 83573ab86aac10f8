// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/storage/ConnectionInterrupter.h"
#include "core/storage/DatabaseOptions.h"
#include "core/storage/SqlDialect.h"
#include "core/storage/SqlFailure.h"
#include "core/storage/SqlTask.h"
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
//   Connecting ─┐                 ┌─ lost, and no other connection lives
//   Unreachable ┼─ probe worked → Reachable ─ tables gone, may not read → Unusable
//   Unusable ───┘
//
// Unless it is Reachable, one executor at a time probes, every retryInterval; jobs wait while it is Connecting, and
// fail at once while it is Unreachable or Unusable.
class SqlDispatcher : public std::enable_shared_from_this<SqlDispatcher>
{
public:
    using SteadyTime = std::chrono::steady_clock::time_point;

    SqlDispatcher(const DatabaseOptions &options, const Clock &clock, StatusBoard::Listener listener);
    ~SqlDispatcher();

    // ---- for the pool
    void start();
    void submit(std::shared_ptr<SqlTask> task);
    DatabaseStatus status() const { return m_board.status(); }
    void setSimulatedLatency(std::chrono::milliseconds latency);
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
        Run,     // the task
    };
    struct Order {
        Step step = Step::Stop;
        bool isProbe = false;
        bool createMissing = false; // no probe has worked yet: tables may be made
        TableTraits traits;
        std::shared_ptr<SqlTask> task;
    };
    std::shared_ptr<ConnectionInterrupter> interrupter(std::size_t executor) const;
    // Waits until there is something to do.
    Order next(std::size_t executor);
    // A connection is open; a probe says what it found.
    void connected(std::size_t executor, const std::optional<DatabaseAccess> &probed);
    void connectFailed(std::size_t executor, const SqlFailure &failure, bool isProbe);
    void disconnected(std::size_t executor);
    // The tables cannot be used, as a job found out.
    void becameUnusable(const SqlFailure &failure);
    // The work on the task is over. Returns: false when the watchdog has interrupted it: the connection is spoilt.
    bool finish(std::size_t executor);
    // Waits for the simulated latency. Returns: false when the task was answered meanwhile, or all is over.
    bool pause(std::size_t executor);
    bool isStopping() const;
    void executorEnded();

private:
    using Tasks = std::deque<std::shared_ptr<SqlTask>>;
    struct Executor {
        const std::shared_ptr<ConnectionInterrupter> interrupter = std::make_shared<ConnectionInterrupter>();
        std::thread thread;
        Condition wake;
        bool isConnected = false;
        bool isIdle = false;                 // waits for a task
        std::shared_ptr<SqlTask> task;       // runs
        bool isInterrupted = false;          // the running task was given up
        std::optional<SteadyTime> cutAt;     // then the socket is shut down
        std::optional<SteadyTime> busyUntil; // a connect or probe that takes longer is cut
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
    // Returns: the jobs that waited; answer them outside the lock.
    Tasks failLocked(DatabaseState state, const SqlFailure &failure) HEARTH_REQUIRES(m_mutex);
    static void answerAll(const Tasks &tasks, const Error &error);
    void watch();
    // Interrupts what runs too long. Returns: the jobs that are late; answer them outside the lock.
    Tasks takeLateLocked(SteadyTime now) HEARTH_REQUIRES(m_mutex);
    SteadyTime nextDeadlineLocked() const HEARTH_REQUIRES(m_mutex);
    Error timeoutError() const;

    const DatabaseOptions m_options; // Constant after construction.
    const Clock &m_clock;
    const std::unique_ptr<const SqlDialect> m_dialect;
    StatusBoard m_board; // thread-safe

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::deque<Executor> m_executors HEARTH_GUARDED_BY(m_mutex);
    Tasks m_waiting HEARTH_GUARDED_BY(m_mutex); // by deadline: all wait equally long
    DatabaseState m_state HEARTH_GUARDED_BY(m_mutex) = DatabaseState::Connecting;
    std::optional<Error> m_problem HEARTH_GUARDED_BY(m_mutex); // what jobs are told while it is not Reachable
    TableTraits m_traits HEARTH_GUARDED_BY(m_mutex);
    bool m_isProbing HEARTH_GUARDED_BY(m_mutex) = false;
    bool m_wasReachable HEARTH_GUARDED_BY(m_mutex) = false;
    SteadyTime m_probeAt HEARTH_GUARDED_BY(m_mutex){};
    std::chrono::milliseconds m_latency HEARTH_GUARDED_BY(m_mutex){};
    bool m_isStopping HEARTH_GUARDED_BY(m_mutex) = false;
    std::size_t m_running HEARTH_GUARDED_BY(m_mutex) = 0; // executors' threads
    std::thread m_watchdog HEARTH_GUARDED_BY(m_mutex);
    SteadyTime m_watchUntil HEARTH_GUARDED_BY(m_mutex){};
    Condition m_watchdogWake;
    Condition m_ended;
};

} // namespace hearth
