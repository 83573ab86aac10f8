// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/StatsTable.h"

#include "core/base/Format.h"

namespace hearth {

namespace {

std::string latencies(const std::optional<Percentiles> &values)
{
    if (!values)
        return "n/a";
    return "p50 " + format::latency(values->p50) + ", p95 " + format::latency(values->p95) + ", p99 " +
           format::latency(values->p99);
}

std::string misses(const Stats &stats)
{
    std::string text = format::count(stats.misses());
    for (std::size_t i = 0; i < statsMissReasonCount; ++i) {
        if (stats.missesByReason[i] > 0)
            text += ", " + std::string(statsMissReasonNames[i]) + " " + format::count(stats.missesByReason[i]);
    }
    return text;
}

void addDatabase(Table &table, const Stats &stats)
{
    table.add({"database", stats.database.displayUrl});
    table.add({"database state", databaseCell(stats.database)});
    if (!stats.database.problem.empty())
        table.add({"", Table::Cell(stats.database.problem + " " + stats.database.nextStep, Tone::Warning)});
    if (!stats.database.notice.empty())
        table.add({"", stats.database.notice});
    table.add({"database latency", latencies(stats.loadLatency)});
    table.add({"loads", format::count(stats.loads) + ", failed " + format::count(stats.loadFailures)});
}

} // namespace

Table::Cell databaseCell(const DatabaseStatus &status)
{
    std::string text = toString(status.state);
    if (status.circuit.state != CircuitState::Closed)
        text += "; circuit breaker " + toString(status.circuit.state);
    if (status.simulatedLatency.count() > 0)
        text += "; simulated +" + std::to_string(status.simulatedLatency.count()) + " ms";
    return {text, status.state == DatabaseState::Reachable ? Tone::Good : Tone::Bad};
}

Table statsTable(const Stats &stats)
{
    Table table = Table::ofFacts();
    table.add({"active entries", format::count(stats.activeEntries)});
    table.add({"expired entries", format::count(stats.expiredEntries)});
    table.add({"hit rate", format::percent(stats.hitRate())});
    table.add({"gets", format::count(stats.gets)});
    table.add({"hits", format::count(stats.hits) + ", stale " + format::count(stats.staleServed)});
    table.add({"misses", misses(stats)});
    table.add({"hit latency", latencies(stats.hitLatency)});
    table.add({"queries saved", format::count(stats.queriesSaved())});
    table.add({"removed", format::count(stats.expiredRemoved) + " by cleanup, " + format::count(stats.evictions) +
                              " evicted" +
                              (stats.keptStale > 0 ? ", " + format::count(stats.keptStale) + " kept stale" : "")});
    table.add({"TTL", format::ttl(stats.ttl)});
    table.add({"cleanup", "every " + format::ttl(stats.cleanupInterval) + ", next in " +
                              format::clockTime(std::chrono::ceil<std::chrono::seconds>(stats.untilCleanup))});
    table.add({"uptime", stats.uptime.count() > 0 ? format::span(stats.uptime) : "0 s"});
    addDatabase(table, stats);
    return table;
}

} // namespace hearth
