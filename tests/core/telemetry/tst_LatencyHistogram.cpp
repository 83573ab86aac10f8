// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/LatencyHistogram.h"

#include <QTest>

#include <algorithm>
#include <barrier>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <thread>
#include <vector>

using namespace hearth;
using namespace std::chrono_literals;
using std::chrono::nanoseconds;

Q_DECLARE_METATYPE(std::chrono::nanoseconds)

class tst_LatencyHistogram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hasNoPercentilesWithoutRecords();
    void aSingleLatencyIsEveryPercentile_data();
    void aSingleLatencyIsEveryPercentile();
    void percentilesAreWithinTheirPromiseOfASortedList_data();
    void percentilesAreWithinTheirPromiseOfASortedList();
    void aPercentileIsTheSmallestWithThatShareAtOrBelow();
    void sharesOutsideTheirRangeAreHeldAtItsEnds();
    void anIntervalIsTheDifferenceOfTwoSnapshots();
    void aDifferenceNeverWrapsAround();
    void concurrentRecordsAreAllCounted();
    void takesEightKibibytes();
};

namespace {

LatencyHistogram::Counts countsOf(const std::vector<nanoseconds> &latencies)
{
    LatencyHistogram histogram;
    for (const nanoseconds latency : latencies)
        histogram.record(latency);
    return histogram.counts();
}

double relativeError(nanoseconds measured, nanoseconds truth)
{
    if (truth == 0ns)
        return measured == 0ns ? 0 : 1;
    return std::abs(static_cast<double>(measured.count()) / static_cast<double>(truth.count()) - 1);
}

} // namespace

void tst_LatencyHistogram::hasNoPercentilesWithoutRecords()
{
    const LatencyHistogram histogram;

    QCOMPARE(LatencyHistogram::total(histogram.counts()), 0U);
    QVERIFY(!LatencyHistogram::percentile(histogram.counts(), 0.5));
    QVERIFY(!LatencyHistogram::percentiles(histogram.counts()));
}

void tst_LatencyHistogram::aSingleLatencyIsEveryPercentile_data()
{
    QTest::addColumn<nanoseconds>("recorded");
    QTest::addColumn<nanoseconds>("counted");

    QTest::newRow("zero") << 0ns << 0ns;
    QTest::newRow("negative counts as zero") << -1ns << 0ns;
    QTest::newRow("as negative as can be") << nanoseconds::min() << 0ns;
    QTest::newRow("1 ns") << 1ns << 1ns;
    QTest::newRow("15 ns, the last exact row") << 15ns << 15ns;
    QTest::newRow("16 ns") << 16ns << 16ns;
    QTest::newRow("31 ns, still exact") << 31ns << 31ns;
    QTest::newRow("a microsecond") << nanoseconds(1us) << nanoseconds(1us);
    QTest::newRow("212 ms") << nanoseconds(212ms) << nanoseconds(212ms);
    QTest::newRow("an hour") << nanoseconds(1h) << nanoseconds(1h);
    QTest::newRow("a year") << nanoseconds(8766h) << nanoseconds(8766h);
    QTest::newRow("for ever") << nanoseconds::max() << nanoseconds::max();
}

void tst_LatencyHistogram::aSingleLatencyIsEveryPercentile()
{
    QFETCH(const nanoseconds, recorded);
    QFETCH(const nanoseconds, counted);

    const LatencyHistogram::Counts counts = countsOf({recorded});

    QCOMPARE(LatencyHistogram::total(counts), 1U);
    for (const double share : {0.0, 0.5, 0.95, 1.0}) {
        const nanoseconds measured = *LatencyHistogram::percentile(counts, share);
        QVERIFY2(relativeError(measured, counted) <= 0.0625, qPrintable(QString::number(measured.count())));
        QVERIFY(counted >= 32ns || measured == counted);
    }
}

void tst_LatencyHistogram::percentilesAreWithinTheirPromiseOfASortedList_data()
{
    QTest::addColumn<double>("logMean"); // of the natural logarithm of the nanoseconds
    QTest::addColumn<double>("logSpread");
    QTest::addColumn<int>("size");

    QTest::newRow("hits around 400 ns") << 6.0 << 0.5 << 10'000;
    QTest::newRow("queries around 200 ms") << 19.1 << 0.3 << 10'000;
    QTest::newRow("from nanoseconds to hours") << 15.0 << 5.0 << 20'000;
    QTest::newRow("three of them") << 15.0 << 5.0 << 3;
    QTest::newRow("an odd number of them") << 10.0 << 2.0 << 997;
}

