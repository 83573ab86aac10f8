// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/MissMeasures.h"

#include "core/storage/ProfileStatements.h"
#include "core/storage/SqlDialect.h"
#include "tests/bench/Machine.h"
#include "tests/bench/QtFind.h"
#include "tests/bench/RawPostgres.h"

#include <atomic>
#include <memory>
#include <optional>
#include <sstream>
#include <thread>
#include <vector>

namespace hearth::bench {

namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

double microseconds(const Durations &sorted, double share)
{
    return sorted.percentile(share) / 1000;
}

double secondsSince(SteadyClock::time_point begin)
{
    return std::chrono::duration<double>(SteadyClock::now() - begin).count();
}

// The statement of a find as the repository says it, with libpq's placeholders.
std::string findStatement(const MissStand &stand)
{
    std::string sql = ProfileStatements(stand.pool.dialect(), {false, true}).find.toStdString();
    return sql.replace(sql.find('?'), 1, "$1");
}

// Asks for one user after the other, each from the answer of the one before: so nobody waits for another thread.
class FindChain
{
public:
    FindChain(MissStand &stand, std::vector<ProfileId> users)
        : m_stand(stand)
        , m_users(std::move(users))
        , m_whole(m_users.size())
        , m_query(m_users.size())
    {
    }
    void run()
    {
        ask();
        m_isOver.wait();
        m_whole.sort();
        m_query.sort();
    }
    const Durations &whole() const { return m_whole; } // from one answer to the next
    const Durations &query() const { return m_query; } // of it, what is told as the query's time

private:
    void ask()
    {
        m_stand.repository.find(m_users[m_at], [this](const Result<LoadedProfile> &loaded) { take(loaded); });
    }
    void take(const Result<LoadedProfile> &loaded)
    {
        if (!loaded || !loaded->profile)
            std::abort();
        const std::uint64_t now = ticks();
        if (m_at > 0) { // the first one came from elsewhere
            m_whole.add(now - m_before);
            m_query.add(std::uint64_t(double(loaded->timing.queryTime.count()) / nanosecondsPerTick()));
        }
        m_before = now;
        if (++m_at < m_users.size())
            ask();
        else
            m_isOver.count();
    }

    MissStand &m_stand;
    const std::vector<ProfileId> m_users;
    std::size_t m_at = 0;
    std::uint64_t m_before = 0;
    Durations m_whole;
    Durations m_query;
    Countdown m_isOver{1};
};

std::vector<ProfileId> someUsers(const MissPlan &plan, std::size_t from, std::size_t count)
{
    std::vector<ProfileId> users;
    users.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        users.push_back(*ProfileId::parse(identityOf(plan.pick(from + i))));
    return users;
}

template <class Peer>
Durations timed(Peer &peer, const std::vector<ProfileId> &users)
{
    Durations times(users.size());
    for (const ProfileId &user : users) {
        const std::uint64_t begin = ticks();
        const RawProfile found = peer.find(user.text());
        times.add(ticks() - begin);
        if (found.identity != user.text())
            std::abort();
    }
    times.sort();
    return times;
}

// Callers who each wait for their answer before they ask again. Returns: finds a second.
double findsPerSecond(const MissPlan &plan, MissStand &stand, unsigned callers, std::size_t each, Durations &times)
{
    std::vector<Durations> taken(callers, Durations(each));
    std::vector<std::thread> threads;
    const auto begin = SteadyClock::now();
    for (unsigned caller = 0; caller < callers; ++caller) {
        threads.emplace_back([&, caller] {
            for (const ProfileId &user : someUsers(plan, caller * each, each)) {
                Countdown answered(1);
                const std::uint64_t start = ticks();
                stand.repository.find(user, [&](const auto &) { answered.count(); });
                answered.wait();
                taken[caller].add(ticks() - start);
            }
        });
    }
    for (std::thread &thread : threads)
        thread.join();
    const double seconds = secondsSince(begin);
    for (const Durations &some : taken)
        times.add(some);
    times.sort();
    return callers * double(each) / seconds;
}

// Two threads that wake each other in turn.
Durations roundTrips(std::size_t count)
{
    std::mutex mutex;
    std::condition_variable changed;
    bool isPing = false;
    std::thread other([&] {
        for (std::size_t i = 0; i < count; ++i) {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return isPing; });
            isPing = false;
            changed.notify_one();
        }
    });
    Durations times(count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint64_t begin = ticks();
        {
            std::unique_lock lock(mutex);
            isPing = true;
            changed.notify_one();
            changed.wait(lock, [&] { return !isPing; });
        }
        times.add(ticks() - begin);
    }
    other.join();
    times.sort();
    return times;
}

