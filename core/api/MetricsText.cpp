// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/MetricsText.h"

#include <array>
#include <charconv>
#include <numeric>
#include <string_view>

namespace hearth {

namespace {

class Metrics
{
public:
    void describe(std::string_view name, std::string_view type, std::string_view help)
    {
        m_name = name;
        append({"# HELP ", name, " ", help, "\n# TYPE ", name, " ", type, "\n"});
    }
    // A value of what was described last; labels as they are written: {state="active"}.
    template <class Number>
    void value(Number number, std::string_view labels = {}, std::string_view suffix = {})
    {
        append({m_name, suffix, labels, " "});
        std::array<char, 40> buffer{};
        const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
        append({std::string_view(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data())), "\n"});
    }
    template <class Number>
    void single(std::string_view name, std::string_view type, std::string_view help, Number number)
    {
        describe(name, type, help);
        value(number);
    }
    void histogram(std::string_view name, std::string_view help, const LatencyHistogram::Counts &counts,
                   std::size_t firstPower, std::size_t lastPower);

    std::string text;

private:
    void append(std::initializer_list<std::string_view> parts)
    {
        for (const std::string_view part : parts)
            text.append(part);
    }
    std::string m_name;
};

constexpr std::size_t subBits = LatencyHistogram::subBucketBits;
constexpr double nanosecond = 1e-9;

// The first bucket whose values are 2^power nanoseconds at least; power >= subBits.
constexpr std::size_t bucketOfPower(std::size_t power)
{
    return (power - subBits + 1) << subBits;
}

double middleOf(std::size_t bucket)
{
    const std::size_t row = bucket >> subBits;
    const auto column = static_cast<double>(bucket & ((1U << subBits) - 1));
    if (row == 0)
        return column;
    return (static_cast<double>(1U << subBits) + column + 0.5) * static_cast<double>(std::uint64_t(1) << (row - 1));
}

std::uint64_t countBelow(const LatencyHistogram::Counts &counts, std::size_t bucket)
{
    return std::accumulate(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(bucket), std::uint64_t(0));
}

// A label's value as the format wants it.
std::string quoted(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '\\' || c == '"')
            result += '\\';
        result += c == '\n' ? ' ' : c;
    }
    return result + '"';
}

std::string numberText(double value)
{
    std::array<char, 40> buffer{};
    const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return {buffer.data(), written.ptr};
}

// The bounds are powers of two, at which the recorder's own buckets end; the sum is that of their middles.
void Metrics::histogram(std::string_view name, std::string_view help, const LatencyHistogram::Counts &counts,
                        std::size_t firstPower, std::size_t lastPower)
{
    describe(name, "histogram", help);
    for (std::size_t power = firstPower; power <= lastPower; ++power) {
        const double bound = static_cast<double>(std::uint64_t(1) << power) * nanosecond;
        value(countBelow(counts, bucketOfPower(power)), "{le=\"" + numberText(bound) + "\"}", "_bucket");
    }
    const std::uint64_t all = LatencyHistogram::total(counts);
    value(all, "{le=\"+Inf\"}", "_bucket");
    double sum = 0;
    for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
        if (counts[bucket] > 0)
            sum += static_cast<double>(counts[bucket]) * middleOf(bucket) * nanosecond;
    }
    value(sum, {}, "_sum");
    value(all, {}, "_count");
}

