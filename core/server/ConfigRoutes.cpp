// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
// What can be changed while the node runs: the part of ApiHandlers that shows and changes it.
#include "core/api/JsonWriter.h"
#include "core/api/RequestBody.h"
#include "core/server/ApiHandlers.h"

#include <QMetaObject>

#include <utility>

namespace hearth {

namespace {

using std::chrono::seconds;

constexpr std::int64_t mostEntries = 1'000'000'000;

struct Range {
    std::string_view name;
    std::optional<std::int64_t> value;
    std::int64_t lowest;
    std::int64_t highest;
};

// Returns: a sentence about the first value that is not allowed; empty when all are.
std::string notAllowed(const ConfigChanges &changes)
{
    using Limits = ProfileServiceSettings;
    const std::array<Range, 4> ranges{
        {{"ttl_seconds", changes.ttlSeconds, Limits::minimumTtl.count(), Limits::maximumTtl.count()},
         {"cleanup_interval_seconds", changes.cleanupIntervalSeconds, CleanupService::minimumInterval.count(),
          CleanupService::maximumInterval.count()},
         {"max_entries", changes.maxEntries, 1, mostEntries},
         {"stale_grace_seconds", changes.staleGraceSeconds, 0, Limits::maximumStaleGrace.count()}}};
    for (const Range &range : ranges) {
        if (range.value && (*range.value < range.lowest || *range.value > range.highest))
            return "The field \"" + std::string(range.name) + "\" is allowed from " + std::to_string(range.lowest) +
                   " to " + std::to_string(range.highest) + ".";
    }
    if (changes.refreshAhead && !(*changes.refreshAhead >= 0 && *changes.refreshAhead <= Limits::maximumRefreshAhead))
        return "The field \"refresh_ahead\" is allowed from 0 to 0.9.";
    if (changes.simulatedLatencyMs)
        return "The field \"simulated_latency_ms\" cannot be changed on this node while it runs; SIMULATED_LATENCY_MS "
               "sets it at the start.";
    return {};
}

} // namespace

void ApiHandlers::config(const ApiRespond &respond) const
{
    const ProfileServiceSettings profiles = m_services.profiles.settings();
    ApiResponse response;
    JsonWriter(response.body)
        .beginObject()
        .member("ttl_seconds", std::int64_t(profiles.ttl.count()))
        .member("cleanup_interval_seconds", std::int64_t(m_services.cleanup.interval().count()))
        .member("max_entries", std::uint64_t(m_services.cache.maxEntries()))
        .member("stale_grace_seconds", std::int64_t(profiles.staleGrace.count()))
        .member("refresh_ahead", profiles.refreshAhead)
        .member("simulated_latency_ms", std::int64_t(m_services.database().simulatedLatency.count()))
        .member("lasts", "until restart")
        .endObject();
    respond(std::move(response));
}

void ApiHandlers::changeConfig(const ApiRequest &request, const ApiRespond &respond)
{
    const Result<ConfigChanges> changes = configChangesFromJson(request.body);
    if (!changes)
        return respond(problemResponse(changes.error()));
    if (const std::string problem = notAllowed(*changes); !problem.empty())
        return respond(problemResponse(422, problem));
    // Fewer entries may mean that many have to leave: not on an I/O thread. The interval belongs to the service thread.
    m_pool.start([this, respond, changes = *changes, who = request.caller->who] {
        apply(changes, who);
        CleanupService &cleanup = m_services.cleanup;
        const auto answer = [this, respond, &cleanup, changes] {
            if (changes.cleanupIntervalSeconds)
                cleanup.setInterval(seconds(*changes.cleanupIntervalSeconds));
            config(respond);
        };
        QMetaObject::invokeMethod(&cleanup, answer, Qt::QueuedConnection);
    });
}

void ApiHandlers::apply(const ConfigChanges &changes, const std::string &who)
{
    std::string told;
    const auto tell = [&told](const char *name, const std::optional<std::int64_t> &value) {
        if (value)
            told += (told.empty() ? "" : ", ") + std::string(name) + " " + std::to_string(*value);
    };
    tell("ttl_seconds", changes.ttlSeconds);
    tell("cleanup_interval_seconds", changes.cleanupIntervalSeconds);
    tell("max_entries", changes.maxEntries);
    tell("stale_grace_seconds", changes.staleGraceSeconds);
    if (changes.refreshAhead)
        told += (told.empty() ? "" : ", ") + std::string("refresh_ahead ") + std::to_string(*changes.refreshAhead);

    if (changes.ttlSeconds)
        m_services.profiles.setTtl(seconds(*changes.ttlSeconds));
    if (changes.staleGraceSeconds)
        m_services.profiles.setStaleGrace(seconds(*changes.staleGraceSeconds));
    if (changes.refreshAhead)
        m_services.profiles.setRefreshAhead(*changes.refreshAhead);
    if (changes.maxEntries)
        m_services.cache.setMaxEntries(static_cast<std::size_t>(*changes.maxEntries));
    Event event;
    event.kind = EventKind::Settings;
    event.who = who;
    event.detail = "changed: " + told;
    m_services.events.append(std::move(event));
}

} // namespace hearth
