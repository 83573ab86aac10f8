// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ManualClock.h"
#include "ui/overview/OverviewModel.h"

#include <QTest>

#include <cmath>

using namespace hearth;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr WallTime noon{std::chrono::seconds(1'767'268'800)};

Sample sampleOf(std::uint64_t seq)
{
    Sample sample;
    sample.seq = seq;
    sample.time = noon + std::chrono::seconds(seq);
    sample.activeEntries = seq;
    sample.gets = 10;
    sample.hits = 9;
    sample.missesByReason[0] = 1;
    sample.loads = 1;
    sample.databaseReachable = true;
    return sample;
}

Event eventOf(EventKind kind, WallTime time, const std::string &detail = {}, const std::string &who = "ana")
{
    Event event;
    event.kind = kind;
    event.time = time;
    event.detail = detail;
    event.who = who;
    return event;
}

QStringList markTexts(const ChartsPicture &picture)
{
    QStringList texts;
    for (const ChartMark &mark : picture.marks)
        texts << u"%1 s ago %2"_s.arg(std::lround(picture.entries.data.now - mark.time)).arg(mark.text);
    return texts;
}

QStringList names(const ChartContent &content)
{
    QStringList list;
    for (const SeriesSpec &spec : content.specs)
        list << spec.name;
    return list;
}

} // namespace

class tst_OverviewModel : public QObject
{
    Q_OBJECT

private:
    ManualClock m_clock;

    // Samples, one a second, as the node says them.
    void record(OverviewModel &model, std::uint64_t first, std::uint64_t last)
    {
        for (std::uint64_t seq = first; seq <= last; ++seq) {
            m_clock.advance(1s);
            model.takeSample(sampleOf(seq), Stats());
        }
    }

private Q_SLOTS:
    void nothingRecordedIsNothingDrawn()
    {
        const OverviewModel model(m_clock);

        const ChartsPicture picture = model.picture();

        QVERIFY(picture.entries.data.times.empty());
        QCOMPARE(picture.entries.specs.size(), picture.entries.data.values.size());
        QVERIFY(picture.marks.empty());
        QVERIFY(!model.hasSamples());
    }

    void theWindowCuts_data()
    {
        QTest::addColumn<std::chrono::seconds>("window");
        QTest::addColumn<double>("secondsPerPoint");
        QTest::newRow("1 min") << 60s << 1.0;
        QTest::newRow("5 min") << 300s << 1.0;
        QTest::newRow("30 min") << std::chrono::seconds(30min) << 5.0;
        QTest::newRow("6 h") << std::chrono::seconds(6h) << 60.0;
        QTest::newRow("24 h") << std::chrono::seconds(24h) << 240.0;
    }
    void theWindowCuts()
    {
        QFETCH(std::chrono::seconds, window);
        QFETCH(double, secondsPerPoint);
        OverviewModel model(m_clock);
        std::vector<Sample> past;
        for (std::uint64_t seq = 1; seq <= 90'000; ++seq)
            past.push_back(sampleOf(seq));
        model.takePast(past);

        model.setWindow(window);
        const ChartsPicture picture = model.picture();

        const auto &times = picture.entries.data.times;
        const double length = std::chrono::duration<double>(window).count();
        QCOMPARE(picture.secondsPerPoint, secondsPerPoint);
        QVERIFY(times.size() <= 402);
        QVERIFY(times.size() * secondsPerPoint >= length);
        // One point before the frame, so that the line comes from outside.
        QVERIFY(times.front() <= picture.entries.data.now - length);
        QVERIFY(times[1] > picture.entries.data.now - length);
        QCOMPARE(times.back(), picture.entries.data.now);
        QCOMPARE(picture.entries.data.values[0].back(), 90'000.0);
    }

    void rowsAreAsLongAsTimes()
    {
        OverviewModel model(m_clock);
        record(model, 1, 50);

        const ChartsPicture picture = model.picture();

        for (const ChartContent *content : {&picture.entries, &picture.hitRate, &picture.latency, &picture.traffic}) {
            QCOMPARE(content->specs.size(), content->data.values.size());
            for (const auto &row : content->data.values)
                QCOMPARE(row.size(), content->data.times.size());
        }
    }

    void withoutGetsTheRateIsNoNumber()
    {
        OverviewModel model(m_clock);
        Sample quiet = sampleOf(1);
        quiet.gets = 0;
        quiet.hits = 0;
        quiet.missesByReason = {};
        model.takeSample(quiet, Stats());

        const ChartsPicture picture = model.picture();

        QVERIFY(std::isnan(picture.hitRate.data.values[0][0]));
        QVERIFY(std::isnan(picture.latency.data.values[0][0]));
        QCOMPARE(picture.traffic.data.values[0][0], 0.0);
    }

    void aRareReasonHasARowOnlyWhileItOccurs()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 5);
        QCOMPARE(names(model.picture().hitRate), QStringList({u"hits"_s, u"expired"_s, u"not seen lately"_s}));

        Sample sample = sampleOf(6);
        sample.missesByReason = {0, 0, 0, 1, 0};
        model.takeSample(sample, Stats());
        QCOMPARE(names(model.picture().hitRate).last(), u"evicted"_s);
        sample.seq = 7;
        sample.missesByReason = {0, 0, 0, 0, 1};
        model.takeSample(sample, Stats());
        QCOMPARE(names(model.picture().hitRate).last(), u"evicted, load failed"_s);

        record(model, 8, 100);
        QCOMPARE(names(model.picture().hitRate).last(), u"not seen lately"_s);
    }

    void aSimulatedLatencyIsNamed()
    {
        OverviewModel model(m_clock);
        Stats stats;
        stats.database.simulatedLatency = 200ms;
        model.takeSample(sampleOf(1), stats);

        QCOMPARE(names(model.picture().latency)[2], u"db (simulated +200 ms) p50"_s);
    }

    void thePastComesOnceAndLate()
    {
        OverviewModel model(m_clock);
        record(model, 99, 101);
        std::vector<Sample> past;
        for (std::uint64_t seq = 1; seq <= 100; ++seq)
            past.push_back(sampleOf(seq));

        model.takePast(past);

        QCOMPARE(model.buffer().size(), std::size_t(101));
        model.setWindow(60s);
        QCOMPARE(model.picture().entries.data.values[0].front(), 41.0);
    }

    void aRestartedNodeStartsOver()
    {
        OverviewModel model(m_clock);
        record(model, 1, 100);
        model.takeEvent(eventOf(EventKind::Warm, noon + 50s));

        model.restart();

        QVERIFY(!model.hasSamples());
        QVERIFY(model.picture().entries.data.times.empty());
        QVERIFY(model.picture().marks.empty());
        QCOMPARE(model.tiles()[0].value, u"–"_s);
    }

    void aNodeThatCountsAnewStartsOver()
    {
        OverviewModel model(m_clock);
        record(model, 1, 100);
        Sample first = sampleOf(1);
        first.time = noon + 300s;

        model.takeSample(first, Stats());

        QCOMPARE(model.picture().entries.data.times.size(), std::size_t(1));
    }

    void whatHappenedIsMarked_data()
    {
        QTest::addColumn<EventKind>("kind");
        QTest::addColumn<QString>("text");
        QTest::newRow("cleanup") << EventKind::Cleanup << u"cleanup"_s;
        QTest::newRow("warm-up") << EventKind::Warm << u"warm-up"_s;
        QTest::newRow("expiry") << EventKind::Expired << u"expiry forced"_s;
        QTest::newRow("traffic") << EventKind::Traffic << u"simulated traffic"_s;
        QTest::newRow("a stored profile is no mark") << EventKind::Cached << QString();
        QTest::newRow("an eviction is no mark") << EventKind::Evicted << QString();
        QTest::newRow("a failed load is no mark") << EventKind::Failure << QString();
    }
    void whatHappenedIsMarked()
    {
        QFETCH(EventKind, kind);
        QFETCH(QString, text);
        OverviewModel model(m_clock);
        record(model, 1, 100);

        model.takeEvent(eventOf(kind, noon + 40s, "some words"));

        const QStringList expected =
            text.isEmpty() ? QStringList() : QStringList(u"60 s ago "_s + text + u": some words"_s);
        QCOMPARE(markTexts(model.picture()), expected);
    }

    void outagesAreMarkedAlsoThoseOfThePast()
    {
        OverviewModel model(m_clock);
        std::vector<Sample> past;
        for (std::uint64_t seq = 1; seq <= 100; ++seq) {
            past.push_back(sampleOf(seq));
            past.back().databaseReachable = seq > 3 && (seq < 40 || seq >= 70);
        }
        model.takePast(past);

        QCOMPARE(markTexts(model.picture()),
                 QStringList({u"60 s ago database not reachable"_s, u"30 s ago database reachable again"_s}));

        Sample lost = sampleOf(101);
        lost.databaseReachable = false;
        model.takeSample(lost, Stats());
        QCOMPARE(markTexts(model.picture()).last(), u"0 s ago database not reachable"_s);
    }

    void startingUpIsNoOutage()
    {
        OverviewModel model(m_clock);
        std::vector<Sample> past;
        for (std::uint64_t seq = 1; seq <= 100; ++seq) {
            past.push_back(sampleOf(seq));
            past.back().startsRun = seq % 50 == 1;
            past.back().databaseReachable = (seq - 1) % 50 >= 3; // not yet connected, three seconds long
        }
        model.takePast(past);
        QCOMPARE(markTexts(model.picture()), QStringList());

        Sample next = sampleOf(101);
        next.startsRun = true;
        next.databaseReachable = false;
        model.takeSample(next, Stats());
        model.takeSample(sampleOf(102), Stats());

        QCOMPARE(markTexts(model.picture()), QStringList());
    }

    void anOutageThatOutlastedTheRunEndsInTheNext()
    {
        OverviewModel model(m_clock);
        std::vector<Sample> past;
        for (std::uint64_t seq = 1; seq <= 100; ++seq) {
            past.push_back(sampleOf(seq));
            past.back().startsRun = seq == 51;
            past.back().databaseReachable = seq < 41 || seq > 60;
        }

        model.takePast(past);

        QCOMPARE(markTexts(model.picture()),
                 QStringList({u"59 s ago database not reachable"_s, u"39 s ago database reachable again"_s}));
    }

    void anOutageStaysWhereItWasWhenTheClockIsSet()
    {
        OverviewModel model(m_clock);
        std::vector<Sample> past;
        for (std::uint64_t seq = 1; seq <= 100; ++seq) {
            past.push_back(sampleOf(seq));
            past.back().databaseReachable = seq < 41;
            if (seq > 50)
                past.back().time -= 20s;
        }

        model.takePast(past);

        QCOMPARE(markTexts(model.picture()), QStringList(u"59 s ago database not reachable"_s));
    }

    void sumsAreJoinedAndTheTimeBetweenTwoRunsIsNot_data()
    {
        QTest::addColumn<int>("merged");
        QTest::addColumn<std::chrono::seconds>("window");
        QTest::addColumn<std::chrono::seconds>("maximumGap");
        QTest::newRow("seconds in 5 min") << 1 << std::chrono::seconds(5min) << 3s;
        QTest::newRow("seconds in 30 min") << 1 << std::chrono::seconds(30min) << 13s;
        QTest::newRow("sums of 10 s in 5 min") << 10 << std::chrono::seconds(5min) << 25s;
        QTest::newRow("sums of 10 s in 30 min") << 10 << std::chrono::seconds(30min) << 25s;
        QTest::newRow("sums of 60 s in 30 min") << 60 << std::chrono::seconds(30min) << 150s;
        QTest::newRow("sums of 60 s in 24 h") << 60 << std::chrono::seconds(24h) << 600s;
    }
    void sumsAreJoinedAndTheTimeBetweenTwoRunsIsNot()
    {
        QFETCH(const int, merged);
        QFETCH(const std::chrono::seconds, window);
        QFETCH(const std::chrono::seconds, maximumGap);
        OverviewModel model(m_clock);
        const auto step = static_cast<std::uint64_t>(merged);
        const double missing = std::chrono::duration<double>(window).count() / 4;
        std::vector<Sample> past;
        WallTime time = noon;
        for (std::uint64_t i = 1; i <= 3'000; ++i) {
            Sample sample = sampleOf(i * step);
            sample.merged = static_cast<std::uint32_t>(merged);
            sample.length = std::chrono::seconds(merged);
            sample.startsRun = i == 2'991;
            time += std::chrono::seconds(merged);
            if (sample.startsRun)
                time += std::chrono::milliseconds(std::llround(missing * 1000));
            sample.time = time;
            past.push_back(sample);
        }
        model.takePast(past);

        model.setWindow(window);
        const ChartsPicture picture = model.picture();

        QCOMPARE(picture.maximumGap, maximumGap);
        const double longest = std::chrono::duration<double>(picture.maximumGap).count();
        const std::vector<double> &times = picture.entries.data.times;
        int gaps = 0;
        for (std::size_t i = 1; i < times.size(); ++i)
            gaps += times[i] - times[i - 1] > longest ? 1 : 0;
        QCOMPARE(gaps, 1);
        QVERIFY(times.size() > 5);
    }

    void whenNothingCoarseIsInSightSecondsAreNotJoinedOverMore()
    {
        OverviewModel model(m_clock);
        std::vector<Sample> past;
        Sample sum = sampleOf(10);
        sum.merged = 10;
        past.push_back(sum);
        for (std::uint64_t seq = 11; seq <= 200; ++seq)
            past.push_back(sampleOf(seq));
        model.takePast(past);

        model.setWindow(60s);

        QCOMPARE(model.picture().maximumGap, 3s);
    }

    void marksOutsideTheWindowAreNotShown()
    {
        OverviewModel model(m_clock);
        record(model, 1, 400);
        model.takeEvent(eventOf(EventKind::Warm, noon + 40s));

        model.setWindow(60s);
        QVERIFY(model.picture().marks.empty());
        model.setWindow(30min);
        QCOMPARE(markTexts(model.picture()), QStringList(u"360 s ago warm-up"_s));
    }

    void routineCleanupsMakeRoomForTheRest()
    {
        OverviewModel model(m_clock);
        record(model, 1, 400);
        for (int i = 1; i <= 300; ++i)
            model.takeEvent(eventOf(EventKind::Cleanup, noon + std::chrono::seconds(i), {}, {}));
        model.takeEvent(eventOf(EventKind::Cleanup, noon + 390s));

        QCOMPARE(markTexts(model.picture()), QStringList(u"10 s ago cleanup"_s));
    }

    void pastEventsComeOnceAndInTheirPlace()
    {
        OverviewModel model(m_clock);
        record(model, 1, 100);
        std::vector<Event> past;
        for (const int second : {90, 20, 60}) {
            past.push_back(eventOf(EventKind::Warm, noon + std::chrono::seconds(second)));
            past.back().seq = std::uint64_t(second);
        }
        model.takeEvent(past[0]); // the node told of it while the past was on its way

        model.takePastEvents(past);

        QCOMPARE(markTexts(model.picture()),
                 QStringList({u"80 s ago warm-up"_s, u"40 s ago warm-up"_s, u"10 s ago warm-up"_s}));
    }

    void twoEventsOfOneMomentAreTwo()
    {
        OverviewModel model(m_clock);
        record(model, 1, 100);
        for (const std::uint64_t seq : {7, 8}) {
            Event event = eventOf(EventKind::Warm, noon + 40s);
            event.seq = seq;
            model.takePastEvents({event});
        }

        QCOMPARE(model.picture().marks.size(), std::size_t(2));
    }

    void ofThePastOnlyWhatIsWorthAMarkIsMarked()
    {
        OverviewModel model(m_clock);
        record(model, 1, 100);
        const Event changedByOthers = eventOf(EventKind::Expired, noon + 30s, "changed in the database", {});
        Event refused = eventOf(EventKind::Warm, noon + 40s);
        refused.result = EventResult::Refused;

        model.takePastEvents({changedByOthers, refused});

        QVERIFY(model.picture().marks.empty());
    }

    void manyCleanupsOfThePastPushNoWarmUpOut()
    {
        OverviewModel model(m_clock);
        record(model, 1, 100);
        model.takeEvent(eventOf(EventKind::Warm, noon + 10s));
        for (int i = 0; i < 3'000; ++i)
            model.takeEvent(eventOf(EventKind::Cleanup, noon + 20s + std::chrono::milliseconds(i), {}, {}));

        QCOMPARE(markTexts(model.picture()), QStringList(u"90 s ago warm-up"_s));
    }

    void theNameOfAMarkNamesNobody()
    {
        OverviewModel model(m_clock);
        record(model, 1, 10);
        model.takeEvent(eventOf(EventKind::Expired, noon + 5s, "expired ana@example.org"));

        QCOMPARE(model.picture().marks.front().name, u"expiry forced"_s);
        QVERIFY(model.picture().marks.front().text.contains(u"ana@example.org"_s));
    }

    void aNameInAMarkCannotReorderIt()
    {
        OverviewModel model(m_clock);
        record(model, 1, 10);
        model.takeEvent(eventOf(EventKind::Expired, noon + 5s, "expired \xe2\x80\xae gnp.ana"));

        QVERIFY(!model.picture().marks.front().text.contains(QChar(u'\u202e')));
    }

    void aFrozenPictureStandsStillWhileRecordingGoesOn()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 100);
        model.freeze();
        const ChartsPicture frozen = model.picture();

        record(model, 101, 237);

        QCOMPARE(model.sinceFrozen(), 137s);
        QCOMPARE(model.picture().entries.data.times, frozen.entries.data.times);
        QCOMPARE(model.picture().entries.data.now, frozen.entries.data.now);
        model.backToNow();
        QCOMPARE(model.picture().entries.data.values[0].back(), 237.0);
        QCOMPARE(model.picture().entries.data.values[0].size(), std::size_t(61));
    }

    void zoomingShowsThatPart()
    {
        OverviewModel model(m_clock);
        record(model, 1, 1000);

        model.zoom(600, 500);

        QVERIFY(model.isFrozen());
        const ChartsPicture picture = model.picture();
        QCOMPARE(picture.oldest, 600s);
        QCOMPARE(picture.newest, 500s);
        QCOMPARE(picture.secondsPerPoint, 1.0);
        model.backToNow();
        QCOMPARE(model.picture().oldest, 30min);
        model.zoom(5, 4); // too little to look at
        QVERIFY(!model.isFrozen());
    }

    void withoutSamplesTheEdgeMovesOn()
    {
        OverviewModel model(m_clock);
        record(model, 1, 10);
        const double now = model.picture().entries.data.now;
        m_clock.advance(2s);
        QVERIFY(!model.isOverdue());

        m_clock.advance(58s);

        QVERIFY(model.isOverdue());
        QCOMPARE(model.picture().entries.data.now - now, 60.0);
        QCOMPARE(model.picture().entries.data.times.back(), now);
    }

    void momentsAreTold()
    {
        OverviewModel model(m_clock);
        record(model, 1, 100);

        QCOMPARE(model.timeAt(30), noon + 70s);
    }
};

QTEST_GUILESS_MAIN(tst_OverviewModel)
#include "tst_OverviewModel.moc"
