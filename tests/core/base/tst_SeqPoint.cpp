// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/SeqPoint.h"

#include <QtTest>

#include <atomic>
#include <optional>
#include <semaphore>
#include <thread>

using namespace hearth;

class tst_SeqPoint : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aHookRunsAtEachPassOfItsPointOnly();
    void severalHooksOfAPointRunInTheirOrder();
    void nothingRunsAfterTheHookIsGone();
    void aHookMayAddAndRemoveHooks();
    void aHookStopsTheThreadThatPasses();
    void theMacroPasses();
};

void tst_SeqPoint::aHookRunsAtEachPassOfItsPointOnly()
{
    int passes = 0;
    const SeqPoint::Hook hook("here", [&] { ++passes; });

    SeqPoint::pass("here");
    SeqPoint::pass("there");
    SeqPoint::pass("here");

    QCOMPARE(passes, 2);
}

void tst_SeqPoint::severalHooksOfAPointRunInTheirOrder()
{
    QString order;
    const SeqPoint::Hook first("here", [&] { order += QLatin1Char('a'); });
    const SeqPoint::Hook second("here", [&] { order += QLatin1Char('b'); });

    SeqPoint::pass("here");

    QCOMPARE(order, QStringLiteral("ab"));
}

void tst_SeqPoint::nothingRunsAfterTheHookIsGone()
{
    int passes = 0;
    {
        const SeqPoint::Hook hook("here", [&] { ++passes; });
    }

    SeqPoint::pass("here");

    QCOMPARE(passes, 0);
}

void tst_SeqPoint::aHookMayAddAndRemoveHooks()
{
    int inner = 0;
    std::optional<SeqPoint::Hook> other;
    const SeqPoint::Hook hook("here", [&] {
        if (other)
            other.reset();
        else
            other.emplace("here", [&] { ++inner; });
    });

    SeqPoint::pass("here"); // adds the other, which does not run in this pass
    QCOMPARE(inner, 0);
    SeqPoint::pass("here"); // removes it, but it had been found for this pass
    QCOMPARE(inner, 1);
    QVERIFY(!other);
}

void tst_SeqPoint::aHookStopsTheThreadThatPasses()
{
    std::binary_semaphore arrived{0};
    std::binary_semaphore goOn{0};
    std::atomic<bool> passed = false;
    const SeqPoint::Hook hook("here", [&] {
        arrived.release();
        goOn.acquire();
    });

    std::thread other([&] {
        SeqPoint::pass("here");
        passed = true;
    });
    arrived.acquire();
    const bool passedTooSoon = passed;
    goOn.release();
    other.join();

    QVERIFY(!passedTooSoon);
    QVERIFY(passed);
}

void tst_SeqPoint::theMacroPasses()
{
    int passes = 0;
    const SeqPoint::Hook hook("here", [&] { ++passes; });

    HEARTH_SEQ_POINT("here");

    QCOMPARE(passes, 1);
}

QTEST_APPLESS_MAIN(tst_SeqPoint)
#include "tst_SeqPoint.moc"
