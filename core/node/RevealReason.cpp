// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/node/RevealReason.h"

#include "core/profiles/ProfileId.h"

#include <algorithm>

namespace hearth {

Result<void> checkRevealReason(std::string_view reason)
{
    const auto characters = std::count_if(reason.begin(), reason.end(),
                                          [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
    const bool isOneLine = reason.find("\xE2\x80\xA8") == std::string_view::npos && // separators of lines, paragraphs
                           reason.find("\xE2\x80\xA9") == std::string_view::npos;
    const bool isReason = static_cast<std::size_t>(characters) <= longestRevealReason &&
                          ProfileId::parse(reason) && // no control characters, proper UTF-8, not empty
                          isOneLine && reason.find_first_not_of(' ') != std::string_view::npos;
    if (!isReason)
        return Error{ErrorCode::InvalidArgument, "A reason is one line of 1 to 200 characters."};
    return {};
}

} // namespace hearth
