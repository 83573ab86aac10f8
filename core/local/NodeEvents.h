// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/telemetry/Event.h"

#include <cstdint>
#include <string>
#include <vector>

// The events that a node itself writes. Plain functions, thread-safe.
namespace hearth {

Event triggersEvent(const std::string &who);
// As an event of CacheJournal: one names the user, several names them as long as they are not too many.
Event refreshedEvent(const std::vector<std::string> &identities, std::uint64_t count, const std::string &who);
// Of whom is not said: that is what it is about.
Event erasedEvent(std::uint64_t entries, std::uint64_t events, const std::string &who);

} // namespace hearth
