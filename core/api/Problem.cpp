// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/Problem.h"

#include "core/api/JsonWriter.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace hearth {

std::string_view reasonPhrase(unsigned status)
{
    static constexpr std::array<std::pair<unsigned, std::string_view>, 25> phrases{{
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    }};
    const auto found =
        std::find_if(phrases.begin(), phrases.end(), [status](const auto &phrase) { return phrase.first == status; });
    return found == phrases.end() ? "Unknown" : found->second;
}

std::string problemJson(unsigned status, std::string_view detail)
{
    std::string out;
    JsonWriter json(out);
    json.beginObject()
        .member("type", "about:blank")
        .member("title", reasonPhrase(status))
        .member("status", std::uint64_t(status))
        .member("detail", detail)
        .member("success", false)
        .endObject();
    return out;
}

unsigned statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::InvalidArgument:
        return 400;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::AlreadyExists:
        return 409;
    case ErrorCode::Timeout:
        return 504;
    case ErrorCode::PermissionDenied: // the database's, not the caller's
    case ErrorCode::Unavailable:
    case ErrorCode::Overloaded:
    case ErrorCode::SchemaMismatch:
    case ErrorCode::Cancelled:
    case ErrorCode::ShuttingDown:
        return 503;
    case ErrorCode::BadData:
    case ErrorCode::Internal:
        return 500;
    }
    return 500;
}

} // namespace hearth
