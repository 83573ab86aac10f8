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
    QString sentence; // "The database is 4 min 12 s newer: voice, formal tone."
};

// How the cached copy of a user relates to the database, as of now (the node's clock).
ProfileVerdict verdictOf(const ProfileView &view, WallTime now);
// "cached 10:31:08 from the database in 211 ms · expires 11:01:08 · 41 hits"
QString cachedLine(const ProfileView &view, WallTime now);
// "loaded from the database, 211 ms"; "expiry forced · by operator/eve"
QString eventText(const Event &event);
// "voice", for "voice_avatar"
QString fieldText(const std::string &apiName);
// "27:36 left of 30 min · 2 min 24 s old"; "expired 2:10 ago · 32 min 10 s old". Empty where nothing is cached.
QString timeToLiveText(const ProfileView &view, WallTime now);
// What is left of the TTL, 0-1.
double fractionLeft(const EntryRow &entry, WallTime now);
// The view without language, voice and preferences, as a node masks it.
ProfileView maskedView(ProfileView view);
// What a ticket needs, as plain text of several lines; times in UTC. Of a masked view it says that it is masked.
QString ticketSummary(const ProfileView &view, WallTime now, const NodeInfo &node);

} // namespace hearth
