// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/Table.h"
#include "core/telemetry/Event.h"

#include <vector>

namespace hearth {

class Session;

// Events as lines for people, in the order given.
Table eventTable(const Session &session, const std::vector<Event> &events);
// One event as a line with a line break, for a list that grows.
std::string eventLine(const Session &session, const Event &event);
// "ana", "3 users", "everyone", "room 3f2b9c01…"
std::string targetText(const Event &event);

} // namespace hearth
