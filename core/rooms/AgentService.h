// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/profiles/Profile.h"
#include "core/profiles/ProfileRepository.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/service/ProfileService.h"

#include <string>
#include <string_view>

namespace hearth {

// What an agent needs to know to translate for one user in one room.
struct Agent {
    static constexpr std::string_view name = "translation-agent";

    Profile profile; // whose it is, the language, the translation preferences
    Voice voice;     // the one that speaks: as the catalogue knows it, or the language's default
    std::string roomName;
    bool fromCache = false; // no query was made for it: a hit, or a stale answer
};

// Starts the agent of a user. Thread-safe; asynchronous as ProfileService, whose errors it has; beside them
// InvalidArgument, for a room name that is none. One who is not known is given a default profile, as DEFAULT_PROFILES
// says. The room need not be one of ours. Ownership: borrows the service and the directory, which must outlive it and
// its last callback.
class AgentService
{
public:
    AgentService(ProfileService &profiles, const VoiceDirectory &voices)
        : m_profiles(profiles)
        , m_voices(voices)
    {
    }

    void start(const ProfileId &user, std::string roomName, Completion<Agent> done);

private:
    ProfileService &m_profiles;
    const VoiceDirectory &m_voices;
};

} // namespace hearth