void appendCache(Metrics &metrics, const Stats &stats)
{
    metrics.describe("hearth_cache_entries", "gauge", "Cached profiles, by state.");
    metrics.value(stats.activeEntries, "{state=\"active\"}");
    metrics.value(stats.expiredEntries, "{state=\"expired\"}");
    metrics.single("hearth_cache_max_entries", "gauge", "How many entries are kept at most.", stats.maxEntries);
    metrics.single("hearth_cache_hits_total", "counter", "Gets answered from the cache, stale ones included.",
                   stats.hits);
    metrics.describe("hearth_cache_misses_total", "counter", "Gets that the cache could not answer, by reason.");
    for (std::size_t i = 0; i < statsMissReasonCount; ++i)
        metrics.value(stats.missesByReason[i], "{reason=" + quoted(statsMissReasonNames[i]) + "}");
    metrics.single("hearth_cache_stale_served_total", "counter", "Hits by expired entries, because the load failed.",
                   stats.staleServed);
    metrics.single("hearth_cache_evictions_total", "counter", "Entries that left for lack of room.", stats.evictions);
    metrics.single("hearth_cache_expired_removed_total", "counter", "Expired entries that cleanups removed.",
                   stats.expiredRemoved);
    metrics.single("hearth_cache_warmed_total", "counter", "Profiles that warm-ups stored.", stats.warmed);
    metrics.single("hearth_cache_changed_by_others_total", "counter",
                   "Entries that expired or left because others changed their rows.", stats.changedByOthers);
    metrics.single("hearth_cache_uncacheable_total", "counter",
                   "Profiles that were loaded but not cached, for lack of a place for their texts.", stats.uncacheable);
    metrics.single("hearth_cache_ttl_seconds", "gauge", "TTL of newly cached entries.",
                   std::uint64_t(stats.ttl.count()));
}

void appendLoads(Metrics &metrics, const Stats &stats)
{
    metrics.single("hearth_loads_total", "counter", "Queries for one user that were answered or failed.", stats.loads);
    metrics.single("hearth_load_failures_total", "counter", "Queries for one user that failed.", stats.loadFailures);
    metrics.single("hearth_loads_coalesced_total", "counter", "Misses that waited for the query of another.",
                   stats.coalesced);
    metrics.single("hearth_queries_saved_total", "counter", "Gets that needed no query.", stats.queriesSaved());
    metrics.single("hearth_database_query_seconds_total", "counter", "Time spent in queries.",
                   std::chrono::duration<double>(stats.databaseTime).count());
    metrics.describe("hearth_changes_mode", "gauge", "How changes by others become known: 1 for the way in use.");
    for (const InvalidationMode mode :
         {InvalidationMode::Listening, InvalidationMode::Polling, InvalidationMode::Sampled, InvalidationMode::Off})
        metrics.value(std::uint64_t(mode == stats.changes.mode), "{mode=" + quoted(toString(mode)) + "}");
    metrics.single("hearth_database_up", "gauge", "1 while the database is reachable and usable.",
                   std::uint64_t(stats.database.state == DatabaseState::Reachable));
}

void appendHttp(Metrics &metrics, const HttpCounts &http)
{
    metrics.describe("hearth_http_responses_total", "counter", "Answers, by status.");
    for (const auto &[status, count] : http.responsesByStatus)
        metrics.value(count, "{code=\"" + std::to_string(status) + "\"}");
    metrics.single("hearth_http_connections", "gauge", "Connections that are open now.", http.connections);
    metrics.single("hearth_http_connections_accepted_total", "counter", "Connections that were accepted.",
                   http.connectionsAccepted);
    metrics.single("hearth_http_connections_refused_total", "counter", "Connections beyond the limits.",
                   http.connectionsRefused);
}

} // namespace

std::string metricsText(const Stats &stats, const LatencyHistogram::Counts &hitLatency,
                        const LatencyHistogram::Counts &loadLatency, const HttpCounts &http, const std::string &version)
{
    constexpr std::size_t shortestHit = 6;   // 64 ns
    constexpr std::size_t longestHit = 24;   // 17 ms
    constexpr std::size_t shortestLoad = 16; // 66 µs
    constexpr std::size_t longestLoad = 34;  // 17 s
    Metrics metrics;
    metrics.describe("hearth_build_info", "gauge", "The version of this program.");
    metrics.value(std::uint64_t(1), "{version=" + quoted(version) + "}");
    metrics.single("hearth_uptime_seconds", "gauge", "Time since the start.", std::uint64_t(stats.uptime.count()));
    appendCache(metrics, stats);
    appendLoads(metrics, stats);
    metrics.histogram("hearth_cache_hit_duration_seconds", "How long a hit takes inside the node.", hitLatency,
                      shortestHit, longestHit);
    metrics.histogram("hearth_load_duration_seconds", "How long a query for one user takes, queueing excluded.",
                      loadLatency, shortestLoad, longestLoad);
    appendHttp(metrics, http);
    return metrics.text;
}

} // namespace hearth
