// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/server/ApiExchange.h"

#include <string>
#include <string_view>

namespace hearth {

// "Sun, 22 Nov 2026 10:33:20 GMT"
std::string httpDate(WallTime time);

// What a client named its request, if it is fit for a log line: up to 128 letters, digits and -._~:+=/. Returns: empty.
std::string_view usableRequestId(std::string_view text);

// The lines from the status to the empty one, and the body unless it is not wanted.
struct ResponseFrame {
    std::string_view date;
    std::string_view requestId;
    bool keepsAlive = true;
    bool isHttp10 = false;
    bool hasBody = true; // false for HEAD
};
void appendResponse(std::string &out, const ApiResponse &response, const ResponseFrame &frame);

} // namespace hearth
