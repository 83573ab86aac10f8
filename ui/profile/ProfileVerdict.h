// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"
#include "ui/theme/Theme.h"

#include <QString>

namespace hearth {

// Which it is, in one sentence. Immutable value.
struct ProfileVerdict {
    Tone tone = Tone::Neutral;
    QString title;    // "The cached copy is older."
    QString sentence; // "The database row changed 4 min 12 s ago: voice, formal tone."
};

// How the cached copy of a user relates to the database, as of now (the node's clock).
ProfileVerdict verdictOf(const ProfileView &view, WallTime now);
// "cached 10:31:08 from the database in 211 ms · expires 11:01:08 · 41 hits"
QString cachedLine(const ProfileView &view, WallTime now);
// "voice", for "voice_avatar"
QString fieldText(const std::string &apiName);
// What a ticket needs, as plain text of several lines; times in UTC.
QString ticketSummary(const ProfileView &view, WallTime now, const NodeInfo &node);

} // namespace hearth
