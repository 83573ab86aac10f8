// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/NodeJson.h"

#include "core/api/JsonWriter.h"
#include "core/profiles/ProfileJson.h"

#include <algorithm>

namespace hearth {

namespace {

constexpr std::size_t mostTargets = 100;       // identities that one event names
constexpr std::size_t mostFailedUsers = 1'000; // that one job names

void writeRowMembers(JsonWriter &json, const EntryRow &row, WallTime now, Masking masking)
{
    const bool isShown = masking == Masking::Shown;
    json.member("user_identity", row.identity);
    if (isShown)
        json.member("native_language", row.language)
            .memberOrNull("voice_id", row.voiceId)
            .memberOrNull("voice_name", row.voiceName);
    else
        json.key("native_language").null().key("voice_id").null().key("voice_name").null().member("masked", true);
    const auto age = std::chrono::floor<std::chrono::seconds>(now - row.cachedAt).count();
    json.member("state", row.state == EntryState::Active ? "active" : "expired")
        .member("cached_at", toRfc3339(row.cachedAt))
        .member("expires_at", toRfc3339(row.expiresAt))
        .member("age_seconds", std::int64_t(std::max<std::chrono::seconds::rep>(age, 0)))
        .member("ttl_seconds", std::int64_t(row.ttl.count()))
        .member("hits", row.hits)
        .member("source", row.source)
        .member("load_ms", std::chrono::duration<double, std::milli>(row.loadTime).count())
        .member("expiry_forced", row.expiryForced);
}

void writeProfile(JsonWriter &json, const Profile &profile, const VoiceCatalog &voices, Masking masking)
{
    json.key("profile").document(
        [&](std::string &out) { appendProfile(out, ProfileFields::of(profile), voices, masking); });
}

void writeEntry(JsonWriter &json, const ProfileView &view, const VoiceCatalog &voices, WallTime now, Masking masking)
{
    json.key("entry");
    if (!view.entry || !view.cached) {
        json.null();
        return;
    }
    json.beginObject();
    writeRowMembers(json, *view.entry, now, masking);
    writeProfile(json, *view.cached, voices, masking);
    json.endObject();
}

const char *nameOf(Agreement agreement)
{
    switch (agreement) {
    case Agreement::Same:
        return "same";
    case Agreement::Different:
        return "different";
    case Agreement::Absent:
        return "absent";
    case Agreement::Unreachable:
        return "unreachable";
    }
    return "unreachable";
}

void writeDatabaseSide(JsonWriter &json, const ProfileView &view, const VoiceCatalog &voices, Masking masking)
{
    json.key("database").beginObject().member("state", nameOf(view.agreement));
    if (view.stored)
        writeProfile(json, *view.stored, voices, masking);
    else
        json.key("profile").null();
    json.key("differences").beginArray();
    for (const std::string &field : view.differing)
        json.string(field);
    json.endArray().key("updated_at");
    if (view.stored && view.stored->updatedAt)
        json.string(toRfc3339(*view.stored->updatedAt));
    else
        json.null();
    json.member("query_ms", std::chrono::duration<double, std::milli>(view.queryTime).count())
        .memberOrNull("problem", view.databaseProblem)
        .endObject();
}

// "operator" of "operator/eve".
std::string_view roleOf(std::string_view who)
{
    return who.substr(0, who.find('/'));
}

void writeEvent(JsonWriter &json, const Event &event, Identities identities)
{
    const bool isShown = identities == Identities::Shown;
    json.beginObject()
        .member("seq", event.seq)
        .member("time", toRfc3339(event.time))
        .member("kind", toString(event.kind))
        .memberOrNull("user", isShown ? std::string_view(event.user) : std::string_view())
        .memberOrNull("who", isShown ? std::string_view(event.who) : roleOf(event.who))
        .key("target");
    if (event.concernsEveryone) {
        json.string("everyone");
    } else if (isShown && !event.target.empty()) {
        json.string(event.target);
    } else if (isShown && event.users) {
        json.beginArray();
        for (std::size_t i = 0; i < std::min(event.users->size(), mostTargets); ++i)
            json.string((*event.users)[i]);
        json.endArray();
    } else {
        json.null();
    }
    json.member("count", event.count)
        .member("result", toString(event.kind == EventKind::Failure ? EventResult::Failed : event.result))
        .memberOrNull("detail", isShown ? std::string_view(event.detail) : std::string_view())
        .endObject();
}

const char *nameOf(WarmState state)
{
    switch (state) {
    case WarmState::Running:
        return "running";
    case WarmState::Done:
        return "done";
    case WarmState::Cancelled:
        return "cancelled";
    case WarmState::Failed:
        return "failed";
    }
    return "failed";
}

} // namespace

std::string nodeJson(const NodeInfo &info, ApiRole role, std::string_view roleName,
                     std::span<const std::string_view> capabilities)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject()
        .member("name", info.name)
        .member("environment", info.environment)
        .member("version", info.version)
        .member("instance_id", info.instanceId)
        .member("started_at", toRfc3339(info.startedAt))
        .member("sample_database", info.sampleDatabase)
        .member("role", toString(role))
        .memberOrNull("role_name", roleName)
        .key("capabilities")
        .beginArray();
    for (const std::string_view capability : capabilities)
        json.string(capability);
    json.endArray().endObject();
    return out;
}

