// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

enum class EventKind : std::uint8_t {
    Cached,  // a profile was stored
    Expired, // an expiry was forced, of one or many
    Removed,
    Evicted,
    Cleanup,
    Warm,
    Failure,   // a load failed
    Database,  // reachable, unreachable, unusable
    Settings,  // a setting was changed
    Traffic,   // simulated traffic was started or stopped
    Restored,  // a forced expiry was taken back
    Refreshed, // somebody had users reloaded from the database
    Profile,   // a profile was created or changed in the database
    Room,      // a room was created or deactivated
    Token,     // somebody was given a token to join with
    Erased,    // somebody was forgotten
    Revealed,  // somebody was shown what is masked for their role
    Refused,   // somebody wanted what their role may not
};
std::string toString(EventKind kind);
// Returns: nullopt for what is no kind's name.
std::optional<EventKind> eventKindFromText(std::string_view text);

// How what somebody wanted ended.
enum class EventResult : std::uint8_t { Done, Refused, Failed };
std::string_view toString(EventResult result); // "done"

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
    std::string target; // what it was done to, where that is no user: "room 3f2b9c01…"; empty: nothing else
    EventResult result = EventResult::Done;
};

// Whether it is worth a mark on a chart; the coming and going of single entries, and what others change in the database
// all day long, is not.
bool isWorthAMark(const Event &event);
// Whether it belongs into what happened to this user.
bool concerns(const Event &event, const std::string &user);

} // namespace hearth
