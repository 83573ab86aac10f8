// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hearth {

enum class EventKind : std::uint8_t {
    Cached,  // a profile was stored
    Expired, // an expiry was forced, of one or many
    Removed,
    Evicted,
    Cleanup,
    Warm,
    Failure,  // a load failed
    Database, // reachable, unreachable, unusable
    Settings, // a setting was changed
    Traffic,  // simulated traffic was started or stopped
};
std::string toString(EventKind kind);

// Something that happened on a node. Immutable value.
struct Event {
    std::uint64_t seq = 0; // given by the EventLog
    WallTime time{};       // likewise, when not set
    EventKind kind = EventKind::Cached;
    std::string user;                                      // whose profile; empty where it is about none or many
    std::shared_ptr<const std::vector<std::string>> users; // about several: who, sorted; null where they are too many
    bool concernsEveryone = false;                         // about everybody who was cached
    std::string who;                                       // who did it; empty for the program itself
    std::uint64_t count = 0;
    std::string detail; // a few words: "removed 3, 12 remain, 0.4 ms"
};

// Whether it belongs into what happened to this user.
bool concerns(const Event &event, const std::string &user);

} // namespace hearth