std::string entriesJson(std::span<const EntryRow> rows, std::uint64_t total, std::string_view nextCursor, WallTime now,
                        Masking masking, std::optional<std::uint64_t> offset)
{
    std::string out;
    out.reserve(64 + rows.size() * 320);
    JsonWriter json(out);
    json.beginObject().key("entries").beginArray();
    for (const EntryRow &row : rows) {
        json.beginObject();
        writeRowMembers(json, row, now, masking);
        json.endObject();
    }
    json.endArray().member("total", total).memberOrNull("next_cursor", nextCursor);
    if (offset)
        json.member("offset", *offset);
    json.endObject();
    return out;
}

std::string entryJson(const ProfileView &view, const VoiceCatalog &voices, WallTime now, Masking masking)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject();
    writeEntry(json, view, voices, now, masking);
    json.endObject();
    return out;
}

std::string comparisonJson(const ProfileView &view, const VoiceCatalog &voices, WallTime now, Masking masking)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject();
    writeEntry(json, view, voices, now, masking);
    writeDatabaseSide(json, view, voices, masking);
    json.endObject();
    return out;
}

std::string eventsJson(std::string_view instanceId, const std::vector<Event> &events, std::uint64_t sinceAsked,
                       Identities identities)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject().member("instance_id", instanceId).key("events").beginArray();
    for (const Event &event : events)
        writeEvent(json, event, identities);
    json.endArray().member("next", events.empty() ? sinceAsked : events.back().seq).endObject();
    return out;
}

std::string settingsJson(const LiveSettings &settings)
{
    std::string out;
    JsonWriter(out)
        .beginObject()
        .member("ttl_seconds", std::int64_t(settings.ttl.count()))
        .member("cleanup_interval_seconds", std::int64_t(settings.cleanupInterval.count()))
        .member("max_entries", settings.maxEntries)
        .member("stale_grace_seconds", std::int64_t(settings.staleGrace.count()))
        .member("refresh_ahead", settings.refreshAhead)
        .member("simulated_latency_ms", std::int64_t(settings.simulatedLatency.count()))
        .member("simulation_allowed", settings.latencyMayChange)
        .memberOrNull("lasts", settings.lastUntilRestart ? "until restart" : "")
        .endObject();
    return out;
}

std::string jobJson(const WarmStatus &status)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject()
        .member("job_id", std::to_string(status.jobId))
        .member("state", nameOf(status.state))
        .member("requested", status.requested)
        .member("done", status.done)
        .member("warmed", status.warmed)
        .member("already_cached", status.alreadyCached)
        .member("not_found", status.notFound)
        .member("failed", status.failed)
        .member("elapsed_ms", std::int64_t(status.elapsed.count()))
        .memberOrNull("problem", status.problem)
        .key("failed_users")
        .beginArray();
    for (std::size_t i = 0; i < std::min(status.failedUsers.size(), mostFailedUsers); ++i)
        json.string(status.failedUsers[i]);
    json.endArray().endObject();
    return out;
}

} // namespace hearth
