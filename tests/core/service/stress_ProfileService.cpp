// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Many threads get, refresh, expire and remove against a repository that answers on threads of its own, and that fails
// now and then, while others change rows and somebody looks who waits too long; and then the service ends in the middle
// of it. The TTL is over at once, so that entries are refreshed ahead and served stale. A plain program, so that
// ThreadSanitizer needs no suppressions.
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

void check(bool holds, const char *claim)
{
    if (holds)
        return;
    std::fprintf(stderr, "FAILED: %s\n", claim);
    std::exit(1);
}

struct Tally {
    std::atomic<std::uint64_t> asked = 0;
    std::atomic<std::uint64_t> answered = 0;
    std::atomic<std::uint64_t> shuttingDown = 0;
    std::atomic<std::uint64_t> stale = 0;
    std::atomic<std::uint64_t> written = 0;
};

// What the rows say now: everybody's version, which only grows. A version is written before the user is invalidated.
class Rows
{
public:
    static constexpr int users = 40;
    std::uint64_t version(int user) const { return m_versions[static_cast<std::size_t>(user)].load(); }
    // What a trigger makes of a row that is changed, by whomever: rows are written in the order of their versions.
    void change(Profile &row)
    {
        const auto user = std::stoul(row.identity.text().substr(prefix.size()));
        row.nativeLanguage = std::to_string(++m_versions[user]);
    }
    // The newest version that was followed by an invalidation: whoever asks from now on gets it or a newer one.
    std::uint64_t invalidated(int user) const { return m_invalidated[static_cast<std::size_t>(user)].load(); }
    void noteInvalidated(int user, std::uint64_t version)
    {
        std::atomic<std::uint64_t> &newest = m_invalidated[static_cast<std::size_t>(user)];
        std::uint64_t known = newest;
        while (known < version && !newest.compare_exchange_weak(known, version)) {}
    }
    static std::string name(int user) { return prefix + std::to_string(user); }

private:
    inline static const std::string prefix = "user-";
    std::array<std::atomic<std::uint64_t>, users> m_versions{};
    std::array<std::atomic<std::uint64_t>, users> m_invalidated{};
};

class Storm
{
public:
    // rough: time flies, so that entries expire, are refreshed ahead and served stale, and the database fails again and
    // again, or takes too long.
    explicit Storm(bool rough)
        : m_isRough(rough)
        , m_service(m_clock, m_cache, m_texts, m_repository, m_events, settings(rough))
    {
        for (int user = 0; user < Rows::users; ++user)
            m_repository.add(profileOf(Rows::name(user), "0"));
        m_repository.onUpdate([this](Profile &row) { m_rows.change(row); });
        m_repository.hold();
    }

    void run(int roundsPerThread)
    {
        std::vector<std::thread> callers;
        for (unsigned thread = 0; thread < 4; ++thread)
            callers.emplace_back([this, thread, roundsPerThread] { call(thread, roundsPerThread); });
        std::thread database([this] { answer(); });
        std::thread weather([this] { change(); });
        for (std::thread &caller : callers)
            caller.join();
        m_isOver = true;
        weather.join();
        database.join();
        check(m_service.loadsInFlight() == 0, "the flight table is empty when idle");
        const ServiceCounters counters = m_service.counters();
        const CacheCounters cache = m_cache.counters();
        check(cache.hits + cache.misses() == cache.gets, "each get is a hit or a miss");
        check(counters.staleServed() <= cache.misses(), "a stale answer was a miss of the cache");
        if (m_isRough) // how much of it there was is chance
            std::printf("%llu served stale, %llu refreshed ahead, %llu loads failed\n",
                        static_cast<unsigned long long>(counters.staleServed()),
                        static_cast<unsigned long long>(counters.refreshedAhead),
                        static_cast<unsigned long long>(counters.loadFailures));
        check(m_tally.asked == m_tally.answered, "everybody is answered exactly once");
        check(m_tally.stale == 0, "nothing that was read before an invalidation or a write is served after it");
        check(m_tally.written > 0, "there were writes");
        check(m_cache.checkInvariants().empty(), "the cache is in order");
    }

