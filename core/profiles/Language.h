// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace hearth {

// A language that the service supports. Its strings live as long as the program.
struct Language {
    std::string_view code;        // "es", as in user_profiles.native_language
    std::string_view englishName; // "Spanish"
    std::string_view nativeName;  // "Español"
};

inline constexpr std::string_view defaultLanguageCode = "en";

// en es fr ig yo ha, in this order. Thread-safe.
std::span<const Language> supportedLanguages();
// The supported language of that code, or null: a row may hold another code, which is shown as it is.
const Language *findLanguage(std::string_view code);
inline bool isSupportedLanguage(std::string_view code)
{
    return findLanguage(code) != nullptr;
}

} // namespace hearth
