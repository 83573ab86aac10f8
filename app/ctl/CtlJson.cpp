// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/CtlJson.h"

#include "core/api/JsonWriter.h"
#include "core/profiles/ProfileJson.h"

namespace hearth {

std::string readingJson(const ProfileReading &reading)
{
    std::string profile = toJson(*reading.profile, VoiceCatalog({reading.voice}));
    profile.pop_back(); // the closing brace: one member more
    std::string served;
    JsonWriter(served).string(reading.servedAs);
    return profile + ",\"x_cache\":" + served + "}";
}

std::string cleanupJson(const CleanupOutcome &outcome)
{
    std::string out;
    JsonWriter(out)
        .beginObject()
        .member("success", true)
        .member("message", "Cleaned up " + std::to_string(outcome.removed) + " expired cache entries")
        .member("initial_count", outcome.initialCount)
        .member("final_count", outcome.finalCount)
        .member("kept_stale", outcome.keptStale)
        .endObject();
    return out;
}

std::string previewJson(const ExpiryPreview &preview)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject().member("expired", preview.count).key("examples").beginArray();
    for (const std::string &identity : preview.examples)
        json.string(identity);
    json.endArray().endObject();
    return out;
}

std::string expiryJson(const ExpiryOutcome &outcome)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject()
        .member("success", true)
        .member("expired", outcome.expired)
        .memberOrNull("undo_id", outcome.undoId)
        .memberOrNull("undo_until", outcome.undoId.empty() ? std::string() : toRfc3339(outcome.undoUntil))
        .endObject();
    return out;
}

std::string undoJson(const UndoOutcome &outcome)
{
    std::string out;
    JsonWriter(out).beginObject().member("restored", outcome.restored).member("skipped", outcome.skipped).endObject();
    return out;
}

std::string estimateJson(const WarmEstimate &estimate)
{
    std::string out;
    JsonWriter(out)
        .beginObject()
        .member("requested", estimate.requested)
        .member("already_cached", estimate.alreadyCached)
        .member("to_load", estimate.toLoad)
        .member("queries", estimate.queries)
        .endObject();
    return out;
}

std::string countJson(std::string_view name, std::uint64_t count)
{
    std::string out;
    JsonWriter(out).beginObject().member("success", true).member(name, count).endObject();
    return out;
}

} // namespace hearth
