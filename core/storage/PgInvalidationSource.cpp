// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/PgInvalidationSource.h"

#include "core/base/Mutex.h"
#include "core/base/SeqPoint.h"
#include "core/storage/CircuitBreaker.h"
#include "core/storage/PostgresListener.h"
#include "core/storage/TriggerScript.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto patienceAtStop = 1'500ms;

constexpr const char *noTriggers = "The change triggers on user_profiles are not installed (the dashboard's menu Cache "
                                   "offers to), so what is in use is "
                                   "re-checked instead.";
constexpr const char *behindPooler =
    "The database is behind a connection pooler, through which changes cannot be listened to, so what is in use is "
    "re-checked instead; a direct connection could listen.";
constexpr const char *onSqlite = "An SQLite database cannot tell of changes, so what is in use is re-checked instead.";

// "kind version identity". Returns: none when it is not one of ours, or of nobody who can be cached.
std::optional<RowChange> rowChangeOf(std::string_view payload)
{
    if (payload.size() < 5 || (payload[0] != 'C' && payload[0] != 'D') || payload[1] != ' ')
        return std::nullopt;
    std::uint32_t version = 0;
    const char *const end = payload.data() + payload.size();
    const auto [rest, error] = std::from_chars(payload.data() + 2, end, version);
    if (error != std::errc() || rest == end || *rest != ' ')
        return std::nullopt;
    Result<ProfileId> id = ProfileId::parse(std::string_view(rest + 1, std::size_t(end - rest - 1)));
    if (!id)
        return std::nullopt;
    return RowChange{*std::move(id), payload[0] == 'D' ? RowChange::Kind::Deleted : RowChange::Kind::Changed, version};
}

} // namespace

// What the thread does, and what it shares with the source.
class PgInvalidationSource::Worker : public std::enable_shared_from_this<Worker>
{
public:
    Worker(DatabaseOptions options, std::chrono::milliseconds aliveInterval)
        : m_options(std::move(options))
        , m_aliveInterval(aliveInterval)
        , m_breaker(m_options.retryInterval)
        , m_listener(m_wakeUp)
    {
        m_state.why = "Not started.";
    }

    void start(InvalidationHandlers handlers)
    {
        MutexLock lock(m_mutex);
        if (m_isStopping || m_thread.joinable())
            return;
        m_handlers = std::move(handlers);
        m_isRunning = true;
        m_thread = std::thread([self = shared_from_this()] {
            self->run();
            MutexLock end(self->m_mutex);
            self->m_isRunning = false;
            self->m_ended.notifyAll();
        });
    }

    void beginStop()
    {
        MutexLock lock(m_mutex);
        if (std::exchange(m_isStopping, true))
            return;
        m_stoppingSince = SteadyClock::now();
        m_wakeUp.wake();
    }

    void stop()
    {
        beginStop();
        std::thread thread;
        bool hasEnded = false;
        {
            MutexLock lock(m_mutex);
            const auto deadline = m_stoppingSince + patienceAtStop;
            for (auto now = SteadyClock::now(); m_isRunning && now < deadline; now = SteadyClock::now())
                m_ended.waitFor(m_mutex, deadline - now);
            hasEnded = !m_isRunning;
            thread = std::move(m_thread);
        }
        if (!thread.joinable())
            return;
        // One that hangs in the look-up of a name keeps this object alive, does nothing more, and ends when it can.
        if (hasEnded)
            thread.join();
        else
            thread.detach();
    }

    InvalidationState state() const
    {
        MutexLock lock(m_mutex);
        return m_state;
    }

private:
    void run();
    Result<void> listen();
    Result<void> listenUntilLost();
    void deliver();
    void show(InvalidationMode mode, std::string why) { show(InvalidationState{mode, std::move(why)}); }
    void show(const InvalidationState &next);
    bool isStopping() const
    {
        MutexLock lock(m_mutex);
        return m_isStopping;
    }
    // A handler that is running when the source is stopped is waited for; none begins after it.
    template <class Handler, class... Arguments>
    void tell(const Handler &handler, const Arguments &...arguments)
    {
        if (handler && !isStopping())
            handler(arguments...);
    }
    SteadyClock::time_point answerBy() const { return SteadyClock::now() + m_options.timeout; }

    const DatabaseOptions m_options; // Constant after construction, but for the handlers: after start().
    const std::chrono::milliseconds m_aliveInterval;
    InvalidationHandlers m_handlers;
    WakeUp m_wakeUp;

