// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/service/ServiceFixture.h"

#include <QLoggingCategory>
#include <QtTest>

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

// A database of one row. Its queries are sent, done and answered when the test says, in any order; each commit has a
// number, which is the version of the row.
class SteppedDatabase final : public ProfileRepository
{
public:
    explicit SteppedDatabase(ManualClock &clock)
        : m_clock(clock)
    {
        commit(std::string("es"));
    }

    // ---- what the test says
    void commit(const std::optional<std::string> &language)
    {
        std::optional<Profile> row;
        if (language) {
            row = profileOf("ana", *language);
            row->rowVersion = std::uint32_t(m_states.size() + 1);
        }
        m_states.push_back(row);
    }
    void doOne(std::size_t place)
    {
        if (m_sent.empty())
            return;
        const auto query = m_sent.begin() + std::ptrdiff_t(place % m_sent.size());
        m_done.push_back((*query)());
        m_sent.erase(query);
    }
    void answerOne(std::size_t place)
    {
        if (m_done.empty())
            return;
        const auto query = m_done.begin() + std::ptrdiff_t(place % m_done.size());
        const std::function<void()> answer = std::move(*query);
        m_done.erase(query);
        answer();
    }
    bool isIdle() const { return m_sent.empty() && m_done.empty(); }
    const std::vector<std::optional<Profile>> &states() const { return m_states; } // after each commit

    // ---- ProfileRepository
    void find(const ProfileId &, Completion<LoadedProfile> done) override
    {
        send<LoadedProfile>(std::move(done), [this](const QueryTiming &timing) -> Result<LoadedProfile> {
            return LoadedProfile{m_states.back(), timing};
        });
    }
    void update(const ProfileId &, ProfileChanges changes, Completion<WrittenProfile> done) override
    {
        send<WrittenProfile>(std::move(done), [this, changes](const QueryTiming &timing) -> Result<WrittenProfile> {
            if (!m_states.back())
                return Error{ErrorCode::NotFound, "no such user"};
            commit(*changes.nativeLanguage);
            return WrittenProfile{*m_states.back(), timing};
        });
    }
    void insertIfAbsent(Profile profile, Completion<InsertedProfile> done) override
    {
        send<InsertedProfile>(std::move(done), [this, profile](const QueryTiming &timing) -> Result<InsertedProfile> {
            const bool inserted = !m_states.back();
            if (inserted)
                commit(profile.nativeLanguage);
            return InsertedProfile{*m_states.back(), inserted, timing};
        });
    }
    void findMany(std::vector<ProfileId>, Completion<LoadedProfiles>) override {}
    void recentIds(std::size_t, Completion<std::vector<ProfileId>>) override {}
    void count(Completion<std::int64_t>) override {}
    void voices(Completion<std::vector<Voice>>) override {}

private:
    using Answering = std::function<void()>;

    template <class T, class Run>
    void send(Completion<T> done, Run run)
    {
        m_clock.advance(1ns);
        const QueryTiming timing{m_clock.now(), 0ns, 0ns};
        m_sent.push_back([timing, done = std::move(done), run]() -> Answering {
            return [done, result = run(timing)] { done(result); };
        });
    }

    ManualClock &m_clock;
    std::vector<std::optional<Profile>> m_states;
    std::vector<std::function<Answering()>> m_sent;
    std::vector<Answering> m_done;
};

// Everything that may happen to one user, one thing after the other.
class Life
{
public:
    explicit Life(unsigned seed)
        : m_random(seed)
    {
    }

    // Returns: what went wrong; empty otherwise.
    std::string run(int steps)
    {
        for (int step = 0; step < steps && m_problem.empty(); ++step) {
            m_clock.advance(1ns);
            doSomething(below(10));
        }
        while (m_problem.empty() && (!m_database.isIdle() || m_told < m_database.states().size())) {
            m_database.doOne(below(100));
            m_database.answerOne(below(100));
            tell();
        }
        if (m_problem.empty())
            checkWhatIsCached();
        return m_problem;
    }

private:
    unsigned below(unsigned bound) { return std::uniform_int_distribution<unsigned>(0, bound - 1)(m_random); }
    std::string language() { return below(2) == 0 ? "fr" : "ha"; }

