// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ExpiryJson.h"

#include "core/api/JsonWriter.h"
#include "core/profiles/ProfileJson.h"

namespace hearth {

std::string expiryJson(const ExpiryOutcome &outcome)
{
    const std::string until = outcome.undoId.empty() ? std::string() : toRfc3339(outcome.undoUntil);
    std::string body;
    JsonWriter(body)
        .beginObject()
        .member("success", true)
        .member("expired", outcome.expired)
        .memberOrNull("undo_id", outcome.undoId)
        .memberOrNull("undo_until", until)
        .endObject();
    return body;
}

std::string previewJson(const ExpiryPreview &preview)
{
    std::string body;
    JsonWriter json(body);
    json.beginObject().member("expired", preview.count).key("examples").beginArray();
    for (const std::string &identity : preview.examples)
        json.string(identity);
    json.endArray().endObject();
    return body;
}

std::string undoJson(const UndoOutcome &outcome)
{
    std::string body;
    JsonWriter(body)
        .beginObject()
        .member("success", true)
        .member("restored", outcome.restored)
        .member("skipped", outcome.skipped)
        .endObject();
    return body;
}

} // namespace hearth
