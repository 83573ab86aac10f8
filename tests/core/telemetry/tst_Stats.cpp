// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/Event.h"
#include "core/telemetry/Stats.h"

#include <QTest>

#include <limits>

using namespace hearth;

class tst_Stats : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thereIsNoHitRateWithoutGets();
    void theHitRateIsHitsPerGet_data();
    void theHitRateIsHitsPerGet();
    void missesAreTheSumOfTheirReasons();
    void everyMissReasonHasAName();
    void entriesAreActiveOrExpired();
    void hitsAndCoalescedMissesSaveAQuery();
    void statesAndKindsAreNamedAsInTheApi();
};

void tst_Stats::thereIsNoHitRateWithoutGets()
{
    QVERIFY(!Stats().hitRate().has_value());
}

void tst_Stats::theHitRateIsHitsPerGet_data()
{
    QTest::addColumn<quint64>("hits");
    QTest::addColumn<quint64>("gets");
    QTest::addColumn<double>("rate");

    constexpr quint64 many = std::numeric_limits<quint64>::max();
    QTest::newRow("only misses") << quint64(0) << quint64(7) << 0.0;
    QTest::newRow("three of four") << quint64(3) << quint64(4) << 0.75;
    QTest::newRow("only hits") << quint64(7) << quint64(7) << 1.0;
    QTest::newRow("as many as can be counted") << many << many << 1.0;
}

void tst_Stats::theHitRateIsHitsPerGet()
{
    QFETCH(const quint64, hits);
    QFETCH(const quint64, gets);
    QFETCH(const double, rate);
    Stats stats;
    stats.hits = hits;
    stats.gets = gets;

    QVERIFY(stats.hitRate().has_value());
    QCOMPARE(*stats.hitRate(), rate);
}

void tst_Stats::missesAreTheSumOfTheirReasons()
{
    Stats stats;
    QCOMPARE(stats.misses(), 0U);

    stats.missesByReason = {1, 20, 300, 4'000, 50'000};

    QCOMPARE(stats.misses(), 54'321U);
}

void tst_Stats::everyMissReasonHasAName()
{
    QCOMPARE(statsMissReasonNames.size(), Stats().missesByReason.size());
    for (const std::string_view name : statsMissReasonNames)
        QVERIFY(!name.empty());
}

void tst_Stats::entriesAreActiveOrExpired()
{
    Stats stats;
    stats.activeEntries = 12;
    stats.expiredEntries = 3;

    QCOMPARE(stats.totalEntries(), 15U);
}

void tst_Stats::hitsAndCoalescedMissesSaveAQuery()
{
    Stats stats;
    stats.gets = 100;
    stats.hits = 90;
    stats.staleServed = 2; // counted among the hits, so not once more
    stats.coalesced = 4;
    stats.loads = 6;

    QCOMPARE(stats.queriesSaved(), 94U);
    QCOMPARE(stats.queriesSaved() + stats.loads, stats.gets);
}

void tst_Stats::statesAndKindsAreNamedAsInTheApi()
{
    QStringList names;
    for (const auto state :
         {DatabaseState::Connecting, DatabaseState::Reachable, DatabaseState::Unreachable, DatabaseState::Unusable})
        names << QString::fromStdString(toString(state));
    for (const auto kind :
         {EventKind::Cached, EventKind::Expired, EventKind::Removed, EventKind::Evicted, EventKind::Cleanup,
          EventKind::Warm, EventKind::Failure, EventKind::Database, EventKind::Settings, EventKind::Traffic})
        names << QString::fromStdString(toString(kind));

    QCOMPARE(names.join(' '), QString("connecting reachable unreachable unusable cached expired removed evicted "
                                      "cleanup warm failure database settings traffic"));
}

QTEST_APPLESS_MAIN(tst_Stats)
#include "tst_Stats.moc"
