// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"

#include <cstddef>
#include <string_view>

namespace hearth {

inline constexpr std::size_t longestRevealReason = 200; // characters

// Whether this may stand in the audit as the reason for showing somebody's choices: one line that says something.
// Returns: InvalidArgument, with a sentence that never quotes the text. Thread-safe.
Result<void> checkRevealReason(std::string_view reason);

} // namespace hearth
