// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"

#include <QString>
#include <QStringList>

#include <optional>

// Values of a node in people's words, the same on each page. Data in them is made visible (visibleText), so the
// results may be shown as plain text as they are. GUI thread only.
namespace hearth {

QString dataText(const std::string &utf8); // any text that comes from a database or a person
// The same, cut in the middle beyond 40 characters: for sentences, where no label elides it.
QString shortText(const std::string &utf8);
QString languageText(const std::string &code); // "Spanish"; "pt (unsupported)"
QString voiceText(const Voice &voice);         // "Celeste · deepgram"; the id where it has no name; "none"
QString sourceText(const std::string &source); // "database", "warm-up"
QString errorText(const Error &error);         // a sentence that ends with a full stop
QString linkText(LinkState state);             // "connected", "connecting …", "not answering", "refused"
QString yesNo(bool value);
QString countText(std::uint64_t count);              // "12,410"
QString entriesText(std::uint64_t count);            // "1 entry", "388 entries"
QString usersText(std::uint64_t count);              // "1 user", "388 users"
QString queriesText(std::uint64_t count);            // "1 query", "4 queries"
QString latencyText(std::chrono::nanoseconds value); // "211 ms"; "—" for zero
QString spanText(std::chrono::nanoseconds value);    // "4 min 12 s"

// In the local zone: "10:31:08" today (the day of `now`, if given), else "2 Jan, 10:31", "2 Jan 2025".
QString localTimeText(WallTime time, std::optional<WallTime> now = {});
QString utcText(WallTime time);    // "2026-01-01 12:00:00 UTC", for tool tips
QString utcIsoText(WallTime time); // "2026-01-01T12:00:00.000Z", for exports

// For setToolTip(): one line each, plain text whatever is in it.
QString toolTipText(const QStringList &lines);

} // namespace hearth
