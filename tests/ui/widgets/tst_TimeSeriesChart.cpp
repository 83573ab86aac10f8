// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/ThemeController.h"
#include "ui/widgets/ChartPlot.h"
#include "ui/widgets/TimeSeriesChart.h"

#include <QAbstractItemModelTester>
#include <QChart>
#include <QDialog>
#include <QLineSeries>
#include <QPainter>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <QVBoxLayout>

#include <cmath>
#include <limits>

using namespace hearth;

static constexpr auto none = std::numeric_limits<double>::quiet_NaN();

class TestTimeSeriesChart final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void hiddenItDoesNoWork();
    void manySamplesInASecondAreDrawnOnce();
    void aSettingIsDrawnAtOnce();
    void legendSaysTheLastValues();
    void crosshairSaysTheValuesAtThatMoment();
    void crosshairsOfTwoChartsAreLinked();
    void keyboardMovesTheCrosshair();
    void draggingSelectsARange();
    void marksAreDrawnAndNamed();
    void aMarkBetweenTwoSamplesIsToldByTheKeyboard();
    void linesEndAtTheEdgesOfThePlot();
    void oneSampleAloneIsSeen();
    void aPictureIsDrawnWithoutPointerAndFocus();
    void withoutDataItSaysSo();
    void themeSwitchRecoloursTheLines();
    void tableShowsTheValuesNewestFirst();
    void isDescribedForScreenReaders();

private:
    static TimeSeriesData samples(int count);
    static void prepare(TimeSeriesChart &chart);
    static void showAndDraw(TimeSeriesChart &chart);
    std::unique_ptr<ThemeController> m_theme;
};

void TestTimeSeriesChart::init()
{
    m_theme = std::make_unique<ThemeController>(*qApp);
    m_theme->setMode(ThemeController::Mode::Light);
}

TimeSeriesData TestTimeSeriesChart::samples(int count)
{
    TimeSeriesData data;
    data.values.resize(2);
    for (int i = 0; i < count; ++i) {
        data.times.push_back(1000 + i);
        data.values[0].push_back(i);
        data.values[1].push_back(2 * i);
    }
    data.now = data.times.back();
    return data;
}

void TestTimeSeriesChart::prepare(TimeSeriesChart &chart)
{
    chart.setSpecs({{QStringLiteral("gets"), 0, SeriesSpec::Style::Line},
                    {QStringLiteral("loads"), 1, SeriesSpec::Style::DashedLine}});
    chart.setValueFormatter([](double value) { return QString::number(value); });
    chart.setWindow(std::chrono::minutes(1));
    chart.resize(500, 300);
}

void TestTimeSeriesChart::showAndDraw(TimeSeriesChart &chart)
{
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    QCoreApplication::processEvents();
}

void TestTimeSeriesChart::hiddenItDoesNoWork()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    for (int i = 1; i < 100; ++i)
        chart.setData(samples(i));
    QCoreApplication::processEvents();
    QCOMPARE(chart.renderCount(), 0);

    showAndDraw(chart);

    QCOMPARE(chart.renderCount(), 1); // what was set last, once
    QCOMPARE(chart.drawnPieces(0)[0].last(), QPointF(0, 98));
    const int shown = chart.renderCount();
    chart.hide();
    chart.setData(samples(100));
    QCoreApplication::processEvents();
    QCOMPARE(chart.renderCount(), shown);
}

void TestTimeSeriesChart::manySamplesInASecondAreDrawnOnce()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(10));
    showAndDraw(chart);
    const int before = chart.renderCount();

    for (int i = 11; i < 40; ++i) {
        chart.setData(samples(i));
        QCoreApplication::processEvents();
    }
    QVERIFY(chart.renderCount() <= before + 1); // one, should this machine have stalled for a second

    QTRY_COMPARE(chart.drawnPieces(0)[0].last(), QPointF(0, 38));
}

void TestTimeSeriesChart::aSettingIsDrawnAtOnce()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(100));
    showAndDraw(chart);
    chart.setData(samples(101)); // waits for its second

    chart.setWindow(std::chrono::seconds(10));
    QCoreApplication::processEvents();

    QVERIFY(chart.drawnPieces(0)[0].size() <= 12);
}

void TestTimeSeriesChart::legendSaysTheLastValues()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    auto data = samples(30);
    data.values[1].back() = none;
    chart.setData(data);

    showAndDraw(chart);

    QCOMPARE(chart.legendText(), QStringLiteral("gets 29, loads \u2013"));
}