// How often an index of the table was used until now. Only exact when everybody else has left.
std::uint64_t indexScans(const MissServer &server)
{
    RawPostgres admin(server.url);
    while (admin.run("select count(*) from pg_stat_activity where datname = current_database()"
                     " and backend_type = 'client backend' and pid <> pg_backend_pid()") != "0")
        std::this_thread::sleep_for(5ms);
    return std::strtoull(
        admin.run("select coalesce(sum(idx_scan), 0) from pg_stat_user_indexes where relname = 'user_profiles'")
            .c_str(),
        nullptr, 10);
}

// The server's processes that serve us on one CPU. Who wakes whom on another one decides about half of the time, and
// by chance. Only as root or as the server's own user; else they are where they are.
void pinBackends(const MissServer &server, unsigned cpu)
{
    RawPostgres sql(server.url);
    const std::string pids = sql.run("select string_agg(pid::text, ' ') from pg_stat_activity"
                                     " where datname = current_database() and backend_type = 'client backend'");
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    std::istringstream words(pids);
    for (pid_t pid = 0; words >> pid;)
        static_cast<void>(::sched_setaffinity(pid, sizeof set, &set));
}

// A thousand users at once. Returns: seconds until the last one is answered.
double secondsForAThousand(const MissPlan &plan, MissStand &stand, std::size_t from)
{
    const std::vector<ProfileId> users = someUsers(plan, from, 1'000);
    Countdown answered(users.size());
    std::atomic<int> wrong = 0;
    const auto begin = SteadyClock::now();
    for (const ProfileId &user : users) {
        stand.repository.find(user, [&](const Result<LoadedProfile> &loaded) {
            wrong += loaded && loaded->profile && loaded->profile->identity == user ? 0 : 1;
            answered.count();
        });
    }
    answered.wait();
    if (wrong > 0)
        std::abort();
    return secondsSince(begin);
}

} // namespace

