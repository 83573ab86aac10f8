// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ChartData.h"
#include "ui/widgets/ChartPlot.h"
#include "ui/widgets/Decimation.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace hearth;

static constexpr auto noData = std::numeric_limits<double>::quiet_NaN();
static constexpr std::size_t mostPoints = 600;

class TestChartData final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decimationKeepsTheExtremesOfEachBucket();
    void decimationStaysWithinItsLimit_data();
    void decimationStaysWithinItsLimit();
    void decimationDoesNotShimmerWhileTimePasses();
    void missingValuesBreakTheLine();
    void longSilenceBreaksTheLine();
    void aShortGapSurvivesDecimation();
    void areasStandOnEachOther();
    void onlyTheVisiblePartCounts();
    void timeLabels_data();
    void timeLabels();
};

static TimeSeriesData series(std::size_t count)
{
    TimeSeriesData data;
    data.values.resize(1);
    for (std::size_t i = 0; i < count; ++i) {
        data.times.push_back(1.7e9 + static_cast<double>(i));
        data.values[0].push_back(100 + 10 * std::sin(static_cast<double>(i) / 7.0));
    }
    data.now = data.times.back();
    return data;
}

static std::size_t pointCount(const ChartPieces &pieces)
{
    std::size_t count = 0;
    for (const auto &piece : pieces.upper)
        count += static_cast<std::size_t>(piece.size());
    return count;
}

