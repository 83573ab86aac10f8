// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/OverviewCharts.h"
#include "ui/widgets/AxisScale.h"

#include <QSet>
#include <QTest>

using namespace hearth;
using namespace Qt::StringLiterals;

class tst_OverviewCharts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ticksOfAZoomedAxisDiffer_data()
    {
        QTest::addColumn<double>("low");
        QTest::addColumn<QStringList>("ticks");
        QTest::newRow("nearly all are hits")
            << 0.9992 << QStringList({u"99.9 %"_s, u"99.92 %"_s, u"99.94 %"_s, u"99.96 %"_s, u"99.98 %"_s, u"100 %"_s});
        QTest::newRow("97 of 100") << 0.97
                                   << QStringList({u"95 %"_s, u"96 %"_s, u"97 %"_s, u"98 %"_s, u"99 %"_s, u"100 %"_s});
        QTest::newRow("half") << 0.5 << QStringList({u"0 %"_s, u"20 %"_s, u"40 %"_s, u"60 %"_s, u"80 %"_s, u"100 %"_s});
    }
    void ticksOfAZoomedAxisDiffer()
    {
        QFETCH(double, low);
        QFETCH(QStringList, ticks);
        AxisScale scale(ScaleKind::Percent);
        scale.fit(low, 1);

        QStringList texts;
        for (const double tick : scale.range().ticks)
            texts << percentTickText(tick);

        QCOMPARE(texts, ticks);
    }

    void theAxisStaysWhileTheLineTrembles()
    {
        AxisScale scale(ScaleKind::Percent);
        scale.fit(0.962, 1);
        const AxisRange range = scale.range();

        for (int second = 0; second < 60; ++second)
            QVERIFY(!scale.fit(0.952 + 0.001 * (second % 20), 1));

        QCOMPARE(scale.range(), range);
        QVERIFY(scale.range().minimum >= 0.95); // into where the line is
    }
};

QTEST_MAIN(tst_OverviewCharts)
#include "tst_OverviewCharts.moc"
