// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlDispatcher.h"

#include "core/base/Format.h"
#include "core/storage/SqlExecutor.h"

#include <algorithm>

namespace hearth {

namespace {

using SteadyClock = std::chrono::steady_clock;
using Kind = SqlFailureKind;
using namespace std::chrono_literals;

constexpr auto longestPoliteness = 1'000ms;  // between asking the server to cancel and cutting the connection
constexpr auto cutAgainAfter = 50ms;         // it may have been opening a new connection
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
    , m_breaker(options.retryInterval)
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

void SqlDispatcher::submit(SqlTaskPtr task)
{
    std::optional<Error> refusal;
    {
        MutexLock lock(m_mutex);
        refusal = refusalLocked();
        if (!refusal) {
            task->askedAt = m_clock.now();
            task->deadline = SteadyClock::now() + m_options.timeout;
            m_waiting.push(task);
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

BatchCounters SqlDispatcher::batchCounters() const
{
    MutexLock lock(m_mutex);
    return m_batches;
}

void SqlDispatcher::beginShutdown()
{
    SqlTasks unanswered;
    {
        MutexLock lock(m_mutex);
        if (m_isStopping)
            return;
        m_isStopping = true;
        m_stoppingSince = SteadyClock::now();
        unanswered = m_waiting.takeAll();
        for (Executor &executor : m_executors) {
            unanswered.insert(unanswered.end(), executor.tasks.begin(), executor.tasks.end());
            if (!executor.tasks.empty() || executor.busyUntil)
                executor.interrupter->cut(); // those that do nothing take their leave of the server
        }
        wakeAllLocked();
        m_watchdogWake.notifyAll();
    }
    m_board.silence();
    answerAll(unanswered, shuttingDown());
}

void SqlDispatcher::shutdown()
{
    beginShutdown();
    std::vector<std::thread> threads;
    bool allEnded = false;
    {
        MutexLock lock(m_mutex);
        const auto cutAllAt = m_stoppingSince + politenessAtShutdown;
        const auto deadline = m_stoppingSince + patienceAtShutdown;
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
    for (std::thread &thread : threads) {
        if (!thread.joinable())
            continue; // somebody has shut it down before
        // One that hangs in a system call keeps this object alive, does nothing more, and ends when it can.
        if (allEnded || &thread == &threads.back())
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
    if (std::exchange(executor.isStale, false))
        return Order{Step::Drop, false, false, m_traits, {}};
    if (m_state != DatabaseState::Reachable)
        return probeOrderLocked(executor, now);
    if (!executor.isConnected) {
        if (now < executor.retryAt)
            return std::nullopt;
        executor.busyUntil = now + 2 * m_options.timeout;
        m_watchdogWake.notifyOne();
        return Order{Step::Connect, false, false, m_traits, {}};
    }
    if (!m_waiting.isEmpty()) {
        runLocked(executor, now);
        return Order{Step::Run, false, false, m_traits, executor.tasks};
    }
    if (now < executor.checkAt)
        return std::nullopt;
    executor.checkAt = now + m_options.retryInterval;
    if (!std::exchange(executor.mustAsk, false))
        return Order{Step::Check, false, false, m_traits, {}};
    executor.busyUntil = now + m_options.timeout / 2;
    executor.wasCut = false;
    m_watchdogWake.notifyOne();
    return Order{Step::Ask, false, false, m_traits, {}};
}

std::optional<SqlDispatcher::Order> SqlDispatcher::probeOrderLocked(Executor &executor, SteadyTime now)
{
    if (m_isProbing)
        return std::nullopt;
    if (m_state == DatabaseState::Unreachable ? !m_breaker.beginAttempt(now) : now < m_probeAt)
        return std::nullopt;
    m_isProbing = true;
    m_board.showCircuit(circuitLocked());
    executor.busyUntil = now + 2 * m_options.timeout;
    m_watchdogWake.notifyOne();
    return Order{Step::Connect, true, !m_wasReachable, m_traits, {}};
}

void SqlDispatcher::runLocked(Executor &executor, SteadyTime now)
{
    executor.tasks = m_waiting.take(m_options.batchLimit);
    executor.released = 0;
    executor.wasCut = false;
    const SteadyTime hardEnd = executor.tasks.back()->deadline;
    // The polite way gets a fifth of the time, but never so much that little is left for the query.
    const SteadyTime::duration politeness =
        std::min({SteadyTime::duration(m_options.timeout / 5), SteadyTime::duration(longestPoliteness),
                  std::max(hardEnd - now, SteadyTime::duration()) / 2});
    executor.cancelAt = hardEnd - politeness;
    if (m_watchUntil > *executor.cancelAt)
        m_watchdogWake.notifyOne();
}

SqlDispatcher::SteadyTime SqlDispatcher::wakeAtLocked(const Executor &executor) const
{
    if (m_state == DatabaseState::Unreachable)
        return m_breaker.nextAttempt().value_or(SteadyClock::now() + m_options.retryInterval);
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
        if (!probed && !m_isStopping)
            succeededLocked();
        if (probed && !m_isStopping) {
            m_isProbing = false;
            m_wasReachable = true;
            m_state = DatabaseState::Reachable;
            m_problem.reset();
            m_traits = probed->traits;
            for (Executor &each : m_executors)
                each.retryAt = {};
            m_breaker.succeeded();
            m_board.showReachable(probed->notice, circuitLocked());
            wakeAllLocked();
        }
    }
    m_board.notify();
}

void SqlDispatcher::connectFailed(std::size_t index, const SqlFailure &failure, bool isProbe)
{
    SqlTasks unanswered;
    {
        MutexLock lock(m_mutex);
        Executor &executor = m_executors[index];
        executor.isConnected = false;
        executor.busyUntil.reset();
        if (isProbe)
            m_isProbing = false;
        if (m_isStopping)
            return;
        executor.retryAt = SteadyClock::now() + m_options.retryInterval;
        if (isProbe)
            unanswered = failLocked(stateAfter(failure), failure);
        else if (m_state == DatabaseState::Reachable &&
                 !(failure.kind == Kind::TooManyConnections && isAnyConnectedLocked()))
            unanswered = connectionFailedLocked(failure, true);
        wakeAllLocked();
    }
    m_board.notify();
    answerAll(unanswered, failure.error);
}

SqlTasks SqlDispatcher::connectionFailedLocked(const SqlFailure &failure, bool mayOpenAlone)
{
    const SteadyTime now = SteadyClock::now();
    const bool isLast = mayOpenAlone && !isAnyConnectedLocked();
    if (!isLast && m_breaker.consecutiveFailures() + 1 < CircuitBreaker::threshold) {
        m_breaker.failed(now);
        m_board.showCircuit(circuitLocked());
        // The others may be as dead without knowing it.
        for (Executor &each : m_executors) {
            each.checkAt = now;
            each.mustAsk = true;
        }
        wakeAllLocked();
        return {};
    }
    return failLocked(DatabaseState::Unreachable, failure);
}

void SqlDispatcher::disconnected(std::size_t index)
{
    MutexLock lock(m_mutex);
    m_executors[index].isConnected = false;
    m_executors[index].retryAt = {};
}

void SqlDispatcher::becameUnusable(const SqlFailure &failure)
{
    SqlTasks unanswered;
    {
        MutexLock lock(m_mutex);
        if (m_isStopping || m_state != DatabaseState::Reachable)
            return;
        unanswered = failLocked(DatabaseState::Unusable, failure);
    }
    m_board.notify();
    answerAll(unanswered, failure.error);
}

SqlTasks SqlDispatcher::failLocked(DatabaseState state, const SqlFailure &failure)
{
    const SteadyTime now = SteadyClock::now();
    m_state = state;
    m_problem = failure.error;
    m_probeAt = now + m_options.retryInterval;
    if (state == DatabaseState::Unreachable) {
        m_breaker.open(now);
        for (Executor &each : m_executors) {
            each.isStale = each.isConnected;
            each.mustAsk = false;
        }
    } else {
        m_breaker.succeeded(); // it answered, although not as we need it
    }
    m_board.showFailure(state, failure, circuitLocked());
    wakeAllLocked();
    return m_waiting.takeAll();
}

void SqlDispatcher::succeededLocked()
{
    if (m_state != DatabaseState::Reachable || m_breaker.consecutiveFailures() == 0)
        return;
    m_breaker.succeeded();
    m_board.showCircuit(circuitLocked());
}

CircuitStatus SqlDispatcher::circuitLocked() const
{
    CircuitStatus status;
    status.state = m_breaker.state();
    status.consecutiveFailures = m_breaker.consecutiveFailures();
    if (const std::optional<SteadyTime> next = m_breaker.nextAttempt())
        status.nextAttempt =
            m_clock.wallNow() + std::chrono::ceil<std::chrono::milliseconds>(*next - SteadyClock::now());
    return status;
}

bool SqlDispatcher::finish(std::size_t index, Contact contact, const std::optional<SqlFailure> &failure)
{
    bool isIntact = true;
    SqlTasks unanswered;
    std::optional<SqlFailure> told;
    {
        MutexLock lock(m_mutex);
        Executor &executor = m_executors[index];
        executor.tasks.clear();
        executor.cancelAt.reset();
        executor.cutAt.reset();
        executor.busyUntil.reset();
        isIntact = !std::exchange(executor.isInterrupted, false);
        const bool hung = std::exchange(executor.wasCut, false);
        if (m_isStopping)
            return isIntact;
        if (contact == Contact::Answered)
            succeededLocked();
        if (contact == Contact::Lost && m_state == DatabaseState::Reachable) {
            told = hung || !failure ? m_dialect->hangFailure() : *failure;
            unanswered = connectionFailedLocked(*told, hung);
        }
    }
    m_board.notify();
    if (told)
        answerAll(unanswered, told->error);
    return isIntact;
}

void SqlDispatcher::countQuery(std::size_t lookups)
{
    if (lookups < 2)
        return;
    MutexLock lock(m_mutex);
    ++m_batches.queries;
    m_batches.lookups += lookups;
}

bool SqlDispatcher::pause(std::size_t index)
{
    MutexLock lock(m_mutex);
    Executor &executor = m_executors[index];
    if (executor.tasks.empty() || m_latency <= 0ms)
        return !m_isStopping;
    const SteadyTime until = SteadyClock::now() + m_latency;
    for (SteadyTime now = SteadyClock::now(); now < until; now = SteadyClock::now()) {
        if (m_isStopping || executor.cutAt)
            return false;
        executor.isPausing = true;
        executor.wake.waitFor(m_mutex, until - now);
        executor.isPausing = false;
    }
    return !m_isStopping && !executor.cutAt;
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
        SqlTasks late;
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

SqlTasks SqlDispatcher::takeLateLocked(SteadyTime now)
{
    SqlTasks late = m_waiting.takeLate(now);
    for (Executor &executor : m_executors) {
        interruptLocked(executor, now, late);
        if (executor.busyUntil && *executor.busyUntil <= now) {
            executor.busyUntil = now + cutAgainAfter;
            executor.wasCut = true;
            executor.interrupter->cut();
        }
    }
    return late;
}

void SqlDispatcher::interruptLocked(Executor &executor, SteadyTime now, SqlTasks &late)
{
    if (executor.cancelAt && *executor.cancelAt <= now) {
        executor.cancelAt.reset();
        if (!executor.isPausing) {
            executor.isInterrupted = true;
            executor.interrupter->cancel();
        }
    }
    for (; executor.released < executor.tasks.size() && executor.tasks[executor.released]->deadline <= now;
         ++executor.released) {
        late.push_back(executor.tasks[executor.released]);
        if (executor.released + 1 < executor.tasks.size())
            continue;
        // Nobody waits for it any more.
        executor.isInterrupted = true;
        executor.cutAt = now;
        executor.wake.notifyAll();
    }
    if (executor.cutAt && *executor.cutAt <= now) {
        executor.cutAt = now + cutAgainAfter;
        executor.wasCut = true;
        executor.interrupter->cut();
    }
}

SqlDispatcher::SteadyTime SqlDispatcher::nextDeadlineLocked() const
{
    SteadyTime next = SteadyClock::now() + 1h;
    const auto include = [&next](const std::optional<SteadyTime> &moment) {
        if (moment)
            next = std::min(next, *moment);
    };
    include(m_waiting.firstDeadline());
    for (const Executor &executor : m_executors) {
        if (executor.released < executor.tasks.size())
            include(executor.tasks[executor.released]->deadline);
        include(executor.cancelAt);
        include(executor.cutAt);
        include(executor.busyUntil);
    }
    return next;
}

Error SqlDispatcher::timeoutError() const
{
    return {ErrorCode::Timeout, "The database did not answer within " + format::latency(m_options.timeout) + "."};
}

void SqlDispatcher::answerAll(const SqlTasks &tasks, const Error &error)
{
    for (const SqlTaskPtr &task : tasks)
        task->answer(error, {});
}

} // namespace hearth