void TestChartData::decimationKeepsTheExtremesOfEachBucket()
{
    TimeSeriesData data = series(86'400);
    data.values[0][4'321] = 9'999;
    data.values[0][77'777] = -9'999;
    const double span = 86'400;

    const auto kept = decimate(data.times, {&data.values[0]}, mostPoints, span);

    const double width = span / (mostPoints / 3 - 1); // as documented: three samples of a row in each bucket
    std::size_t i = 0;
    while (i < data.times.size()) {
        const double bucket = std::floor(data.times[i] / width);
        double least = data.values[0][i];
        double greatest = least;
        for (; i < data.times.size() && std::floor(data.times[i] / width) == bucket; ++i) {
            least = std::min(least, data.values[0][i]);
            greatest = std::max(greatest, data.values[0][i]);
        }
        bool hasLeast = false;
        bool hasGreatest = false;
        for (const std::size_t index : kept) {
            if (std::floor(data.times[index] / width) != bucket)
                continue;
            hasLeast = hasLeast || data.values[0][index] == least;
            hasGreatest = hasGreatest || data.values[0][index] == greatest;
        }
        QVERIFY(hasLeast && hasGreatest);
    }
}

void TestChartData::decimationStaysWithinItsLimit_data()
{
    QTest::addColumn<int>("samples");
    QTest::addColumn<int>("rows");
    for (const int samples : {0, 1, 600, 601, 1'800, 86'400}) {
        for (const int rows : {1, 2, 6})
            QTest::addRow("%d samples, %d rows", samples, rows) << samples << rows;
    }
}

void TestChartData::decimationStaysWithinItsLimit()
{
    QFETCH(int, samples);
    QFETCH(int, rows);
    std::vector<double> times;
    std::vector<std::vector<double>> values(static_cast<std::size_t>(rows));
    for (int i = 0; i < samples; ++i) {
        times.push_back(1.7e9 + i);
        for (int row = 0; row < rows; ++row) // each row has its extremes elsewhere
            values[static_cast<std::size_t>(row)].push_back(i % 11 == row ? noData : std::sin(i * (row + 1) * 0.37));
    }
    std::vector<const std::vector<double> *> pointers;
    for (const auto &row : values)
        pointers.push_back(&row);

    const auto kept = decimate(times, pointers, mostPoints, samples);

    QVERIFY(kept.size() <= mostPoints);
    QVERIFY(samples > 600 || kept.size() == static_cast<std::size_t>(samples));
    QVERIFY(std::is_sorted(kept.begin(), kept.end()));
    QVERIFY(std::adjacent_find(kept.begin(), kept.end()) == kept.end());
}

void TestChartData::decimationDoesNotShimmerWhileTimePasses()
{
    const TimeSeriesData data = series(3'700);
    const auto chosenTimes = [&data](std::size_t first) {
        const std::vector<double> times(data.times.begin() + static_cast<std::ptrdiff_t>(first),
                                        data.times.begin() + static_cast<std::ptrdiff_t>(first + 3'600));
        const std::vector<double> row(data.values[0].begin() + static_cast<std::ptrdiff_t>(first),
                                      data.values[0].begin() + static_cast<std::ptrdiff_t>(first + 3'600));
        std::vector<double> chosen;
        for (const std::size_t index : decimate(times, {&row}, mostPoints, 3'600)) {
            // The buckets at either end are still filling or already leaving.
            if (times[index] > 1.7e9 + 200 && times[index] < 1.7e9 + 3'500)
                chosen.push_back(times[index]);
        }
        return chosen;
    };

    QVERIFY(chosenTimes(0) == chosenTimes(1));
    QVERIFY(chosenTimes(0) == chosenTimes(57));
}

void TestChartData::missingValuesBreakTheLine()
{
    TimeSeriesData data = series(60);
    data.values[0][20] = data.values[0][21] = noData;

    const auto geometry = chartGeometry(data, {{QStringLiteral("a")}}, {60, 0, 0}, mostPoints);

    const auto &pieces = geometry.rows[0].upper;
    QCOMPARE(pieces.size(), std::size_t{2});
    QCOMPARE(pieces[0].size(), 20);
    QCOMPARE(pieces[1].front().x(), -37.0);
    QVERIFY(geometry.low > 80); // a gap is not a zero
}

void TestChartData::longSilenceBreaksTheLine()
{
    TimeSeriesData data = series(60);
    for (std::size_t i = 30; i < 60; ++i)
        data.times[i] += 100;
    data.now = data.times.back();

    QCOMPARE(chartGeometry(data, {{QStringLiteral("a")}}, {300, 0, 10}, mostPoints).rows[0].upper.size(),
             std::size_t{2});
    QCOMPARE(chartGeometry(data, {{QStringLiteral("a")}}, {300, 0, 0}, mostPoints).rows[0].upper.size(),
             std::size_t{1});
}

void TestChartData::aShortGapSurvivesDecimation()
{
    TimeSeriesData data = series(86'400);
    data.values[0][50'000] = noData;

    const auto geometry = chartGeometry(data, {{QStringLiteral("a")}}, {86'400, 0, 0}, mostPoints);

    QCOMPARE(geometry.rows[0].upper.size(), std::size_t{2});
    QVERIFY(pointCount(geometry.rows[0]) <= mostPoints);
}

void TestChartData::areasStandOnEachOther()
{
    TimeSeriesData data = series(3);
    data.values = {{10, 20, 30}, {1, 2, 3}};
    using Style = SeriesSpec::Style;
    const std::vector<SeriesSpec> specs = {{QStringLiteral("active"), 0, Style::StackedArea},
                                           {QStringLiteral("expired"), 1, Style::StackedArea}};

    const auto geometry = chartGeometry(data, specs, {60, 0, 0}, mostPoints);

    QCOMPARE(geometry.rows[1].upper[0][2], QPointF(0, 33));
    QCOMPARE(geometry.rows[1].lower[0][2], QPointF(0, 30));
    QCOMPARE(geometry.rows[0].lower[0][2], QPointF(0, 0));
    QCOMPARE(geometry.high, 33.0);
}

void TestChartData::onlyTheVisiblePartCounts()
{
    TimeSeriesData data = series(600);
    data.values[0][10] = 5'000;

    const auto geometry = chartGeometry(data, {{QStringLiteral("a")}}, {60, 0, 0}, mostPoints);

    QVERIFY(geometry.high < 200);
    QCOMPARE(pointCount(geometry.rows[0]), std::size_t{62}); // 0-60 s and one beyond the edge
}

void TestChartData::timeLabels_data()
{
    QTest::addColumn<double>("window");
    QTest::addColumn<QString>("labels");
    QTest::newRow("1 min") << 60.0 << "-60 s|-45|-30|-15|now";
    QTest::newRow("5 min") << 300.0 << "-5 min|-4|-3|-2|-1|now";
    QTest::newRow("30 min") << 1'800.0 << "-30 min|-20|-10|now";
    QTest::newRow("6 h") << 21'600.0 << "-6 h|-4|-2|now";
    QTest::newRow("24 h") << 86'400.0 << "-24 h|-18|-12|-6|now";
}

void TestChartData::timeLabels()
{
    QFETCH(double, window);
    QStringList labels;
    for (const TimeTick &tick : timeTicks(window, 0))
        labels << tick.label;
    QTEST(labels.join(QLatin1Char('|')), "labels");
}

QTEST_APPLESS_MAIN(TestChartData)
#include "tst_ChartData.moc"
