// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/StatsJsonReader.h"

#include "core/api/JsonMembers.h"

#include <array>
#include <limits>

namespace hearth {

namespace {

// The value whose name is written; the fallback for a name that a newer node may have.
template <class Value, std::size_t count>
Value named(std::string_view name, const std::array<Value, count> &values, Value fallback)
{
    for (const Value value : values) {
        if (toString(value) == name)
            return value;
    }
    return fallback;
}

constexpr std::array databaseStates{DatabaseState::Connecting, DatabaseState::Reachable, DatabaseState::Unreachable,
                                    DatabaseState::Unusable};
constexpr std::array circuitStates{CircuitState::Closed, CircuitState::Open, CircuitState::HalfOpen};
constexpr std::array invalidationModes{InvalidationMode::Listening, InvalidationMode::Polling,
                                       InvalidationMode::Sampled, InvalidationMode::Off};

std::uint64_t saturated(std::uint64_t left, std::uint64_t right)
{
    const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    return left > most - right ? most : left + right;
}

std::optional<Percentiles> percentiles(const JsonMembers &members, std::string_view name)
{
    const JsonMembers values = members.object(name);
    if (!values.has("p50"))
        return std::nullopt; // nothing was measured
    return Percentiles{values.microseconds("p50"), values.microseconds("p95"), values.microseconds("p99")};
}

std::array<std::uint64_t, statsMissReasonCount> missesByReason(const JsonMembers &members)
{
    std::array<std::uint64_t, statsMissReasonCount> misses{};
    const JsonMembers values = members.object("misses_by_reason");
    for (std::size_t i = 0; i < misses.size(); ++i)
        misses[i] = values.countOr(statsMissReasonNames[i], 0);
    return misses;
}

DatabaseStatus database(const JsonMembers &members)
{
    DatabaseStatus status;
    status.state = named(members.text("state"), databaseStates, DatabaseState::Connecting);
    status.kind = members.text("kind");
    status.displayUrl = members.textOrEmpty("url");
    status.problem = members.textOrEmpty("problem");
    status.nextStep = members.textOrEmpty("next_step");
    status.notice = members.textOrEmpty("notice");
    if (members.has("since"))
        status.since = members.time("since");
    if (members.has("simulated_latency_ms"))
        status.simulatedLatency =
            std::chrono::duration_cast<std::chrono::milliseconds>(members.milliseconds("simulated_latency_ms"));
    status.circuit.state = named(members.textOrEmpty("circuit"), circuitStates, CircuitState::Closed);
    return status;
}

InvalidationState changes(const JsonMembers &members)
{
    InvalidationState state;
    state.mode = named(members.text("mode"), invalidationModes, InvalidationMode::Off);
    state.why = members.textOrEmpty("why");
    state.triggersMissing = members.flagOr("triggers_missing", false);
    return state;
}

// The members that the contract names must be there; the others may be.
void readCounts(const JsonMembers &members, Stats &stats)
{
    stats.hits = members.count("hits");
    stats.gets = saturated(stats.hits, members.count("misses"));
    stats.missesByReason = missesByReason(members);
    stats.loads = members.count("loads");
    stats.loadFailures = members.count("load_failures");
    stats.coalesced = members.count("coalesced");
    stats.negativeHits = members.countOr("negative_hits", 0);
    stats.refreshedAhead = members.countOr("refreshed_ahead", 0);
    stats.changedByOthers = members.countOr("changed_by_others", 0);
    stats.evictions = members.count("evictions");
    stats.expiredRemoved = members.count("expired_removed");
    stats.staleServed = members.count("stale_served");
    stats.uncacheable = members.countOr("uncacheable", 0);
    stats.warmed = members.countOr("warmed", 0);
    stats.keptStale = members.countOr("kept_stale", 0);
    if (members.has("database_seconds"))
        stats.databaseTime = members.fractionalSeconds("database_seconds");
}

Stats readStats(const JsonMembers &members)
{
    Stats stats;
    stats.activeEntries = members.count("active_entries");
    stats.expiredEntries = members.count("expired_entries");
    stats.maxEntries = members.countOr("max_entries", 0);
    readCounts(members, stats);
    stats.ttl = members.seconds("cache_ttl_seconds");
    stats.uptime = members.seconds("uptime_seconds");
    stats.cleanupInterval = members.seconds("cleanup_interval_seconds");
    stats.untilCleanup = members.seconds("next_cleanup_seconds");
    if (members.has("stale_grace_seconds"))
        stats.staleGrace = members.seconds("stale_grace_seconds");
    stats.hitLatency = percentiles(members, "hit_latency_us");
    stats.loadLatency = percentiles(members, "load_latency_us");
    stats.database = database(members.object("database"));
    if (members.has("changes"))
        stats.changes = changes(members.object("changes"));
    return stats;
}

Sample readSample(const JsonMembers &members)
{
    Sample sample;
    sample.seq = members.count("seq");
    sample.time = members.time("time");
    if (members.has("length_ms"))
        sample.length = members.milliseconds("length_ms");
    sample.activeEntries = members.count("active_entries");
    sample.expiredEntries = members.count("expired_entries");
    sample.hits = members.count("hits");
    sample.gets = members.count("gets");
    sample.staleServed = members.countOr("stale_served", 0);
    sample.missesByReason = missesByReason(members);
    sample.loads = members.count("loads");
    sample.loadFailures = members.count("load_failures");
    sample.evictions = members.countOr("evictions", 0);
    sample.hitLatency = percentiles(members, "hit_latency_us");
    sample.loadLatency = percentiles(members, "load_latency_us");
    sample.databaseReachable = members.flagOr("database_reachable", false);
    return sample;
}

} // namespace

Result<Stats> statsFromJson(std::string_view json)
{
    return readDocument<Stats>(json, {},
                               [](const JsonMembers &document) { return readStats(document.object("cache_stats")); });
}

Result<SamplesAnswer> samplesFromJson(std::string_view json, std::chrono::milliseconds ahead)
{
    return readDocument<SamplesAnswer>(json, ahead, [](const JsonMembers &document) {
        SamplesAnswer answer;
        answer.instanceId = document.text("instance_id");
        answer.next = document.count("next");
        document.each("samples", [&](const JsonMembers &sample) { answer.samples.push_back(readSample(sample)); });
        return answer;
    });
}

} // namespace hearth
