// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/entries/EntriesCsv.h"

#include "core/profiles/ProfileJson.h"
#include "ui/widgets/Csv.h"

namespace hearth {

QByteArray csvHeader()
{
    return csvRow({"identity", "language", "voice_id", "voice_name", "state", "cached_at", "expires_at", "ttl_seconds",
                   "hits", "source", "load_ms"});
}

QByteArray csvLine(const EntryRow &entry)
{
    const auto text = [](const std::string &value) { return csvCell(QByteArray::fromStdString(value)); };
    const auto time = [](WallTime value) { return QByteArray::fromStdString(toRfc3339(value)); };
    const double loadMilliseconds = std::chrono::duration<double, std::milli>(entry.loadTime).count();
    return csvRow({text(entry.identity), text(entry.language), text(entry.voiceId), text(entry.voiceName),
                   entry.state == EntryState::Expired ? "expired" : "active", time(entry.cachedAt),
                   time(entry.expiresAt), QByteArray::number(qlonglong(entry.ttl.count())),
                   QByteArray::number(qulonglong(entry.hits)), text(entry.source),
                   entry.loadTime.count() > 0 ? QByteArray::number(loadMilliseconds, 'f', 3) : QByteArray()});
}

} // namespace hearth
