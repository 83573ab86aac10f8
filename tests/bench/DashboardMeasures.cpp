// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/DashboardMeasures.h"

#include "tests/support/FakeNode.h"
#include "ui/overview/OverviewCharts.h"
#include "ui/overview/OverviewPage.h"
#include "ui/widgets/TimeSeriesChart.h"

#include <QApplication>
#include <QChart>
#include <QChartView>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QGridLayout>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QTimer>
#include <QValueAxis>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <memory>
#include <vector>

namespace hearth::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t day = 86'400; // samples
constexpr QSize laptop(1'600, 900);
constexpr QSize large(3'840, 2'000);

// A day as a busy node has it: slow waves, noise, cleanups every ten minutes, an outage now and then.
Sample sampleOf(std::uint64_t seq)
{
    const double at = static_cast<double>(seq);
    const double noise = static_cast<double>(seq * 2'654'435'761U % 1'000) / 1'000;
    const double wave = std::sin(at / 9'000) + 0.3 * std::sin(at / 700);
    Sample sample;
    sample.seq = seq;
    sample.time = FakeNode::noon() + std::chrono::seconds(seq);
    sample.activeEntries = static_cast<std::uint64_t>(12'000 + 3'000 * wave + 100 * noise);
    sample.expiredEntries = seq % 600 * 3;
    sample.gets = static_cast<std::uint64_t>(4'000 + 1'200 * wave + 400 * noise);
    sample.missesByReason = {sample.gets / 60, sample.gets / 90, seq % 50 / 10, 0, 0};
    sample.hits = sample.gets - sample.missesByReason[0] - sample.missesByReason[1] - sample.missesByReason[2];
    sample.loads = sample.gets - sample.hits;
    const auto scaled = [noise](std::chrono::nanoseconds base) {
        return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(base.count()) * (1 + noise)));
    };
    sample.hitLatency = Percentiles{scaled(400ns), scaled(700ns), scaled(1'100ns)};
    sample.loadLatency = Percentiles{scaled(8ms), scaled(11ms), scaled(20ms)};
    sample.databaseReachable = seq % 20'000 > 60;
    return sample;
}

std::vector<Sample> wholeDay()
{
    std::vector<Sample> samples;
    samples.reserve(day);
    for (std::uint64_t seq = 1; seq <= day; ++seq)
        samples.push_back(sampleOf(seq));
    return samples;
}

void runEvents(std::chrono::milliseconds duration)
{
    QEventLoop loop;
    QTimer::singleShot(duration, Qt::PreciseTimer, &loop, &QEventLoop::quit);
    loop.exec();
}

int rendersOf(const OverviewPage &page)
{
    int count = 0;
    for (const TimeSeriesChart *chart : page.charts().charts())
        count += chart->renderCount();
    return count;
}

void measureAt(const QSize &size, const std::string &name, std::chrono::seconds duration, const AddRow &add)
{
    FakeNode node;
    node.history = wholeDay();
    OverviewPage page(node);
    page.setTimeWindow(24h);
    page.resize(size);
    page.show();
    std::uint64_t seq = day;
    QTimer second;
    QObject::connect(&second, &QTimer::timeout, &page, [&] { node.say(sampleOf(++seq)); });
    second.start(1s);
    runEvents(3s); // the past is there, the first pictures are drawn

    const std::uint64_t updatesBefore = seq;
    const int rendersBefore = rendersOf(page);
    const double cpuBefore = threadCpu();
    QElapsedTimer clock;
    clock.start();
    runEvents(duration);
    const double cpu = threadCpu() - cpuBefore;
    const auto elapsed = static_cast<double>(clock.nsecsElapsed()) / 1e6;
    const auto updates = static_cast<double>(seq - updatesBefore);
    add(name, {{"cpu_percent", 100 * cpu / elapsed},
               {"cpu_ms_per_update", cpu / std::max(1.0, updates)},
               {"updates", updates},
               {"renders_per_update", (rendersOf(page) - rendersBefore) / std::max(1.0, updates)}});
}

// A chart as the manual shows it.
class NaiveChart
{
public:
    NaiveChart(int series, bool isLogarithmic, double maximum)
        : m_view(std::make_unique<QChartView>())
    {
        QChart *chart = m_view->chart();
        auto *time = new QValueAxis(chart);
        time->setRange(-double(day), 0);
        QAbstractAxis *value = isLogarithmic ? static_cast<QAbstractAxis *>(new QLogValueAxis(chart))
                                             : static_cast<QAbstractAxis *>(new QValueAxis(chart));
        value->setRange(isLogarithmic ? 100.0 : 0.0, maximum);
        chart->addAxis(time, Qt::AlignBottom);
        chart->addAxis(value, Qt::AlignLeft);
        for (int i = 0; i < series; ++i) {
            auto *line = new QLineSeries(chart);
            chart->addSeries(line);
            line->attachAxis(time);
            line->attachAxis(value);
            m_series.push_back(line);
        }
        m_view->setRenderHint(QPainter::Antialiasing);
    }
    QChartView *view() const { return m_view.get(); }
    void replace(const std::vector<QList<QPointF>> &rows)
    {
        for (std::size_t i = 0; i < m_series.size(); ++i)
            m_series[i]->replace(rows[i]);
    }

private:
    std::unique_ptr<QChartView> m_view;
    std::vector<QLineSeries *> m_series;
};

std::vector<QList<QPointF>> pointsUpTo(std::uint64_t newest, const std::vector<double (*)(const Sample &)> &values)
{
    std::vector<QList<QPointF>> rows(values.size());
    for (std::uint64_t seq = newest - day + 1; seq <= newest; ++seq) {
        const Sample sample = sampleOf(seq);
        for (std::size_t i = 0; i < values.size(); ++i)
            rows[i].append(QPointF(double(seq) - double(newest), values[i](sample)));
    }
    return rows;
}

double ratio(std::uint64_t part, const Sample &sample)
{
    return static_cast<double>(part) / static_cast<double>(sample.gets);
}

// The rows that the overview shows, chart by chart.
const std::vector<std::vector<double (*)(const Sample &)>> &naiveRows()
{
    static const std::vector<std::vector<double (*)(const Sample &)>> rows{
        {[](const Sample &s) { return double(s.activeEntries); },
         [](const Sample &s) { return double(s.activeEntries + s.expiredEntries); }},
        {[](const Sample &s) { return ratio(s.hits, s); },
         [](const Sample &s) { return ratio(s.missesByReason[0], s); },
         [](const Sample &s) { return ratio(s.missesByReason[1], s); },
         [](const Sample &s) { return ratio(s.missesByReason[2], s); }},
        {[](const Sample &s) { return double(s.hitLatency->p50.count()); },
         [](const Sample &s) { return double(s.hitLatency->p99.count()); },
         [](const Sample &s) { return double(s.loadLatency->p50.count()); },
         [](const Sample &s) { return double(s.loadLatency->p99.count()); }},
        {[](const Sample &s) { return double(s.gets); }, [](const Sample &s) { return double(s.loads); }}};
    return rows;
}

} // namespace

double threadCpu()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

void measureOverview(const DashboardPlan &plan, const AddRow &add)
{
    measureAt(laptop, "overview/1600x900", std::chrono::seconds(plan.orQuick(60, 15)), add);
    measureAt(large, "overview/3840x2000", std::chrono::seconds(plan.orQuick(30, 10)), add);
}

void measureModel(const DashboardPlan &plan, const AddRow &add)
{
    const SystemClock clock;
    OverviewModel model(clock);
    const std::vector<Sample> past = wholeDay();
    const double before = threadCpu();
    model.takePast(past);
    add("model/a day taken", {{"cpu_ms", threadCpu() - before}});
    model.setWindow(24h);
    const int updates = plan.orQuick(5'000, 1'000);
    const double start = threadCpu();
    std::size_t points = 0;
    for (int i = 1; i <= updates; ++i) {
        model.takeSample(sampleOf(day + std::uint64_t(i)), Stats());
        points += model.picture().entries.data.times.size();
    }
    add("model/update",
        {{"cpu_ms_per_update", (threadCpu() - start) / updates}, {"points", static_cast<double>(points) / updates}});
}

void measureNaiveCharts(const DashboardPlan &plan, const AddRow &add)
{
    QWidget window;
    auto *grid = new QGridLayout(&window);
    std::vector<NaiveChart> charts;
    charts.emplace_back(2, false, 20'000);
    charts.emplace_back(4, false, 1);
    charts.emplace_back(4, true, 1e8);
    charts.emplace_back(2, false, 8'000);
    for (int i = 0; i < 4; ++i)
        grid->addWidget(charts[std::size_t(i)].view(), i / 2, i % 2);
    window.resize(laptop);
    window.show();
    const int updates = plan.orQuick(5, 2);
    double cpu = 0;
    for (int i = 0; i <= updates; ++i) {
        std::vector<std::vector<QList<QPointF>>> points; // the peer need not compute them: not timed
        for (const auto &rows : naiveRows())
            points.push_back(pointsUpTo(day + std::uint64_t(i), rows));
        const double before = threadCpu();
        for (std::size_t chart = 0; chart < charts.size(); ++chart)
            charts[chart].replace(points[chart]);
        runEvents(100ms); // painted
        if (i > 0)        // the first one lays out
            cpu += threadCpu() - before;
    }
    add("naive/1600x900", {{"cpu_ms_per_update", cpu / updates}});
    while (QLayoutItem *item = grid->takeAt(0))
        delete item;
    for (const NaiveChart &chart : charts)
        chart.view()->setParent(nullptr); // they are owned here
}

} // namespace hearth::bench
