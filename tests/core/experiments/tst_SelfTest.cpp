// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/SelfTest.h"
#include "core/service/StatsSampler.h"
#include "core/telemetry/SampleHistory.h"
#include "tests/support/FakeProfileRepository.h"
#include "tests/support/ManualClock.h"

#include <QTest>

#include <map>
#include <optional>
#include <thread>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const SelfTestRun current{1'767'268'800, 0x1234, 42};

ProfileId idOf(const std::string &text)
{
    return *ProfileId::parse(text);
}

// The rows with the marker, in the same "database" as the repository's.
class FakeRows final : public SelfTestRows
{
public:
    explicit FakeRows(FakeProfileRepository &repository)
        : m_repository(repository)
    {
    }
    std::optional<Error> insertError;
    std::optional<Error> removeError;
    std::map<std::string, Profile> rows;
    int inserts = 0;
    int removals = 0;

    Result<void> insert(const std::vector<Profile> &profiles) override
    {
        ++inserts;
        if (insertError)
            return *insertError;
        for (const Profile &profile : profiles)
            put(profile);
        return {};
    }
    Result<std::uint64_t> remove(const std::vector<ProfileId> &ids) override
    {
        ++removals;
        if (removeError)
            return *removeError;
        std::uint64_t removed = 0;
        for (const ProfileId &id : ids) {
            removed += rows.erase(id.text());
            m_repository.remove(id);
        }
        return removed;
    }
    Result<std::vector<ProfileId>> find() override
    {
        std::vector<ProfileId> ids;
        for (const auto &[identity, profile] : rows)
            ids.push_back(profile.identity);
        return ids;
    }

    void put(const Profile &profile)
    {
        rows.insert_or_assign(profile.identity.text(), profile);
        m_repository.add(profile);
    }

private:
    FakeProfileRepository &m_repository;
};

// A core over the fake database, and the test of it.
struct Stand {
    ManualClock clock;
    EventLog events{clock};
    SampleHistory history;
    ProfileTexts texts;
    ProfileCache cache{clock, 1'000};
    FakeProfileRepository repository{&clock};
    FakeRows rows{repository};
    ProfileService profiles{clock, cache, texts, repository, events, {}};
    CleanupService cleanup{clock, cache, events, 600s};
    StatsSampler sampler{clock, cache, profiles, cleanup, history, events, [] { return DatabaseStatus(); }};
    std::function<void(const SelfTestPart &)> onPart = [](const SelfTestPart &) {};
    std::stop_source stop;

    ~Stand() { profiles.stop(); }

    SelfTestReport run()
    {
        SelfTest test({clock, profiles, cleanup, repository, rows, [this] { return sampler.stats(); },
                       [this](std::chrono::milliseconds time) { clock.advance(time); }},
                      current, [](std::int64_t process) { return process == 7; });
        return test.run(stop.get_token(), [this](const SelfTestPart &part) { onPart(part); });
    }
    void addUsers(int count)
    {
        for (int i = 0; i < count; ++i)
            repository.add(Profile(idOf("user-" + std::to_string(i))));
    }
};

// "PASS 4 cleanup: 5 → 3 entries, …" a line.
QString textOf(const SelfTestReport &report)
{
    QString text;
    static const char *const words[] = {"PASS ", "FAIL ", "SKIP "};
    for (const SelfTestPart &part : report.parts)
        text += QString::fromLatin1(words[static_cast<std::size_t>(part.outcome)]) + QString::fromStdString(part.name) +
                ": " + QString::fromStdString(part.detail) + '\n';
    return text;
}

} // namespace

