// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Result.h"

#include <chrono>
#include <map>
#include <string>

namespace hearth {

// The LiveKit server for which tokens are made. What is empty is not configured.
struct LiveKitAccess {
    std::string url;    // LIVEKIT_URL
    std::string key;    // LIVEKIT_API_KEY: the issuer
    std::string secret; // LIVEKIT_API_SECRET: signs; never shown
};

// What a token says about the person who joins.
struct JoinClaims {
    std::string identity;
    std::string roomName;
    std::string displayName;                       // empty: LiveKit shows the identity
    std::string metadata;                          // any text, usually JSON; LiveKit hands it on as it is
    std::map<std::string, std::string> attributes; // left out when empty
    bool canPublish = true;
    bool canSubscribe = true;
    std::chrono::seconds lifetime{3600};
};

// Makes LiveKit access tokens: JSON Web Tokens signed with HS256. Immutable value; thread-safe.
//
// The header is a constant, so nobody chooses the algorithm. Every grant is written, because an absent one means
// "allowed" to LiveKit. Texts are values of JSON strings only: none can add a claim. Who may not publish may not
// publish data either.
class JoinTokens
{
public:
    static constexpr std::chrono::seconds minimumLifetime{1};
    static constexpr std::chrono::seconds maximumLifetime{21'600};
    static constexpr std::size_t longestName = 255; // code points

    explicit JoinTokens(LiveKitAccess access);

    // Whether a token could be made. Returns: Unavailable, naming the settings that are missing; InvalidArgument, for
    // what a token may not say.
    Result<void> check(const JoinClaims &claims) const;
    // Valid from now until now + lifetime. Errors: those of check.
    Result<std::string> issue(const JoinClaims &claims, WallTime now) const;

    const std::string &serverUrl() const { return m_access.url; }

private:
    LiveKitAccess m_access;
};

} // namespace hearth
