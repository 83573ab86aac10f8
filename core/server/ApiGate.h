// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/server/ApiExchange.h"
#include "core/server/ApiServerSettings.h"
#include "core/server/AuthFailures.h"
#include "core/server/HostRules.h"
#include "core/server/TokenTable.h"

#include <functional>
#include <optional>
#include <string>

namespace hearth {

// Decides from a request's header whether it is answered: host and origin, route, token, role, type of the body, in
// this order. Thread-safe; takes a lock only for wrong tokens.
class ApiGate
{
public:
    ApiGate(const Clock &clock, const ApiServerSettings &settings);

    struct Admission {
        RouteMatch match;
        const TokenTable::Holder *caller = nullptr; // null on open routes
        bool showedToken = false;                   // a right one
        std::optional<ApiResponse> refusal;
    };
    Admission admit(const RequestHead &head);

private:
    std::optional<ApiResponse> wrongPlace(const RequestHead &head) const;
    std::optional<ApiResponse> wrongRoute(const RouteMatch &match) const;
    std::optional<ApiResponse> wrongCaller(const RequestHead &head, Admission &admission);
    std::optional<ApiResponse> wrongBody(const RequestHead &head) const;

    const TokenTable m_tokens;
    const HostRules m_hosts;
    AuthFailures m_failures;
    const std::function<void(const Route &, const std::string &)> m_forbidden; // may be empty
};

} // namespace hearth