class tst_SelfTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passesAndLeavesNothing()
    {
        Stand stand;
        stand.addUsers(3);

        const SelfTestReport report = stand.run();

        QCOMPARE(textOf(report), QString("PASS database connection: 3 profiles\n"
                                         "PASS 1 first fetch (database): %1, es (Spanish)\n"
                                         "PASS 2 second fetch (cache): the same profile: %1, es (Spanish)\n"
                                         "PASS 3 several users cached: 5 users\n"
                                         "PASS 4 cleanup: 5 → 3 entries, 2 expired ones removed\n"
                                         "PASS 5 expiry forced, refetched: from the database\n"
                                         "PASS database left as found: 5 own rows inserted and removed\n")
                                     .arg(QString::fromStdString(current.identity(1))));
        QVERIFY(report.passed());
        QVERIFY(stand.rows.rows.empty());
        QCOMPARE(stand.profiles.settings().ttl, 1800s);
    }

    void countsAfterEachPart()
    {
        Stand stand;

        const SelfTestReport report = stand.run();

        QCOMPARE(report.parts[2].stats.hits, 1U);
        QCOMPARE(report.parts[2].stats.gets, 2U);
        QCOMPARE(report.parts[3].stats.activeEntries, 5U);
        QCOMPARE(report.parts[4].stats.totalEntries(), 3U);
        QCOMPARE(report.parts[5].stats.loads, 6U);
    }

    void aReadOnlyRoleUsesWhatIsThere()
    {
        Stand stand;
        stand.addUsers(9);
        stand.rows.insertError = Error{ErrorCode::PermissionDenied, "This role may only read."};

        const SelfTestReport report = stand.run();

        QVERIFY2(report.passed(), qPrintable(textOf(report)));
        QCOMPARE(report.count(SelfTestOutcome::NotTried), std::size_t(1));
        QVERIFY(textOf(report).contains("SKIP rows of its own: users that are there already are read instead: This "
                                        "role may only read."));
        QVERIFY(textOf(report).contains("PASS database left as found: nothing was written"));
        QCOMPARE(stand.rows.removals, 0);
        QVERIFY(!report.usedOwnRows);
    }

    void oneProfileIsEnoughForMostOfIt()
    {
        Stand stand;
        stand.addUsers(1);
        stand.rows.insertError = Error{ErrorCode::PermissionDenied, "This role may only read."};

        const SelfTestReport report = stand.run();

        QVERIFY2(report.passed(), qPrintable(textOf(report)));
        QVERIFY(textOf(report).contains("SKIP 4 cleanup: there is only one profile"));
    }

    void withNothingToReadItFails()
    {
        Stand stand;
        stand.rows.insertError = Error{ErrorCode::PermissionDenied, "This role may only read."};

        const SelfTestReport report = stand.run();

        QVERIFY(!report.passed());
        QVERIFY(textOf(report).contains("FAIL 1 first fetch (database): there is no profile to read"));
    }

    void anInsertThatMayHaveBeenDoneIsTakenBack()
    {
        Stand stand;
        stand.addUsers(3);
        stand.rows.insertError = Error{ErrorCode::Timeout, "No answer."};

        stand.run();

        QCOMPARE(stand.rows.removals, 1);
    }

    void withoutADatabaseItFailsAtOnce()
    {
        Stand stand;
        stand.repository.failWith({ErrorCode::Unavailable, "The database is away."});

        const SelfTestReport report = stand.run();

        QCOMPARE(textOf(report), QString("FAIL database connection: The database is away.\n"));
        QCOMPARE(stand.rows.inserts, 0);
        QVERIFY(!report.passed());
    }

    void anInterruptionStillTakesItsRowsAway_data()
    {
        QTest::addColumn<int>("after");
        for (int after = 1; after <= 6; ++after)
            QTest::addRow("after part %d", after) << after;
    }

    void anInterruptionStillTakesItsRowsAway()
    {
        QFETCH(const int, after);
        Stand stand;
        int parts = 0;
        stand.onPart = [&](const SelfTestPart &) {
            if (++parts == after)
                stand.stop.request_stop();
        };

        const SelfTestReport report = stand.run();

        QVERIFY(report.wasInterrupted);
        QVERIFY(!report.passed());
        QVERIFY(stand.rows.rows.empty());
        QCOMPARE(report.parts.back().name, std::string("database left as found"));
        QCOMPARE(report.count(SelfTestOutcome::Failed), std::size_t(0));
    }

    void anInterruptionEndsAWaitForTheDatabase()
    {
        Stand stand;
        stand.onPart = [&](const SelfTestPart &part) {
            if (part.name == "database connection")
                stand.repository.hold(); // never answered from here on
        };
        std::jthread interrupter([&stand] {
            while (stand.profiles.loadsInFlight() == 0)
                std::this_thread::yield();
            stand.stop.request_stop();
        });

        const SelfTestReport report = stand.run();

        QVERIFY(report.wasInterrupted);
        QVERIFY(stand.rows.rows.empty());
    }

    void anotherProfileIsNoticed()
    {
        Stand stand;
        stand.onPart = [&](const SelfTestPart &part) {
            if (part.name != "4 cleanup")
                return;
            Profile changed(idOf(current.identity(1)));
            changed.nativeLanguage = "fr";
            stand.rows.put(changed);
        };

        const SelfTestReport report = stand.run();

        QVERIFY2(textOf(report).contains("FAIL 5 expiry forced, refetched: another profile came back"),
                 qPrintable(textOf(report)));
        QVERIFY(!report.passed());
        QVERIFY(stand.rows.rows.empty());
    }

    void aSecondFetchByTheDatabaseIsNoCache()
    {
        Stand stand;
        stand.onPart = [&](const SelfTestPart &part) {
            if (part.name == "1 first fetch (database)")
                stand.profiles.remove({idOf(current.identity(1))}, "somebody");
        };

        const SelfTestReport report = stand.run();

        QVERIFY2(textOf(report).contains("FAIL 2 second fetch (cache): it was not answered by the cache"),
                 qPrintable(textOf(report)));
        QVERIFY(!report.passed() && !report.ratio());
    }

    void rowsThatCannotBeRemovedAreSaid()
    {
        Stand stand;
        stand.rows.removeError = Error{ErrorCode::Unavailable, "The database is away."};

        const SelfTestReport report = stand.run();

        QVERIFY(!report.passed());
        QVERIFY2(
            textOf(report).contains("could not be removed; the next self-test will try again: The database is away."),
            qPrintable(textOf(report)));
    }

    void whatAKilledRunLeftGoes()
    {
        Stand stand;
        const SelfTestRun killed{current.startedAt - 5, current.machine, 6};
        const SelfTestRun running{current.startedAt - 5, current.machine, 7};
        const SelfTestRun elsewhere{current.startedAt - 5, 99, 6};
        const SelfTestRun longAgo{current.startedAt - 3'600, 99, 6};
        for (const SelfTestRun &run : {killed, running, elsewhere, longAgo})
            stand.rows.put(Profile(idOf(run.identity(1))));
        stand.rows.put(Profile(idOf("hearth-selftest-by-somebody")));

        const SelfTestReport report = stand.run();

        QVERIFY2(textOf(report).contains("3 profiles; removed 2 rows that an interrupted self-test had left"),
                 qPrintable(textOf(report)));
        QCOMPARE(stand.rows.rows.size(), std::size_t(3));
        QVERIFY(stand.rows.rows.count(running.identity(1)) == 1 && stand.rows.rows.count(elsewhere.identity(1)) == 1);
    }

    void identitiesTellTheirRun()
    {
        QCOMPARE(SelfTestRun::of(current.identity(3)), std::optional(current));
        for (const char *other :
             {"", "ana", "hearth-selftest-", "hearth-selftest-1-2-3", "hearth-selftest-1-2-3-4-5",
              "hearth-selftest-1-2-3-x", "hearth-selftest--1-2-3-4", "hearth-selftest-1-123456789-3-4",
              "hearth-selftest-99999999999999999999-2-3-4", "Hearth-selftest-1-2-3-4"})
            QVERIFY2(!SelfTestRun::of(other), other);
    }
};

QTEST_GUILESS_MAIN(tst_SelfTest)
#include "tst_SelfTest.moc"
