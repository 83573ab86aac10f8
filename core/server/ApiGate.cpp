// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ApiGate.h"

#include "core/api/Problem.h"

#include <algorithm>
#include <cctype>

namespace hearth {

namespace {

// The type without its parameters, in small letters: "application/json" of "Application/JSON; charset=utf-8".
std::string mediaType(std::string_view contentType)
{
    contentType = contentType.substr(0, contentType.find(';'));
    while (!contentType.empty() && contentType.back() == ' ')
        contentType.remove_suffix(1);
    std::string type(contentType);
    std::transform(type.begin(), type.end(), type.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return type;
}

bool isFormType(const std::string &type)
{
    return type == "application/x-www-form-urlencoded" || type == "multipart/form-data" || type == "text/plain";
}

ApiResponse unauthorized(std::string_view detail)
{
    ApiResponse response = problemResponse(401, detail);
    response.headers = "WWW-Authenticate: Bearer realm=\"hearth\"\r\n";
    return response;
}

} // namespace

ApiResponse problemResponse(unsigned status, std::string_view detail)
{
    ApiResponse response{status, problemJson(status, detail), problemContentType, {}, false};
    if (status == 503)
        response.headers = "Retry-After: 1\r\n";
    return response;
}

ApiGate::ApiGate(const Clock &clock, const ApiServerSettings &settings)
    : m_tokens(settings.tokens)
    , m_hosts(settings.allowedHosts, settings.address)
    , m_failures(clock, settings.limits.failuresPerMinute)
    , m_forbidden(settings.forbidden)
{
}

ApiGate::Admission ApiGate::admit(const RequestHead &head)
{
    Admission admission;
    admission.match = matchRoute(head.method, head.target);
    const bool isOpen = admission.match.route && admission.match.route->isOpen();
    if (!isOpen)
        admission.refusal = wrongPlace(head);
    if (!admission.refusal)
        admission.refusal = wrongRoute(admission.match);
    if (!admission.refusal && !isOpen)
        admission.refusal = wrongCaller(head, admission);
    if (!admission.refusal)
        admission.refusal = wrongBody(head);
    return admission;
}

std::optional<ApiResponse> ApiGate::wrongPlace(const RequestHead &head) const
{
    if (!m_hosts.allowsHost(head.host, head.localAddress))
        return problemResponse(403, "This node is not known by the name in Host; HEARTH_ALLOWED_HOSTS lists the names "
                                    "that it answers to.");
    if (!head.origin.empty() && !m_hosts.allowsOrigin(head.origin, head.localAddress))
        return problemResponse(403, "Web pages of that origin may not use this node; HEARTH_ALLOWED_HOSTS lists the "
                                    "names that may.");
    if (head.origin.empty() && (head.fetchSite == "cross-site" || head.fetchSite == "same-site"))
        return problemResponse(403, "Web pages of other sites may not use this node.");
    return std::nullopt;
}

std::optional<ApiResponse> ApiGate::wrongRoute(const RouteMatch &match) const
{
    switch (match.outcome) {
    case RouteOutcome::Found:
        return std::nullopt;
    case RouteOutcome::NoSuchPath:
        return problemResponse(404, "There is no such route; /api/v1/node is one that is always there.");
    case RouteOutcome::Malformed:
        return problemResponse(400, match.problem);
    case RouteOutcome::WrongMethod: {
        ApiResponse response = problemResponse(405, "That route is there, but not for this method; Allow says for "
                                                    "which.");
        response.headers = "Allow: " + match.allow + "\r\n";
        return response;
    }
    }
    return std::nullopt;
}

std::optional<ApiResponse> ApiGate::wrongCaller(const RequestHead &head, Admission &admission)
{
    if (m_tokens.isOpen()) {
        admission.caller = &m_tokens.anybody();
        return std::nullopt;
    }
    const std::string_view token = bearerToken(head.authorization);
    if (token.empty())
        return unauthorized("This node asks for a token: send Authorization: Bearer TOKEN.");
    admission.caller = m_tokens.find(token);
    if (!admission.caller) {
        const std::chrono::seconds wait = m_failures.failed(head.peer);
        if (wait.count() == 0)
            return unauthorized("That token is not one of this node's.");
        ApiResponse response = problemResponse(429, "Too many wrong tokens came from this address; come back later, "
                                                    "with a right one at any time.");
        response.headers = "Retry-After: " + std::to_string(wait.count()) + "\r\n";
        return response;
    }
    admission.showedToken = true;
    if (!admission.match.route->roles.has(admission.caller->role)) {
        if (m_forbidden)
            m_forbidden(*admission.match.route, admission.caller->who);
        return problemResponse(403, "The role " + std::string(toString(admission.caller->role)) +
                                        " may not do this on this node.");
    }
    return std::nullopt;
}

std::optional<ApiResponse> ApiGate::wrongBody(const RequestHead &head) const
{
    if (head.contentType.empty() ? !head.hasBody : mediaType(head.contentType) == jsonContentType)
        return std::nullopt;
    if (!head.hasBody && !isFormType(mediaType(head.contentType)))
        return std::nullopt;
    return problemResponse(415, "A body is sent as Content-Type: application/json.");
}

} // namespace hearth
