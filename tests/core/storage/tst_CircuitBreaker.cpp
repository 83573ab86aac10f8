// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/storage/CircuitBreaker.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

// When it opens, when it lets one try again, and how long that takes. Time is a number here.
class TestCircuitBreaker : public QObject
{
    Q_OBJECT

    static constexpr CircuitBreaker::SteadyTime start{1'000s};
    static CircuitBreaker breaker(double random = 0.0)
    {
        return CircuitBreaker(2'000ms, [random] { return random; });
    }
    static void open(CircuitBreaker &breaker, CircuitBreaker::SteadyTime now = start) { breaker.open(now); }

private Q_SLOTS:
    void fewFailuresDoNotOpenIt()
    {
        CircuitBreaker breaker = TestCircuitBreaker::breaker();

        for (unsigned i = 1; i < CircuitBreaker::threshold; ++i)
            QVERIFY(!breaker.failed(start));

        QVERIFY(breaker.isClosed());
        QVERIFY(breaker.failed(start));
        QVERIFY(breaker.state() == CircuitState::Open);
        QCOMPARE(breaker.consecutiveFailures(), CircuitBreaker::threshold);
    }

    void onlyFailuresInARowCount()
    {
        CircuitBreaker breaker = TestCircuitBreaker::breaker();

        for (unsigned i = 0; i < 10 * CircuitBreaker::threshold; ++i) {
            breaker.failed(start);
            if (i % 2 == 1)
                breaker.succeeded();
        }

        QVERIFY(breaker.isClosed());
    }

    void oneAttemptAtATime()
    {
        CircuitBreaker breaker = TestCircuitBreaker::breaker();
        open(breaker);

        QVERIFY(!breaker.beginAttempt(start)); // not before the back-off
        QVERIFY(!breaker.beginAttempt(*breaker.nextAttempt() - 1ns));
        QVERIFY(breaker.beginAttempt(*breaker.nextAttempt()));

        QVERIFY(breaker.state() == CircuitState::HalfOpen);
        QVERIFY(!breaker.nextAttempt());
        QVERIFY(!breaker.beginAttempt(start + 1h));
    }

    void anAttemptThatFailsOpensItAgain()
    {
        CircuitBreaker breaker = TestCircuitBreaker::breaker();
        open(breaker);
        QVERIFY(breaker.beginAttempt(start + 1h));

        QVERIFY(!breaker.failed(start + 1h)); // it was open all the time

        QVERIFY(breaker.state() == CircuitState::Open);
        QVERIFY(*breaker.nextAttempt() > start + 1h);
    }

    void anAttemptThatWorksClosesIt()
    {
        CircuitBreaker breaker = TestCircuitBreaker::breaker();
        open(breaker);
        QVERIFY(breaker.beginAttempt(start + 1h));

        breaker.succeeded();

        QVERIFY(breaker.isClosed());
        QCOMPARE(breaker.consecutiveFailures(), 0U);
        QVERIFY(!breaker.nextAttempt());
    }

    void theBackOffGrowsUpToTheRetryInterval_data()
    {
        QTest::addColumn<double>("random");
        QTest::addColumn<QList<int>>("milliseconds");
        QTest::newRow("no jitter") << 0.0 << QList<int>{250, 500, 1000, 2000, 2000, 2000};
        QTest::newRow("most jitter: half as long") << 1.0 << QList<int>{125, 250, 500, 1000, 1000, 1000};
        QTest::newRow("a random number out of its range") << -7.0 << QList<int>{250, 500, 1000, 2000, 2000, 2000};
    }
    void theBackOffGrowsUpToTheRetryInterval()
    {
        QFETCH(double, random);
        QFETCH(QList<int>, milliseconds);
        CircuitBreaker breaker = TestCircuitBreaker::breaker(random);
        CircuitBreaker::SteadyTime now = start;
        QList<int> waited;

        for (int i = 0; i < milliseconds.size(); ++i) {
            i == 0 ? open(breaker) : static_cast<void>(breaker.failed(now));
            waited += int(std::chrono::round<std::chrono::milliseconds>(*breaker.nextAttempt() - now).count());
            now = *breaker.nextAttempt();
            QVERIFY(breaker.beginAttempt(now));
        }

        QCOMPARE(waited, milliseconds);
        breaker.succeeded();
        open(breaker, now);
        QCOMPARE(int(std::chrono::round<std::chrono::milliseconds>(*breaker.nextAttempt() - now).count()),
                 milliseconds.front()); // a new outage begins anew
    }
};

QTEST_GUILESS_MAIN(TestCircuitBreaker)
#include "tst_CircuitBreaker.moc"
