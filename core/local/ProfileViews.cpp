// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/ProfileViews.h"

#include "core/local/EntryListing.h"

#include <memory>

namespace hearth {

namespace {

Voice voiceOf(const VoiceCatalog &voices, const Profile &profile)
{
    return voices.resolve(profile.voiceId, profile.voiceProvider, profile.nativeLanguage);
}

} // namespace

ProfileView ProfileViews::cached(const ProfileId &id) const
{
    ProfileView view;
    view.identity = id.text();
    const auto entry = m_cache.peek(id.text());
    if (!entry)
        return view;
    const auto voices = m_voices.current();
    const PackedProfile &packed = entry->value;
    view.cached = std::make_shared<const Profile>(unpack(id, packed, m_texts));
    view.cachedVoice = voiceOf(*voices, *view.cached);
    view.entry = rowOf(id.text(), m_texts.at(packed.texts()), entry->facts, Moment(m_clock), *voices);
    return view;
}

ProfileView ProfileViews::compared(const ProfileId &id, const Result<LoadedProfile> &loaded) const
{
    ProfileView view = cached(id);
    if (!loaded) {
        view.databaseProblem = loaded.error().detail;
        return view;
    }
    view.queryTime = loaded->timing.queryTime;
    view.agreement = Agreement::Absent;
    if (!loaded->profile)
        return view;
    view.stored = std::make_shared<const Profile>(*loaded->profile);
    view.storedVoice = voiceOf(*m_voices.current(), *view.stored);
    if (view.cached)
        view.differing = differences(*view.cached, *view.stored);
    view.agreement = view.cached && view.differing.empty() ? Agreement::Same : Agreement::Different;
    return view;
}

} // namespace hearth
