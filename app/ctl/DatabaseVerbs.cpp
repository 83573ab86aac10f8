// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs that work on DATABASE_URL itself: selftest, install-triggers.
#include "app/ctl/SelfTestText.h"
#include "app/ctl/Session.h"
#include "app/ctl/SqlSelfTestRows.h"
#include "app/ctl/Verb.h"
#include "app/ctl/VerbArguments.h"
#include "app/wiring/NodeRuntime.h"
#include "core/api/JsonWriter.h"

#include <QSysInfo>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>
#include <unistd.h>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// The database, without a node.
class Database
{
public:
    explicit Database(const CtlOptions &options)
        : m_options(runtimeOptionsOf(options.config, sampleDatabaseFile()))
        , m_pool(m_options.database, m_clock)
    {
    }

    // Returns: Unavailable and what the database's status says.
    Result<void> connect(Session &session)
    {
        session.waitUntil([this] { return m_pool.status().state != DatabaseState::Connecting; },
                          m_options.database.timeout * 2);
        const DatabaseStatus status = m_pool.status();
        if (session.wasInterrupted())
            return Error{ErrorCode::Cancelled, "Interrupted."};
        if (status.state == DatabaseState::Reachable)
            return {};
        if (status.state == DatabaseState::Connecting)
            return Error{ErrorCode::Unavailable, "The database " + status.displayUrl + " does not answer."};
        return Error{status.state == DatabaseState::Unreachable ? ErrorCode::Unavailable : ErrorCode::SchemaMismatch,
                     status.problem + " " + status.nextStep};
    }

    const NodeRuntimeOptions &options() const { return m_options; }
    const Clock &clock() const { return m_clock; }
    SqlExecutorPool &pool() { return m_pool; }

private:
    SystemClock m_clock;
    const NodeRuntimeOptions m_options;
    SqlExecutorPool m_pool;
};

// ---- selftest

// The smallest core over a database: what the self-test tries.
struct SmallCore {
    explicit SmallCore(Database &database)
        : events(database.clock())
        , cache(database.clock(), database.options().maxEntries)
        , repository(database.pool())
        , profiles(database.clock(), cache, texts, repository, events, settings(database.options()))
        , cleanup(database.clock(), cache, events, database.options().cleanupInterval)
        , sampler(database.clock(), cache, profiles, cleanup, history, events,
                  [&database] { return database.pool().status(); })
    {
    }
    ~SmallCore() { profiles.stop(); }

    static ProfileServiceSettings settings(const NodeRuntimeOptions &options)
    {
        ProfileServiceSettings settings = options.profiles;
        settings.loadTimeout = options.database.timeout;
        settings.ttl = std::max<std::chrono::seconds>(settings.ttl, 60s); // it must not end before the test does
        return settings;
    }

    EventLog events;
    SampleHistory history;
    ProfileTexts texts;
    ProfileCache cache;
    SqlProfileRepository repository;
    ProfileService profiles;
    CleanupService cleanup;
    StatsSampler sampler;
};

SelfTestRun thisRun(const Clock &clock)
{
    const QByteArray machine = QSysInfo::machineHostName().toUtf8() + QSysInfo::bootUniqueId();
    SelfTestRun run;
    run.startedAt = std::chrono::duration_cast<std::chrono::seconds>(clock.wallNow().time_since_epoch()).count();
    run.machine = static_cast<std::uint32_t>(qHash(machine, 0));
    run.process = ::getpid();
    return run;
}

bool isAlive(std::int64_t process)
{
    return ::kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH;
}

