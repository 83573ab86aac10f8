// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Clock.h"
#include "tests/support/ManualClock.h"

#include <QtTest>

#include <limits>
#include <time.h>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

using Count = std::chrono::nanoseconds::rep;
constexpr Count largest = std::numeric_limits<Count>::max();
constexpr Count smallest = std::numeric_limits<Count>::min();

std::chrono::nanoseconds upTimeWithSuspend()
{
    timespec time{};
    ::clock_gettime(CLOCK_BOOTTIME, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

} // namespace

class tst_Clock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sumsStayAtTheEndsOfTheRange_data();
    void sumsStayAtTheEndsOfTheRange();
    void theSystemClockCountsSuspend();
    void theSystemClockKnowsWhatHasPassed();
    void theSystemsWallClockIsUtc();
    void theManualClockMovesOnlyWhenTold();
};

void tst_Clock::sumsStayAtTheEndsOfTheRange_data()
{
    QTest::addColumn<Count>("time");
    QTest::addColumn<Count>("delta");
    QTest::addColumn<Count>("sum");

    QTest::newRow("an ordinary sum") << Count{5} << Count{7} << Count{12};
    QTest::newRow("an ordinary difference") << Count{5} << Count{-7} << Count{-2};
    QTest::newRow("just to the end") << largest - 7 << Count{7} << largest;
    QTest::newRow("one past the end") << largest - 7 << Count{8} << largest;
    QTest::newRow("the longest TTL from the end") << largest << largest << largest;
    QTest::newRow("just to the beginning") << smallest + 7 << Count{-7} << smallest;
    QTest::newRow("one before the beginning") << smallest + 7 << Count{-8} << smallest;
    QTest::newRow("from the beginning back") << smallest << smallest << smallest;
    QTest::newRow("from the beginning to the end") << smallest << largest << Count{-1};
}

void tst_Clock::sumsStayAtTheEndsOfTheRange()
{
    QFETCH(Count, time);
    QFETCH(Count, delta);
    QFETCH(Count, sum);

    const MonotonicTime result =
        saturatedSum(MonotonicTime(std::chrono::nanoseconds(time)), std::chrono::nanoseconds(delta));

    QCOMPARE(result.time_since_epoch().count(), sum);
}

void tst_Clock::theSystemClockCountsSuspend()
{
    const SystemClock clock;

    const auto before = upTimeWithSuspend();
    const auto now = clock.now().time_since_epoch();
    const auto after = upTimeWithSuspend();

    QVERIFY(before <= now);
    QVERIFY(now <= after);
}

// It may answer without asking the kernel, but never otherwise than it would have answered then.
void tst_Clock::theSystemClockKnowsWhatHasPassed()
{
    const SystemClock clock;
    int passed = 0;
    for (int step = 0; step < 60'000; ++step) {
        const MonotonicTime time = clock.now() + std::chrono::nanoseconds((step % 6000 - 3000) * 1000);
        for (int again = 0; again < 3; ++again) {
            const MonotonicTime before = clock.now();
            const bool hasPassed = clock.hasPassed(time);
            const MonotonicTime after = clock.now();
            QVERIFY(hasPassed ? time < after : time >= before);
            passed += hasPassed ? 1 : 0;
        }
    }
    QVERIFY(passed > 60'000);
    QVERIFY(clock.hasPassed(MonotonicTime::min()));
    QVERIFY(!clock.hasPassed(MonotonicTime::max()));
}

void tst_Clock::theSystemsWallClockIsUtc()
{
    const SystemClock clock;

    const auto before = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const WallTime now = clock.wallNow();

    QVERIFY(before <= now);
    QVERIFY(now < before + 60s);
}

void tst_Clock::theManualClockMovesOnlyWhenTold()
{
    ManualClock clock(MonotonicTime(5s));
    const WallTime wall = clock.wallNow();

    clock.advance(1500ms);
    QVERIFY(clock.now() == MonotonicTime(6500ms));
    QVERIFY(clock.wallNow() == wall + 1500ms);

    clock.jumpWall(-24h);
    QVERIFY(clock.now() == MonotonicTime(6500ms));
    QVERIFY(clock.wallNow() == wall + 1500ms - 24h);

    clock.setWall(WallTime(7ms));
    QVERIFY(clock.wallNow() == WallTime(7ms));
}

QTEST_APPLESS_MAIN(tst_Clock)
#include "tst_Clock.moc"