    void endInTheMiddle()
    {
        m_isOver = false;
        std::vector<std::thread> callers;
        for (unsigned thread = 0; thread < 4; ++thread)
            callers.emplace_back([this, thread] { call(thread + 100, 20'000); });
        std::thread database([this] { answer(); });
        std::thread weather([this] { change(); });
        while (m_tally.answered < m_answeredBefore + 10'000)
            std::this_thread::yield();
        const auto begin = std::chrono::steady_clock::now();
        m_service.stop();
        check(std::chrono::steady_clock::now() - begin < 2s, "the end takes less than 2 s");
        const std::uint64_t late = m_loadAnswers.load();
        for (std::thread &caller : callers)
            caller.join();
        m_isOver = true;
        weather.join();
        database.join();
        check(m_loadAnswers == late, "no callback of a load after the end");
        check(m_tally.asked == m_tally.answered, "everybody is answered exactly once, also at the end");
        check(m_service.loadsInFlight() == 0, "nobody waits after the end");
    }

    void noteQuietPoint() { m_answeredBefore = m_tally.answered; }
    const Tally &tally() const { return m_tally; }

private:
    void call(unsigned seed, int rounds)
    {
        std::mt19937 random(seed);
        for (int round = 0; round < rounds; ++round) {
            const int user = static_cast<int>(random() % Rows::users);
            const unsigned action = random() % 100;
            const bool isCalm = m_isRough && round % 10 != 0; // so that entries live long enough to expire
            if (action < (isCalm ? 0U : 3U))
                change(user);
            else if (action < 6)
                ask(user, true);
            else if (action < (isCalm ? 0U : 9U))
                write(user);
            else
                ask(user, false);
            if (action == 99 && (!m_isRough || round % 500 == 0))
                m_service.expireAll("storm");
        }
    }
    void change(int user)
    {
        m_repository.update(idOf(Rows::name(user)), {.formalTone = true}, [](const Result<WrittenProfile> &) {});
        const std::uint64_t version = m_rows.version(user); // this one, or one that is newer
        if (version % 2 == 0)
            m_service.expire({idOf(Rows::name(user))}, "storm");
        else
            m_service.applyChanges({{idOf(Rows::name(user)), RowChange::Kind::Changed, 0}});
        m_rows.noteInvalidated(user, version);
    }
    // By the service. Whoever asks after the answer gets what was written, or what is newer.
    void write(int user)
    {
        ++m_tally.asked;
        m_service.update(idOf(Rows::name(user)), {.formalTone = false}, {},
                         [this, user](const Result<ServedProfile> &answer) {
                             ++m_tally.answered;
                             ++m_tally.written;
                             if (answer)
                                 m_rows.noteInvalidated(user, std::stoull(std::string(answer->nativeLanguage())));
                         });
    }
    void ask(int user, bool refresh)
    {
        ++m_tally.asked;
        // A refresh sees what the row says when it is asked for, a get what it said at the last invalidation.
        const std::uint64_t known = refresh ? m_rows.version(user) : m_rows.invalidated(user);
        const std::thread::id caller = std::this_thread::get_id();
        const auto take = [this, known, caller](const Result<ServedProfile> &answer) {
            ++m_tally.answered;
            if (answer && std::stoull(std::string(answer->nativeLanguage())) < known)
                ++m_tally.stale;
            if (!answer && answer.error().code == ErrorCode::ShuttingDown)
                ++m_tally.shuttingDown;
            if (answer && caller != std::this_thread::get_id())
                ++m_loadAnswers;
        };
        if (refresh)
            m_service.refresh(idOf(Rows::name(user)), take);
        else
            m_service.get(idOf(Rows::name(user)), UnknownUser::NotFound, take);
    }
    void answer()
    {
        while (!m_isOver || m_repository.heldCount() > 0) {
            if (!m_repository.releaseOne())
                std::this_thread::yield();
        }
    }

    // Time and the state of the database, in a rough storm.
    void change()
    {
        for (int round = 0; m_isRough && !m_isOver; ++round) {
            m_clock.advance(50ms);
            if (round % 100 == 50)
                m_repository.failWith({ErrorCode::Unavailable, "rough"});
            if (round % 100 == 70)
                m_repository.answerNormally();
            m_service.releaseOverdue();
            std::this_thread::yield();
        }
        m_repository.answerNormally();
    }
    static ProfileServiceSettings settings(bool rough)
    {
        if (!rough)
            return {};
        ProfileServiceSettings made;
        made.ttl = 1s;
        made.staleRetry = 1s;
        made.refreshAhead = 0.5;
        made.loadTimeout = 500ms;
        return made;
    }

    const bool m_isRough;
    ManualClock m_clock;
    ProfileTexts m_texts;
    ProfileCache m_cache{m_clock, 30}; // fewer than users: some are evicted
    FakeProfileRepository m_repository{&m_clock};
    EventLog m_events{m_clock, 1000};
    ProfileService m_service;
    Rows m_rows;
    Tally m_tally;
    std::uint64_t m_answeredBefore = 0;
    std::atomic<std::uint64_t> m_loadAnswers = 0;
    std::atomic<bool> m_isOver = false;
};

} // namespace

int main()
{
    QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache=false"));
    std::uint64_t answered = 0;
    for (const bool rough : {false, true}) {
        Storm storm(rough);
        storm.run(rough ? 100'000 : 20'000);
        storm.noteQuietPoint();
        storm.endInTheMiddle();
        answered += storm.tally().answered;
    }
    std::printf("%llu gets, refreshes and writes, all answered\n", static_cast<unsigned long long>(answered));
    return 0;
}
