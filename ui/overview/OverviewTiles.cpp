// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/overview/OverviewTiles.h"

#include "core/base/Format.h"

#include <QCoreApplication>

#include <algorithm>
#include <limits>
#include <string>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(OverviewTiles)
};

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

const QString notAvailable = u"n/a"_s;

TileText activeTile(const Stats &stats)
{
    TileText tile;
    tile.value = text(format::count(stats.activeEntries));
    tile.subline =
        stats.maxEntries > 0 ? Words::tr("of %1").arg(text(format::count(stats.maxEntries))) : Words::tr("no bound");
    tile.explanation = Words::tr("Cached users that are served from the cache: not older than their TTL.");
    return tile;
}

TileText expiredTile(const Stats &stats)
{
    TileText tile;
    tile.value = text(format::count(stats.expiredEntries));
    tile.subline = stats.keptStale > 0 ? Words::tr("kept for the outage") : Words::tr("until cleanup");
    tile.explanation = Words::tr("Cached users older than their TTL. They are no longer served, and leave with the "
                                 "next cleanup or when they are loaded again.");
    return tile;
}

TileText hitRateTile(const Stats &stats, std::optional<double> hitRate)
{
    TileText tile;
    tile.value = text(format::percent(hitRate));
    const auto sinceStart = stats.hitRate();
    tile.subline =
        sinceStart ? Words::tr("%1 since start").arg(text(format::percent(sinceStart))) : Words::tr("no gets yet");
    tile.shortSubline = sinceStart ? Words::tr("%1 in all").arg(text(format::percent(sinceStart))) : QString();
    tile.explanation = Words::tr("Share of the gets of the last five minutes that the cache answered.");
    return tile;
}

TileText hitLatencyTile(const Stats &stats)
{
    TileText tile;
    tile.explanation = Words::tr("99 of 100 hits since the start took no longer than this.");
    if (!stats.hitLatency) {
        tile.value = notAvailable;
        tile.subline = Words::tr("no hits yet");
        return tile;
    }
    tile.value = text(format::latency(stats.hitLatency->p99));
    tile.subline = u"p50 "_s + text(format::latency(stats.hitLatency->p50));
    return tile;
}

QString databaseTrouble(const Stats &stats)
{
    const DatabaseStatus &database = stats.database;
    if (database.circuit.state != CircuitState::Closed)
        return stats.staleServed > 0 ? Words::tr("breaker open · serving stale") : Words::tr("circuit breaker open");
    switch (database.state) {
    case DatabaseState::Unreachable:
        return Words::tr("unreachable");
    case DatabaseState::Unusable:
        return Words::tr("unusable");
    case DatabaseState::Connecting:
    case DatabaseState::Reachable:
        break;
    }
    return {};
}

TileText databaseTile(const Stats &stats)
{
    TileText tile;
    tile.explanation = Words::tr("95 of 100 queries for one user since the start took no longer than this, waiting "
                                 "for a connection not counted.");
    const QString p50 = stats.loadLatency ? u"p50 "_s + text(format::latency(stats.loadLatency->p50)) : QString();
    tile.value = stats.loadLatency ? text(format::latency(stats.loadLatency->p95)) : notAvailable;
    tile.subline = stats.loadLatency ? p50 : Words::tr("no loads yet");
    if (stats.database.simulatedLatency.count() > 0) {
        const QString simulated =
            Words::tr("simulated +%1").arg(text(format::latency(stats.database.simulatedLatency)));
        tile.shortSubline = simulated;
        tile.subline += u" · "_s + simulated;
        tile.explanation += u' ' + Words::tr("Every query is slowed down on purpose: %1.").arg(simulated);
    }
    const QString trouble = databaseTrouble(stats);
    if (!trouble.isEmpty()) {
        const bool isOpen = stats.database.circuit.state != CircuitState::Closed;
        tile.tone = Tone::Error;
        tile.subline = trouble;
        tile.shortSubline = isOpen ? Words::tr("breaker open") : trouble;
        tile.explanation = text(stats.database.problem + ' ' + stats.database.nextStep).trimmed();
        if (isOpen)
            tile.explanation += u' ' + Words::tr("The circuit breaker is open: queries fail at once, and one attempt "
                                                 "after the other is made to reach the database.");
    }
    if (stats.staleServed > 0)
        tile.explanation += u' ' + Words::tr("Since the start %1 gets were answered by an expired entry, because "
                                             "their load failed.")
                                       .arg(text(format::count(stats.staleServed)));
    return tile;
}

// Count times time, held at the end of the range.
std::chrono::nanoseconds product(std::chrono::nanoseconds each, std::uint64_t count)
{
    const double total = static_cast<double>(each.count()) * static_cast<double>(count);
    constexpr auto most = std::numeric_limits<std::chrono::nanoseconds::rep>::max();
    return total >= static_cast<double>(most) ? std::chrono::nanoseconds(most)
                                              : std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

TileText savedTile(const Stats &stats)
{
    TileText tile;
    const std::uint64_t saved = stats.queriesSaved();
    tile.value = saved < 1'000'000 ? text(format::count(saved)) : text(format::shortCount(static_cast<double>(saved)));
    tile.explanation = Words::tr("Gets that needed no query since the start: hits, and gets that waited for the query "
                                 "of another. The time is that many queries at the median of those measured.");
    if (stats.loadLatency && saved > 0) {
        const QString time = text(format::span(product(stats.loadLatency->p50, saved)));
        tile.subline = Words::tr("%1 of database").arg(time);
        tile.shortSubline = Words::tr("%1 saved").arg(time);
    } else {
        tile.subline = saved > 0 ? Words::tr("no load measured yet") : Words::tr("no hits yet");
    }
    return tile;
}

TileText cleanupTile(const Stats &stats, std::chrono::milliseconds sinceStats)
{
    TileText tile;
    const auto left = std::max(stats.untilCleanup - sinceStats, std::chrono::milliseconds(0));
    tile.value = text(format::clockTime(std::chrono::duration_cast<std::chrono::seconds>(left)));
    tile.subline = Words::tr("click to run now");
    tile.explanation = Words::tr("A cleanup removes expired entries every %1. Click to run one now.")
                           .arg(text(format::span(stats.cleanupInterval)));
    return tile;
}

} // namespace

QString tileLabel(Tile tile)
{
    switch (tile) {
    case Tile::Active:
        return Words::tr("Active entries");
    case Tile::Expired:
        return Words::tr("Expired entries");
    case Tile::HitRate:
        return Words::tr("Hit rate, 5 min");
    case Tile::HitLatency:
        return Words::tr("Hit p99");
    case Tile::DatabaseLatency:
        return Words::tr("Database p95");
    case Tile::QueriesSaved:
        return Words::tr("Queries saved");
    case Tile::NextCleanup:
        return Words::tr("Next cleanup");
    }
    return {};
}

TileTexts tileTexts(const Stats &stats, std::optional<double> hitRate, std::chrono::milliseconds sinceStats)
{
    return {activeTile(stats),   expiredTile(stats), hitRateTile(stats, hitRate),   hitLatencyTile(stats),
            databaseTile(stats), savedTile(stats),   cleanupTile(stats, sinceStats)};
}

TileTexts unknownTileTexts()
{
    TileTexts texts;
    for (TileText &tile : texts) {
        tile.value = u"–"_s;
        tile.subline = Words::tr("waiting");
    }
    return texts;
}

} // namespace hearth
