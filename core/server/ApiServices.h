// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/node/NodeClient.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/rooms/AgentService.h"
#include "core/rooms/RoomService.h"
#include "core/service/CleanupService.h"
#include "core/service/ProfileService.h"
#include "core/service/StatsSampler.h"
#include "core/telemetry/EventLog.h"
#include "core/telemetry/SampleHistory.h"

#include <functional>

namespace hearth {

// What the handlers answer from. Borrowed; all outlive them. The functions may be called on any thread.
struct ApiServices {
    const Clock &clock;
    NodeClient &node; // reached by queued calls on its own thread only
    ProfileService &profiles;
    RoomService &rooms;
    AgentService &agents;
    CleanupService &cleanup;
    const StatsSampler &sampler;
    EventLog &events;
    const SampleHistory &history;
    const VoiceDirectory &voices;
    std::function<DatabaseStatus()> database;
    std::function<ProfileView(const ProfileId &)> look; // what is cached of a user, quietly; the database is not asked
};

} // namespace hearth
