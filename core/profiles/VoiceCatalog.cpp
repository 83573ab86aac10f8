// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/VoiceCatalog.h"

#include "core/profiles/Language.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace hearth {

namespace {

struct BuiltInVoice {
    std::string_view language;
    std::string_view id;
    std::string_view provider;
    std::string_view name;
    std::string_view gender;
    std::string_view accent;
    std::string_view description;
};

// The default voice of each supported language. The French one's id ends in "-en": that is its name at the provider.
constexpr std::array<BuiltInVoice, 6> builtInVoices{{
    {"en", "aura-2-thalia-en", "deepgram", "Thalia", "female", "american", "Default voice for English"},
    {"es", "aura-2-celeste-es", "deepgram", "Celeste", "female", "colombian", "Default voice for Spanish"},
    {"fr", "aura-2-pandora-en", "deepgram", "Pandora", "female", "british", "Default voice for French"},
    {"ig", "Obinna", "spitch", "Obinna", "male", "nigerian", "Default voice for Igbo"},
    {"yo", "Sade", "spitch", "Sade", "female", "nigerian", "Default voice for Yoruba"},
    {"ha", "Hasan", "spitch", "Hasan", "male", "nigerian", "Default voice for Hausa"},
}};

Voice toVoice(const BuiltInVoice &from)
{
    Voice voice;
    voice.id = from.id;
    voice.provider = from.provider;
    voice.name = from.name;
    voice.gender = from.gender;
    voice.accent = from.accent;
    voice.description = from.description;
    voice.language = from.language;
    return voice;
}

std::string_view defaultVoiceId(std::string_view languageCode)
{
    const auto found = std::find_if(builtInVoices.begin(), builtInVoices.end(),
                                    [languageCode](const BuiltInVoice &each) { return each.language == languageCode; });
    return found == builtInVoices.end() ? defaultVoiceId(defaultLanguageCode) : found->id;
}

} // namespace

VoiceCatalog::VoiceCatalog()
    : VoiceCatalog(std::vector<Voice>{})
{
}

VoiceCatalog::VoiceCatalog(const std::vector<Voice> &rows)
{
    for (const BuiltInVoice &builtIn : builtInVoices)
        m_voices.emplace(builtIn.id, toVoice(builtIn));
    for (const Voice &row : rows) {
        if (!row.id.empty()) // "" means "none" in a profile, so it can be no voice's id
            m_voices.insert_or_assign(row.id, row);
    }
}

const Voice *VoiceCatalog::find(std::string_view id) const
{
    const auto found = m_voices.find(id);
    return found == m_voices.end() ? nullptr : &found->second;
}

const Voice &VoiceCatalog::defaultFor(std::string_view languageCode) const
{
    const Voice *voice = find(defaultVoiceId(languageCode));
    assert(voice); // the constructor put it there
    return *voice;
}

Voice VoiceCatalog::resolve(std::string_view id, std::string_view provider, std::string_view languageCode) const
{
    if (id.empty())
        return defaultFor(languageCode);
    Voice voice;
    if (const Voice *known = find(id))
        voice = *known;
    else
        voice.id = id;
    if (!provider.empty())
        voice.provider = provider;
    return voice;
}

} // namespace hearth
