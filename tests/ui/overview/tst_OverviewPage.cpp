// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "ui/overview/OverviewCharts.h"
#include "ui/overview/OverviewPage.h"
#include "ui/widgets/ChartPlot.h"
#include "ui/widgets/StatTile.h"

#include <QFile>
#include <QPromise>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace hearth;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

Sample sampleOf(std::uint64_t seq)
{
    Sample sample;
    sample.seq = seq;
    sample.time = FakeNode::noon() + std::chrono::seconds(seq);
    sample.activeEntries = 100 + seq;
    sample.gets = 10;
    sample.hits = 8;
    sample.missesByReason = {1, 1, 0, 0, 0};
    sample.databaseReachable = true;
    return sample;
}

std::vector<Sample> samplesFrom(std::uint64_t first, std::uint64_t last)
{
    std::vector<Sample> samples;
    for (std::uint64_t seq = first; seq <= last; ++seq)
        samples.push_back(sampleOf(seq));
    return samples;
}

Event eventOf(std::uint64_t seq, EventKind kind, std::uint64_t second)
{
    Event event;
    event.seq = seq;
    event.kind = kind;
    event.time = FakeNode::noon() + std::chrono::seconds(second);
    event.who = "ana";
    return event;
}

// A node that also remembers events, and answers when it is told to.
class RememberingNode final : public FakeNode
{
public:
    std::vector<Event> past;
    bool holdEvents = false;

    QFuture<Result<std::vector<Event>>> events(const EventsQuery &query) override
    {
        std::vector<Event> found;
        for (const Event &event : past) {
            if (event.kind == query.kind)
                found.push_back(event);
        }
        auto promise = std::make_shared<QPromise<Result<std::vector<Event>>>>();
        promise->start();
        promise->addResult(found);
        if (holdEvents)
            m_held.push_back(promise);
        else
            promise->finish();
        return promise->future();
    }
    void answerEvents()
    {
        for (const auto &promise : std::exchange(m_held, {}))
            promise->finish();
    }

private:
    std::vector<std::shared_ptr<QPromise<Result<std::vector<Event>>>>> m_held;
};

QStringList marksOf(const OverviewPage &page)
{
    QStringList names;
    for (const ChartMark &mark : page.charts().charts()[0]->marks())
        names << mark.name;
    return names;
}

} // namespace

class tst_OverviewPage : public QObject
{
    Q_OBJECT

private:
    static void show(OverviewPage &page, QSize size = {1140, 700})
    {
        page.resize(size);
        page.show();
        QVERIFY(QTest::qWaitForWindowExposed(&page));
    }
    // What the first chart was given.
    static std::size_t points(const OverviewPage &page) { return page.charts().charts()[0]->data().times.size(); }
    static double newestValue(const OverviewPage &page) { return page.charts().charts()[0]->data().values[0].back(); }

private Q_SLOTS:
    void thePastIsFetchedOnceAndShown()
    {
        FakeNode node(12);
        node.history = samplesFrom(1, 300);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);

        node.say(sampleOf(301));

