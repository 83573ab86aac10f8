// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hearth {

// A voice avatar, as in the table voice_avatars. An id that no catalogue knows is a Voice with only id (and provider).
struct Voice {
    std::string id;       // "aura-2-thalia-en"
    std::string provider; // deepgram, elevenlabs, openai, google, spitch
    std::string name;
    std::string gender;
    std::string accent;
    std::string description;
    std::string language; // code

    friend bool operator==(const Voice &, const Voice &) = default;
};

// The voices that are known: the built-in default of each language, and what the table voice_avatars holds.
// Immutable value.
class VoiceCatalog
{
public:
    // Only the built-in default voices.
    VoiceCatalog();
    // The built-in ones and these; a row wins over a built-in voice of the same id. Rows without an id are skipped.
    explicit VoiceCatalog(const std::vector<Voice> &rows);

    // Null when unknown.
    const Voice *find(std::string_view id) const;
    // The default voice of a language; of English for a language that has none.
    const Voice &defaultFor(std::string_view languageCode) const;
    // What a profile with this voice id and provider has: the known voice, the language's default when the id is
    // empty, else one with just the id and the provider. A provider that is not empty stands: the row says who speaks.
    Voice resolve(std::string_view id, std::string_view provider, std::string_view languageCode) const;
    const std::map<std::string, Voice, std::less<>> &all() const { return m_voices; }

private:
    std::map<std::string, Voice, std::less<>> m_voices;
};

} // namespace hearth
