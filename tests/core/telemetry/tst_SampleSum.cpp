// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/telemetry/SampleSum.h"
#include "tests/core/telemetry/Samples.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

Sample sumOfAll(const std::vector<Sample> &samples, std::size_t first, std::size_t last)
{
    Sample sum = samples.at(first);
    for (std::size_t i = first + 1; i < last; ++i)
        sum = sumOf(sum, samples.at(i));
    return sum;
}

// "1-10 11-13": the seconds of each sum.
QString summed(SampleSummer &summer, const std::vector<Sample> &samples)
{
    QStringList texts;
    const auto tell = [&texts](const std::optional<Sample> &sum) {
        if (sum)
            texts << QStringLiteral("%1-%2").arg(sum->seq - sum->merged + 1).arg(sum->seq);
    };
    for (const Sample &sample : samples)
        tell(summer.add(sample));
    tell(summer.end());
    return texts.join(' ');
}

} // namespace

class tst_SampleSum : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsAndLengthsAreAddedEntriesAreThoseAtTheEnd()
    {
        const Sample sum = sumOf(busySample(7), busySample(8));

        QCOMPARE(sum.seq, 8U);
        QCOMPARE(sum.time, busySample(8).time);
        QCOMPARE(sum.merged, 2U);
        QCOMPARE(sum.length, busySample(7).length + busySample(8).length);
        QCOMPARE(sum.activeEntries, busySample(8).activeEntries);
        QCOMPARE(sum.expiredEntries, busySample(8).expiredEntries);
        QCOMPARE(sum.gets, busySample(7).gets + busySample(8).gets);
        QCOMPARE(sum.hits, busySample(7).hits + busySample(8).hits);
        QCOMPARE(sum.staleServed, busySample(7).staleServed + busySample(8).staleServed);
        for (std::size_t i = 0; i < statsMissReasonCount; ++i)
            QCOMPARE(sum.missesByReason[i], busySample(7).missesByReason[i] + busySample(8).missesByReason[i]);
        QCOMPARE(sum.loads, busySample(7).loads + busySample(8).loads);
        QCOMPARE(sum.loadFailures, busySample(7).loadFailures + busySample(8).loadFailures);
        QCOMPARE(sum.evictions, busySample(7).evictions + busySample(8).evictions);
    }

    void theMedianIsThatOfTheManyTheTailIsTheWorst()
    {
        Sample few = secondOf(1);
        few.hits = 1;
        few.hitLatency = Percentiles{900us, 950us, 990us};
        Sample many = secondOf(2);
        many.hits = 99;
        many.hitLatency = Percentiles{100us, 150us, 200us};

        const Sample sum = sumOf(few, many);

        QVERIFY(sum.hitLatency == (Percentiles{108us, 950us, 990us}));
        QVERIFY(sumOf(many, few).hitLatency == sum.hitLatency);
        QVERIFY(!sum.loadLatency);
    }

    void aLatencyThatOnlyOneHasIsKept()
    {
        Sample quiet = secondOf(1);
        quiet.loads = 50;
        Sample loading = secondOf(2);
        loading.loads = 1;
        loading.loadLatency = Percentiles{1ms, 2ms, 3ms};

        QVERIFY(sumOf(quiet, loading).loadLatency == loading.loadLatency);
        QVERIFY(sumOf(loading, quiet).loadLatency == loading.loadLatency);
    }

    void anOutageStaysVisible_data()
    {
        QTest::addColumn<bool>("before");
        QTest::addColumn<bool>("after");
        QTest::addColumn<bool>("sum");
        QTest::newRow("reachable all the time") << true << true << true;
        QTest::newRow("lost at its end") << true << false << false;
        QTest::newRow("back at its end") << false << true << false;
        QTest::newRow("away all the time") << false << false << false;
    }
    void anOutageStaysVisible()
    {
        QFETCH(const bool, before);
        QFETCH(const bool, after);
        QFETCH(const bool, sum);
        Sample first = secondOf(1);
        first.databaseReachable = before;
        Sample second = secondOf(2);
        second.databaseReachable = after;

        QCOMPARE(sumOf(first, second).databaseReachable, sum);
    }

    void portionsDoNotMatter()
    {
        std::vector<Sample> samples;
        for (std::uint64_t seq = 1; seq <= 60; ++seq)
            samples.push_back(busySample(seq));

        const Sample atOnce = sumOfAll(samples, 0, 60);
        std::vector<Sample> tens;
        for (std::size_t i = 0; i < 60; i += 10)
            tens.push_back(sumOfAll(samples, i, i + 10));
        const Sample inPortions = sumOfAll(tens, 0, tens.size());

        QCOMPARE(atOnce.gets, inPortions.gets);
        QCOMPARE(atOnce.length, inPortions.length);
        QCOMPARE(atOnce.merged, inPortions.merged);
        QVERIFY(atOnce.hitLatency->p99 == inPortions.hitLatency->p99);
        const auto apart = atOnce.hitLatency->p50 - inPortions.hitLatency->p50;
        QVERIFY2(std::abs(apart.count()) <= 60, qPrintable(QString::number(apart.count())));
    }

    void enormousCountsHaveAMedian()
    {
        Sample one = busySample(1);
        one.hits = ~std::uint64_t(0);
        one.hitLatency->p50 = 10h;
        const Sample two = one;

        QCOMPARE(sumOf(one, two).hitLatency->p50, std::chrono::nanoseconds(10h));
    }

    void sumsEndWhereSomethingIsMissing_data()
    {
        QTest::addColumn<quint32>("seconds");
        QTest::addColumn<std::vector<Sample>>("samples");
        QTest::addColumn<QString>("sums");

        const auto with = [](auto change) {
            std::vector<Sample> samples = secondsFrom(1, 25);
            change(samples);
            return samples;
        };
        QTest::newRow("each for itself") << 1U << secondsFrom(1, 3) << "1-1 2-2 3-3";
        QTest::newRow("tens, the last of them short") << 10U << secondsFrom(1, 25) << "1-10 11-20 21-25";
        QTest::newRow("none") << 10U << std::vector<Sample>() << "";
        QTest::newRow("after a start") << 10U << with([](auto &s) { s[12].startsRun = true; })
                                       << "1-10 11-12 13-22 23-25";
        QTest::newRow("where one was lost")
            << 10U << with([](auto &s) { s.erase(s.begin() + 12); }) << "1-10 11-12 14-23 24-25";
        QTest::newRow("before a pause of the machine")
            << 10U << with([](auto &s) { s[12].length = 600s; }) << "1-10 11-12 13-22 23-25";
        QTest::newRow("not where the timer was late")
            << 10U << with([](auto &s) { s[12].length = 2s; }) << "1-10 11-20 21-25";
    }
    void sumsEndWhereSomethingIsMissing()
    {
        QFETCH(const quint32, seconds);
        QFETCH(const std::vector<Sample>, samples);
        QFETCH(const QString, sums);
        SampleSummer summer(seconds);

        QCOMPARE(summed(summer, samples), sums);
    }

    void aSumBeginsARunWhenItsFirstDoes()
    {
        SampleSummer summer(3);
        Sample first = secondOf(1);
        first.startsRun = true;
        summer.add(first);
        summer.add(secondOf(2));
        const std::optional<Sample> sum = summer.add(secondOf(3));

        QVERIFY(sum && sum->startsRun);
        QVERIFY(!sum->follows(secondOf(0)));
        QVERIFY(secondOf(4).follows(*sum));
    }
};

QTEST_APPLESS_MAIN(tst_SampleSum)
#include "tst_SampleSum.moc"
