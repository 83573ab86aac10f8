// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/StatsJson.h"

#include "core/api/JsonWriter.h"
#include "core/profiles/ProfileJson.h"

#include <algorithm>

namespace hearth {

namespace {

double microseconds(std::chrono::nanoseconds time)
{
    return static_cast<double>(time.count()) / 1e3;
}

std::uint64_t seconds(std::chrono::seconds time)
{
    return static_cast<std::uint64_t>(std::max<std::chrono::seconds::rep>(time.count(), 0));
}

// {"p50":…,"p95":…,"p99":…}; null each where nothing was measured.
void writePercentiles(JsonWriter &json, std::string_view name, const std::optional<Percentiles> &percentiles)
{
    json.key(name).beginObject();
    const auto write = [&](std::string_view which, std::chrono::nanoseconds Percentiles::*value) {
        if (percentiles)
            json.member(which, microseconds((*percentiles).*value));
        else
            json.key(which).null();
    };
    write("p50", &Percentiles::p50);
    write("p95", &Percentiles::p95);
    write("p99", &Percentiles::p99);
    json.endObject();
}

void writeMisses(JsonWriter &json, const std::array<std::uint64_t, statsMissReasonCount> &misses)
{
    json.key("misses_by_reason").beginObject();
    for (std::size_t i = 0; i < misses.size(); ++i)
        json.member(statsMissReasonNames[i], misses[i]);
    json.endObject();
}

void writeDatabase(JsonWriter &json, const DatabaseStatus &database)
{
    json.key("database")
        .beginObject()
        .member("state", toString(database.state))
        .member("kind", database.kind)
        .member("url", database.displayUrl)
        .memberOrNull("problem", database.problem)
        .memberOrNull("next_step", database.nextStep)
        .memberOrNull("notice", database.notice)
        .member("simulated_latency_ms", std::int64_t(database.simulatedLatency.count()))
        .member("circuit", toString(database.circuit.state))
        .endObject();
}

void writeChanges(JsonWriter &json, const InvalidationState &changes)
{
    json.key("changes")
        .beginObject()
        .member("mode", toString(changes.mode))
        .memberOrNull("why", changes.why)
        .member("triggers_missing", changes.triggersMissing)
        .endObject();
}

void writeCounts(JsonWriter &json, const Stats &stats)
{
    json.member("hits", stats.hits).member("misses", stats.misses());
    if (const std::optional<double> rate = stats.hitRate())
        json.member("hit_rate", *rate);
    else
        json.key("hit_rate").null();
    writeMisses(json, stats.missesByReason);
    json.member("loads", stats.loads)
        .member("load_failures", stats.loadFailures)
        .member("coalesced", stats.coalesced)
        .member("negative_hits", stats.negativeHits)
        .member("refreshed_ahead", stats.refreshedAhead)
        .member("changed_by_others", stats.changedByOthers)
        .member("evictions", stats.evictions)
        .member("expired_removed", stats.expiredRemoved)
        .member("stale_served", stats.staleServed)
        .member("warmed", stats.warmed)
        .member("uncacheable", stats.uncacheable)
        .member("queries_saved", stats.queriesSaved())
        .member("database_seconds", std::chrono::duration<double>(stats.databaseTime).count());
}

void writeSample(JsonWriter &json, const Sample &sample)
{
    json.beginObject()
        .member("seq", sample.seq)
        .member("time", toRfc3339(sample.time))
        .member("length_ms", std::chrono::duration<double, std::milli>(sample.length).count())
        .member("active_entries", sample.activeEntries)
        .member("expired_entries", sample.expiredEntries)
        .member("gets", sample.gets)
        .member("hits", sample.hits)
        .member("stale_served", sample.staleServed);
    writeMisses(json, sample.missesByReason);
    json.member("loads", sample.loads)
        .member("load_failures", sample.loadFailures)
        .member("evictions", sample.evictions);
    writePercentiles(json, "hit_latency_us", sample.hitLatency);
    writePercentiles(json, "load_latency_us", sample.loadLatency);
    json.member("database_reachable", sample.databaseReachable).endObject();
}

std::optional<Percentiles> worst(const std::optional<Percentiles> &left, const std::optional<Percentiles> &right)
{
    if (!left || !right)
        return left ? left : right;
    return Percentiles{std::max(left->p50, right->p50), std::max(left->p95, right->p95),
                       std::max(left->p99, right->p99)};
}

void addTo(Sample &sum, const Sample &later)
{
    sum.seq = later.seq;
    sum.time = later.time;
    sum.activeEntries = later.activeEntries;
    sum.expiredEntries = later.expiredEntries;
    sum.length += later.length;
    sum.gets += later.gets;
    sum.hits += later.hits;
    sum.staleServed += later.staleServed;
    for (std::size_t i = 0; i < sum.missesByReason.size(); ++i)
        sum.missesByReason[i] += later.missesByReason[i];
    sum.loads += later.loads;
    sum.loadFailures += later.loadFailures;
    sum.evictions += later.evictions;
    sum.hitLatency = worst(sum.hitLatency, later.hitLatency);
    sum.loadLatency = worst(sum.loadLatency, later.loadLatency);
    sum.databaseReachable = sum.databaseReachable && later.databaseReachable;
}

} // namespace

std::string statsJson(const Stats &stats)
{
    std::string out;
    out.reserve(1'400);
    JsonWriter json(out);
    json.beginObject().member("success", true).key("cache_stats").beginObject();
    json.member("total_entries", stats.totalEntries())
        .member("active_entries", stats.activeEntries)
        .member("expired_entries", stats.expiredEntries)
        .member("cache_ttl_seconds", seconds(stats.ttl))
        .member("max_entries", stats.maxEntries);
    writeCounts(json, stats);
    json.member("uptime_seconds", seconds(stats.uptime))
        .member("cleanup_interval_seconds", seconds(stats.cleanupInterval))
        .member("next_cleanup_seconds", seconds(std::chrono::ceil<std::chrono::seconds>(stats.untilCleanup)))
        .member("stale_grace_seconds", seconds(stats.staleGrace))
        .member("kept_stale", stats.keptStale);
    writePercentiles(json, "hit_latency_us", stats.hitLatency);
    writePercentiles(json, "load_latency_us", stats.loadLatency);
    writeDatabase(json, stats.database);
    writeChanges(json, stats.changes);
    json.endObject().endObject();
    return out;
}

std::string samplesJson(std::string_view instanceId, const std::vector<Sample> &samples, std::uint64_t sinceAsked)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject().member("instance_id", instanceId).key("samples").beginArray();
    for (const Sample &sample : samples)
        writeSample(json, sample);
    json.endArray().member("next", samples.empty() ? sinceAsked : samples.back().seq).endObject();
    return out;
}

std::vector<Sample> thinned(const std::vector<Sample> &samples, std::uint64_t step)
{
    if (step <= 1)
        return samples;
    std::vector<Sample> result;
    for (const Sample &sample : samples) {
        if (!result.empty() && (result.back().seq - 1) / step == (sample.seq - 1) / step)
            addTo(result.back(), sample);
        else
            result.push_back(sample);
    }
    return result;
}

} // namespace hearth
