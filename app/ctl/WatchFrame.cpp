// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/WatchFrame.h"

#include "app/ctl/EventTable.h"
#include "app/ctl/StatsTable.h"
#include "app/ctl/TextChart.h"
#include "core/base/Format.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <optional>

namespace hearth {

namespace {

constexpr int sideBySide = 100; // columns from which on the charts stand beside each other
constexpr int tileWidth = 16;
constexpr int tallest = 8; // lines of a chart

using Lines = std::vector<std::string>;

// Builds lines of one width. Plain text comes in; tones are put on after it was cut and padded.
class Canvas
{
public:
    Canvas(const TextStyle &style, int columns)
        : m_style(style)
        , m_columns(columns)
    {
    }
    int columns() const { return m_columns; }
    const TextStyle &style() const { return m_style; }

    std::string cell(const std::string &text, int columns, Tone tone = Tone::Plain) const
    {
        const std::string cut = fitted(shownText(text, m_style.charset), columns, m_style.charset);
        const int rest = std::max(columns - displayWidth(cut), 0);
        return toned(cut, tone, m_style) + std::string(static_cast<std::size_t>(rest), ' ');
    }
    std::string line(const std::string &text, Tone tone = Tone::Plain) const { return cell(text, m_columns, tone); }

private:
    const TextStyle &m_style;
    const int m_columns;
};

double getsPerSecond(const WatchState &state)
{
    if (state.samples.empty())
        return 0;
    const Sample &last = state.samples.back();
    const double seconds = std::chrono::duration<double>(last.length).count();
    return seconds > 0 ? static_cast<double>(last.gets) / seconds : 0;
}

std::string p95(const std::optional<Percentiles> &values)
{
    return values ? format::latency(values->p95) : "n/a";
}

void addHeader(Lines &lines, const Canvas &canvas, const WatchState &state)
{
    const int right = displayWidth(state.time) + (state.isPaused ? 10 : 0);
    lines.push_back(
        canvas.cell("Hearth  " + state.node, std::max(canvas.columns() - right - 1, 0), Tone::Title) + " " +
        canvas.cell((state.isPaused ? "[paused]  " : "") + state.time, std::min(right, canvas.columns() - 1)));
    if (state.link.state == LinkState::Lost || state.link.state == LinkState::Refused)
        lines.push_back(canvas.line("! " + state.link.problem, Tone::Bad));
    const DatabaseStatus &database = state.stats.database;
    const Table::Cell cell = databaseCell(database);
    lines.push_back(canvas.line("database  " + cell.text + "  " + database.displayUrl, cell.tone));
    if (!database.problem.empty())
        lines.push_back(canvas.line("! " + database.problem + " " + database.nextStep, Tone::Warning));
}

void addTiles(Lines &lines, const Canvas &canvas, const WatchState &state)
{
    const Stats &stats = state.stats;
    const std::array<std::pair<const char *, std::string>, 8> tiles{
        {{"ACTIVE", format::count(stats.activeEntries)},
         {"EXPIRED", format::count(stats.expiredEntries)},
         {"HIT RATE", format::percent(stats.hitRate())},
         {"GETS", format::rate(getsPerSecond(state))},
         {"HIT P95", p95(stats.hitLatency)},
         {"DATABASE P95", p95(stats.loadLatency)},
         {"QUERIES SAVED", format::count(stats.queriesSaved())},
         {"CLEANUP IN", format::clockTime(std::chrono::ceil<std::chrono::seconds>(stats.untilCleanup))}}};
    const auto perLine = static_cast<std::size_t>(std::max(canvas.columns() / tileWidth, 1));
    for (std::size_t first = 0; first < tiles.size(); first += perLine) {
        std::string names;
        std::string values;
        for (std::size_t i = first; i < std::min(first + perLine, tiles.size()); ++i) {
            const int width = std::min(tileWidth, canvas.columns());
            names += canvas.cell(tiles[i].first, width, Tone::Dim);
            values += canvas.cell(tiles[i].second, width, Tone::Title);
        }
        lines.push_back(std::move(names));
        lines.push_back(std::move(values));
    }
}

using Series = std::vector<std::optional<double>>;

Series hitRates(const WatchState &state)
{
    Series values;
    for (const Sample &sample : state.samples)
        values.push_back(sample.gets > 0
                             ? std::optional(static_cast<double>(sample.hits) / static_cast<double>(sample.gets))
                             : std::nullopt);
    return values;
}

// Of the largest number that is shown, which is said in the title.
Series entryCounts(const WatchState &state, int columns, std::uint64_t &largest)
{
    const std::size_t shown = std::min(state.samples.size(), static_cast<std::size_t>(std::max(columns, 0)));
    const auto total = [](const Sample &sample) { return sample.activeEntries + sample.expiredEntries; };
    for (std::size_t i = state.samples.size() - shown; i < state.samples.size(); ++i)
        largest = std::max(largest, total(state.samples[i]));
    Series values;
    for (const Sample &sample : state.samples)
        values.push_back(largest > 0 ? static_cast<double>(total(sample)) / static_cast<double>(largest) : 0);
    return values;
}

Lines chart(const Canvas &canvas, const std::string &title, const Series &values, int columns, int height)
{
    Lines lines{canvas.cell(title, columns, Tone::Dim)};
    for (std::string &line : textChart(values, columns, height, canvas.style().charset))
        lines.push_back(toned(line, Tone::Good, canvas.style()));
    return lines;
}

void addCharts(Lines &lines, const Canvas &canvas, const WatchState &state, int rows)
{
    const bool isWide = canvas.columns() >= sideBySide;
    const int width = isWide ? (canvas.columns() - 2) / 2 : canvas.columns();
    const int height = std::min(tallest, isWide ? rows - 1 : rows / 2 - 1);
    if (height < 1)
        return;
    std::uint64_t largest = 0;
    const Series entries = entryCounts(state, width, largest);
    const Lines left = chart(canvas, "hit rate, 0 to 100 %", hitRates(state), width, height);
    const Lines right = chart(canvas, "entries, 0 to " + format::count(largest), entries, width, height);
    if (!isWide) {
        lines.insert(lines.end(), left.begin(), left.end());
        lines.insert(lines.end(), right.begin(), right.end());
        return;
    }
    for (std::size_t i = 0; i < left.size(); ++i)
        lines.push_back(left[i] + "  " + right[i]);
}

std::string footerOf(const WatchState &state)
{
    if (!state.question.empty())
        return state.question + " [y/n]";
    return "q quit   space " + std::string(state.isPaused ? "go on" : "pause") + "   c clean up" +
           (state.message.empty() ? "" : "   " + state.message);
}

std::string eventText(const Event &event, bool inUtc)
{
    QDateTime time = QDateTime::fromMSecsSinceEpoch(event.time.time_since_epoch().count());
    if (inUtc)
        time = time.toUTC();
    const std::string who = event.who.empty() ? "" : "  by " + event.who;
    return time.toString(QStringLiteral("HH:mm:ss")).toStdString() + "  " + toString(event.kind) + "  " +
           targetText(event) + who + "  " + event.detail;
}

} // namespace

std::vector<std::string> watchFrame(const WatchState &state, const TextStyle &style, int columns, int rows)
{
    const Canvas canvas(style, columns);
    Lines lines;
    addHeader(lines, canvas, state);
    lines.push_back(canvas.line(""));
    addTiles(lines, canvas, state);
    lines.push_back(canvas.line(""));
    const int free = rows - static_cast<int>(lines.size()) - 1;
    addCharts(lines, canvas, state, free * 2 / 3);
    lines.push_back(canvas.line(""));
    lines.push_back(canvas.line("events", Tone::Dim));
    const auto room = static_cast<std::size_t>(std::max(rows - static_cast<int>(lines.size()) - 1, 0));
    const std::size_t skipped = state.events.size() > room ? state.events.size() - room : 0;
    for (std::size_t i = state.events.size(); i > skipped; --i)
        lines.push_back(canvas.line(eventText(state.events[i - 1], style.inUtc)));
    lines.resize(static_cast<std::size_t>(std::max(rows - 1, 0)), canvas.line(""));
    if (rows > 0)
        lines.push_back(canvas.line(footerOf(state), state.question.empty() ? Tone::Dim : Tone::Warning));
    return lines;
}

std::string watchLine(const WatchState &state)
{
    const Stats &stats = state.stats;
    std::string line = state.time + "  active " + format::count(stats.activeEntries) + "  expired " +
                       format::count(stats.expiredEntries) + "  hit rate " + format::percent(stats.hitRate()) +
                       "  gets " + format::rate(getsPerSecond(state)) + "  database " +
                       databaseCell(stats.database).text;
    if (state.link.state != LinkState::Connected && state.link.state != LinkState::Connecting)
        line += "  ! " + state.link.problem;
    return shownText(line) + "\n";
}

} // namespace hearth
