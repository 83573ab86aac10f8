// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/telemetry/SampleHistory.h"

#include <QTest>

#include <atomic>
#include <limits>
#include <thread>

using namespace hearth;

class tst_SampleHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void numbersFromOneWithoutHoles();
    void keepsTheNewestUpToItsCapacity();
    void keepsADayOfSeconds();
    void answersTheNewestOfWhatIsAskedFor_data();
    void answersTheNewestOfWhatIsAskedFor();
    void keepsASampleAsItWas();
    void copyingADayHoldsNobodyUp();
    void whatIsDroppedWhileItIsCopiedLeavesNoHole();
    void readersSeeNoHoleWhileSamplesArrive();
};

namespace {

constexpr std::size_t noLimit = std::numeric_limits<std::size_t>::max();

void append(SampleHistory &history, int count)
{
    for (int i = 0; i < count; ++i)
        history.append({});
}

QString numbers(const std::vector<Sample> &samples)
{
    QStringList texts;
    for (const Sample &each : samples)
        texts << QString::number(each.seq);
    return texts.join(' ');
}

} // namespace

void tst_SampleHistory::numbersFromOneWithoutHoles()
{
    SampleHistory history;
    QVERIFY(history.samples(0, noLimit).empty());

    Sample numbered;
    numbered.seq = 77; // the history numbers, nobody else

    QCOMPARE(history.append(numbered).seq, 1U);
    QCOMPARE(history.append({}).seq, 2U);
    QCOMPARE(numbers(history.samples(0, noLimit)), "1 2");
}

void tst_SampleHistory::keepsTheNewestUpToItsCapacity()
{
    SampleHistory history(3);
    append(history, 5);

    QCOMPARE(numbers(history.samples(0, noLimit)), "3 4 5");

    SampleHistory keepsNothing(0);
    append(keepsNothing, 2);
    QVERIFY(keepsNothing.samples(0, noLimit).empty());
    QCOMPARE(keepsNothing.append({}).seq, 3U);
}

void tst_SampleHistory::keepsADayOfSeconds()
{
    SampleHistory history;
    append(history, 86'400 + 10);

    const std::vector<Sample> samples = history.samples(0, noLimit);

    QCOMPARE(samples.size(), 86'400U);
    QCOMPARE(samples.front().seq, 11U);
}

void tst_SampleHistory::answersTheNewestOfWhatIsAskedFor_data()
{
    QTest::addColumn<quint64>("since");
    QTest::addColumn<quint64>("limit");
    QTest::addColumn<QString>("found");

    constexpr quint64 all = std::numeric_limits<quint64>::max();
    QTest::newRow("everything") << quint64(0) << all << "4 5 6 7 8";
    QTest::newRow("after a number that is kept") << quint64(6) << all << "7 8";
    QTest::newRow("after a number that was dropped") << quint64(2) << all << "4 5 6 7 8";
    QTest::newRow("after the last") << quint64(8) << all << "";
    QTest::newRow("after a number yet to come") << quint64(9) << all << "";
    QTest::newRow("after any number") << all << all << "";
    QTest::newRow("the newest two") << quint64(0) << quint64(2) << "7 8";
    QTest::newRow("the newest two of three") << quint64(5) << quint64(2) << "7 8";
    QTest::newRow("none") << quint64(0) << quint64(0) << "";
}

void tst_SampleHistory::answersTheNewestOfWhatIsAskedFor()
{
    QFETCH(const quint64, since);
    QFETCH(const quint64, limit);
    QFETCH(const QString, found);
    SampleHistory history(5);
    append(history, 8);

    QCOMPARE(numbers(history.samples(since, limit)), found);
}

void tst_SampleHistory::keepsASampleAsItWas()
{
    SampleHistory history;
    Sample sample;
    sample.gets = 41;
    sample.missesByReason = {1, 2, 3, 4, 5};
    sample.hitLatency =
        Percentiles{std::chrono::nanoseconds(1), std::chrono::nanoseconds(2), std::chrono::nanoseconds(3)};
    sample.databaseReachable = true;
    history.append(sample);

    const Sample kept = history.samples(0, 1).front();

    QCOMPARE(kept.gets, 41U);
    QVERIFY(kept.missesByReason == sample.missesByReason);
    QVERIFY(kept.hitLatency == sample.hitLatency);
    QVERIFY(!kept.loadLatency);
    QVERIFY(kept.databaseReachable);
}

void tst_SampleHistory::copyingADayHoldsNobodyUp()
{
    SampleHistory history;
    append(history, 86'400);
    int pauses = 0;
    const SeqPoint::Hook pause("SampleHistory.samples.betweenLockHolds", [&pauses, &history] {
        if (++pauses % 100 == 0)
            history.append({}); // would wait for ever under the lock
    });

    const std::vector<Sample> samples = history.samples(0, noLimit);

    QVERIFY2(pauses >= 86'400 / 256, qPrintable(QString::number(pauses)));
    QCOMPARE(samples.back().seq, 86'400U);
    QCOMPARE(samples.back().seq - samples.front().seq + 1, samples.size());
}

void tst_SampleHistory::whatIsDroppedWhileItIsCopiedLeavesNoHole()
{
    SampleHistory history(600);
    append(history, 600);
    int pauses = 0;
    const SeqPoint::Hook pause("SampleHistory.samples.betweenLockHolds", [&pauses, &history] {
        if (++pauses == 1)
            append(history, 100);
    });

    const std::vector<Sample> samples = history.samples(0, noLimit);

    QCOMPARE(samples.size(), 500U);
    QCOMPARE(samples.front().seq, 101U);
    QCOMPARE(samples.back().seq, 600U);

    const SeqPoint::Hook flood("SampleHistory.samples.betweenLockHolds", [&history] { append(history, 1000); });
    QVERIFY(history.samples(0, noLimit).empty()); // all of them were dropped meanwhile
}

void tst_SampleHistory::readersSeeNoHoleWhileSamplesArrive()
{
    SampleHistory history(100);
    std::atomic<bool> done = false;
    std::thread writer([&history, &done] {
        append(history, 20'000);
        done = true;
    });
    bool everWrong = false;
    while (!done) {
        const std::vector<Sample> samples = history.samples(0, noLimit);
        everWrong = everWrong || (!samples.empty() && samples.back().seq - samples.front().seq + 1 != samples.size());
    }
    writer.join();

    QVERIFY(!everWrong);
}

QTEST_APPLESS_MAIN(tst_SampleHistory)
#include "tst_SampleHistory.moc"