    // Only used by the thread.
    CircuitBreaker m_breaker;
    PostgresListener m_listener;
    bool m_isPooler = false;

    mutable Mutex m_mutex; // State below is protected by m_mutex.
    InvalidationState m_state HEARTH_GUARDED_BY(m_mutex);
    bool m_isStopping HEARTH_GUARDED_BY(m_mutex) = false;
    SteadyClock::time_point m_stoppingSince HEARTH_GUARDED_BY(m_mutex){};
    bool m_isRunning HEARTH_GUARDED_BY(m_mutex) = false;
    std::thread m_thread HEARTH_GUARDED_BY(m_mutex);
    Condition m_ended;
};

void PgInvalidationSource::Worker::run()
{
    if (m_options.url.isSqlite())
        return show(InvalidationMode::Off, onSqlite);
    if (m_options.url.usesTransactionPooler())
        return show(InvalidationMode::Off, behindPooler);
    while (!isStopping() && !m_isPooler) {
        const Result<void> ended = listen();
        m_listener.close();
        if (ended || isStopping())
            continue;
        show(InvalidationMode::Off, "Changes are not listened to: " + ended.error().detail);
        m_breaker.open(SteadyClock::now());
        HEARTH_SEQ_POINT("PgInvalidationSource.backOff");
        m_wakeUp.wait(*m_breaker.nextAttempt());
    }
}

// Returns: why it ended; success when there is nothing to try again.
Result<void> PgInvalidationSource::Worker::listen()
{
    if (Result<void> open = m_listener.open(m_options.url, answerBy()); !open)
        return open;
    const Result<std::string> process = m_listener.query("select pg_backend_pid()", answerBy());
    if (!process)
        return process.error();
    if (*process != std::to_string(m_listener.processId())) {
        m_isPooler = true;
        show(InvalidationMode::Off, behindPooler);
        return {};
    }
    static const std::string listenCommand = std::string("listen ") + triggers::channel;
    if (const Result<std::string> listening = m_listener.query(listenCommand.c_str(), answerBy()); !listening)
        return listening.error();
    return listenUntilLost();
}

Result<void> PgInvalidationSource::Worker::listenUntilLost()
{
    std::optional<bool> wereInstalled;
    while (!isStopping()) {
        const Result<std::string> installed = m_listener.query(triggers::areInstalledQuery, answerBy());
        if (!installed)
            return installed.error();
        m_breaker.succeeded();
        const bool areInstalled = *installed == "t";
        if (wereInstalled != areInstalled) {
            wereInstalled = areInstalled;
            show(areInstalled ? InvalidationState{InvalidationMode::Listening, {}}
                              : InvalidationState{InvalidationMode::Off, noTriggers, true});
            if (areInstalled)
                tell(m_handlers.changesUnknown);
        }
        const auto askAgain = SteadyClock::now() + m_aliveInterval;
        do {
            deliver();
            if (Result<void> input = m_listener.waitForInput(askAgain); !input)
                return input;
        } while (SteadyClock::now() < askAgain);
    }
    return {};
}

void PgInvalidationSource::Worker::deliver()
{
    for (const std::string &payload : m_listener.takeNotifications()) {
        if (payload == triggers::manyChanged)
            tell(m_handlers.changesUnknown);
        else if (const std::optional<RowChange> change = rowChangeOf(payload))
            tell(m_handlers.rowChanged, *change);
    }
}

void PgInvalidationSource::Worker::show(const InvalidationState &next)
{
    {
        MutexLock lock(m_mutex);
        if (m_state == next)
            return;
        m_state = next;
    }
    tell(m_handlers.stateChanged, next);
}

PgInvalidationSource::PgInvalidationSource(DatabaseOptions options, std::chrono::milliseconds aliveInterval)
    : m_worker(std::make_shared<Worker>(std::move(options), aliveInterval))
{
}

PgInvalidationSource::~PgInvalidationSource()
{
    m_worker->stop();
}

void PgInvalidationSource::start(InvalidationHandlers handlers)
{
    m_worker->start(std::move(handlers));
}

void PgInvalidationSource::beginStop()
{
    m_worker->beginStop();
}

void PgInvalidationSource::stop()
{
    m_worker->stop();
}

InvalidationState PgInvalidationSource::state() const
{
    return m_worker->state();
}

} // namespace hearth
