// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/ClockSkew.h"

#include <QTest>

using namespace hearth;
using namespace std::chrono_literals;

namespace {

const WallTime noon{std::chrono::milliseconds(1'767'268'800'000)};

// An answer of a node whose clock is so far ahead, asked for at a moment here, that takes so long each way.
void answer(ClockSkew &skew, WallTime asked, std::chrono::milliseconds ahead, std::chrono::milliseconds way = 5ms)
{
    const WallTime date = std::chrono::floor<std::chrono::seconds>(asked + way + ahead);
    skew.learn(date, asked, asked + 2 * way);
}

} // namespace

class tst_ClockSkew : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsNothingAtFirst() { QCOMPARE(ClockSkew().ahead(), 0ms); }

    void findsTheDistance_data()
    {
        QTest::addColumn<std::chrono::milliseconds>("distance");
        QTest::newRow("an hour ahead") << std::chrono::milliseconds(1h);
        QTest::newRow("three seconds behind") << std::chrono::milliseconds(-3s);
        QTest::newRow("years behind") << std::chrono::milliseconds(-24h * 3'650);
        QTest::newRow("one and a half ahead") << 1'500ms;
    }

    void findsTheDistance()
    {
        QFETCH(std::chrono::milliseconds, distance);
        ClockSkew skew;

        answer(skew, noon, distance);
        QVERIFY(skew.ahead() >= distance - 600ms && skew.ahead() <= distance + 600ms);

        for (int i = 1; i <= 40; ++i)
            answer(skew, noon + i * 1'037ms, distance);
        QVERIFY(skew.ahead() >= distance - 50ms && skew.ahead() <= distance + 50ms);
    }

    void clocksThatAgreeHaveNone()
    {
        ClockSkew skew;
        for (int i = 0; i < 100; ++i) {
            answer(skew, noon + i * 1'037ms, i % 2 == 0 ? 3ms : -4ms, 80ms);
            QCOMPARE(skew.ahead(), 0ms);
        }
    }

    void lessThanASecondIsNone()
    {
        ClockSkew skew;
        for (int i = 0; i < 100; ++i)
            answer(skew, noon + i * 1'037ms, 700ms);
        QCOMPARE(skew.ahead(), 0ms);
    }

    void aSlowAnswerSaysLess()
    {
        ClockSkew skew;
        answer(skew, noon, 10s, 8s);
        answer(skew, noon + 20s, 10s);
        QVERIFY(skew.ahead() > 9s && skew.ahead() < 11s);
    }

    void aClockThatIsSetIsNoticed()
    {
        ClockSkew skew;
        for (int i = 0; i < 10; ++i)
            answer(skew, noon + i * 1'037ms, 1h);

        answer(skew, noon + 20s, 0ms);

        QCOMPARE(skew.ahead(), 0ms);
    }

    void anAnswerBeforeItsQuestionIsNone()
    {
        ClockSkew skew;
        skew.learn(noon + 1h, noon, noon - 5s);
        QCOMPARE(skew.ahead(), 0ms);
    }
};

QTEST_APPLESS_MAIN(tst_ClockSkew)
#include "tst_ClockSkew.moc"
