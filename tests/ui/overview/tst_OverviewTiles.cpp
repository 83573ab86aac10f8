// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Format.h"
#include "ui/overview/OverviewTiles.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

Stats busyStats()
{
    Stats stats;
    stats.activeEntries = 12'410;
    stats.expiredEntries = 318;
    stats.maxEntries = 1'000'000;
    stats.gets = 1'000'000;
    stats.hits = 941'000;
    stats.coalesced = 1'000;
    stats.loads = 58'000;
    stats.hitLatency = Percentiles{400ns, 700ns, 1100ns};
    stats.loadLatency = Percentiles{212ms, 236ms, 260ms};
    stats.cleanupInterval = 10min;
    stats.untilCleanup = 221s;
    stats.database.state = DatabaseState::Reachable;
    return stats;
}

QString shown(const TileTexts &texts, Tile tile)
{
    const TileText &text = texts[static_cast<std::size_t>(tile)];
    return text.value + u" | "_s + text.subline;
}

} // namespace

class tst_OverviewTiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTileSaysWhatIs_data()
    {
        QTest::addColumn<Stats>("stats");
        QTest::addColumn<std::optional<double>>("hitRate");
        QTest::addColumn<Tile>("tile");
        QTest::addColumn<QString>("text");
        const std::optional<double> none;
        const std::optional<double> good = 0.974;

        QTest::newRow("active") << busyStats() << good << Tile::Active << u"12,410 | of 1,000,000"_s;
        QTest::newRow("expired") << busyStats() << good << Tile::Expired << u"318 | until cleanup"_s;
        QTest::newRow("hit rate") << busyStats() << good << Tile::HitRate << u"97.4 % | 94.1 % since start"_s;
        QTest::newRow("hit rate without gets lately")
            << busyStats() << none << Tile::HitRate << u"n/a | 94.1 % since start"_s;
        QTest::newRow("hit latency") << busyStats() << good << Tile::HitLatency << u"1.1 µs | p50 400 ns"_s;
        QTest::newRow("database") << busyStats() << good << Tile::DatabaseLatency << u"236 ms | p50 212 ms"_s;
        QTest::newRow("saved, and the time that took")
            << busyStats() << good << Tile::QueriesSaved << u"942,000 | 2 d 7 h of database"_s;
        QTest::newRow("cleanup") << busyStats() << good << Tile::NextCleanup << u"3:41 | click to run now"_s;

        QTest::newRow("nothing: active") << Stats() << none << Tile::Active << u"0 | no bound"_s;
        QTest::newRow("nothing: hit rate") << Stats() << none << Tile::HitRate << u"n/a | no gets yet"_s;
        QTest::newRow("nothing: hit latency") << Stats() << none << Tile::HitLatency << u"n/a | no hits yet"_s;
        QTest::newRow("nothing: database") << Stats() << none << Tile::DatabaseLatency << u"n/a | no loads yet"_s;
        QTest::newRow("nothing: saved") << Stats() << none << Tile::QueriesSaved << u"0 | no hits yet"_s;

        Stats unmeasured = busyStats();
        unmeasured.loadLatency.reset();
        QTest::newRow("saved, nobody knows what a load takes")
            << unmeasured << good << Tile::QueriesSaved << u"942,000 | no load measured yet"_s;
        Stats slowed = busyStats();
        slowed.database.simulatedLatency = 200ms;
        QTest::newRow("a simulated latency is named")
            << slowed << good << Tile::DatabaseLatency << u"236 ms | p50 212 ms · simulated +200 ms"_s;
        Stats lost = busyStats();
        lost.database.state = DatabaseState::Unreachable;
        QTest::newRow("unreachable") << lost << good << Tile::DatabaseLatency << u"236 ms | unreachable"_s;
        lost.database.circuit.state = CircuitState::Open;
        lost.staleServed = 0;
        QTest::newRow("breaker open") << lost << good << Tile::DatabaseLatency << u"236 ms | circuit breaker open"_s;
        lost.staleServed = 7;
        lost.keptStale = 5;
        QTest::newRow("breaker open, serving stale")
            << lost << good << Tile::DatabaseLatency << u"236 ms | breaker open · serving stale"_s;
        QTest::newRow("expired ones are kept")
            << lost << good << Tile::Expired
            << QString::fromStdString(format::count(lost.expiredEntries)) + u" | kept for the outage"_s;
        Stats huge = busyStats();
        huge.hits = 18'000'000'000'000'000'000u;
        QTest::newRow("more than fits") << huge << good << Tile::QueriesSaved
                                        << u"18000000 T | 106751 d 23 h of database"_s;
    }
    void aTileSaysWhatIs()
    {
        QFETCH(Stats, stats);
        QFETCH(std::optional<double>, hitRate);
        QFETCH(Tile, tile);
        QFETCH(QString, text);

        QCOMPARE(shown(tileTexts(stats, hitRate, 0ms), tile), text);
    }

    void theCountdownGoesOnBetweenSamples_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("since");
        QTest::addColumn<QString>("value");
        QTest::newRow("at once") << 0ms << u"3:41"_s;
        QTest::newRow("a second later") << 1000ms << u"3:40"_s;
        QTest::newRow("at the end") << 221'000ms << u"0:00"_s;
        QTest::newRow("never below zero") << std::chrono::milliseconds(1h) << u"0:00"_s;
    }
    void theCountdownGoesOnBetweenSamples()
    {
        QFETCH(std::chrono::milliseconds, since);
        QFETCH(QString, value);

        QCOMPARE(tileTexts(busyStats(), {}, since)[static_cast<std::size_t>(Tile::NextCleanup)].value, value);
    }

    void beforeTheFirstAnswerNothingIsZero()
    {
        for (const TileText &text : unknownTileTexts())
            QCOMPARE(text.value, u"–"_s);
    }

    void troubleIsToldInWordsAndTone()
    {
        Stats lost = busyStats();
        lost.database.state = DatabaseState::Unusable;
        lost.database.problem = "There is no table user_profiles.";
        lost.database.nextStep = "Create it.";

        const TileText tile = tileTexts(lost, {}, 0ms)[static_cast<std::size_t>(Tile::DatabaseLatency)];

        QCOMPARE(tile.tone, Tone::Error);
        QCOMPARE(tile.subline, u"unusable"_s);
        QCOMPARE(tile.explanation, u"There is no table user_profiles. Create it."_s);
    }
};

QTEST_GUILESS_MAIN(tst_OverviewTiles)
#include "tst_OverviewTiles.moc"
