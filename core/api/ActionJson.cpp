// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/ActionJson.h"

#include "core/api/JsonMembers.h"
#include "core/api/JsonWriter.h"

#include <charconv>
#include <limits>

namespace hearth {

namespace {

void writeIdentities(JsonWriter &json, const std::vector<std::string> &identities)
{
    json.key("user_identities").beginArray();
    for (const std::string &identity : identities)
        json.string(identity);
    json.endArray();
}

void writeFilter(JsonWriter &json, const EntriesFilter &filter)
{
    json.key("filter").beginObject();
    if (filter.state)
        json.member("state", *filter.state == EntryState::Active ? "active" : "expired");
    if (!filter.language.empty())
        json.member("language", filter.language);
    if (!filter.search.empty())
        json.member("search", filter.search);
    json.endObject();
}

std::int64_t seconds(std::chrono::seconds time)
{
    return std::int64_t(time.count());
}

} // namespace

std::string expireBody(const EntriesTarget &target, bool isDryRun)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject();
    if (const auto *users = std::get_if<TheseUsers>(&target))
        writeIdentities(json, users->identities);
    else if (const auto *matching = std::get_if<MatchingUsers>(&target))
        writeFilter(json, matching->filter);
    else
        json.member("all", true);
    if (isDryRun)
        json.member("dry_run", true);
    json.endObject();
    return out;
}

std::string warmBody(const WarmRequest &request, bool isDryRun)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject();
    if (const auto *users = std::get_if<TheseIdentities>(&request.whom))
        writeIdentities(json, users->identities);
    else if (const auto *recent = std::get_if<RecentUsers>(&request.whom))
        json.member("recent", std::uint64_t(recent->count));
    else if (const auto *language = std::get_if<UsersOfLanguage>(&request.whom))
        json.member("language", language->code);
    else
        json.member("active_rooms", true);
    if (request.perSecond > 0)
        json.member("rate_limit", std::uint64_t(request.perSecond));
    if (isDryRun)
        json.member("dry_run", true);
    json.endObject();
    return out;
}

std::string settingsBody(const LiveSettingsChange &change)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject();
    if (change.ttl)
        json.member("ttl_seconds", seconds(*change.ttl));
    if (change.cleanupInterval)
        json.member("cleanup_interval_seconds", seconds(*change.cleanupInterval));
    if (change.maxEntries)
        json.member("max_entries", *change.maxEntries);
    if (change.staleGrace)
        json.member("stale_grace_seconds", seconds(*change.staleGrace));
    if (change.refreshAhead)
        json.member("refresh_ahead", *change.refreshAhead);
    if (change.simulatedLatency)
        json.member("simulated_latency_ms", std::int64_t(change.simulatedLatency->count()));
    json.endObject();
    return out;
}

Result<CleanupOutcome> cleanupFromJson(std::string_view text)
{
    return readDocument<CleanupOutcome>(text, {}, [](const JsonMembers &document) {
        CleanupOutcome outcome;
        outcome.initialCount = document.count("initial_count");
        outcome.finalCount = document.count("final_count");
        outcome.keptStale = document.countOr("kept_stale", 0);
        const std::uint64_t fewer =
            outcome.initialCount > outcome.finalCount ? outcome.initialCount - outcome.finalCount : 0;
        outcome.removed = document.countOr("removed", fewer); // others may have come and gone meanwhile
        if (document.has("took_ms"))
            outcome.took = document.milliseconds("took_ms");
        return outcome;
    });
}

Result<ExpiryOutcome> expiryFromJson(std::string_view text, std::chrono::milliseconds ahead)
{
    return readDocument<ExpiryOutcome>(text, ahead, [](const JsonMembers &document) {
        ExpiryOutcome outcome;
        outcome.expired = document.count("expired");
        outcome.undoId = document.textOrEmpty("undo_id");
        if (document.has("undo_until"))
            outcome.undoUntil = document.time("undo_until");
        return outcome;
    });
}

Result<ExpiryPreview> expiryPreviewFromJson(std::string_view text)
{
    return readDocument<ExpiryPreview>(text, {}, [](const JsonMembers &document) {
        return ExpiryPreview{document.count("expired"), document.texts("examples")};
    });
}

Result<UndoOutcome> undoFromJson(std::string_view text)
{
    return readDocument<UndoOutcome>(text, {}, [](const JsonMembers &document) {
        return UndoOutcome{document.count("restored"), document.count("skipped")};
    });
}

Result<WarmEstimate> warmEstimateFromJson(std::string_view text)
{
    return readDocument<WarmEstimate>(text, {}, [](const JsonMembers &document) {
        return WarmEstimate{document.count("requested"), document.count("already_cached"), document.count("to_load"),
                            document.count("queries")};
    });
}

Result<std::uint64_t> jobIdFromJson(std::string_view text)
{
    return readDocument<std::uint64_t>(text, {}, [](const JsonMembers &document) {
        const std::string id = document.text("job_id");
        std::uint64_t number = 0;
        const auto read = std::from_chars(id.data(), id.data() + id.size(), number);
        if (id.empty() || read.ec != std::errc() || read.ptr != id.data() + id.size())
            document.fail("The member \"job_id\" is not the number of a job.");
        return number;
    });
}

Result<LiveSettings> settingsFromJson(std::string_view text)
{
    return readDocument<LiveSettings>(text, {}, [](const JsonMembers &document) {
        LiveSettings settings;
        settings.ttl = document.seconds("ttl_seconds");
        settings.cleanupInterval = document.seconds("cleanup_interval_seconds");
        settings.maxEntries = document.count("max_entries");
        settings.staleGrace = document.seconds("stale_grace_seconds");
        settings.refreshAhead = document.decimal("refresh_ahead");
        settings.simulatedLatency =
            std::chrono::duration_cast<std::chrono::milliseconds>(document.milliseconds("simulated_latency_ms"));
        settings.latencyMayChange = document.flagOr("simulation_allowed", false);
        settings.lastUntilRestart = document.textOrEmpty("lasts") == "until restart";
        return settings;
    });
}

Result<void> successFromJson(std::string_view text)
{
    const Result<bool> success =
        readDocument<bool>(text, {}, [](const JsonMembers &document) { return document.flag("success"); });
    if (!success)
        return success.error();
    if (!*success)
        return Error{ErrorCode::BadData, "The member \"success\" is not true."};
    return {};
}

std::string problemDetail(std::string_view text)
{
    const Result<std::string> detail =
        readDocument<std::string>(text, {}, [](const JsonMembers &document) { return document.text("detail"); });
    return detail ? *detail : std::string();
}

} // namespace hearth
