// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/service/ChangeIntake.h"
#include "core/storage/PgInvalidationSource.h"
#include "tests/bench/Machine.h"
#include "tests/bench/MissMeasures.h"
#include "tests/bench/RawPostgres.h"

#include <QThread>

#include <atomic>
#include <ctime>
#include <thread>
#include <vector>

// What goes on beside the misses: an outage and its end, and the re-checking of what is cached.
namespace hearth::bench {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

double secondsSince(SteadyClock::time_point begin)
{
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// Gets somebody who is cached, again and again, on a CPU of its own.
class HitReader
{
public:
    HitReader(MissStand &stand, const ProfileId &id)
        : m_thread([this, &stand, id] {
            const Pinned pinned(0);
            std::uint64_t done = 0;
            while (!m_isOver.load(std::memory_order_relaxed)) {
                stand.profiles.get(id, UnknownUser::NotFound, [this](const Result<ServedProfile> &served) {
                    if (!served || served->served() != Served::Hit)
                        m_others.fetch_add(1, std::memory_order_relaxed);
                });
                m_done.store(++done, std::memory_order_relaxed);
            }
        })
    {
    }
    ~HitReader()
    {
        m_isOver = true;
        m_thread.join();
    }
    HitReader(const HitReader &) = delete;
    HitReader &operator=(const HitReader &) = delete;
    std::uint64_t done() const { return m_done.load(std::memory_order_relaxed); }
    std::uint64_t others() const { return m_others.load(std::memory_order_relaxed); } // that were no hits

private:
    std::atomic<bool> m_isOver = false;
    std::atomic<std::uint64_t> m_done = 0;
    std::atomic<std::uint64_t> m_others = 0;
    std::thread m_thread; // after what it uses
};

// Hits a second, from the one moment to the other.
class HitRate
{
public:
    explicit HitRate(const HitReader &reader)
        : m_reader(reader)
        , m_before(reader.done())
        , m_begin(SteadyClock::now())
    {
    }
    double perSecond() const { return double(m_reader.done() - m_before) / secondsSince(m_begin); }

private:
    const HitReader &m_reader;
    const std::uint64_t m_before;
    const SteadyClock::time_point m_begin;
};

double cpuSeconds(clockid_t which)
{
    timespec time{};
    ::clock_gettime(which, &time);
    return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

// The whole process but for this thread.
double cpuSecondsOfOthers()
{
    return cpuSeconds(CLOCK_PROCESS_CPUTIME_ID) - cpuSeconds(CLOCK_THREAD_CPUTIME_ID);
}

// As the server counted them until a second ago.
double queriesSoFar(RawPostgres &sql)
{
    return std::strtod(sql.run("select xact_commit from pg_stat_database where datname = current_database()").c_str(),
                       nullptr);
}

// Asks for so many of the cached users once a second, for so long, beside what is measured.
void keepInUse(const MissPlan &plan, MissStand &stand, std::size_t users, double seconds)
{
    const auto begin = SteadyClock::now();
    for (double next = 1; next <= seconds; next += 1) {
        for (std::size_t i = 0; i < users; ++i)
            static_cast<void>(stand.cache.get(identityOf(plan.pick(i))));
        while (secondsSince(begin) < next)
            std::this_thread::sleep_for(20ms);
    }
}

// What polling takes while so many of the cached users are asked for every second.
void measurePollingOf(const MissPlan &plan, std::size_t inUse, double seconds, const AddRow &add)
{
    DatabaseOptions options = MissStand::optionsOf(plan.server, 4);
    MissStand stand(options, plan.users + plan.users / 10);
    warmRecent(plan, stand, plan.users);
    keepInUse(plan, stand, inUse, 2);
    RawPostgres sql(plan.server.url);
    PgInvalidationSource source(options);
    ChangeIntake intake(stand.clock, stand.cache, stand.repository, stand.profiles, source, {});
    QThread service;
    intake.moveToThread(&service);
    service.start();

    const double queriesBefore = queriesSoFar(sql);
    const double cpuBefore = cpuSecondsOfOthers();
    const auto begin = SteadyClock::now();
    QMetaObject::invokeMethod(&intake, &ChangeIntake::start);
    keepInUse(plan, stand, inUse, seconds);
    const double took = secondsSince(begin);
    const double cpu = cpuSecondsOfOthers() - cpuBefore;
    const double queries = queriesSoFar(sql) - queriesBefore;

    const bool isSampled = intake.state().mode == InvalidationMode::Sampled;
    QMetaObject::invokeMethod(&intake, &ChangeIntake::stop, Qt::BlockingQueuedConnection);
    service.quit();
    service.wait();
    add("polling/" + std::to_string(inUse), {{"cpu_ms_per_second", cpu / took * 1e3},
                                             {"queries_per_second", queries / took},
                                             {"entries", double(stand.cache.size().total())},
                                             {"is_sampled", isSampled ? 1. : 0.}});
}

} // namespace

void measureRecovery(const MissPlan &plan, const AddRow &add)
{
    for (int repetition = 0; repetition < (plan.quick ? 2 : 5); ++repetition) {
        const DatabaseOptions options = MissStand::optionsOf(plan.server, 4);
        MissStand stand(options, 10'000);
        const ProfileId cached = *ProfileId::parse(identityOf(1));
        if (!stand.get(cached))
            std::abort();
        const HitReader reader(stand, cached);
        const HitRate before(reader);
        std::this_thread::sleep_for(1s);
        const double hitsBefore = before.perSecond();

        plan.server.tell("kill");
        while (stand.pool.status().state == DatabaseState::Reachable)
            std::this_thread::sleep_for(1ms);
        const HitRate away(reader);
        std::this_thread::sleep_for(plan.quick ? 4s : 8s); // so long that the back-off is at its longest
        const double hitsAway = away.perSecond();

        std::thread starting([&] { plan.server.tell("start"); });
        while (!RawPostgres::accepts(plan.server.url))
            std::this_thread::sleep_for(2ms);
        const auto accepted = SteadyClock::now();
        std::size_t number = std::size_t(repetition) * 100'000;
        while (!stand.get(*ProfileId::parse(identityOf(plan.pick(++number)))))
            std::this_thread::sleep_for(1ms);
        const double seconds = secondsSince(accepted);
        starting.join();
        add("recovery", {{"ms", seconds * 1e3},
                         {"retry_ms", double(options.retryInterval.count())},
                         {"hits_before", hitsBefore},
                         {"hits_away", hitsAway},
                         {"no_hits", double(reader.others())}});
    }
}

void measurePolling(const MissPlan &plan, const AddRow &add)
{
    for (const std::size_t inUse : {std::size_t(10'000), std::size_t(200'000)})
        measurePollingOf(plan, inUse, plan.quick ? 20 : 60, add);
}

} // namespace hearth::bench
