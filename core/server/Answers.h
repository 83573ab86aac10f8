// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/server/ApiExchange.h"

#include <string>

// Answers that many routes give.
namespace hearth {

ApiResponse jsonResponse(std::string body, unsigned status = 200);
// {"success":true}
ApiResponse success();
// What an error of a service is to a client; of a value that is not allowed, 422 where its JSON was well-formed.
ApiResponse problemResponse(const Error &error);
ApiResponse unprocessable(const Error &error);
ApiResponse notCached();

} // namespace hearth
