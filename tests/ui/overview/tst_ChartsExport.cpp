// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/ManualClock.h"
#include "ui/overview/ChartsExport.h"
#include "ui/overview/OverviewCharts.h"

#include <QImage>
#include <QSet>
#include <QTest>
#include <QTimeZone>
#include <QXmlStreamReader>

using namespace hearth;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

constexpr WallTime noon{std::chrono::seconds(1'767'268'800)};
constexpr auto somebody = "ana@example.org";

Sample sampleOf(std::uint64_t seq)
{
    Sample sample;
    sample.seq = seq;
    sample.time = noon + std::chrono::seconds(seq);
    sample.activeEntries = 100 + seq;
    sample.expiredEntries = 7;
    sample.gets = 8;
    sample.hits = 6;
    sample.missesByReason = {1, 1, 0, 0, 0};
    sample.loads = 2;
    sample.hitLatency = Percentiles{400ns, 700ns, 1'100ns};
    sample.databaseReachable = true;
    return sample;
}

} // namespace

class tst_ChartsExport : public QObject
{
    Q_OBJECT

private:
    ManualClock m_clock;

    void record(OverviewModel &model, std::uint64_t first, std::uint64_t last)
    {
        for (std::uint64_t seq = first; seq <= last; ++seq) {
            m_clock.advance(1s);
            model.takeSample(sampleOf(seq), Stats());
        }
    }
    static void happen(OverviewModel &model, EventKind kind, std::chrono::seconds at)
    {
        Event event;
        event.kind = kind;
        event.time = noon + at;
        event.user = somebody;
        event.who = somebody;
        event.detail = std::string("=cmd of ") + somebody;
        model.takeEvent(event);
    }
    static NodeInfo node()
    {
        NodeInfo info;
        info.name = "eu-1";
        info.environment = "production";
        return info;
    }
    // Charts that show what the model knows, in a window.
    static void show(OverviewCharts &charts, const OverviewModel &model)
    {
        charts.resize(1'000, 600);
        charts.show();
        QVERIFY(QTest::qWaitForWindowExposed(&charts));
        charts.showPicture(model.picture());
    }

    static QImage imageOf(const OverviewCharts &charts, const OverviewModel &model, double scale)
    {
        return QImage::fromData(chartsPng(chartsDrawing(charts, chartsCaption(node(), model)), scale), "PNG");
    }

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "Europe/Paris"); } // an hour from UTC

    void aRowIsAPoint()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 3);

        const QByteArray csv = chartsCsv(chartsRows(model));

        QCOMPARE(csv, QByteArray("time_utc,seconds,active_entries,expired_entries,hits_ratio,misses_not_seen_ratio,"
                                 "misses_expired_ratio,misses_invalidated_ratio,misses_evicted_ratio,"
                                 "misses_load_failed_ratio,hit_p50_ns,hit_p99_ns,database_p50_ns,database_p99_ns,"
                                 "gets_per_second,loads_per_second,failed_loads_per_second,marks\r\n"
                                 "2026-01-01T12:00:01.000Z,1.000,101,7,0.750000,0.125000,0.125000,0.000000,0.000000,"
                                 "0.000000,400,1100,,,8.000,2.000,0.000,\r\n"
                                 "2026-01-01T12:00:02.000Z,1.000,102,7,0.750000,0.125000,0.125000,0.000000,0.000000,"
                                 "0.000000,400,1100,,,8.000,2.000,0.000,\r\n"
                                 "2026-01-01T12:00:03.000Z,1.000,103,7,0.750000,0.125000,0.125000,0.000000,0.000000,"
                                 "0.000000,400,1100,,,8.000,2.000,0.000,\r\n"));
    }

    void onlyWhatIsShownIsWritten()
    {
        OverviewModel model(m_clock);
        record(model, 1, 1'000);

        model.zoom(600, 500);
        const std::vector<ChartsRow> rows = chartsRows(model);

        QCOMPARE(rows.size(), std::size_t(101));
        QCOMPARE(rows.front().time, noon + 400s);
        QCOMPARE(rows.back().time, noon + 500s);
    }

    void whatIsFrozenIsWritten()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 100);
        model.freeze();
        record(model, 101, 200);

        QCOMPARE(chartsRows(model).back().time, noon + 100s);
    }

    void marksNameNobody()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 30);
        happen(model, EventKind::Expired, 20s);
        happen(model, EventKind::Warm, 20s);

        const std::vector<ChartsRow> rows = chartsRows(model);
        const QByteArray csv = chartsCsv(rows);

        QCOMPARE(rows[19].marks, QStringList({u"expiry forced"_s, u"warm-up"_s}));
        QVERIFY(csv.contains(",expiry forced; warm-up\r\n"));
        QVERIFY(!csv.contains(somebody));
        QVERIFY(!csv.contains('='));
    }

    void whereNothingIsRecordedThereIsOnlyTheHeader()
    {
        const OverviewModel model(m_clock);

        QCOMPARE(chartsCsv(chartsRows(model)).count("\r\n"), 1);
        QCOMPARE(chartsCaption(node(), model).times, u"Nothing recorded yet"_s);
    }

    void theCaptionTellsNodeWindowAndBothTimes()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 100);
        happen(model, EventKind::Cleanup, 60s);
        happen(model, EventKind::Cleanup, 70s);
        happen(model, EventKind::Warm, 80s);

        const ChartsCaption caption = chartsCaption(node(), model);

        QCOMPARE(caption.title, u"eu-1 · production"_s);
        QCOMPARE(caption.times, u"1 min · 1 Jan 2026, 13:00:40 – 13:01:40 CET · 2026-01-01 12:00:40 – 12:01:40 UTC"_s);
        QCOMPARE(caption.marks, u"▾ cleanup ×2 · warm-up 13:01:20"_s);
    }

    void aDayHasTwoDates()
    {
        OverviewModel model(m_clock);
        model.setWindow(24h);
        record(model, 1, 2);

        QVERIFY(chartsCaption(node(), model).times.startsWith(u"24 h · "_s));
        QVERIFY(chartsCaption(node(), model).times.endsWith(u"2025-12-31 12:00:02 – 2026-01-01 12:00:02 UTC"_s));
    }

    void theImageIsSharpAndShowsTheCharts()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 60);
        OverviewCharts charts;
        show(charts, model);

        const QImage image = imageOf(charts, model, 2);

        QVERIFY(image.width() >= 2 * charts.width());
        QVERIFY(image.height() >= 2 * charts.height());
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); ++y)
            colours.insert(image.pixel(image.width() / 4, y));
        const Theme &theme = Theme::of(&charts);
        QVERIFY(colours.contains(theme.ground.rgb()));
        QVERIFY(colours.contains(theme.panel.rgb()));
        QVERIFY(colours.size() > 8); // areas, lines, labels
    }

    void theCrosshairIsNotInThePicture()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 60);
        OverviewCharts charts;
        show(charts, model);
        const QImage before = imageOf(charts, model, 1);

        for (TimeSeriesChart *chart : charts.charts())
            chart->setCrosshair(30);

        QCOMPARE(imageOf(charts, model, 1), before);
        QCOMPARE(charts.charts()[0]->crosshair(), 30.0);
    }

    void theVectorPictureIsWholeAndNamesNobody()
    {
        OverviewModel model(m_clock);
        model.setWindow(60s);
        record(model, 1, 100);
        happen(model, EventKind::Warm, 80s);
        OverviewCharts charts;
        show(charts, model);
        for (TimeSeriesChart *chart : charts.charts())
            chart->setCrosshair(20); // where the mark is

        const QByteArray svg = chartsSvg(chartsDrawing(charts, chartsCaption(node(), model)));

        QXmlStreamReader reader(svg);
        QStringList texts;
        int lines = 0;
        while (!reader.atEnd()) {
            reader.readNext();
            if (reader.isCharacters() && !reader.isWhitespace())
                texts << reader.text().toString().trimmed();
            lines += reader.isStartElement() && (reader.name() == u"polyline" || reader.name() == u"path");
        }
        QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
        QVERIFY(texts.contains(u"eu-1 · production"_s));
        QVERIFY(texts.contains(u"Hit rate"_s));
        QVERIFY(lines >= 8);
        QVERIFY(!svg.contains(somebody));
    }
};

QTEST_MAIN(tst_ChartsExport)
#include "tst_ChartsExport.moc"
