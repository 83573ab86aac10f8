// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/RouteTable.h"

#include <algorithm>
#include <array>
#include <vector>

namespace hearth {

namespace {

constexpr std::size_t smallBody = 64 * 1024;
constexpr std::size_t largeBody = 8 * 1024 * 1024;
constexpr std::size_t mostSegments = 8;

constexpr RoleSet nobody{};
constexpr RoleSet everyRole{ApiRole::Viewer, ApiRole::Support, ApiRole::Service, ApiRole::Operator};
constexpr RoleSet watchers{ApiRole::Viewer, ApiRole::Support, ApiRole::Operator};
constexpr RoleSet lookers{ApiRole::Support, ApiRole::Operator};
constexpr RoleSet services{ApiRole::Service, ApiRole::Operator};
constexpr RoleSet operators{ApiRole::Operator};

constexpr std::array<Route, 32> table{{
    {RouteId::Stats, "GET", "/api/v1/rooms/cache/stats", everyRole, smallBody, "What the cache holds, and how it does"},
    {RouteId::Cleanup, "POST", "/api/v1/rooms/cache/cleanup", services, smallBody, "Remove expired entries now"},
    {RouteId::CreateRoom, "POST", "/api/v1/rooms", services, smallBody, "Create a room, and cache its host's profile"},
    {RouteId::Rooms, "GET", "/api/v1/rooms", services, smallBody, "The active rooms, newest first"},
    {RouteId::IssueToken, "POST", "/api/v1/rooms/tokens", services, smallBody, "Let somebody join a room"},
    {RouteId::Room, "GET", "/api/v1/rooms/{room_id}", services, smallBody, "An active room"},
    {RouteId::DeactivateRoom, "DELETE", "/api/v1/rooms/{room_id}", services, smallBody, "Deactivate a room"},
    {RouteId::StartAgent, "POST", "/api/v1/agents", services, smallBody, "What a user's agent needs to know"},
    {RouteId::Profile, "GET", "/api/v1/profiles/{id}", services, smallBody, "A user's profile: a counted read"},
    {RouteId::CreateProfile, "POST", "/api/v1/profiles", services, smallBody, "Create a user's profile"},
    {RouteId::ChangeProfile, "PUT", "/api/v1/profiles/{id}", services, smallBody, "Change a user's profile"},
    {RouteId::ChangeVoice, "PUT", "/api/v1/profiles/{id}/voice", services, smallBody, "Give a user another voice"},
    {RouteId::Node, "GET", "/api/v1/node", everyRole, smallBody, "Which node this is, and who is asking"},
    {RouteId::Entries, "GET", "/api/v1/cache/entries", lookers, smallBody, "What is cached, page by page, quietly"},
    {RouteId::Entry, "GET", "/api/v1/cache/entries/{id}", lookers, smallBody, "One entry, quietly"},
    {RouteId::RemoveEntry, "DELETE", "/api/v1/cache/entries/{id}", operators, smallBody, "Remove one entry"},
    {RouteId::ExpireEntry, "POST", "/api/v1/cache/entries/{id}/expire", operators, smallBody, "Expire one entry now"},
    {RouteId::RefreshEntry, "POST", "/api/v1/cache/entries/{id}/refresh", operators, smallBody,
     "Reload one user from the database now"},
    {RouteId::Expire, "POST", "/api/v1/cache/expire", operators, largeBody, "Expire many entries now"},
    {RouteId::UndoExpiry, "POST", "/api/v1/cache/expire/{undo_id}/undo", operators, smallBody,
     "Take a forced expiry back"},
    {RouteId::Warm, "POST", "/api/v1/cache/warm", operators, largeBody, "Load users into the cache"},
    {RouteId::Job, "GET", "/api/v1/jobs/{job_id}", operators, smallBody, "How far a warm-up is"},
    {RouteId::CancelJob, "DELETE", "/api/v1/jobs/{job_id}", operators, smallBody, "Cancel a warm-up"},
    {RouteId::Erase, "POST", "/api/v1/cache/erase/{id}", operators, smallBody, "Forget one person"},
    {RouteId::Config, "GET", "/api/v1/config", watchers, smallBody, "What can be changed while it runs, as it is now"},
    {RouteId::ChangeConfig, "PATCH", "/api/v1/config", operators, smallBody, "Change it; it lasts until the restart"},
    {RouteId::Samples, "GET", "/api/v1/samples", watchers, smallBody, "The node's past, second by second"},
    {RouteId::Events, "GET", "/api/v1/events", watchers, smallBody, "What happened"},
    {RouteId::Metrics, "GET", "/metrics", watchers, smallBody, "For Prometheus"},
    {RouteId::Description, "GET", "/openapi.json", everyRole, smallBody, "This API, described in OpenAPI 3.1"},
    {RouteId::Livez, "GET", "/livez", nobody, smallBody, "Whether the program runs"},
    {RouteId::Readyz, "GET", "/readyz", nobody, smallBody, "Whether it can serve"},
}};

// A path, cut at its slashes.
struct Segments {
    std::array<std::string_view, mostSegments> texts{};
    std::size_t count = 0;
    const char *problem = nullptr;
    bool isTooLong = false;
};

constexpr Segments cut(std::string_view path)
{
    Segments segments;
    if (path.empty() || path.front() != '/') {
        segments.problem = "A path begins with a slash.";
        return segments;
    }
    path.remove_prefix(1);
    if (!path.empty() && path.back() == '/')
        path.remove_suffix(1);
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string_view text = path.substr(0, slash);
        if (text.empty() || text == "." || text == "..") {
            segments.problem = text.empty() ? "The path has an empty part: two slashes stand side by side."
                                            : "The path has a part . or .., which no route has.";
            return segments;
        }
        if (segments.count == mostSegments) {
            segments.isTooLong = true;
            return segments;
        }
        segments.texts[segments.count++] = text;
        const bool endsWithSlash = slash + 1 == path.size();
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (endsWithSlash) {
            segments.problem = "The path has an empty part: two slashes stand side by side.";
            return segments;
        }
    }
    return segments;
}

constexpr bool isPlaceholder(std::string_view segment)
{
    return segment.front() == '{';
}

const std::vector<Segments> &templates()
{
    static const std::vector<Segments> all = [] {
        std::vector<Segments> cutOnes;
        for (const Route &route : table)
            cutOnes.push_back(cut(route.path));
        return cutOnes;
    }();
    return all;
}

bool fits(const Segments &pattern, const Segments &path, std::string_view &parameter)
{
    if (pattern.count != path.count)
        return false;
    for (std::size_t i = pattern.count; i-- > 0;) { // the ends differ more than the beginnings
        if (isPlaceholder(pattern.texts[i]))
            parameter = path.texts[i];
        else if (pattern.texts[i] != path.texts[i])
            return false;
    }
    return true;
}

} // namespace