void TestTimeSeriesChart::crosshairSaysTheValuesAtThatMoment()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(30));
    showAndDraw(chart);

    chart.setCrosshair(9);
    QCOMPARE(chart.legendText(), QStringLiteral("gets 20, loads 40"));
    chart.setCrosshair(55); // before the first sample
    QCOMPARE(chart.legendText(), QStringLiteral("gets \u2013, loads \u2013"));
    chart.setCrosshair(none);
    QCOMPARE(chart.legendText(), QStringLiteral("gets 29, loads 58"));
}

void TestTimeSeriesChart::crosshairsOfTwoChartsAreLinked()
{
    TimeSeriesChart first(QStringLiteral("Traffic"));
    TimeSeriesChart second(QStringLiteral("Latency"));
    for (auto *chart : {&first, &second}) {
        prepare(*chart);
        chart->setData(samples(60));
        showAndDraw(*chart);
    }
    connect(&first, &TimeSeriesChart::hovered, &second, &TimeSeriesChart::setCrosshair);
    connect(&second, &TimeSeriesChart::hovered, &first, &TimeSeriesChart::setCrosshair);

    auto *plot = first.findChild<ChartPlot *>();
    QTest::mouseMove(plot->viewport(), plot->plotRect().center());
    QVERIFY(std::abs(second.crosshair() - 30) < 1);
    QCOMPARE(second.crosshair(), first.crosshair());

    QEvent leave(QEvent::Leave);
    QCoreApplication::sendEvent(plot, &leave);
    QVERIFY(std::isnan(second.crosshair()));
}

void TestTimeSeriesChart::keyboardMovesTheCrosshair()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(60));
    showAndDraw(chart);
    auto *plot = chart.findChild<ChartPlot *>();

    QTest::keyClick(plot, Qt::Key_Left);
    QCOMPARE(chart.crosshair(), 0.0);
    QTest::keyClick(plot, Qt::Key_Left);
    QTest::keyClick(plot, Qt::Key_Left, Qt::ControlModifier);
    QCOMPARE(chart.crosshair(), 11.0);
    QTest::keyClick(plot, Qt::Key_Escape);
    QVERIFY(std::isnan(chart.crosshair()));
}

void TestTimeSeriesChart::draggingSelectsARange()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(60));
    showAndDraw(chart);
    QSignalSpy selected(&chart, &TimeSeriesChart::rangeSelected);
    auto *plot = chart.findChild<ChartPlot *>();
    const QRect area = plot->plotRect();
    const QPoint from(area.left() + area.width() / 4, area.center().y());
    const QPoint to(area.left() + area.width() * 3 / 4, area.center().y());

    QTest::mousePress(plot->viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(plot->viewport(), to);
    QTest::mouseRelease(plot->viewport(), Qt::LeftButton, {}, to);

    QCOMPARE(selected.count(), 1);
    QVERIFY(std::abs(selected[0][0].toDouble() - 45) < 1);
    QVERIFY(std::abs(selected[0][1].toDouble() - 15) < 1);
}

void TestTimeSeriesChart::marksAreDrawnAndNamed()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    auto data = samples(61);
    for (auto &row : data.values)
        std::fill(row.begin(), row.end(), 0); // nothing but the mark is in the middle of the picture
    chart.setData(data);
    showAndDraw(chart);
    const QRect area = chart.plotRect();
    const QPoint tip(area.left() + area.width() / 2, area.top() + 2);
    const QColor before = chart.grab().toImage().pixelColor(tip);

    chart.setMarks({{data.now - 30, QStringLiteral("cleanup <b>3</b>\u202E"), Tone::Error}});
    chart.setCrosshair(30);
    QTRY_COMPARE(chart.grab().toImage().pixelColor(tip) == before, false);

    QVERIFY(chart.accessibleDescription().contains(QStringLiteral("cleanup <b>3</b>\u27E8U+202E\u27E9")));
}

void TestTimeSeriesChart::aMarkBetweenTwoSamplesIsToldByTheKeyboard()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    const TimeSeriesData data = samples(60);
    chart.setData(data);
    chart.setMarks({{data.now - 1.4, QStringLiteral("cleanup")}});
    chart.resize(1'500, 300); // a second is far more than what is near the pointer
    showAndDraw(chart);
    auto *plot = chart.findChild<ChartPlot *>();

    QTest::keyClick(plot, Qt::Key_Left);
    QTest::keyClick(plot, Qt::Key_Left);

    QCOMPARE(chart.crosshair(), 1.0);
    QVERIFY(chart.accessibleDescription().contains(QStringLiteral("cleanup")));
    QTest::keyClick(plot, Qt::Key_Left);
    QTest::keyClick(plot, Qt::Key_Left);
    QVERIFY(!chart.accessibleDescription().contains(QStringLiteral("cleanup")));
}