std::size_t MissPlan::pick(std::size_t number) const
{
    return (number * 2'654'435'761U) % users;
}

void fillTable(const MissPlan &plan)
{
    RawPostgres admin(plan.server.adminUrl);
    admin.run("alter system set max_wal_size = '4GB'");
    admin.run("select pg_reload_conf()");
    RawPostgres(plan.server.url).run("drop table if exists user_profiles, rooms, voice_avatars");
    {
        SystemClock clock;
        SqlExecutorPool pool(MissStand::optionsOf(plan.server, 1), clock); // makes the tables
        while (pool.status().state == DatabaseState::Connecting)
            std::this_thread::sleep_for(1ms);
    }
    RawPostgres sql(plan.server.url);
    sql.run("insert into user_profiles (user_identity, native_language, voice_avatar_id, voice_provider, formal_tone,"
            " preserve_emotion, created_at, updated_at)"
            " select 'user-' || lpad(i::text, 7, '0'), (array['en','es','fr','ig','yo','ha'])[1 + i % 6],"
            " 'aura-2-voice-' || i % 60, (array['deepgram','elevenlabs','openai','google','spitch'])[1 + i % 5],"
            " i % 2 = 0, i % 3 = 0, now() - i * interval '1 second', now() - i * interval '1 second'"
            " from generate_series(0, " +
            std::to_string(plan.users - 1) + ") as i");
    sql.run("vacuum analyze user_profiles");
    RawPostgres(plan.server.adminUrl).run("checkpoint");
}

void measureSingle(const MissPlan &plan, const AddRow &add)
{
    const Pinned pinned(0); // and with it the threads that are begun here
    MissStand stand(MissStand::optionsOf(plan.server, 1), 1'000);
    RawPostgres raw(plan.server.url);
    raw.prepareFind(findStatement(stand));
    QtFind qt(plan.server.url, ProfileStatements(stand.pool.dialect(), {false, true}).find);
    timed(raw, someUsers(plan, 0, 200));
    pinBackends(plan.server, 0);
    const std::size_t blocks = plan.orQuick(60, 24);
    const std::size_t each = 400;
    for (std::size_t block = 0; block < blocks; ++block) {
        // The same users, so that both find the same pages; who is first takes turns.
        const std::vector<ProfileId> users = someUsers(plan, block * each, each);
        FindChain chain(stand, users);
        if (block % 2 == 0)
            chain.run();
        const Durations byHand = timed(raw, users);
        if (block % 2 == 1)
            chain.run();
        add("single/QSqlQuery", {{"p50_us", microseconds(timed(qt, users), 0.5)}});
        add("single/libpq", {{"p50_us", microseconds(byHand, 0.5)}, {"p99_us", microseconds(byHand, 0.99)}});
        add("single/executor", {{"p50_us", microseconds(chain.whole(), 0.5)},
                                {"p99_us", microseconds(chain.whole(), 0.99)},
                                {"query_p50_us", microseconds(chain.query(), 0.5)}});
        add("single/ratio", {{"whole", microseconds(chain.whole(), 0.5) / microseconds(byHand, 0.5)},
                             {"query", microseconds(chain.query(), 0.5) / microseconds(byHand, 0.5)}});
    }
}

void measureHandOff(const MissPlan &plan, const AddRow &add)
{
    MissStand stand(MissStand::optionsOf(plan.server, 4), 1'000);
    for (int repetition = 0; repetition < 3; ++repetition) {
        const Durations switches = roundTrips(plan.orQuick(20'000, 5'000));
        add("handoff/two switches",
            {{"p50_us", microseconds(switches, 0.5)}, {"p99_us", microseconds(switches, 0.99)}});
        for (const unsigned callers : {1U, 2U, 4U, 8U}) {
            Durations times(0);
            const double rate = findsPerSecond(plan, stand, callers, plan.orQuick(6'000, 2'000) / callers, times);
            add("handoff/" + std::to_string(callers),
                {{"p50_us", microseconds(times, 0.5)}, {"p99_us", microseconds(times, 0.99)}, {"per_second", rate}});
        }
    }
}

void measureService(const MissPlan &plan, const AddRow &add)
{
    for (int repetition = 0; repetition < 3; ++repetition) {
        MissStand stand(MissStand::optionsOf(plan.server, 4), 1'000'000);
        Durations misses(0);
        Durations hits(0);
        const std::vector<ProfileId> users = someUsers(plan, 1'000, plan.orQuick(6'000, 2'000));
        for (Durations *times : {&misses, &hits}) {
            for (const ProfileId &user : users) {
                const std::uint64_t begin = ticks();
                const bool isThere = stand.get(user);
                times->add(ticks() - begin);
                if (!isThere)
                    std::abort();
            }
            times->sort();
        }
        add("service/miss", {{"p50_us", microseconds(misses, 0.5)}, {"p99_us", microseconds(misses, 0.99)}});
        add("service/hit", {{"p50_us", microseconds(hits, 0.5)}});
    }
}

void measureHerd(const MissPlan &plan, const AddRow &add)
{
    for (int repetition = 0; repetition < 3; ++repetition) {
        const auto scansOfStand = [&](std::size_t callers) {
            const std::uint64_t before = indexScans(plan.server);
            double seconds = 0;
            {
                MissStand stand(MissStand::optionsOf(plan.server, 4), 1'000);
                const ProfileId user = *ProfileId::parse(identityOf(plan.pick(77)));
                std::vector<std::thread> threads;
                std::atomic<bool> isOpen = false;
                std::atomic<std::size_t> found = 0;
                for (std::size_t i = 0; i < callers; ++i) {
                    threads.emplace_back([&] {
                        isOpen.wait(false);
                        found += stand.get(user) ? 1 : 0;
                    });
                }
                const auto begin = SteadyClock::now();
                isOpen = true;
                isOpen.notify_all();
                for (std::thread &thread : threads)
                    thread.join();
                seconds = secondsSince(begin);
                if (found != callers)
                    std::abort();
            }
            return std::pair(indexScans(plan.server) - before, seconds);
        };
        // Connecting and preparing ask, too.
        const std::uint64_t without = scansOfStand(0).first;
        const auto [with, seconds] = scansOfStand(1'000);
        add("herd/1000", {{"queries", double(with) - double(without)}, {"ms", seconds * 1e3}});
    }
}

void measureBatching(const MissPlan &plan, const AddRow &add)
{
    DatabaseOptions together = MissStand::optionsOf(plan.server, 4);
    DatabaseOptions alone = together;
    together.simulatedLatency = alone.simulatedLatency = 20ms;
    alone.batchLimit = 1;
    alone.timeout = 30s; // the last one waits for five
    {
        MissStand stand(together, 1'000);
        for (std::size_t repetition = 0; repetition < 5; ++repetition) {
            const BatchCounters before = stand.pool.batchCounters();
            const double seconds = secondsForAThousand(plan, stand, repetition * 1'000);
            const BatchCounters after = stand.pool.batchCounters();
            const auto shared = after.queries - before.queries;
            add("batching/together", {{"per_second", 1'000 / seconds},
                                      {"queries", double(shared + 1'000 - (after.lookups - before.lookups))}});
        }
    }
    MissStand stand(alone, 1'000);
    for (int repetition = 0; repetition < (plan.quick ? 1 : 2); ++repetition)
        add("batching/one by one",
            {{"per_second", 1'000 / secondsForAThousand(plan, stand, 5'000)}, {"queries", 1'000}});
}

} // namespace hearth::bench