int runSelfTest(Session &session, const QCommandLineParser &parser)
{
    if (const auto none = noArguments(parser); !none)
        return session.failUsage(none.error().detail);
    Database database(session.options());
    if (const auto connected = database.connect(session); !connected)
        return session.fail(connected.error());
    const DatabaseStatus status = database.pool().status();
    if (!session.isJson())
        session.print("Self-test against " + shownText(status.displayUrl, session.style().charset) + "\n\n");

    SmallCore core(database);
    SqlSelfTestRows rows(database.pool());
    SelfTest test({database.clock(), core.profiles, core.cleanup, core.repository, rows,
                   [&core] { return core.sampler.stats(); },
                   [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }},
                  thisRun(database.clock()), isAlive);
    const auto tell = [&session](const SelfTestPart &part) {
        if (!session.isJson())
            session.print(selfTestPartText(part, session.style()));
    };
    std::stop_source stop;
    std::atomic<bool> isOver = false;
    SelfTestReport report;
    std::thread tester([&] {
        report = test.run(stop.get_token(), tell);
        isOver = true;
    });
    if (!session.waitUntil([&isOver] { return isOver.load(); }))
        stop.request_stop(); // it still takes its rows away
    tester.join();
    if (session.isJson())
        session.printJson(selfTestJson(report, status));
    else
        session.print(selfTestSummary(report, status, session.style()));
    return report.passed() ? exitDone : exitFailed;
}

// ---- install-triggers

int printSql(Session &session)
{
    if (!session.isJson()) {
        session.print(ChangeTriggers::installSql());
        return exitDone;
    }
    std::string out;
    JsonWriter(out).beginObject().member("sql", ChangeTriggers::installSql()).endObject();
    session.printJson(out);
    return exitDone;
}

int tellInstalled(Session &session, const Result<void> &installed)
{
    if (!installed) {
        if (installed.error().code == ErrorCode::PermissionDenied)
            session.note("hearthctl: somebody who may can run what  hearthctl install-triggers --sql  prints.");
        return session.fail(installed.error());
    }
    if (session.isJson())
        session.printJson(R"({"success":true,"installed":true})");
    else
        session.print("The triggers are there: every Hearth on this database hears of changes from now on.\n");
    return exitDone;
}

int runInstallTriggers(Session &session, const QCommandLineParser &parser)
{
    if (const auto none = noArguments(parser); !none)
        return session.failUsage(none.error().detail);
    if (parser.isSet(u"sql"_s))
        return printSql(session);
    Database database(session.options());
    if (const auto connected = database.connect(session); !connected)
        return session.fail(connected.error());
    const ChangeTriggers triggers(database.pool());
    const auto answer = std::make_shared<QPromise<Result<void>>>();
    answer->start();
    const QFuture<Result<void>> installed = answer->future();
    triggers.install([answer](const Result<void> &result) {
        answer->addResult(result);
        answer->finish();
    });
    return tellInstalled(session, session.await(installed));
}

} // namespace

QList<Verb> databaseVerbs()
{
    return {
        {"selftest",
         "",
         "Show, step by step and measured, that a cache over this database works",
         "Connection, first fetch (database), second fetch (cache), several users, cleanup, forced expiry: PASS or "
         "FAIL\n"
         "for each, with its time and the cache's counters after it. It works with a core of its own on DATABASE_URL; "
         "no\n"
         "node is needed or touched. It inserts five rows whose identities begin with hearth-selftest- and removes "
         "them\n"
         "again, also when it is interrupted; what a run that was killed has left, the next one removes. With a role "
         "that\n"
         "may only read it uses profiles that are there, and says what it could not try (SKIP).\n"
         "Exit codes: 0 when all passed, 1 when not, or when it was interrupted, 69 when the database is unreachable.\n"
         "\n"
         "Examples:\n"
         "  DATABASE_URL_FILE=/run/secrets/hearth-db hearthctl selftest\n"
         "  hearthctl selftest --sample\n"
         "  hearthctl selftest --json | jq .ratio\n",
         {},
         Way::Database,
         runSelfTest},
        {"install-triggers",
         "",
         "Let PostgreSQL tell of changes in user_profiles",
         "Makes the triggers in the database that DATABASE_URL names, so that what others change leaves every cache "
         "within\n"
         "two seconds. Safe to repeat; nothing else is altered. The role must own the table; --sql prints what an\n"
         "administrator could run instead.\n"
         "\n"
         "Examples:\n"
         "  hearthctl install-triggers\n"
         "  hearthctl install-triggers --sql | psql -1 -v ON_ERROR_STOP=1 \"$ADMIN_URL\"\n",
         {{u"sql"_s, u"Only print the SQL."_s}},
         Way::Database,
         runInstallTriggers},
    };
}

} // namespace hearth
