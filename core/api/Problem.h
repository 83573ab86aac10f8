// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <string>
#include <string_view>

namespace hearth {

inline constexpr std::string_view problemContentType = "application/problem+json";

// "Not Found" for 404: the reason of the status line, and the title of a problem.
std::string_view reasonPhrase(unsigned status);

// {"type":"about:blank","title":…,"status":…,"detail":…,"success":false}
// The detail is a sentence a person can act on; it never holds a secret.
std::string problemJson(unsigned status, std::string_view detail);

// The status that tells of such an error: 404 NotFound, 504 Timeout, 503 Unavailable …
unsigned statusOf(ErrorCode code);

} // namespace hearth