void tst_LatencyHistogram::percentilesAreWithinTheirPromiseOfASortedList()
{
    QFETCH(const double, logMean);
    QFETCH(const double, logSpread);
    QFETCH(const int, size);
    std::mt19937_64 random(20261122);
    std::lognormal_distribution<double> distribution(logMean, logSpread);
    std::vector<nanoseconds> latencies;
    for (int i = 0; i < size; ++i)
        latencies.emplace_back(static_cast<nanoseconds::rep>(distribution(random)));
    const LatencyHistogram::Counts counts = countsOf(latencies);
    std::sort(latencies.begin(), latencies.end());

    for (int permille = 0; permille <= 1000; ++permille) {
        const auto rank = std::max<std::size_t>(1, (std::size_t(permille) * latencies.size() + 999) / 1000);
        const nanoseconds truth = latencies[rank - 1];
        const nanoseconds measured = *LatencyHistogram::percentile(counts, permille / 1000.0);
        if (relativeError(measured, truth) > 1.0 / 32)
            QFAIL(qPrintable(QStringLiteral("%1 of 1000: %2 ns instead of %3 ns")
                                 .arg(permille)
                                 .arg(measured.count())
                                 .arg(truth.count())));
    }
}

void tst_LatencyHistogram::aPercentileIsTheSmallestWithThatShareAtOrBelow()
{
    std::vector<nanoseconds> latencies(95, 1ns);
    latencies.resize(99, 10ns);
    latencies.resize(100, 15ns);
    const LatencyHistogram::Counts counts = countsOf(latencies);

    QVERIFY(*LatencyHistogram::percentiles(counts) == (Percentiles{1ns, 1ns, 10ns}));
    QCOMPARE(LatencyHistogram::percentile(counts, 0.951)->count(), 10);
    QCOMPARE(LatencyHistogram::percentile(counts, 0.991)->count(), 15);
    QCOMPARE(LatencyHistogram::percentile(counts, 1.0)->count(), 15);

    std::vector<nanoseconds> sevenOfAHundred(7, 1ns);
    sevenOfAHundred.resize(100, 2ns); // 0.07 * 100 is a little more than 7 in binary
    QCOMPARE(LatencyHistogram::percentile(countsOf(sevenOfAHundred), 0.07)->count(), 1);
}

void tst_LatencyHistogram::sharesOutsideTheirRangeAreHeldAtItsEnds()
{
    const LatencyHistogram::Counts counts = countsOf({1ns, 2ns, 3ns});

    QCOMPARE(LatencyHistogram::percentile(counts, -1)->count(), 1);
    QCOMPARE(LatencyHistogram::percentile(counts, 95)->count(), 3);
    QCOMPARE(LatencyHistogram::percentile(counts, std::numeric_limits<double>::quiet_NaN())->count(), 1);
}

void tst_LatencyHistogram::anIntervalIsTheDifferenceOfTwoSnapshots()
{
    LatencyHistogram histogram;
    for (int i = 0; i < 1'000; ++i)
        histogram.record(1s);
    const LatencyHistogram::Counts earlier = histogram.counts();
    histogram.record(7ns);
    histogram.record(9ns);

    const LatencyHistogram::Counts interval = LatencyHistogram::difference(histogram.counts(), earlier);

    QCOMPARE(LatencyHistogram::total(interval), 2U);
    QVERIFY(*LatencyHistogram::percentiles(interval) == (Percentiles{7ns, 9ns, 9ns}));
    QCOMPARE(LatencyHistogram::total(LatencyHistogram::difference(earlier, earlier)), 0U);
}

void tst_LatencyHistogram::aDifferenceNeverWrapsAround()
{
    const LatencyHistogram::Counts more = countsOf({5ns, 5ns, 8ns});
    const LatencyHistogram::Counts fewer = countsOf({5ns});

    QCOMPARE(LatencyHistogram::total(LatencyHistogram::difference(fewer, more)), 0U);
}

void tst_LatencyHistogram::concurrentRecordsAreAllCounted()
{
    constexpr std::uint64_t records = 500'000; // long enough that the threads overlap
    constexpr int threadCount = 4;
    const auto histogram = std::make_unique<LatencyHistogram>();
    std::barrier start(threadCount);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < threadCount; ++thread) {
        threads.emplace_back([&histogram, &start, thread] {
            start.arrive_and_wait();
            for (std::uint64_t i = 0; i < records; ++i)
                histogram->record(i % 2 == 0 ? 3ns
                                             : nanoseconds(thread * 1ms) + nanoseconds(i)); // shared and own buckets
        });
    }
    std::uint64_t seen = 0;
    bool everShrank = false;
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t now = LatencyHistogram::total(histogram->counts());
        everShrank = everShrank || now < seen;
        seen = now;
    }
    for (std::thread &thread : threads)
        thread.join();

    QVERIFY(!everShrank);
    const LatencyHistogram::Counts counts = histogram->counts();
    QCOMPARE(LatencyHistogram::total(counts), threadCount * records);
    QCOMPARE(counts[3], threadCount * records / 2 + 1); // and the one thread's own 3 ns
}

void tst_LatencyHistogram::takesEightKibibytes()
{
    QVERIFY(sizeof(LatencyHistogram) <= 8 * 1024);
}

QTEST_APPLESS_MAIN(tst_LatencyHistogram)
#include "tst_LatencyHistogram.moc"
