// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/service/ProfileRules.h"

#include "core/base/Format.h"
#include "core/profiles/Language.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth {

namespace {

Error refused(std::string detail)
{
    return {ErrorCode::InvalidArgument, std::move(detail)};
}

// "a, b, c"
template <class Texts>
std::string joined(const Texts &texts)
{
    std::string all;
    for (const auto &text : texts)
        all.append(all.empty() ? "" : ", ").append(text);
    return all;
}

std::optional<Error> languageProblem(std::string_view code)
{
    if (isSupportedLanguage(code))
        return std::nullopt;
    std::vector<std::string_view> codes;
    for (const Language &language : supportedLanguages())
        codes.push_back(language.code);
    return refused("native_language must be one of " + joined(codes) + ".");
}

Error unknownVoice(const VoiceCatalog &voices)
{
    constexpr std::size_t mostNamed = 20;
    std::vector<std::string> ids;
    for (const auto &[id, voice] : voices.all()) {
        if (ids.size() < mostNamed)
            ids.push_back(id);
    }
    const std::size_t count = voices.all().size();
    const std::string which =
        count <= mostNamed ? "one of " + joined(ids)
                           : "one of the " + format::count(count) + " voices of voice_avatars (" + joined(ids) + ", …)";
    return refused("voice_avatar_id must be " + which + ", or empty for the language's default voice.");
}

// provider: what was wished for, empty for the voice's own. Returns: the one that belongs to the voice.
Result<std::string> providerOf(const std::string &voiceId, const std::string &provider, const VoiceCatalog &voices)
{
    if (voiceId.empty()) {
        if (!provider.empty())
            return refused("voice_provider must be empty where voice_avatar_id is.");
        return std::string();
    }
    const Voice *voice = voices.find(voiceId);
    if (!voice)
        return unknownVoice(voices);
    if (!provider.empty() && !voice->provider.empty() && provider != voice->provider)
        return refused("voice_provider must be " + voice->provider + " for this voice, or be left out.");
    return voice->provider.empty() ? provider : voice->provider;
}

} // namespace

Result<Profile> acceptedProfile(Profile profile, const VoiceCatalog &voices)
{
    if (auto problem = languageProblem(profile.nativeLanguage))
        return *std::move(problem);
    Result<std::string> provider = providerOf(profile.voiceId, profile.voiceProvider, voices);
    if (!provider)
        return provider.error();
    profile.voiceProvider = *std::move(provider);
    profile.rowVersion = 0;
    return profile;
}

Result<ProfileChanges> acceptedChanges(ProfileChanges changes, const VoiceCatalog &voices)
{
    if (changes.isEmpty())
        return refused("The request names nothing to change: give native_language, voice_avatar_id, formal_tone or "
                       "preserve_emotion.");
    if (changes.nativeLanguage) {
        if (auto problem = languageProblem(*changes.nativeLanguage))
            return *std::move(problem);
    }
    if (!changes.voiceId) {
        if (changes.voiceProvider)
            return refused("voice_provider can be changed only together with voice_avatar_id.");
        return changes;
    }
    Result<std::string> provider = providerOf(*changes.voiceId, changes.voiceProvider.value_or(""), voices);
    if (!provider)
        return provider.error();
    changes.voiceProvider = *std::move(provider);
    return changes;
}

} // namespace hearth
