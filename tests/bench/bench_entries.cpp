// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the page of entries costs with a million of them: first pages, a search typed letter by letter, jumps, frames,
// refreshes, an export; beside QSortFilterProxyModel with the same rows. Times are those of the CPU, of the thread that
// does it, so that other work on the machine does not count.
#include "tests/bench/Demands.h"
#include "tests/bench/EntriesStand.h"
#include "tests/bench/Machine.h"
#include "tests/support/GuiLatenessProbe.h"
#include "ui/entries/EntriesBrowser.h"
#include "ui/entries/EntriesExport.h"
#include "ui/entries/EntriesLoader.h"
#include "ui/entries/EntriesModel.h"
#include "ui/entries/EntriesTable.h"
#include "ui/entries/EntriesToolbar.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFileInfo>
#include <QHeaderView>
#include <QScrollBar>
#include <QSortFilterProxyModel>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <time.h>
#include <vector>

using namespace hearth;
using namespace hearth::bench;
using namespace std::chrono_literals;

namespace {

struct Options {
    std::size_t entries = 1'000'000;
    std::string json;
    int rounds = 9;
};

double milliseconds(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double cpuMilliseconds()
{
    return milliseconds(CLOCK_THREAD_CPUTIME_ID);
}

double cpuOfAllThreads()
{
    return milliseconds(CLOCK_PROCESS_CPUTIME_ID);
}

double timeOf(const std::function<void()> &work)
{
    const double begin = cpuMilliseconds();
    work();
    return cpuMilliseconds() - begin;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

double medianOf(int rounds, const std::function<void(int round)> &work)
{
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round)
        times.push_back(timeOf([&] { work(round); }));
    return median(times);
}

class Report
{
public:
    // Returns: the time, after saying it.
    double row(const std::string &what, double value, const char *format = "%.2f ms")
    {
        std::printf("%-72s %14s\n", what.c_str(), shown(value, format).c_str());
        std::fflush(stdout);
        m_rows.push_back({{"what", what}, {"measured", value}});
        return value;
    }
    void atMost(const std::string &what, double measured, double wanted, const char *format = "%.2f ms")
    {
        add(what, measured, "<= ", wanted, format, measured <= wanted);
    }
    void atLeast(const std::string &what, double measured, double wanted, const char *format = "%.1fx")
    {
        add(what, measured, ">= ", wanted, format, measured >= wanted);
    }
    void end(const std::string &file, std::size_t entries) const
    {
        printDemands(m_demands);
        if (!file.empty())
            std::ofstream(file)
                << nlohmann::json({{"entries", entries}, {"rows", m_rows}, {"demands", jsonOf(m_demands)}}).dump(2)
                << '\n';
    }

private:
    void add(const std::string &what, double measured, const char *relation, double wanted, const char *format,
             bool isMet)
    {
        m_demands.push_back({what,
                             shown(measured, format),
                             relation + shown(wanted, format),
                             isMet ? Demand::State::Met : Demand::State::Weak,
                             true,
                             {measured}});
    }

    nlohmann::json m_rows = nlohmann::json::array();
    std::vector<Demand> m_demands;
};

EntriesQuery queryOf(EntrySort sort, std::size_t offset = 0, const std::string &search = {})
{
    EntriesQuery query;
    query.sort = sort;
    query.offset = offset;
    query.filter.search = search;
    query.maxAge = 1h;
    return query;
}

struct ListTimes {
    double sort = 0;   // the slowest first page by another order
    double search = 0; // the slowest letter
};

// What a node does for a page, on the thread that does it.
ListTimes measureLists(EntriesCache &stand, const Options &options, Report &report)
{
    EntryListings listings(stand.cache, stand.texts, stand.clock);
    const auto ask = [&](const EntriesQuery &query) {
        if (!listings.page(query, stand.voices, [] { return true; }))
            std::abort();
    };
    const double before = static_cast<double>(residentBytes()) / 1024 / 1024;
    EntriesQuery now = queryOf(EntrySort::Identity);
    now.maxAge = 0ms;
    report.row("the very first page: the cache is copied", medianOf(3, [&](int) { ask(now); }));

    ListTimes times;
    for (const auto &[name, sort] : {std::pair("identity", EntrySort::Identity),
                                     {"time to live", EntrySort::TimeToLive},
                                     {"hits", EntrySort::Hits},
                                     {"language", EntrySort::Language},
                                     {"state", EntrySort::State}}) {
        EntriesQuery query = queryOf(sort);
        times.sort = std::max(times.sort, report.row(std::string("first page by ") + name,
                                                     medianOf(options.rounds, [&](int) { ask(query); })));
        query.descending = true;
        times.sort = std::max(times.sort, report.row(std::string("first page by ") + name + ", descending",
                                                     medianOf(options.rounds, [&](int) { ask(query); })));
    }
    report.atMost("first page by any column, slowest", times.sort, 50);

    // The first letter folds all identities of a copy.
    std::vector<double> firstLetters;
    for (int round = 0; round < 3; ++round) {
        ask(now);
        firstLetters.push_back(timeOf([&] { ask(queryOf(EntrySort::Identity, 0, "u")); }));
    }
    times.search = report.row("search for the first letter", median(firstLetters));
    const std::string typed = "user-98765";
    for (std::size_t letters = 1; letters <= typed.size(); ++letters) {
        const double time = medianOf(3, [&](int) { ask(queryOf(EntrySort::Identity, 0, typed.substr(0, letters))); });
        times.search = std::max(times.search, report.row("search for " + typed.substr(0, letters), time));
    }
    report.atMost("a letter of a search, slowest", times.search, 50);

    EntriesQuery filtered = queryOf(EntrySort::TimeToLive);
    filtered.filter.state = EntryState::Expired;
    const double state = medianOf(options.rounds, [&](int) { ask(filtered); });
    filtered.filter = {};
    filtered.filter.language = "yo";
    const double language = medianOf(options.rounds, [&](int) { ask(filtered); });
    report.row("first page of the expired, by time to live", state);
    report.row("first page of one language, by time to live", language);
    report.atMost("first page of a filter by state or language, slowest", std::max(state, language), 50);

    const std::size_t entries = options.entries;
    const double jump =
        report.row("first jump into the middle, by hits", timeOf([&] { ask(queryOf(EntrySort::Hits, entries / 2)); }));
    report.row("a further jump", medianOf(options.rounds, [&](int round) {
                   ask(queryOf(EntrySort::Hits, entries / 20 * std::size_t(round)));
               }));
    report.row("the page after it", medianOf(options.rounds, [&](int round) {
                   ask(queryOf(EntrySort::Hits, entries / 2 + 500 * std::size_t(round + 1)));
               }));
    report.atMost("first jump into the middle of an order", jump, 150);

    const auto mebibytes = [] { return static_cast<double>(residentBytes()) / 1024 / 1024; };
    const double kept = mebibytes();
    report.row("giving it back", timeOf([&] { listings.forget(); }));
    const double left = mebibytes();
    report.row("memory kept for looking", kept - before, "%.0f MiB");
    report.atLeast("memory given back, of what was kept for looking", (kept - left) / (kept - before), 0.9, "%.2f");
    return times;
}

bool waitFor(const std::function<bool()> &isTrue)
{
    QElapsedTimer timer;
    timer.start();
    while (!isTrue() && timer.elapsed() < 60'000)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents); // some timer always runs
    return isTrue();
}

// What the GUI thread does.
void measurePage(EntriesCache &stand, const Options &options, Report &report)
{
    EntriesNode node(stand);
    EntriesBrowser page(node);
    page.resize(1'600, 1'000);
    page.show();
    EntriesTable &table = page.table();
    EntriesModel &model = page.model();
    if (!waitFor([&] { return model.rowCount() > 0; }))
        std::abort();
    QImage picture(table.viewport()->size(), QImage::Format_ARGB32_Premultiplied);
    const auto frame = [&] { table.viewport()->render(&picture); };
    frame();

    const int height = table.verticalHeader()->defaultSectionSize();
    const double scrolled = report.row("a frame of scrolling, loaded rows", medianOf(60, [&](int round) {
                                           table.verticalScrollBar()->setValue(round * height * 2 + round % height);
                                           frame();
                                       }));
    const int most = table.verticalScrollBar()->maximum();
    const double dragged =
        report.row("a frame of dragging through the whole list, placeholders", medianOf(60, [&](int round) {
                       table.verticalScrollBar()->setValue(most / 60 * round);
                       frame();
                   }));
    report.atMost("a frame of scrolling, slowest kind", std::max(scrolled, dragged), 16);

    table.verticalScrollBar()->setValue(most / 2);
    waitFor([&] { return model.isLoaded(table.visibleRows().first); });
    const QRect bars(table.columnViewportPosition(EntriesModel::TimeToLive), 0,
                     table.columnWidth(EntriesModel::TimeToLive), table.viewport()->height());
    report.atMost("a second of all visible countdowns",
                  report.row("repainting the countdowns",
                             medianOf(60, [&](int) { table.viewport()->render(&picture, bars.topLeft(), bars); })),
                  4);

    EntriesQuery query = queryOf(EntrySort::Identity, std::size_t(model.firstLoaded()));
    query.limit = EntriesLoader::refreshLimit;
    QFuture<Result<EntriesPage>> asked = node.entries(query);
    waitFor([&] { return asked.isFinished(); });
    EntriesPage refreshed = *asked.result();
    table.selectAll();
    const double merged =
        report.row("merging a refresh of 1,000 rows, all of them selected and new", medianOf(20, [&](int) {
                       for (EntryRow &row : refreshed.rows)
                           ++row.hits;
                       refreshed.matching += 1; // and the list has become longer
                       model.merge(refreshed);
                       frame();
                   }));
    report.atMost("merging a refresh, its frame included", merged, 16);

    GuiLatenessProbe probe;
    for (const char *search : {"u", "us", "user-9", "user-98", ""}) {
        page.toolbar().setSearch(QString::fromLatin1(search));
        table.sortByColumn(search[0] == '\0' ? EntriesModel::Hits : EntriesModel::TimeToLive, Qt::DescendingOrder);
        waitFor([&] { return model.isLoaded(0); });
        table.verticalScrollBar()->setValue(table.verticalScrollBar()->maximum() / 3);
        QElapsedTimer timer;
        timer.start();
        waitFor([&] { return timer.elapsed() > 300; });
    }
    report.row("worst lateness of the GUI thread while it is searched, sorted, dragged",
               static_cast<double>(probe.worst().count()), "%.0f ms");
    static_cast<void>(options);
}

void measureExport(EntriesCache &stand, const Options &options, Report &report)
{
    EntriesNode node(stand);
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("entries.csv"));
    EntriesExport job(node, {}, path);
    std::size_t written = 0;
    std::size_t residentAtStart = 0;
    std::size_t residentMost = 0;
    QObject::connect(&job, &EntriesExport::progressed, [&] {
        residentMost = std::max(residentMost, residentBytes());
        if (residentAtStart == 0)
            residentAtStart = residentMost; // with the node's copy of the cache
    });
    QObject::connect(&job, &EntriesExport::finished, [&written](std::size_t rows) { written = rows; });
    GuiLatenessProbe probe;
    QElapsedTimer timer;
    timer.start();
    const double cpuBefore = cpuOfAllThreads();
    const double ours = timeOf([&] {
        job.start();
        waitFor([&written] { return written > 0; });
    });
    const double seconds = static_cast<double>(timer.elapsed()) / 1e3;
    report.row("exported rows a second", static_cast<double>(written) / seconds, "%.0f");
    report.row("  time of all CPUs for 100,000 rows",
               (cpuOfAllThreads() - cpuBefore) * 1e5 / static_cast<double>(written));
    report.row("  time of the GUI thread for 100,000 rows", ours * 1e5 / static_cast<double>(written));
    report.row("worst lateness of the GUI thread meanwhile", static_cast<double>(probe.worst().count()), "%.0f ms");
    const double growth = static_cast<double>(residentMost - residentAtStart) / 1024 / 1024;
    report.atMost("memory while " + std::to_string(written) + " rows are exported", growth, 48, "%.1f MiB");
    report.atLeast("rows of the export / entries", static_cast<double>(written) / static_cast<double>(options.entries),
                   1, "%.3f");
}

void measurePeer(EntriesCache &stand, const Options &options, const ListTimes &ours, Report &report)
{
    std::vector<EntryRow> rows;
    {
        EntryListings listings(stand.cache, stand.texts, stand.clock);
        EntriesQuery query = queryOf(EntrySort::LoadTime); // in no order that helps
        query.limit = options.entries;
        rows = listings.page(query, stand.voices, [] { return true; })->rows;
    }
    PlainEntries plain(std::move(rows));
    QSortFilterProxyModel proxy;
    proxy.setSourceModel(&plain);
    proxy.setFilterCaseSensitivity(Qt::CaseInsensitive);
    const double sort = report.row("QSortFilterProxyModel: sort by identity", timeOf([&] { proxy.sort(0); }));
    report.row("QSortFilterProxyModel: sort by hits", timeOf([&] { proxy.sort(2); }));
    const double search =
        report.row("QSortFilterProxyModel: search for user-98", timeOf([&] { proxy.setFilterFixedString("user-98"); }));
    report.row("QSortFilterProxyModel: search cleared", timeOf([&] { proxy.setFilterFixedString({}); }));
    report.atLeast("sorting: QSortFilterProxyModel x ours", sort / std::max(ours.sort, 1e-6), 20);
    report.atLeast("searching: QSortFilterProxyModel x ours", search / std::max(ours.search, 1e-6), 3);
}

[[noreturn]] void usage(int code)
{
    std::fprintf(code == 0 ? stdout : stderr,
                 "Usage: bench_entries [--quick] [--entries N] [--json FILE]\n\n"
                 "Measures the page of entries on a cache of a million (--quick: fewer rounds), and prints each thing "
                 "that must be\ntrue with ok or WEAK.\n");
    std::exit(code);
}

Options optionsOf(int argc, char **argv)
{
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        const auto value = [&]() -> std::string { return i + 1 < argc ? argv[++i] : (usage(2), ""); };
        if (argument == "--entries")
            options.entries = std::strtoull(value().c_str(), nullptr, 10);
        else if (argument == "--json")
            options.json = value();
        else if (argument == "--quick")
            options.rounds = 5;
        else
            usage(argument == "--help" ? 0 : 2);
    }
    if (options.entries < 10'000)
        usage(2);
    return options;
}

} // namespace

int main(int argc, char **argv)
{
    if (!::getenv("QT_QPA_PLATFORM"))
        ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    QApplication application(argc, argv);
    const Options options = optionsOf(argc, argv);
    Report report;
    EntriesCache stand(options.entries);
    std::printf("%zu entries\n", options.entries);
    const ListTimes times = measureLists(stand, options, report);
    measurePage(stand, options, report);
    measureExport(stand, options, report);
    measurePeer(stand, options, times, report);
    report.end(options.json, options.entries);
}
