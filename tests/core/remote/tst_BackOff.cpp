// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/remote/BackOff.h"

#include <QTest>

#include <vector>

using namespace hearth;
using namespace std::chrono_literals;

class tst_BackOff : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void waitsLongerEachTime()
    {
        BackOff backOff;
        std::vector<long long> waits;
        for (int i = 0; i < 9; ++i)
            waits.push_back(backOff.next(0.5).count());

        QCOMPARE(waits, (std::vector<long long>{250, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000, 30'000}));
    }

    void beginsAnew()
    {
        BackOff backOff;
        for (int i = 0; i < 1'000; ++i)
            backOff.next(0.5);

        backOff.reset();

        QCOMPARE(backOff.next(0.5), 250ms);
    }

    void chanceSpreadsIt()
    {
        QCOMPARE(BackOff::spread(10s, 0), 8'000ms);
        QCOMPARE(BackOff::spread(10s, 1), 12'000ms);
        QCOMPARE(BackOff::spread(10s, 7), 12'000ms);
    }
};

QTEST_APPLESS_MAIN(tst_BackOff)
#include "tst_BackOff.moc"
