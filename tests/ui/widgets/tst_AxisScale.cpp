// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/AxisScale.h"

#include <QTest>

#include <cmath>

using namespace hearth;

class TestAxisScale final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void niceCeilingIsTheNextRoundNumber_data();
    void niceCeilingIsTheNextRoundNumber();
    void staysForSmallChanges();
    void growsAtOnceAndShrinksOnlyWhenWorthIt();
    void percentZoomsToWhereTheLineIs_data();
    void percentZoomsToWhereTheLineIs();
    void logarithmicCoversWholeDecades();
    void noDataMovesNothing();
    void ticksEndAtTheEnds_data();
    void ticksEndAtTheEnds();
};

void TestAxisScale::niceCeilingIsTheNextRoundNumber_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("ceiling");
    QTest::newRow("zero") << 0.0 << 1.0;
    QTest::newRow("below one") << 0.07 << 0.08;
    QTest::newRow("exactly nice") << 500.0 << 500.0;
    QTest::newRow("just above") << 501.0 << 600.0;
    QTest::newRow("thousands") << 12'410.0 << 15'000.0;
    QTest::newRow("below ten") << 9.3 << 10.0;
}

void TestAxisScale::niceCeilingIsTheNextRoundNumber()
{
    QFETCH(double, value);
    QFETCH(double, ceiling);
    QVERIFY(qFuzzyCompare(niceCeiling(value), ceiling));
}

void TestAxisScale::staysForSmallChanges()
{
    AxisScale scale;
    scale.fit(0, 12'410);
    const AxisRange before = scale.range();

    for (const double high : {12'000.0, 13'900.0, 12'800.0, 9'500.0, 14'500.0})
        QVERIFY(!scale.fit(0, high));

    QCOMPARE(scale.range().maximum, before.maximum);
}

void TestAxisScale::growsAtOnceAndShrinksOnlyWhenWorthIt()
{
    AxisScale scale;
    scale.fit(0, 100);

    QVERIFY(scale.fit(0, 5'000));
    QVERIFY(scale.range().maximum >= 5'000);
    QVERIFY(!scale.fit(0, 4'000));
    QVERIFY(scale.fit(0, 100));
    QVERIFY(scale.range().maximum <= 200);
}

void TestAxisScale::percentZoomsToWhereTheLineIs_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("high");
    QTest::addColumn<double>("bottom");
    QTest::addColumn<double>("top");
    QTest::newRow("around 97 %") << 0.965 << 0.98 << 0.95 << 1.0;
    QTest::newRow("with a dip to 89 %") << 0.89 << 0.98 << 0.8 << 1.0;
    QTest::newRow("everywhere") << 0.02 << 0.99 << 0.0 << 1.0;
    QTest::newRow("near zero") << 0.001 << 0.03 << 0.0 << 0.05;
    QTest::newRow("perfect") << 1.0 << 1.0 << 0.999 << 1.0;
}

void TestAxisScale::percentZoomsToWhereTheLineIs()
{
    QFETCH(double, low);
    QFETCH(double, high);
    AxisScale scale(ScaleKind::Percent);

    scale.fit(low, high);

    QTEST(scale.range().minimum, "bottom");
    QTEST(scale.range().maximum, "top");
}

void TestAxisScale::logarithmicCoversWholeDecades()
{
    AxisScale scale(ScaleKind::Logarithmic);

    scale.fit(400, 3e8);

    QCOMPARE(scale.range().minimum, 100.0);
    QVERIFY(scale.range().maximum >= 3e8);
    QVERIFY(scale.range().ticks.size() <= 6);
    QVERIFY(std::isnan(scale.position(0)));
    QCOMPARE(scale.position(100), 0.0);
}

void TestAxisScale::noDataMovesNothing()
{
    AxisScale scale;
    scale.fit(0, 700);
    const AxisRange before = scale.range();

    QVERIFY(!scale.fit(std::nan(""), std::nan("")));

    QVERIFY(scale.range() == before);
}

void TestAxisScale::ticksEndAtTheEnds_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("linear") << static_cast<int>(ScaleKind::Linear);
    QTest::newRow("logarithmic") << static_cast<int>(ScaleKind::Logarithmic);
    QTest::newRow("percent") << static_cast<int>(ScaleKind::Percent);
}

void TestAxisScale::ticksEndAtTheEnds()
{
    QFETCH(int, kind);
    for (const double high : {0.004, 0.3, 0.97}) {
        AxisScale scale(static_cast<ScaleKind>(kind));
        scale.fit(high / 2, high);
        const AxisRange &range = scale.range();
        QCOMPARE(range.ticks.front(), range.minimum);
        QCOMPARE(range.ticks.back(), range.maximum);
        QVERIFY(range.ticks.size() >= 3 && range.ticks.size() <= 7);
    }
}

QTEST_APPLESS_MAIN(TestAxisScale)
#include "tst_AxisScale.moc"