        QCOMPARE(newestValue(page), 401.0);
        QCOMPARE(page.tile(Tile::Active).value(), u"10"_s);
        QCOMPARE(page.tile(Tile::HitRate).value(), u"80 %"_s);
        QCOMPARE(node.callsOf("samples"), std::size_t(1));
    }

    void nothingAtAllIsTold()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        QTest::qWait(0);

        QCOMPARE(page.tile(Tile::Active).value(), u"0"_s);
        QCOMPARE(page.tile(Tile::HitRate).value(), u"n/a"_s);
        QCOMPARE(page.tile(Tile::HitLatency).value(), u"n/a"_s);
        for (const TimeSeriesChart *chart : page.charts().charts()) {
            QVERIFY(!chart->legendText().contains(u"nan"_s));
            QVERIFY(chart->data().times.empty());
        }
    }

    void aFailureToLoadThePastIsSaidAndRecordingGoesOn()
    {
        FakeNode node;
        node.failure = Error{ErrorCode::Unavailable, "the node does not answer"};
        OverviewPage page(node);
        show(page);

        node.say(sampleOf(1));

        QTRY_COMPARE(points(page), std::size_t(1));
    }

    void aHiddenPageDrawsNothingAndCatchesUp()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        node.say(sampleOf(1));
        page.hide();
        const auto charts = page.charts().charts();
        QList<int> before;
        for (const TimeSeriesChart *chart : charts)
            before << chart->renderCount();

        for (std::uint64_t seq = 2; seq <= 100; ++seq)
            node.say(sampleOf(seq));

        QCOMPARE(points(page), std::size_t(1)); // not even handed over
        for (std::size_t i = 0; i < charts.size(); ++i)
            QCOMPARE(charts[i]->renderCount(), before[static_cast<qsizetype>(i)]);
        page.show();
        QCOMPARE(newestValue(page), 200.0);
    }

    void aNodeThatStartedAgainStartsOver()
    {
        FakeNode node;
        node.history = samplesFrom(1, 50);
        OverviewPage page(node);
        show(page);
        page.setTimeWindow(1min);
        QTRY_COMPARE(points(page), std::size_t(50));

        node.theInfo.instanceId = "fake-2";
        node.history = samplesFrom(1, 2);
        node.say(sampleOf(3));

        QTRY_COMPARE(points(page), std::size_t(3));
        QCOMPARE(node.callsOf("samples"), std::size_t(2));
    }

    void aLateAnswerOfTheNodeBeforeIsDropped()
    {
        FakeNode node;
        node.holdAnswers = true;
        node.history = samplesFrom(1, 50);
        OverviewPage page(node);
        show(page);
        page.setTimeWindow(1min);
        node.theInfo.instanceId = "fake-2";
        node.history = samplesFrom(1, 2);
        node.say(sampleOf(3));

        node.answerLast();
        node.answerAll();
        QTest::qWait(0);

        QCOMPARE(points(page), std::size_t(3));
    }

    void theWindowIsChosen()
    {
        FakeNode node;
        node.history = samplesFrom(1, 3000);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);
        QSignalSpy changed(&page, &OverviewPage::timeWindowChosen);

        page.setTimeWindow(5min);

        QCOMPARE(points(page), std::size_t(301));
        QCOMPARE(changed.size(), 1);
    }

    void theWindowFollowsTheRecordingUntilItIsChosen_data()
    {
        QTest::addColumn<int>("recorded"); // seconds
        QTest::addColumn<int>("window");   // minutes
        QTest::newRow("a program just started") << 10 << 1;
        QTest::newRow("a minute and a half would be a strip at the edge") << 90 << 1;
        QTest::newRow("two minutes") << 120 << 5;
        QTest::newRow("a quarter of an hour") << 900 << 30;
        QTest::newRow("an hour") << 3'600 << 30;
    }

    void theWindowFollowsTheRecordingUntilItIsChosen()
    {
        QFETCH(int, recorded);
        QFETCH(int, window);
        FakeNode node;
        node.history = samplesFrom(1, static_cast<std::uint64_t>(recorded));
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);

        QCOMPARE(page.timeWindow(), std::chrono::minutes(window));
        page.setTimeWindow(6h);
        node.say(sampleOf(static_cast<std::uint64_t>(recorded) + 1));
        QCOMPARE(page.timeWindow(), 6h);
    }

    void plotsOfOneRowBeginAtOneHeight()
    {
        FakeNode node;
        node.history = samplesFrom(1, 300);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);
        const auto charts = page.charts().charts();
        QCOMPARE(page.charts().columns(), 2);

        for (const int width : {1'600, 1'000, 900}) { // at the last, legends have two lines
            page.resize(width, 900);
            QCoreApplication::sendPostedEvents(nullptr, QEvent::LayoutRequest);
            QCoreApplication::processEvents();
            QCOMPARE(charts[0]->plotRect().top(), charts[1]->plotRect().top());
            QCOMPARE(charts[2]->plotRect().top(), charts[3]->plotRect().top());
        }
    }

    void theCrosshairIsOneForAll()
    {
        FakeNode node;
        node.history = samplesFrom(1, 300);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);
        const auto charts = page.charts().charts();

        Q_EMIT charts[2]->hovered(100);
        for (const TimeSeriesChart *chart : charts)
            QCOMPARE(chart->crosshair(), 100.0);
        Q_EMIT charts[2]->hovered(std::nan(""));
        for (const TimeSeriesChart *chart : charts)
            QVERIFY(std::isnan(chart->crosshair()));
    }

    void spaceFreezesAndEscapeGoesBackToNow()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        page.setTimeWindow(1min);
        node.say(sampleOf(1));

        QTest::keyClick(&page, Qt::Key_Space);
        node.say(sampleOf(2));
        QVERIFY(page.isFrozen());
        QCOMPARE(points(page), std::size_t(1));
        QCOMPARE(page.tile(Tile::Active).value(), u"0"_s); // tiles go on

        QTest::keyClick(&page, Qt::Key_Escape);
        QVERIFY(!page.isFrozen());
        QCOMPARE(points(page), std::size_t(2));
    }

    void draggingLooksAtThatPartOnAllCharts()
    {
        FakeNode node;
        node.history = samplesFrom(1, 1000);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);

        Q_EMIT page.charts().charts()[3]->rangeSelected(300, 200);

        QVERIFY(page.isFrozen());
        for (const TimeSeriesChart *chart : page.charts().charts())
            QCOMPARE(chart->data().times.size(), std::size_t(301));
    }

    void theCleanupTileAsksForACleanup()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        QSignalSpy asked(&page, &OverviewPage::cleanUpRequested);

        QTest::mouseClick(const_cast<StatTile *>(&page.tile(Tile::NextCleanup)), Qt::LeftButton);

        QCOMPARE(asked.size(), 1);
        QVERIFY(node.wasOnlyLookedAt());
    }

    void anOutageIsShownAtOnce()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        DatabaseStatus lost = node.theStats.database;
        lost.state = DatabaseState::Unreachable;

        node.say(lost);

        QCOMPARE(page.tile(Tile::DatabaseLatency).tone(), Tone::Error);
        QCOMPARE(page.tile(Tile::DatabaseLatency).subline(), u"unreachable"_s);
    }

    void whatWasMissedIsDrawnOnceAtItsEnd()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        page.setTimeWindow(6h);

        for (std::uint64_t seq = 1; seq <= 3'600; ++seq) // all in one turn, as a node found again tells them
            node.say(sampleOf(seq));

        QCOMPARE(newestValue(page), 101.0);
        QTRY_COMPARE(newestValue(page), 3'700.0);
    }

    void marksOfThePastAreFetched()
    {
        RememberingNode node;
        node.history = samplesFrom(1, 300);
        node.past = {eventOf(1, EventKind::Cached, 250), eventOf(2, EventKind::Warm, 270),
                     eventOf(3, EventKind::Cleanup, 290)};
        OverviewPage page(node);
        show(page);

        QTRY_COMPARE(marksOf(page), QStringList({u"warm-up"_s, u"cleanup"_s}));
        node.say(node.past[1]); // told again
        node.say(sampleOf(301));
        QCOMPARE(marksOf(page).size(), 2);
        QVERIFY(node.wasOnlyLookedAt());
    }

    void marksOfTheNodeBeforeAreDropped()
    {
        RememberingNode node;
        node.history = samplesFrom(1, 300);
        node.past = {eventOf(1, EventKind::Warm, 270)};
        node.holdEvents = true;
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);
        node.theInfo.instanceId = "fake-2";
        node.history = samplesFrom(271, 300);
        node.past = {eventOf(1, EventKind::Cleanup, 280)};
        node.say(sampleOf(301));

        node.answerEvents();

        QTRY_COMPARE(marksOf(page), QStringList(u"cleanup"_s));
    }

    void nothingIsLostWhileAnotherPageIsShown()
    {
        FakeNode node;
        node.history = samplesFrom(1, 1'000);
        QStackedWidget pages;
        auto *page = new OverviewPage(node);
        pages.addWidget(page);
        pages.addWidget(new QWidget);
        pages.resize(1140, 700);
        pages.show();
        QVERIFY(QTest::qWaitForWindowExposed(&pages));
        page->setTimeWindow(6h);
        QTRY_VERIFY(points(*page) > 0);
        pages.setCurrentIndex(1);
        for (std::uint64_t seq = 1'001; seq <= 1'100; ++seq)
            node.say(sampleOf(seq));

        pages.setCurrentIndex(0);

        QCOMPARE(page->timeWindow(), 6h);
        QCOMPARE(newestValue(*page), 1'200.0);
        page->setTimeWindow(5min);
        QCOMPARE(points(*page), std::size_t(301)); // one a second: none is missing
        QCOMPARE(node.callsOf("samples"), std::size_t(1));
    }

    void zoomAndFreezeAreKeptWhileAnotherPageIsShown()
    {
        FakeNode node;
        node.history = samplesFrom(1, 1'000);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);
        Q_EMIT page.charts().charts()[3]->rangeSelected(300, 200);
        const std::vector<double> before = page.charts().charts()[0]->data().times;
        page.hide();
        node.say(sampleOf(1'001));

        page.show();

        QVERIFY(page.isFrozen());
        QCOMPARE(page.charts().charts()[0]->data().times, before);
        QTest::keyClick(&page, Qt::Key_Escape);
        QCOMPARE(newestValue(page), 1'101.0);
    }

    void theChartsAreSaved_data()
    {
        QTest::addColumn<ChartsFormat>("format");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("PNG") << ChartsFormat::Png << QByteArray("\x89PNG");
        QTest::newRow("SVG") << ChartsFormat::Svg << QByteArray("<?xml");
        QTest::newRow("CSV") << ChartsFormat::Csv << QByteArray("time_utc,");
    }
    void theChartsAreSaved()
    {
        QFETCH(ChartsFormat, format);
        QFETCH(QByteArray, begins);
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"charts"_s);
        FakeNode node;
        node.history = samplesFrom(1, 300);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);
        QSignalSpy told(&page, &OverviewPage::notify);

        page.saveCharts(format, path);

        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told[0][1].value<Tone>(), Tone::Ok);
        QVERIFY(told[0][0].toString().contains(path));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().startsWith(begins));
        QVERIFY(node.wasOnlyLookedAt());
    }

    void aFileThatCannotBeWrittenIsTold()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        QSignalSpy told(&page, &OverviewPage::notify);

        page.saveCharts(ChartsFormat::Csv, u"/nowhere/at/all/charts.csv"_s);

        QTRY_COMPARE(told.size(), 1);
        QCOMPARE(told[0][1].value<Tone>(), Tone::Error);
    }

    void theTableTellsLocalTimesAndUtcInTheTip()
    {
        FakeNode node;
        node.history = samplesFrom(1, 300);
        OverviewPage page(node);
        show(page);
        QTRY_VERIFY(points(page) > 0);
        TimeSeriesChart *chart = page.charts().charts()[3];

        QTest::keyClick(chart->findChild<ChartPlot *>(), Qt::Key_Return);

        const QModelIndex newest = chart->findChild<QTableView *>()->model()->index(0, 0);
        const QDateTime local = QDateTime::fromSecsSinceEpoch(1'767'268'800 + 300);
        QVERIFY(newest.data().toString().endsWith(local.toString(u"HH:mm:ss"_s)));
        QCOMPARE(newest.data(Qt::ToolTipRole).toString(), u"2026-01-01 12:05:00 UTC"_s);
    }

    void narrowWindowsStack()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page, {1140, 700});
        QCOMPARE(page.charts().columns(), 2);

        page.resize(700, 700);

        QTRY_COMPARE(page.charts().columns(), 1);
        QVERIFY(page.minimumSizeHint().width() <= 700);
    }

    void tilesDoNotChangeTheirWidth()
    {
        FakeNode node;
        OverviewPage page(node);
        show(page);
        const int width = page.tile(Tile::Active).width();

        node.theStats.activeEntries = 1'234'567'890;
        node.say(sampleOf(1));
        QTest::qWait(0);

        QCOMPARE(page.tile(Tile::Active).width(), width);
    }
};

QTEST_MAIN(tst_OverviewPage)
#include "tst_OverviewPage.moc"
