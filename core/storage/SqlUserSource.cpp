// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/storage/SqlUserSource.h"

#include "core/base/Mutex.h"
#include "core/base/SeqPoint.h"
#include "core/storage/SqlTask.h"
#include "core/storage/UserReader.h"
#include "core/storage/WakeUp.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

constexpr auto keepConnection = 1'000ms;     // after the last job: a count is often followed by a stream
constexpr auto patienceAtShutdown = 1'500ms; // for a thread that hangs; then it is left to itself

Error stopped()
{
    return {ErrorCode::Cancelled, "It was stopped."};
}

// A question, and who waits for its end. Whoever answers first, answers.
struct Job {
    enum class Kind : std::uint8_t { Count, Rows, Ids };
    Kind kind = Kind::Rows;
    UserSelection selection;
    UserSource::Taker taker;
    std::function<void(const std::vector<ProfileId> &)> takeIds;
    std::stop_token stop;
    Completion<StreamEnd> done;
    MonotonicTime askedAt{};
    StreamEnd end;
    std::atomic<bool> isAnswered = false;
    // Gone before the job is.
    std::optional<std::stop_callback<std::function<void()>>> onStop;

    void answer(Result<StreamEnd> result)
    {
        if (isAnswered.exchange(true))
            return;
        const Completion<StreamEnd> completion = std::exchange(done, nullptr);
        completion(std::move(result));
    }
};
using JobPtr = std::shared_ptr<Job>;

} // namespace

// What the thread does, and what it shares with the source.
class SqlUserSource::Worker : public std::enable_shared_from_this<Worker>
{
public:
    Worker(DatabaseOptions options, const Clock &clock)
        : m_options(std::move(options))
        , m_clock(clock)
        , m_latency(m_options.simulatedLatency)
    {
    }

    void submit(const JobPtr &job);
    void beginShutdown();
    void shutdown();
    void setSimulatedLatency(std::chrono::milliseconds latency) { m_latency = latency; }

private:
    void run();
    // Waits until there is something to do. Returns: null when it is time to close the connection, or to go.
    JobPtr nextJob(bool isConnected);
    void runJob(Job &job, UserReader &reader);
    UserReading readingOf(Job &job);
    Result<StreamEnd> read(Job &job, UserReader &reader);
    bool waitSimulatedLatency();
    // Ends jobs that were stopped while they waited. Returns: whether the running one was stopped.
    bool heedStops();
    std::vector<JobPtr> takeStoppedLocked() HEARTH_REQUIRES(m_mutex);

    const DatabaseOptions m_options; // Constant after construction.
    const Clock &m_clock;            // not to be asked once stopping: it may be gone
    std::atomic<std::chrono::milliseconds> m_latency;
    WakeUp m_wakeUp;
    std::atomic<bool> m_isStopping = false; // set under the lock

    Mutex m_mutex; // State below is protected by m_mutex.
    std::deque<JobPtr> m_waiting HEARTH_GUARDED_BY(m_mutex);
    JobPtr m_current HEARTH_GUARDED_BY(m_mutex);
    bool m_isRunning HEARTH_GUARDED_BY(m_mutex) = false;
    SteadyClock::time_point m_stoppingSince HEARTH_GUARDED_BY(m_mutex){};
    std::thread m_thread HEARTH_GUARDED_BY(m_mutex);
    Condition m_asked;
    Condition m_ended;
};

void SqlUserSource::Worker::submit(const JobPtr &job)
{
    if (job->stop.stop_possible())
        job->onStop.emplace(job->stop, [this] { m_wakeUp.wake(); });
    {
        MutexLock lock(m_mutex);
        if (!m_isStopping) {
            job->askedAt = m_clock.now();
            m_waiting.push_back(job);
            if (!m_thread.joinable()) {
                m_isRunning = true;
                m_thread = std::thread([self = shared_from_this()] {
                    self->run();
                    MutexLock end(self->m_mutex);
                    self->m_isRunning = false;
                    self->m_ended.notifyAll();
                });
            }
            m_asked.notifyAll();
            return;
        }
    }
    job->answer(shuttingDown());
}

