// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"
#include "core/telemetry/SampleHistory.h"
#include "tests/core/telemetry/Samples.h"

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
    void thePastGetsTheNumbersBeforeThisRun();
    void thePastThatIsTooLongLosesItsOldest_data();
    void thePastThatIsTooLongLosesItsOldest();
    void thePastThatArrivesWhileItIsCopiedTearsNothing();
    void whoeverWantsThePastIsToldWhenItIsThere();
    void withoutRoomForAPastNobodyWaits();
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

void tst_SampleHistory::thePastGetsTheNumbersBeforeThisRun()
{
    SampleHistory history(100, 1'000);
    QCOMPARE(history.append(secondOf(0)).seq, 1'001U);
    std::vector<Sample> past{secondOf(40), secondOf(50), secondOf(51), secondOf(53)};
    past[1].merged = 10;
    past[0].startsRun = true;

    history.prepend(past);

    QCOMPARE(history.append(secondOf(0)).seq, 1'002U);
    QCOMPARE(spansOf(history.samples(0, noLimit)), "| 987 988-997 998 1000 1001 1002");
    QCOMPARE(numbers(history.samples(997, noLimit)), "998 1000 1001 1002");
    QCOMPARE(numbers(history.samples(992, noLimit)), "997 998 1000 1001 1002"); // in the middle of a sum
    QCOMPARE(numbers(history.samples(999, noLimit)), "1000 1001 1002");
    QCOMPARE(numbers(history.samples(0, 3)), "1000 1001 1002");
}

void tst_SampleHistory::thePastThatIsTooLongLosesItsOldest_data()
{
    QTest::addColumn<quint64>("capacity");
    QTest::addColumn<quint64>("room");
    QTest::addColumn<QString>("kept");
    QTest::newRow("no place for all") << quint64(4) << quint64(1'000) << "999 1000 1001 1002";
    QTest::newRow("no numbers for all") << quint64(100) << quint64(3) << "1 2 3 4 5";
    QTest::newRow("no place") << quint64(2) << quint64(1'000) << "1001 1002";
    QTest::newRow("no numbers") << quint64(100) << quint64(0) << "1 2";
}

void tst_SampleHistory::thePastThatIsTooLongLosesItsOldest()
{
    QFETCH(const quint64, capacity);
    QFETCH(const quint64, room);
    QFETCH(const QString, kept);
    SampleHistory history(capacity, room);
    append(history, 2);

    history.prepend(secondsFrom(1, 50));

    QCOMPARE(numbers(history.samples(0, noLimit)), kept);
}

void tst_SampleHistory::thePastThatArrivesWhileItIsCopiedTearsNothing()
{
    SampleHistory history(10'000, 100'000);
    append(history, 600);
    int pauses = 0;
    const SeqPoint::Hook pause("SampleHistory.samples.betweenLockHolds", [&pauses, &history] {
        if (++pauses == 2)
            history.prepend(secondsFrom(1, 500));
    });

    const std::vector<Sample> samples = history.samples(0, noLimit);

    QCOMPARE(samples.size(), std::size_t(600));
    QCOMPARE(samples.front().seq, 100'001U);
    QCOMPARE(samples.back().seq, 100'600U);
    QCOMPARE(history.samples(0, noLimit).size(), std::size_t(1'100));
}

void tst_SampleHistory::whoeverWantsThePastIsToldWhenItIsThere()
{
    SampleHistory history(100, 1'000);
    QStringList told;
    history.whenComplete([&] { told << numbers(history.samples(0, noLimit)); });
    append(history, 1);
    QVERIFY(told.isEmpty());

    history.prepend({secondOf(7)});
    QCOMPARE(told, QStringList("1000 1001"));

    history.whenComplete([&] { told << "at once"; });
    QCOMPARE(told.last(), QString("at once"));
}

void tst_SampleHistory::withoutRoomForAPastNobodyWaits()
{
    SampleHistory history;
    bool told = false;

    history.whenComplete([&] { told = true; });

    QVERIFY(told);
}

QTEST_APPLESS_MAIN(tst_SampleHistory)
#include "tst_SampleHistory.moc"
