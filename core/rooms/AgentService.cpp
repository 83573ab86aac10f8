// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/rooms/AgentService.h"

#include "core/rooms/RoomTexts.h"

#include <utility>

namespace hearth {

void AgentService::start(const ProfileId &user, std::string roomName, Completion<Agent> done)
{
    if (!isProperText(roomName))
        return done(Error{ErrorCode::InvalidArgument, improperText("room_name")});
    m_profiles.get(user, UnknownUser::CreateDefault,
                   [&voices = m_voices, user, roomName = std::move(roomName),
                    done = std::move(done)](const Result<ServedProfile> &served) {
                       if (!served)
                           return done(served.error());
                       Profile profile = served->profile(user);
                       Voice voice =
                           voices.current()->resolve(profile.voiceId, profile.voiceProvider, profile.nativeLanguage);
                       const bool fromCache = served->served() == Served::Hit || served->isStale();
                       done(Agent{std::move(profile), std::move(voice), roomName, fromCache});
                   });
}

} // namespace hearth