void SqlUserSource::Worker::beginShutdown()
{
    std::deque<JobPtr> unanswered;
    {
        MutexLock lock(m_mutex);
        if (m_isStopping)
            return;
        m_isStopping = true;
        m_stoppingSince = SteadyClock::now();
        unanswered.swap(m_waiting);
        m_wakeUp.wake();
        m_asked.notifyAll();
    }
    for (const JobPtr &job : unanswered)
        job->answer(shuttingDown());
}

void SqlUserSource::Worker::shutdown()
{
    beginShutdown();
    std::thread thread;
    JobPtr hanging;
    bool hasEnded = false;
    {
        MutexLock lock(m_mutex);
        const auto deadline = m_stoppingSince + patienceAtShutdown;
        for (auto now = SteadyClock::now(); m_isRunning && now < deadline; now = SteadyClock::now())
            m_ended.waitFor(m_mutex, deadline - now);
        hasEnded = !m_isRunning;
        thread = std::move(m_thread);
        hanging = m_current;
    }
    if (hanging)
        hanging->answer(shuttingDown());
    if (!thread.joinable())
        return;
    // One that hangs in a system call keeps this object alive, does nothing more, and ends when it can.
    if (hasEnded)
        thread.join();
    else
        thread.detach();
}

void SqlUserSource::Worker::run()
{
    const std::unique_ptr<UserReader> reader =
        UserReader::create(m_options, m_clock, m_wakeUp, [this] { return heedStops(); });
    while (!m_isStopping) {
        const JobPtr job = nextJob(reader->isConnected());
        if (!job) {
            reader->close();
            continue;
        }
        runJob(*job, *reader);
    }
}

JobPtr SqlUserSource::Worker::nextJob(bool isConnected)
{
    MutexLock lock(m_mutex);
    const auto closeAt = SteadyClock::now() + keepConnection;
    while (m_waiting.empty() && !m_isStopping) {
        const auto now = SteadyClock::now();
        if (!isConnected)
            m_asked.wait(m_mutex);
        else if (now >= closeAt)
            return nullptr;
        else
            m_asked.waitFor(m_mutex, closeAt - now);
    }
    if (m_isStopping)
        return nullptr;
    m_current = std::move(m_waiting.front());
    m_waiting.pop_front();
    return m_current;
}

void SqlUserSource::Worker::runJob(Job &job, UserReader &reader)
{
    Result<StreamEnd> result = heedStops() ? Result<StreamEnd>(stopped()) : read(job, reader);
    if (!result && job.stop.stop_requested())
        result = stopped();
    if (!result && m_isStopping)
        result = shuttingDown();
    const bool hasFailed = !result;
    HEARTH_SEQ_POINT("SqlUserSource.answer");
    job.answer(std::move(result));
    JobPtr over;
    {
        MutexLock lock(m_mutex);
        over.swap(m_current);
    }
    if (hasFailed)
        reader.recover();
}

Result<StreamEnd> SqlUserSource::Worker::read(Job &job, UserReader &reader)
{
    const UserReading reading = readingOf(job);
    Result<std::uint64_t> rows = std::uint64_t(0);
    if (isNobody(job.selection.group))
        static_cast<void>(reading.begin());
    else if (job.kind == Job::Kind::Count)
        rows = waitSimulatedLatency() ? reader.count(job.selection) : Result<std::uint64_t>(stopped());
    else
        rows = reader.read(job.selection, reading);
    if (!rows)
        return rows.error();
    job.end.rows = *rows;
    if (!m_isStopping)
        job.end.timing.queryTime = m_clock.now() - job.end.timing.sentAt;
    return job.end;
}

