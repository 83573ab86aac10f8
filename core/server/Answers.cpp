// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/Answers.h"

#include "core/api/Problem.h"

#include <utility>

namespace hearth {

ApiResponse jsonResponse(std::string body, unsigned status)
{
    return {status, std::move(body), jsonContentType, {}, false};
}

ApiResponse success()
{
    return jsonResponse(R"({"success":true})");
}

ApiResponse problemResponse(const Error &error)
{
    return problemResponse(statusOf(error.code), error.detail);
}

ApiResponse unprocessable(const Error &error)
{
    return error.code == ErrorCode::InvalidArgument ? problemResponse(422, error.detail) : problemResponse(error);
}

ApiResponse notCached()
{
    return problemResponse(404, "That user is not in the cache.");
}

} // namespace hearth
