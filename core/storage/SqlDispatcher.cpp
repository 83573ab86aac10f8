// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlDispatcher.h"

#include "core/base/Format.h"
#include "core/storage/SqlExecutor.h"

#include <algorithm>

namespace hearth {

namespace {

using SteadyClock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto politeness = 50ms;            // between asking the server to cancel and cutting the connection
constexpr auto politenessAtShutdown = 200ms; // for connections that are closed in an orderly way
constexpr auto patienceAtShutdown = 1500ms;  // for threads that hang; then they are left to themselves

DatabaseState stateAfter(const SqlFailure &failure)
{
    return failure.kind == SqlFailureKind::Unusable || failure.kind == SqlFailureKind::Denied
               ? DatabaseState::Unusable
               : DatabaseState::Unreachable;
}

} // namespace

SqlDispatcher::SqlDispatcher(const DatabaseOptions &options, const Clock &clock, StatusBoard::Listener listener)
    : m_options(options)
    , m_clock(clock)
    , m_dialect(SqlDialect::create(options, clock))
    , m_board(options, clock, std::move(listener))
    , m_latency(options.simulatedLatency)
{
}

SqlDispatcher::~SqlDispatcher() = default;

// ---- for the pool

void SqlDispatcher::start()
{
    MutexLock lock(m_mutex);
    const auto count = std::size_t(std::max(1, m_options.poolSize));
    m_executors.resize(count);
    m_running = count;
    for (std::size_t i = 0; i < count; ++i) {
        m_executors[i].thread = std::thread([self = shared_from_this(), i] {
            SqlExecutor(self, i).run();
            self->executorEnded();
        });
    }
    m_watchdog = std::thread([this] { watch(); });
}

void SqlDispatcher::submit(std::shared_ptr<SqlTask> task)
{
    std::optional<Error> refusal;
    {
        MutexLock lock(m_mutex);
        refusal = refusalLocked();
        if (!refusal) {
            task->askedAt = m_clock.now();
            task->deadline = SteadyClock::now() + m_options.timeout;
            m_waiting.push_back(task);
            wakeIdleLocked();
            if (m_watchUntil > task->deadline)
                m_watchdogWake.notifyOne();
        }
    }
    if (refusal)
        task->answer(*refusal, {});
}

std::optional<Error> SqlDispatcher::refusalLocked() const
{
    if (m_isStopping)
        return shuttingDown();
    if (m_problem)
        return m_problem;
    if (m_waiting.size() >= m_options.queueLimit)
        return Error{ErrorCode::Overloaded, "Too many loads wait for the database (" + format::count(m_waiting.size()) +
                                                "); try again in a moment."};
    return std::nullopt;
}

void SqlDispatcher::setSimulatedLatency(std::chrono::milliseconds latency)
{
    {
        MutexLock lock(m_mutex);
        m_latency = std::max(latency, 0ms);
    }
    m_board.setSimulatedLatency(std::max(latency, 0ms));
    m_board.notify();
}

void SqlDispatcher::shutdown()
{
    Tasks unanswered;
    {
        MutexLock lock(m_mutex);
        if (m_isStopping)
            return;
        m_isStopping = true;
        unanswered.swap(m_waiting);
        for (Executor &executor : m_executors) {
            if (executor.task)
                unanswered.push_back(executor.task);
            if (executor.task || executor.busyUntil)
                executor.interrupter->cut(); // those that do nothing take their leave of the server
        }
        wakeAllLocked();
        m_watchdogWake.notifyAll();
    }
    m_board.silence();
    answerAll(unanswered, shuttingDown());

    std::vector<std::thread> threads;
    bool allEnded = false;
    {
        MutexLock lock(m_mutex);
        const auto cutAllAt = SteadyClock::now() + politenessAtShutdown;
        const auto deadline = SteadyClock::now() + patienceAtShutdown;
        for (auto now = SteadyClock::now(); m_running > 0 && now < deadline; now = SteadyClock::now()) {
            for (Executor &executor : m_executors) {
                if (now >= cutAllAt)
                    executor.interrupter->cut(); // also those that have only just opened their connection
            }
            m_ended.waitFor(m_mutex, std::min<SteadyClock::duration>(deadline - now, 20ms));
        }
        allEnded = m_running == 0;
        for (Executor &executor : m_executors)
            threads.push_back(std::move(executor.thread));
        threads.push_back(std::move(m_watchdog));
    }
    threads.back().join();
    threads.pop_back();
    for (std::thread &thread : threads) {
        // One that hangs in a system call keeps this object alive, does nothing more, and ends when it can.
        if (allEnded)
            thread.join();
        else
            thread.detach();
    }
}

// ---- for the executors

std::shared_ptr<ConnectionInterrupter> SqlDispatcher::interrupter(std::size_t executor) const
{
    MutexLock lock(m_mutex);
    return m_executors[executor].interrupter;
}

SqlDispatcher::Order SqlDispatcher::next(std::size_t index)
{
    MutexLock lock(m_mutex);
    Executor &executor = m_executors[index];
    executor.busyUntil.reset();
    executor.checkAt = std::max(executor.checkAt, SteadyClock::now() + m_options.retryInterval);
    for (;;) {
        const SteadyTime now = SteadyClock::now();
        if (std::optional<Order> order = orderLocked(executor, now)) {
            executor.isIdle = false;
            return *std::move(order);
        }
        executor.isIdle = executor.isConnected;
        executor.wake.waitFor(m_mutex, wakeAtLocked(executor) - now);
        executor.isIdle = false;
    }
}

std::optional<SqlDispatcher::Order> SqlDispatcher::orderLocked(Executor &executor, SteadyTime now)
{
    if (m_isStopping)
        return Order{};
    if (m_state != DatabaseState::Reachable)
        return probeOrderLocked(executor, now);
    if (!executor.isConnected) {
        if (now < executor.retryAt)
            return std::nullopt;
        executor.busyUntil = now + 2 * m_options.timeout;
        m_watchdogWake.notifyOne();
        return Order{Step::Connect, false, false, m_traits, {}};
    }
    if (!m_waiting.empty()) {
        executor.task = std::move(m_waiting.front());
        m_waiting.pop_front();
        return Order{Step::Run, false, false, m_traits, executor.task};
    }
    if (now < executor.checkAt)
        return std::nullopt;
    executor.checkAt = now + m_options.retryInterval;
    return Order{Step::Check, false, false, m_traits, {}};
}

std::optional<SqlDispatcher::Order> SqlDispatcher::probeOrderLocked(Executor &executor, SteadyTime now)
{
    if (m_isProbing || now < m_probeAt)
        return std::nullopt;
    m_isProbing = true;
    executor.busyUntil = now + 2 * m_options.timeout;
    m_watchdogWake.notifyOne();
    return Order{Step::Connect, true, !m_wasReachable, m_traits, {}};
}

SqlDispatcher::SteadyTime SqlDispatcher::wakeAtLocked(const Executor &executor) const
{
    if (m_state != DatabaseState::Reachable)
        return m_isProbing ? SteadyClock::now() + m_options.retryInterval : m_probeAt;
    return executor.isConnected ? executor.checkAt : executor.retryAt;
}

void SqlDispatcher::connected(std::size_t index, const std::optional<DatabaseAccess> &probed)
{
    {
        MutexLock lock(m_mutex);
        Executor &executor = m_executors[index];
        executor.isConnected = true;
        executor.busyUntil.reset();
        if (probed && !m_isStopping) {
            m_isProbing = false;
            m_wasReachable = true;
            m_state = DatabaseState::Reachable;
            m_problem.reset();
            m_traits = probed->traits;
            for (Executor &each : m_executors)
                each.retryAt = {};
            m_board.showReachable(probed->notice);
            wakeAllLocked();
        }
    }
    m_board.notify();
}

void SqlDispatcher::connectFailed(std::size_t index, const SqlFailure &failure, bool isProbe)
{
    Tasks unanswered;
    {
        MutexLock lock(m_mutex);
        Executor &executor = m_executors[index];
        executor.isConnected = false;
        executor.busyUntil.reset();
        const SteadyTime now = SteadyClock::now();
        if (isProbe)
            m_isProbing = false;
        if (m_isStopping)
            return;
        if (isProbe || !isAnyConnectedLocked()) {
            unanswered = failLocked(stateAfter(failure), failure);
        } else {
            // The others may be as dead without knowing it, unless it was only one connection too many.
            executor.retryAt = now + m_options.retryInterval;
            for (Executor &each : m_executors)
                each.checkAt = now;
        }
        wakeAllLocked();
    }
    m_board.notify();
    answerAll(unanswered, failure.error);
}

void SqlDispatcher::disconnected(std::size_t index)
{
    MutexLock lock(m_mutex);
    m_executors[index].isConnected = false;
    m_executors[index].retryAt = {};
}

void SqlDispatcher::becameUnusable(const SqlFailure &failure)
{
    Tasks unanswered;
    {
        MutexLock lock(m_mutex);
        if (m_isStopping || m_state != DatabaseState::Reachable)
            return;
        unanswered = failLocked(DatabaseState::Unusable, failure);
    }
    m_board.notify();
    answerAll(unanswered, failure.error);
}

SqlDispatcher::Tasks SqlDispatcher::failLocked(DatabaseState state, const SqlFailure &failure)
{
    m_state = state;
    m_problem = failure.error;
    m_probeAt = SteadyClock::now() + m_options.retryInterval;
    m_board.showFailure(state, failure);
    wakeAllLocked();
    return std::exchange(m_waiting, {});
}

bool SqlDispatcher::finish(std::size_t index)
{
    MutexLock lock(m_mutex);
    Executor &executor = m_executors[index];
    executor.task.reset();
    executor.cutAt.reset();
    return !std::exchange(executor.isInterrupted, false);
}

bool SqlDispatcher::pause(std::size_t index)
{
    MutexLock lock(m_mutex);
    Executor &executor = m_executors[index];
    if (!executor.task || m_latency <= 0ms)
        return !m_isStopping;
    const SteadyTime until = SteadyClock::now() + m_latency;
    for (SteadyTime now = SteadyClock::now(); now < until; now = SteadyClock::now()) {
        if (m_isStopping || executor.isInterrupted)
            return false;
        executor.wake.waitFor(m_mutex, until - now);
    }
    return !m_isStopping && !executor.isInterrupted;
}

bool SqlDispatcher::isStopping() const
{
    MutexLock lock(m_mutex);
    return m_isStopping;
}

void SqlDispatcher::executorEnded()
{
    MutexLock lock(m_mutex);
    --m_running;
    m_ended.notifyAll();
}

bool SqlDispatcher::isAnyConnectedLocked() const
{
    return std::any_of(m_executors.begin(), m_executors.end(),
                       [](const Executor &executor) { return executor.isConnected; });
}

void SqlDispatcher::wakeIdleLocked()
{
    for (Executor &executor : m_executors) {
        if (executor.isIdle) {
            executor.isIdle = false; // so that the next task wakes another
            executor.wake.notifyOne();
            return;
        }
    }
}

void SqlDispatcher::wakeAllLocked()
{
    for (Executor &executor : m_executors)
        executor.wake.notifyAll();
}

// ---- the watchdog

void SqlDispatcher::watch()
{
    for (;;) {
        Tasks late;
        {
            MutexLock lock(m_mutex);
            if (m_isStopping)
                return;
            const SteadyTime now = SteadyClock::now();
            late = takeLateLocked(now);
            if (late.empty()) {
                m_watchUntil = nextDeadlineLocked();
                m_watchdogWake.waitFor(m_mutex, m_watchUntil - now);
            }
        }
        answerAll(late, timeoutError());
    }
}

SqlDispatcher::Tasks SqlDispatcher::takeLateLocked(SteadyTime now)
{
    Tasks late;
    while (!m_waiting.empty() && m_waiting.front()->deadline <= now) {
        late.push_back(std::move(m_waiting.front()));
        m_waiting.pop_front();
    }
    for (Executor &executor : m_executors) {
        if (executor.task && !executor.isInterrupted && executor.task->deadline <= now) {
            executor.isInterrupted = true;
            executor.cutAt = now + politeness;
            executor.interrupter->cancel();
            executor.wake.notifyAll();
            late.push_back(executor.task);
        }
        if (executor.cutAt && *executor.cutAt <= now) {
            executor.cutAt = now + politeness; // again: it may be opening a new connection
            executor.interrupter->cut();
        }
        if (executor.busyUntil && *executor.busyUntil <= now) {
            executor.busyUntil = now + politeness;
            executor.interrupter->cut();
        }
    }
    return late;
}

SqlDispatcher::SteadyTime SqlDispatcher::nextDeadlineLocked() const
{
    SteadyTime next = SteadyClock::now() + 1h;
    if (!m_waiting.empty())
        next = std::min(next, m_waiting.front()->deadline);
    for (const Executor &executor : m_executors) {
        if (executor.task && !executor.isInterrupted)
            next = std::min(next, executor.task->deadline);
        for (const auto &moment : {executor.cutAt, executor.busyUntil}) {
            if (moment)
                next = std::min(next, *moment);
        }
    }
    return next;
}

Error SqlDispatcher::timeoutError() const
{
    return {ErrorCode::Timeout, "The database did not answer within " + format::latency(m_options.timeout) + "."};
}

void SqlDispatcher::answerAll(const Tasks &tasks, const Error &error)
{
    for (const std::shared_ptr<SqlTask> &task : tasks)
        task->answer(error, {});
}

} // namespace hearth
