// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QLoggingCategory>

#include <string>
#include <string_view>

namespace hearth {

// "hearth.cache": the lines that operators know and grep for. INFO and above unless switched on.
Q_DECLARE_LOGGING_CATEGORY(cacheLog)

// A user's identity as it goes into a log line: characters that would reorder or break the line are shown as \u{…}.
// Thread-safe.
std::string logSafe(std::string_view identity);

} // namespace hearth
