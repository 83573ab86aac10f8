// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/FakeNode.h"
#include "ui/overview/OverviewCharts.h"
#include "ui/overview/OverviewPage.h"
#include "ui/widgets/StatTile.h"

#include <QSignalSpy>
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
