// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/ChartBuckets.h"
#include "ui/overview/SeriesBuffer.h"

#include <QTest>

#include <cmath>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

constexpr WallTime noon{std::chrono::seconds(1'767'268'800)};

Sample sampleOf(std::uint64_t seq)
{
    Sample sample;
    sample.seq = seq;
    sample.time = noon + std::chrono::seconds(seq);
    sample.gets = 10;
    sample.hits = 9;
    return sample;
}

std::vector<Sample> samplesFrom(std::uint64_t first, std::uint64_t last)
{
    std::vector<Sample> samples;
    for (std::uint64_t seq = first; seq <= last; ++seq)
        samples.push_back(sampleOf(seq));
    return samples;
}

QString numbers(const SeriesBuffer &buffer)
{
    QStringList list;
    for (std::size_t i = 0; i < buffer.size(); ++i)
        list << QString::number(buffer.at(i).sample.seq);
    return list.join(QLatin1Char(' '));
}

} // namespace

class tst_SeriesBuffer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachSampleIsThereOnce()
    {
        SeriesBuffer buffer;
        QVERIFY(buffer.append(sampleOf(4)));
        QVERIFY(!buffer.append(sampleOf(4)));

        buffer.merge(samplesFrom(2, 5));
        buffer.append(sampleOf(6));

        QCOMPARE(numbers(buffer), QStringLiteral("2 3 4 5 6"));
    }

    void aNodeThatCountsAnewStartsOver()
    {
        SeriesBuffer buffer;
        buffer.merge(samplesFrom(1, 100));
        Sample first = sampleOf(1);
        first.time = noon + 200s;

        QVERIFY(buffer.append(first));

        QCOMPARE(numbers(buffer), QStringLiteral("1"));
    }

    void aLateOneIsNoRestart()
    {
        SeriesBuffer buffer;
        buffer.merge(samplesFrom(90, 100));

        QVERIFY(!buffer.append(sampleOf(97)));

        QCOMPARE(buffer.size(), std::size_t(11));
    }

    void theOldestGoWhenItIsFull()
    {
        SeriesBuffer buffer(3);
        buffer.append(sampleOf(1));
        buffer.merge(samplesFrom(2, 5));
        QCOMPARE(numbers(buffer), QStringLiteral("3 4 5"));
        buffer.append(sampleOf(6));
        QCOMPARE(numbers(buffer), QStringLiteral("4 5 6"));
    }

    void positionsFollowTheLengthsNotTheWallClock()
    {
        SeriesBuffer buffer;
        buffer.append(sampleOf(1));
        Sample dayBack = sampleOf(2);
        dayBack.time -= 24h;
        buffer.append(dayBack);
        Sample afterSleep = sampleOf(3);
        afterSleep.time = dayBack.time + 601s;
        afterSleep.length = 600s;
        buffer.append(afterSleep);

        QCOMPARE(buffer.at(1).position - buffer.at(0).position, 1.0);
        QCOMPARE(buffer.at(2).position - buffer.at(1).position, 600.0);
    }

    void missingSamplesLeaveAGap()
    {
        SeriesBuffer buffer;
        buffer.append(sampleOf(1));
        buffer.append(sampleOf(61));

        QCOMPARE(buffer.at(1).position - buffer.at(0).position, 60.0);
    }

    void betweenTwoRunsLiesWhatTheWallClockSays_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("wall");
        QTest::addColumn<double>("distance");
        QTest::newRow("ten minutes") << std::chrono::milliseconds(600s) << 600.0;
        QTest::newRow("at once") << std::chrono::milliseconds(1500ms) << 1.5;
        QTest::newRow("set back by an hour") << std::chrono::milliseconds(-3600s) << 1.0;
        QTest::newRow("set back to the same moment") << std::chrono::milliseconds(0) << 1.0;
        QTest::newRow("a year") << std::chrono::milliseconds(24h * 365) << 86'400.0 * 365;
    }
    void betweenTwoRunsLiesWhatTheWallClockSays()
    {
        QFETCH(const std::chrono::milliseconds, wall);
        QFETCH(const double, distance);
        SeriesBuffer buffer;
        buffer.merge(samplesFrom(1, 20));
        Sample first = sampleOf(21); // numbers go on
        first.startsRun = true;
        first.time = sampleOf(20).time + wall;
        Sample second = sampleOf(22);
        second.time = first.time + 1s;

        buffer.append(first);
        buffer.append(second);

        QCOMPARE(buffer.at(20).position - buffer.at(19).position, distance);
        QCOMPARE(buffer.at(21).position - buffer.at(20).position, 1.0);
        QCOMPARE(buffer.timeAt(buffer.at(20).position), first.time);
    }

    void sumsAreAsFarApartAsTheyAreLong()
    {
        SeriesBuffer buffer;
        std::vector<Sample> past{sampleOf(60), sampleOf(70), sampleOf(80), sampleOf(81)};
        past[0].merged = 60;
        for (const std::size_t i : {std::size_t(1), std::size_t(2)}) {
            past[i].merged = 10;
            past[i].length = 10s;
            past[i].time -= 24h * static_cast<int>(i); // whatever the clock
        }

        buffer.merge(past);

        QCOMPARE(buffer.at(1).position - buffer.at(0).position, 10.0);
        QCOMPARE(buffer.at(2).position - buffer.at(1).position, 10.0);
        QCOMPARE(buffer.at(3).position - buffer.at(2).position, 1.0);
    }

    void aMissingSumLeavesAGap()
    {
        SeriesBuffer buffer;
        Sample sum = sampleOf(40);
        sum.merged = 10;
        sum.length = 10s;
        buffer.merge({sampleOf(10), sum});

        QCOMPARE(buffer.at(1).position - buffer.at(0).position, 30.0);
    }

    void ratesOfSumsAreThoseOfTheirSeconds()
    {
        SeriesBuffer buffer;
        Sample sum = sampleOf(10);
        sum.merged = 10;
        sum.length = 10s;
        sum.gets = 500;
        sum.hitLatency = Percentiles{100ns, 200ns, 300ns};
        Sample second = sampleOf(11);
        second.gets = 105;
        second.hitLatency = Percentiles{1'200ns, 200ns, 300ns};
        buffer.merge({sum, second});
        ChartBuckets fine;
        fine.rebuild(buffer, -1, 1);
        ChartBuckets coarse;
        coarse.rebuild(buffer, -1, 60);

        QCOMPARE(fine.buckets().size(), std::size_t(2));
        QCOMPARE(fine.buckets()[0].perSecond(fine.buckets()[0].gets), 50.0);
        QCOMPARE(fine.buckets()[0].secondsPerSample, 10.0);
        QCOMPARE(fine.buckets()[1].secondsPerSample, 1.0);
        QCOMPARE(coarse.buckets().size(), std::size_t(1));
        QCOMPARE(coarse.buckets()[0].perSecond(coarse.buckets()[0].gets), 55.0);
        QCOMPARE(coarse.buckets()[0].hitP50(), 200.0); // ten seconds of 100, one of 1,200
    }

    void theHitRateCountsOnlyItsWindow()
    {
        SeriesBuffer buffer;
        QCOMPARE(buffer.hitRate(5min), std::nullopt);
        for (std::uint64_t seq = 1; seq <= 400; ++seq) {
            Sample sample = sampleOf(seq);
            sample.hits = seq <= 100 ? 0 : 10;
            buffer.append(sample);
        }
        QCOMPARE(buffer.hitRate(5min), 1.0);
        QCOMPARE(buffer.hitRate(400s), 0.75);
    }

    void withoutGetsThereIsNoHitRate()
    {
        SeriesBuffer buffer;
        Sample quiet = sampleOf(1);
        quiet.gets = 0;
        quiet.hits = 0;
        buffer.append(quiet);

        QCOMPARE(buffer.hitRate(5min), std::nullopt);
    }

    void momentsArePlacedAndFoundAgain()
    {
        SeriesBuffer buffer;
        buffer.merge(samplesFrom(1, 100));

        const double position = buffer.positionOf(noon + 40s);

        QCOMPARE(buffer.newest().position - position, 60.0);
        QCOMPARE(buffer.timeAt(position), noon + 40s);
    }

    void aSliceHoldsTheSumsOfItsSamples()
    {
        SeriesBuffer buffer;
        for (std::uint64_t seq = 1; seq <= 10; ++seq) {
            Sample sample = sampleOf(seq);
            sample.activeEntries = seq;
            sample.gets = seq == 1 ? 1000 : 0;
            sample.hits = seq == 1 ? 500 : 0;
            sample.missesByReason = {};
            sample.missesByReason[0] = sample.gets - sample.hits;
            sample.loads = 2;
            if (seq % 2 == 0)
                sample.hitLatency = Percentiles{std::chrono::nanoseconds(100 * seq), 0ns, 1000ns * seq};
            buffer.append(sample);
        }
        ChartBuckets buckets;
        buckets.rebuild(buffer, -1, 10);

        QCOMPARE(buckets.buckets().size(), std::size_t(1));
        const ChartBucket &bucket = buckets.buckets().front();
        QCOMPARE(bucket.active, 10.0);
        QCOMPARE(bucket.ratio(bucket.hits), 0.5);
        QCOMPARE(bucket.perSecond(bucket.loads), 2.0);
        QCOMPARE(bucket.hitP50(), 600.0);
        QCOMPARE(bucket.hitTail(), 10'000.0);
        QVERIFY(std::isnan(bucket.loadP50()));
        QVERIFY(std::isnan(bucket.loadTail()));
    }

    void slicesGrowAsTheyAreRebuilt()
    {
        SeriesBuffer buffer;
        ChartBuckets grown;
        grown.rebuild(buffer, -1, 5);
        for (const Sample &sample : samplesFrom(1, 33)) {
            buffer.append(sample);
            grown.add(buffer.newest());
        }
        ChartBuckets rebuilt;
        rebuilt.rebuild(buffer, -1, 5);

        QCOMPARE(grown.buckets().size(), rebuilt.buckets().size());
        for (std::size_t i = 0; i < grown.buckets().size(); ++i) {
            QCOMPARE(grown.buckets()[i].gets, rebuilt.buckets()[i].gets);
            QCOMPARE(grown.buckets()[i].position, rebuilt.buckets()[i].position);
        }
    }
};

QTEST_GUILESS_MAIN(tst_SeriesBuffer)
#include "tst_SeriesBuffer.moc"
