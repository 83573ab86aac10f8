// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/profiles/Language.h"

#include <algorithm>
#include <array>

namespace hearth {

namespace {

constexpr std::array<Language, 6> languages{{
    {"en", "English", "English"},
    {"es", "Spanish", "Español"},
    {"fr", "French", "Français"},
    {"ig", "Igbo", "Igbo"},
    {"yo", "Yoruba", "Yorùbá"},
    {"ha", "Hausa", "Hausa"},
}};

} // namespace

std::span<const Language> supportedLanguages()
{
    return languages;
}

const Language *findLanguage(std::string_view code)
{
    const auto found =
        std::find_if(languages.begin(), languages.end(), [code](const Language &each) { return each.code == code; });
    return found == languages.end() ? nullptr : &*found;
}

} // namespace hearth
