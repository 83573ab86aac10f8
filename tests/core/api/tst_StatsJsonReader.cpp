// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The counters that a node wrote are read back as they were.
#include "core/api/StatsJson.h"
#include "core/api/StatsJsonReader.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

Stats someStats()
{
    Stats stats;
    stats.activeEntries = 12;
    stats.expiredEntries = 3;
    stats.maxEntries = 1'000'000;
    stats.gets = 118;
    stats.hits = 100;
    stats.staleServed = 4;
    stats.missesByReason = {1, 2, 3, 5, 7};
    stats.loads = 17;
    stats.loadFailures = 2;
    stats.coalesced = 6;
    stats.negativeHits = 8;
    stats.refreshedAhead = 9;
    stats.evictions = 10;
    stats.expiredRemoved = 11;
    stats.keptStale = 13;
    stats.uncacheable = 14;
    stats.warmed = 15;
    stats.hitLatency = Percentiles{1us, 2us, 3us};
    stats.databaseTime = 2'500ms;
    stats.uptime = 3'600s;
    stats.ttl = 1'800s;
    stats.cleanupInterval = 600s;
    stats.untilCleanup = 42s;
    stats.staleGrace = 3'600s;
    stats.database.state = DatabaseState::Unreachable;
    stats.database.kind = "postgresql";
    stats.database.displayUrl = "postgresql://h/db";
    stats.database.problem = "It is <b>away</b>.";
    stats.database.nextStep = "Wait.";
    stats.database.notice = "A notice.";
    stats.database.simulatedLatency = 200ms;
    stats.database.circuit.state = CircuitState::HalfOpen;
    return stats;
}

Sample someSample(std::uint64_t seq)
{
    Sample sample;
    sample.seq = seq;
    sample.time = WallTime(std::chrono::milliseconds(1'767'268'800'123));
    sample.activeEntries = 5;
    sample.expiredEntries = 6;
    sample.length = 1'003ms;
    sample.gets = 27;
    sample.hits = 17;
    sample.staleServed = 1;
    sample.missesByReason = {1, 2, 3, 4, 0};
    sample.loads = 9;
    sample.loadFailures = 8;
    sample.evictions = 7;
    sample.loadLatency = Percentiles{1ms, 20ms, 300ms};
    sample.databaseReachable = true;
    return sample;
}

} // namespace

class tst_StatsJsonReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stats()
    {
        const Stats stats = someStats();

        const auto read = statsFromJson(statsJson(stats));

        QVERIFY2(read, read ? "" : read.error().detail.c_str());
        QCOMPARE(statsJson(*read), statsJson(stats)); // so nothing that is written is lost
        QCOMPARE(read->gets, stats.gets);
        QCOMPARE(read->hits, stats.hits);
        QVERIFY(read->missesByReason == stats.missesByReason);
        QVERIFY(read->hitLatency == stats.hitLatency);
        QVERIFY(!read->loadLatency);
        QVERIFY(read->hitRate() == stats.hitRate());
        QVERIFY(read->database.state == DatabaseState::Unreachable);
        QVERIFY(read->database.circuit.state == CircuitState::HalfOpen);
        QCOMPARE(read->database.problem, stats.database.problem);
    }

    void statsOfNothing()
    {
        const auto read = statsFromJson(statsJson(Stats()));
        QVERIFY(read && !read->hitRate() && !read->hitLatency);
    }

    void samples()
    {
        const std::vector<Sample> samples{someSample(41), someSample(42)};

        const std::string json = samplesJson("one", samples, 7);
        const auto read = samplesFromJson(json);
        const auto later = samplesFromJson(json, -3s);

        QVERIFY(read && later);
        QCOMPARE(samplesJson(read->instanceId, read->samples, 7), json);
        QCOMPARE(read->next, 42U);
        QVERIFY(read->samples[0].loadLatency == samples[0].loadLatency);
        QVERIFY(later->samples[0].time == samples[0].time + 3s);
        QCOMPARE(samplesFromJson(samplesJson("one", {}, 7))->next, 7U);
    }

    void whatOnlyANewerNodeKnowsIsSkipped()
    {
        std::string json = statsJson(someStats());
        json.replace(json.find("\"unreachable\""), 13, "\"hibernating\"");
        json.insert(json.find("\"hits\""), "\"dreams\":[{\"a\":{}}],");

        const auto read = statsFromJson(json);

        QVERIFY(read);
        QVERIFY(read->database.state == DatabaseState::Connecting);
    }

    void howChangesBecomeKnownMayBeSaid()
    {
        std::string json = statsJson(someStats());
        QVERIFY(statsFromJson(json)->changes.mode == InvalidationMode::Off);
        if (json.find("\"changes\"") == std::string::npos)
            json.insert(json.find("\"hits\""), R"("changes":{"mode":"polled","why":"W","triggers_missing":true},)");
        QVERIFY(statsFromJson(json));
    }

    void whatTheContractNamesMustBeThere()
    {
        const std::string whole = statsJson(someStats());
        for (const char *member :
             {"active_entries", "expired_entries", "cache_ttl_seconds", "hits", "misses", "misses_by_reason", "loads",
              "load_failures", "coalesced", "evictions", "expired_removed", "stale_served", "uptime_seconds",
              "cleanup_interval_seconds", "next_cleanup_seconds", "hit_latency_us", "load_latency_us", "database"}) {
            std::string json = whole;
            const std::string name = std::string("\"") + member + "\":";
            json.replace(json.find(name), name.size(), "\"something\":");

            const auto read = statsFromJson(json);

            QVERIFY2(!read, member);
            QVERIFY2(read.error().detail.find(member) != std::string::npos, read.error().detail.c_str());
        }
    }

    void countsAreHeld()
    {
        std::string json = statsJson(someStats());
        json.replace(json.find("\"hits\":100"), 10, "\"hits\":18446744073709551615");
        json.replace(json.find("\"database_seconds\":2.5"), 22, "\"database_seconds\":1e300");

        const auto read = statsFromJson(json);

        QVERIFY(read);
        QCOMPARE(read->gets, ~std::uint64_t(0));
        QVERIFY(read->databaseTime > 0s);
    }
};

QTEST_APPLESS_MAIN(tst_StatsJsonReader)
#include "tst_StatsJsonReader.moc"
