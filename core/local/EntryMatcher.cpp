// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntryMatcher.h"

namespace hearth {

bool isActive(const EntryFacts &facts, MonotonicTime now)
{
    return !facts.forced && now <= facts.deadline;
}

EntryMatcher::EntryMatcher(const EntrySnapshot &snapshot, const EntriesFilter &filter, const ProfileTexts &texts,
                           MonotonicTime now)
    : m_snapshot(snapshot)
    , m_filter(filter)
    , m_now(now)
    , m_matchesLanguage(filter.language.empty() ? 0 : texts.size())
{
    for (std::size_t i = 0; i < m_matchesLanguage.size(); ++i)
        m_matchesLanguage[i] = texts.at(static_cast<ProfileTexts::Index>(i)).nativeLanguage == filter.language;
}

} // namespace hearth
