// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/StatsText.h"

#include "core/base/Format.h"

#include <string_view>

namespace hearth {

namespace {

void line(std::string &text, std::string_view name, const std::string &value)
{
    text.append("  ").append(name).append(18 - name.size(), ' ').append(value).append("\n");
}

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
            text +=
                std::string(", ") + std::string(statsMissReasonNames[i]) + " " + format::count(stats.missesByReason[i]);
    }
    return text;
}

} // namespace

std::string statsText(const Stats &stats)
{
    std::string text = "Cache statistics\n";
    std::string database = stats.database.displayUrl + ", " + toString(stats.database.state);
    if (stats.database.simulatedLatency.count() > 0)
        database += ", simulated +" + std::to_string(stats.database.simulatedLatency.count()) + " ms";
    if (stats.database.circuit.state != CircuitState::Closed)
        database += ", circuit breaker " + toString(stats.database.circuit.state);
    line(text, "database", database);
    line(text, "changes by others",
         toString(stats.changes.mode) + (stats.changes.why.empty() ? "" : ": " + stats.changes.why));
    line(text, "active entries", format::count(stats.activeEntries));
    line(text, "expired entries", format::count(stats.expiredEntries));
    line(text, "TTL", format::ttl(stats.ttl) + ", cleanup every " + format::ttl(stats.cleanupInterval));
    line(text, "gets", format::count(stats.gets));
    line(text, "hits", format::count(stats.hits) + ", stale " + format::count(stats.staleServed));
    line(text, "misses", misses(stats));
    line(text, "hit rate", format::percent(stats.hitRate()));
    line(text, "queries saved", format::count(stats.queriesSaved()));
    line(text, "loads", format::count(stats.loads) + ", failed " + format::count(stats.loadFailures));
    line(text, "refreshed ahead", format::count(stats.refreshedAhead));
    line(text, "unknown users", format::count(stats.negativeHits) + " gets without a query");
    line(text, "removed",
         format::count(stats.expiredRemoved) + " by cleanup, " + format::count(stats.evictions) + " evicted, " +
             format::count(stats.changedByOthers) + " changed by others, " + format::count(stats.keptStale) +
             " kept while the database is away");
    line(text, "hit latency", latencies(stats.hitLatency));
    line(text, "database latency", latencies(stats.loadLatency));
    return text;
}

} // namespace hearth