    void doSomething(unsigned what)
    {
        switch (what) {
        case 0:
            return get();
        case 1:
            return m_service.refresh(m_id, check());
        case 2:
            return m_service.update(m_id, {.nativeLanguage = language()}, {}, checkWrite());
        case 3:
            return below(3) == 0 ? m_service.create(profileOf("ana", language()), {}, checkWrite()) : get();
        case 4: // by others
            return m_database.commit(below(4) == 0 ? std::nullopt : std::optional(language()));
        case 5:
        case 6:
            return m_database.doOne(below(100));
        case 7:
        case 8:
            return m_database.answerOne(below(100));
        default:
            return below(6) == 0 ? void(m_service.expire({m_id}, "test")) : tell();
        }
    }

    void get() { m_service.get(m_id, UnknownUser::NotFound, check()); }

    // Whoever asks from now on is given this commit, or a later one.
    ProfileService::Answer check()
    {
        return [this, floor = m_floor](const Result<ServedProfile> &answer) {
            const auto &states = m_database.states();
            if (answer && answer->rowVersion() < floor)
                m_problem =
                    "asked after commit " + std::to_string(floor) + ", given " + std::to_string(answer->rowVersion());
            if (!answer && answer.error().code == ErrorCode::NotFound &&
                std::all_of(states.begin() + std::ptrdiff_t(floor) - 1, states.end(),
                            [](const auto &row) { return row.has_value(); }))
                m_problem = "asked after commit " + std::to_string(floor) + ", told that there is nobody";
        };
    }
    ProfileService::Answer checkWrite()
    {
        return [this](const Result<ServedProfile> &answer) {
            if (answer)
                m_floor = std::max(m_floor, answer->rowVersion());
        };
    }

    // One notification, in the order of the commits.
    void tell()
    {
        if (m_told == m_database.states().size())
            return;
        const std::optional<Profile> &row = m_database.states()[m_told++];
        const auto version = std::uint32_t(m_told);
        if (row)
            m_service.applyChanges({{m_id, RowChange::Kind::Changed, version}});
        else
            m_service.applyChanges({{m_id, RowChange::Kind::Deleted, 0}});
        m_floor = std::max(m_floor, version);
    }

    void checkWhatIsCached()
    {
        const auto entry = m_cache.peek("ana");
        if (!entry || entry->facts.forced)
            return;
        const std::optional<Profile> &row = m_database.states().back();
        const std::uint32_t version = row ? row->rowVersion : 0;
        if (entry->value.rowVersion() != version)
            m_problem = "cached is " + std::to_string(entry->value.rowVersion()) + ", the database has " +
                        std::to_string(version);
    }

    std::mt19937 m_random;
    ManualClock m_clock;
    ProfileTexts m_texts;
    ProfileCache m_cache{m_clock, 100};
    EventLog m_events{m_clock};
    SteppedDatabase m_database{m_clock};
    ProfileService m_service{m_clock, m_cache, m_texts, m_database, m_events, {}};
    const ProfileId m_id = idOf("ana");
    std::size_t m_told = 1;    // commits of which we were notified
    std::uint32_t m_floor = 1; // the last commit that whoever asks now must not miss
    std::string m_problem;
};

} // namespace

// Loads, writes, changes by others and their notifications overlap in every way: nobody is given what is older than a
// write that was answered or a change that was told, and in the end the cache has what the database has.
class tst_ProfileServiceOrder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(QStringLiteral("hearth.cache.info=false")); }

    void nobodyIsGivenWhatIsOlderThanWhatIsKnown()
    {
        for (unsigned seed = 1; seed <= 10'000; ++seed) {
            const std::string problem = Life(seed).run(40);
            QVERIFY2(problem.empty(), ("seed " + std::to_string(seed) + ": " + problem).c_str());
        }
    }
};

QTEST_GUILESS_MAIN(tst_ProfileServiceOrder)
#include "tst_ProfileServiceOrder.moc"