std::string_view toString(ApiRole role)
{
    static constexpr std::array<std::string_view, apiRoleCount> names{"viewer", "support", "service", "operator"};
    return names.at(static_cast<std::size_t>(role));
}

std::span<const Route> routeTable()
{
    return table;
}

RouteMatch matchRoute(std::string_view method, std::string_view target)
{
    RouteMatch match;
    const std::size_t question = target.find('?');
    const std::string_view path = target.substr(0, question);
    if (question != std::string_view::npos)
        match.query = target.substr(question + 1);
    if (target.find('#') != std::string_view::npos) {
        match.outcome = RouteOutcome::Malformed;
        match.problem = "A request's target has no #; in an identity it is written %23.";
        return match;
    }
    const Segments segments = cut(path);
    if (segments.problem) {
        match.outcome = RouteOutcome::Malformed;
        match.problem = segments.problem;
        return match;
    }
    if (segments.isTooLong)
        return match;

    const std::string_view wanted = method == "HEAD" ? "GET" : method;
    for (std::size_t i = 0; i < table.size(); ++i) {
        std::string_view parameter;
        if (!fits(templates()[i], segments, parameter))
            continue;
        if (table[i].method == wanted) {
            match.outcome = RouteOutcome::Found;
            match.route = &table[i];
            match.parameter = parameter;
            return match;
        }
        match.outcome = RouteOutcome::WrongMethod;
        match.allow += match.allow.empty() ? "" : ", ";
        match.allow += table[i].method == "GET" ? "GET, HEAD" : table[i].method;
    }
    return match;
}

} // namespace hearth