// A vector picture cannot clip, so the lines themselves must end there.
void TestTimeSeriesChart::linesEndAtTheEdgesOfThePlot()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    TimeSeriesData data = samples(200);
    for (double &time : data.times)
        time = 1000 + (time - 1000) * 7; // none lies on an edge
    data.now = data.times.back();
    chart.setVisibleRange(std::chrono::seconds(600), std::chrono::seconds(60));
    chart.setData(data);
    showAndDraw(chart);

    const auto series = chart.findChild<ChartPlot *>()->chart()->series();
    const QList<QPointF> points = qobject_cast<const QLineSeries *>(series.constFirst())->points();
    QCOMPARE(points.front().x(), -600.0);
    QCOMPARE(points.back().x(), -60.0);
    QVERIFY(points.front().y() > 0 && points.front().y() < points[1].y()); // on the line, not moved
}

void TestTimeSeriesChart::oneSampleAloneIsSeen()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(1)); // at the right edge
    showAndDraw(chart);

    const auto series = chart.findChild<ChartPlot *>()->chart()->series();
    const QList<QPointF> points = qobject_cast<const QLineSeries *>(series.constFirst())->points();
    QCOMPARE(points.size(), qsizetype(2));
    QVERIFY(points.front().x() < 0);
    QCOMPARE(points.back().x(), 0.0);
}

void TestTimeSeriesChart::aPictureIsDrawnWithoutPointerAndFocus()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(60));
    showAndDraw(chart);
    const auto picture = [&chart] {
        QImage image(chart.size(), QImage::Format_RGB32);
        image.fill(Qt::white);
        QPainter painter(&image);
        chart.paintPicture(painter);
        return image;
    };
    auto *plot = chart.findChild<ChartPlot *>();
    chart.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&chart));
    plot->clearFocus();
    QVERIFY(!plot->hasFocus());
    const QImage calm = picture();

    plot->setFocus();
    QVERIFY(plot->hasFocus());
    chart.setCrosshair(30);

    QCOMPARE(picture(), calm);
    QCOMPARE(chart.crosshair(), 30.0);
    QVERIFY(chart.legendText().contains(QStringLiteral("gets 29"))); // the crosshair's values are back
}

void TestTimeSeriesChart::withoutDataItSaysSo()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setEmptyText(QStringLiteral("No traffic yet"));

    showAndDraw(chart);

    QVERIFY(chart.accessibleDescription().contains(QStringLiteral("No traffic yet")));
    QCOMPARE(chart.legendText(), QStringLiteral("gets \u2013, loads \u2013"));
}

void TestTimeSeriesChart::themeSwitchRecoloursTheLines()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(60));
    showAndDraw(chart);
    QCOMPARE(chart.drawnColour(0), Theme::light().series[0]);

    m_theme->setMode(ThemeController::Mode::Dark);

    QCOMPARE(chart.drawnColour(0), Theme::dark().series[0]);
    QCOMPARE(chart.grab().toImage().pixelColor(chart.width() / 2, 4), Theme::dark().panel);
}

void TestTimeSeriesChart::tableShowsTheValuesNewestFirst()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(30));
    showAndDraw(chart);

    QTest::keyClick(chart.findChild<ChartPlot *>(), Qt::Key_Return);

    auto *dialog = chart.findChild<QDialog *>();
    QVERIFY(dialog);
    auto *table = dialog->findChild<QTableView *>();
    const QAbstractItemModelTester tester(table->model());
    QCOMPARE(table->model()->rowCount(), 30);
    QCOMPARE(table->model()->index(0, 1).data().toString(), QStringLiteral("29"));
    QVERIFY(!table->accessibleName().isEmpty());
    dialog->close();
}

void TestTimeSeriesChart::isDescribedForScreenReaders()
{
    TimeSeriesChart chart(QStringLiteral("Traffic"));
    prepare(chart);
    chart.setData(samples(30));
    showAndDraw(chart);

    for (const QWidget *widget : chart.findChildren<QWidget *>()) {
        if (widget->focusPolicy() != Qt::NoFocus && !widget->focusProxy())
            QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
    }
    QVERIFY(chart.findChild<ChartPlot *>()->accessibleDescription().contains(QStringLiteral("gets 29, loads 58")));
}

QTEST_MAIN(TestTimeSeriesChart)
#include "tst_TimeSeriesChart.moc"
