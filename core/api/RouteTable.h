// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

// The routes of the HTTP API, as data: what the server answers, what the description and the tests walk through.
namespace hearth {

// Who may do what with a token.
enum class ApiRole : std::uint8_t { Viewer, Support, Service, Operator };
inline constexpr std::size_t apiRoleCount = 4;
std::string_view toString(ApiRole role); // "viewer"

class RoleSet
{
public:
    constexpr RoleSet(std::initializer_list<ApiRole> roles)
    {
        for (const ApiRole role : roles)
            m_bits = static_cast<std::uint8_t>(m_bits | bit(role));
    }
    constexpr bool has(ApiRole role) const { return (m_bits & bit(role)) != 0; }

private:
    static constexpr std::uint8_t bit(ApiRole role)
    {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
    }
    std::uint8_t m_bits = 0;
};

enum class RouteId : std::uint8_t {
    Livez,
    Readyz,
    Metrics,
    Node,
    Stats,
    Cleanup,
    CreateRoom,
    Rooms,
    Room,
    DeactivateRoom,
    IssueToken,
    StartAgent,
    Profile,
    CreateProfile,
    ChangeProfile,
    ChangeVoice,
    Entries,
    Entry,
    RemoveEntry,
    ExpireEntry,
    RefreshEntry,
    Expire,
    UndoExpiry,
    Warm,
    Job,
    CancelJob,
    Erase,
    Config,
    ChangeConfig,
    Samples,
    Events,
    Description,
};

struct Route {
    RouteId id;
    std::string_view method; // a GET is answered to HEAD too, without the body
    std::string_view path;   // "/api/v1/profiles/{id}": at most one {…}, which is one segment
    RoleSet roles;           // who may; nobody in it: open, no token is asked for
    std::size_t bodyLimit;   // bytes
    std::string_view summary;

    constexpr bool isOpen() const
    {
        return !roles.has(ApiRole::Viewer) && !roles.has(ApiRole::Support) && !roles.has(ApiRole::Service) &&
               !roles.has(ApiRole::Operator);
    }
};

// In the order of the manual. Lives as long as the program.
std::span<const Route> routeTable();

enum class RouteOutcome : std::uint8_t { Found, NoSuchPath, WrongMethod, Malformed };

struct RouteMatch {
    RouteOutcome outcome = RouteOutcome::NoSuchPath;
    const Route *route = nullptr;    // Found
    std::string_view parameter = {}; // Found: what stands for {…}, still percent-encoded
    std::string_view query = {};     // behind the "?", still percent-encoded
    std::string allow = {};          // WrongMethod: "GET, HEAD, DELETE"
    const char *problem = nullptr;   // Malformed: a sentence
};

// Which route a request means. The views are those of target. One slash at the end makes no difference.
RouteMatch matchRoute(std::string_view method, std::string_view target);

} // namespace hearth
