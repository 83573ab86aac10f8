// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/RouteTable.h"
#include "core/server/PeerAddress.h"
#include "core/server/TokenTable.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// What passes between the transport and those who answer.
namespace hearth {

inline constexpr std::string_view jsonContentType = "application/json";

struct ApiResponse {
    unsigned status = 200;
    std::string body;
    std::string_view contentType = jsonContentType; // lives as long as the program
    std::string headers;                            // further lines, each with its line break: "X-Cache: hit\r\n"
    bool closes = false;                            // the connection, after this answer
};

// {"type":…,"status":…} with its content type; 503 and 429 say when to come back.
ApiResponse problemResponse(unsigned status, std::string_view detail);

// The beginning of a request. Views are valid as long as the call that they are passed to.
struct RequestHead {
    std::string_view method;
    std::string_view target;
    std::string_view host;
    std::string_view origin;
    std::string_view fetchSite; // Sec-Fetch-Site
    std::string_view authorization;
    std::string_view contentType;
    std::string_view cacheControl;
    bool hasBody = false;
    PeerAddress peer;
    std::string_view localAddress; // where the connection arrived
};

// A request that may be answered. Views are valid during the call of the handler only.
struct ApiRequest {
    const Route *route = nullptr;
    std::string_view parameter; // percent-encoded
    std::string_view query;     // percent-encoded
    std::string_view body;
    std::string_view cacheControl;
    const TokenTable::Holder *caller = nullptr; // lives as long as the server; null on open routes
};

// Where an answer goes.
class ResponseSink
{
public:
    virtual ~ResponseSink() = default;
    // On any thread. An answer to anything but the newest request is dropped.
    virtual void answer(std::uint64_t number, ApiResponse response) = 0;
};

// Answers one request, at once or later, on any thread. To be called once; what comes after that is dropped, as is what
// comes when the client has left.
class ApiRespond
{
public:
    ApiRespond(std::shared_ptr<ResponseSink> sink, std::uint64_t number)
        : m_sink(std::move(sink))
        , m_number(number)
    {
    }
    void operator()(ApiResponse response) const { m_sink->answer(m_number, std::move(response)); }

private:
    std::shared_ptr<ResponseSink> m_sink;
    std::uint64_t m_number;
};

} // namespace hearth
