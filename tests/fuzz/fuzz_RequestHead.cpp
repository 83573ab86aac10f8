// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Searches for a request's header that the gate lets in though nobody should come in with it, and for targets that are
// matched to a route otherwise than they read.
#include "core/api/Percent.h"
#include "core/base/Clock.h"
#include "core/server/ApiGate.h"
#include "core/server/ResponseHead.h"
#include "tests/fuzz/FuzzCheck.h"

#include <algorithm>
#include <string>

using namespace hearth;

namespace {

const std::string operatorToken = "operator-0123456789";
const std::string viewerToken = "viewer-0123456789";

ApiServerSettings guarded()
{
    ApiServerSettings settings;
    settings.tokens = {{ApiRole::Operator, "eve", operatorToken}, {ApiRole::Viewer, "", viewerToken}};
    return settings;
}

bool endsWith(std::string_view text, std::string_view end)
{
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The host without its port, as a person would read it.
bool isLoopbackName(std::string_view host)
{
    std::string name(host.substr(0, host.front() == '[' ? host.find(']') + 1 : host.find(':')));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
}

void checkMatch(const RequestHead &head, const RouteMatch &match)
{
    const Route &route = *match.route;
    must(route.method == head.method || (route.method == "GET" && head.method == "HEAD"), "a route has its method");
    must(match.parameter.find_first_of("/?#") == std::string_view::npos, "a parameter is one segment");
    must(match.parameter != "." && match.parameter != "..", "a parameter leads nowhere");
    const std::size_t brace = route.path.find('{');
    must(head.target.substr(0, std::min(brace, route.path.size())) == route.path.substr(0, brace),
         "a target begins as its route");
    if (brace != std::string_view::npos)
        must(!match.parameter.empty(), "a parameter is not empty");
    (void)identityFromPath(match.parameter);
    (void)QueryParameters::parse(match.query);
}

void checkAdmitted(const RequestHead &head, const ApiGate::Admission &admission)
{
    must(admission.match.route != nullptr, "who is admitted has a route");
    const bool isOpen = admission.match.route->isOpen();
    must(isOpen == (admission.caller == nullptr), "who is admitted is somebody, where the route asks");
    must(!head.hasBody || !head.contentType.empty(), "a body has its type");
    if (isOpen)
        return;
    must(admission.match.route->roles.has(admission.caller->role), "a role does what it may");
    std::string_view shown = head.authorization;
    while (!shown.empty() && (shown.back() == ' ' || shown.back() == '\t'))
        shown.remove_suffix(1);
    must(endsWith(shown, admission.caller->role == ApiRole::Operator ? operatorToken : viewerToken),
         "who is admitted has shown the token");
    must(!head.host.empty() && isLoopbackName(head.host), "who is admitted came for a name of this node");
    const std::size_t scheme = head.origin.find("://");
    must(head.origin.empty() || (scheme != std::string_view::npos && isLoopbackName(head.origin.substr(scheme + 3))),
         "a page that is admitted is one of this node");
}

void checkRefused(const ApiResponse &refusal)
{
    static constexpr std::array<unsigned, 7> statuses{400, 401, 403, 404, 405, 415, 429};
    must(std::find(statuses.begin(), statuses.end(), refusal.status) != statuses.end(), "a refusal has its status");
    must(refusal.body.substr(0, 2) == "{\"" && isPlainSentence(refusal.body), "a refusal is JSON, and quotes nothing");
    must(refusal.headers.empty() || (std::count(refusal.headers.begin(), refusal.headers.end(), '\n') == 1 &&
                                     endsWith(refusal.headers, "\r\n")),
         "a refusal has one line of its own at most");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const SystemClock clock;
    ApiGate gate(clock, guarded());
    FuzzInput input(data, size);
    RequestHead head;
    head.hasBody = input.byte() % 2 != 0;
    head.method = input.line();
    head.target = input.line();
    head.host = input.line();
    head.authorization = input.line();
    head.origin = input.line();
    head.contentType = input.line();
    head.fetchSite = input.line();
    head.localAddress = "127.0.0.1";
    head.peer = PeerAddress::v4({192, 0, 2, 1});

    const ApiGate::Admission admission = gate.admit(head);

    if (admission.match.outcome == RouteOutcome::Found)
        checkMatch(head, admission.match);
    admission.refusal ? checkRefused(*admission.refusal) : checkAdmitted(head, admission);
    const std::string_view id = usableRequestId(input.rest());
    must(id.empty() || isPlainSentence(id), "a request's name fits into a line");
    return 0;
}
