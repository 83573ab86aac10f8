// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"
#include "core/profiles/VoiceDirectory.h"
#include "core/service/ProfileService.h"
#include "core/telemetry/EventLog.h"

namespace hearth {

// One user, looked at without a trace: no counter moves, no order changes. Thread-safe. Borrows everything.
class ProfileViews
{
public:
    ProfileViews(const Clock &clock, const ProfileCache &cache, const ProfileTexts &texts, const VoiceDirectory &voices)
        : m_clock(clock)
        , m_cache(cache)
        , m_texts(texts)
        , m_voices(voices)
    {
    }

    // What is cached, without asking the database. The entry is not set where nothing is.
    ProfileView cached(const ProfileId &id) const;
    // With what the database answered beside it.
    ProfileView compared(const ProfileId &id, const Result<LoadedProfile> &loaded) const;

private:
    const Clock &m_clock;
    const ProfileCache &m_cache;
    const ProfileTexts &m_texts;
    const VoiceDirectory &m_voices;
};

} // namespace hearth