UserReading SqlUserSource::Worker::readingOf(Job &job)
{
    UserReading reading;
    reading.begin = [this, &job] {
        if (heedStops())
            return false;
        QueryTiming &timing = job.end.timing;
        timing.sentAt = m_clock.now();
        timing.queueTime = timing.sentAt - job.askedAt;
        if (job.taker.begin)
            job.taker.begin(timing.sentAt);
        return waitSimulatedLatency();
    };
    reading.rows = [this, &job](const std::vector<Profile> &rows) {
        if (heedStops())
            return false;
        job.taker.rows(rows);
        return true;
    };
    if (job.kind == Job::Kind::Ids) {
        reading.ids = [this, &job](const std::vector<ProfileId> &ids) {
            if (heedStops())
                return false;
            job.takeIds(ids);
            return true;
        };
    }
    return reading;
}

bool SqlUserSource::Worker::waitSimulatedLatency()
{
    const auto until = SteadyClock::now() + m_latency.load();
    while (SteadyClock::now() < until) {
        if (m_wakeUp.wait(until) && heedStops())
            return false;
    }
    return true;
}

bool SqlUserSource::Worker::heedStops()
{
    std::vector<JobPtr> ended;
    bool isStopped = false;
    {
        MutexLock lock(m_mutex);
        m_wakeUp.reset(); // before looking: who asks for a stop from now on wakes again
        ended = takeStoppedLocked();
        isStopped = m_isStopping || (m_current && m_current->stop.stop_requested());
    }
    for (const JobPtr &job : ended)
        job->answer(stopped());
    return isStopped;
}

std::vector<JobPtr> SqlUserSource::Worker::takeStoppedLocked()
{
    const auto goesOn = [](const JobPtr &job) { return !job->stop.stop_requested(); };
    const auto first = std::stable_partition(m_waiting.begin(), m_waiting.end(), goesOn);
    std::vector<JobPtr> taken(first, m_waiting.end());
    m_waiting.erase(first, m_waiting.end());
    return taken;
}

SqlUserSource::SqlUserSource(DatabaseOptions options, const Clock &clock)
    : m_worker(std::make_shared<Worker>(std::move(options), clock))
{
}

SqlUserSource::~SqlUserSource()
{
    shutdown();
}

void SqlUserSource::setSimulatedLatency(std::chrono::milliseconds latency)
{
    m_worker->setSimulatedLatency(latency);
}

void SqlUserSource::count(UserGroup group, std::size_t limit, Completion<std::uint64_t> done)
{
    const auto job = std::make_shared<Job>();
    job->kind = Job::Kind::Count;
    job->selection = {std::move(group), limit};
    job->done = [done = std::move(done)](const Result<StreamEnd> &end) {
        done(end ? Result<std::uint64_t>(end->rows) : Result<std::uint64_t>(end.error()));
    };
    m_worker->submit(job);
}

void SqlUserSource::stream(UserGroup group, std::size_t limit, Taker taker, std::stop_token stop,
                           Completion<StreamEnd> done)
{
    const auto job = std::make_shared<Job>();
    job->selection = {std::move(group), limit};
    job->taker = std::move(taker);
    job->stop = std::move(stop);
    job->done = std::move(done);
    m_worker->submit(job);
}

void SqlUserSource::streamIds(UserGroup group, std::size_t limit,
                              std::function<void(const std::vector<ProfileId> &)> take, std::stop_token stop,
                              Completion<StreamEnd> done)
{
    const auto job = std::make_shared<Job>();
    job->kind = Job::Kind::Ids;
    job->selection = {std::move(group), limit};
    job->takeIds = std::move(take);
    job->stop = std::move(stop);
    job->done = std::move(done);
    m_worker->submit(job);
}

void SqlUserSource::beginShutdown()
{
    m_worker->beginShutdown();
}

void SqlUserSource::shutdown()
{
    m_worker->shutdown();
}

} // namespace hearth
