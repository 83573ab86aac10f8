// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/rooms/JoinTokens.h"

#include "core/rooms/RoomTexts.h"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string_view>
#include <utility>
#include <vector>

namespace hearth {

namespace {

using nlohmann::json;

constexpr std::string_view header = R"({"alg":"HS256","typ":"JWT"})";

// RFC 4648, section 5, without padding.
std::string base64Url(std::string_view bytes)
{
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6)
            text += alphabet[(bits >> (count - 6)) & 0x3FU];
    }
    if (count > 0)
        text += alphabet[(bits << (6 - count)) & 0x3FU];
    return text;
}

// Returns: nothing, when OpenSSL cannot.
std::string hmacSha256(const std::string &secret, std::string_view message)
{
    if (secret.size() > std::size_t(std::numeric_limits<int>::max()))
        return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    const auto *bytes = reinterpret_cast<const unsigned char *>(message.data());
    if (!HMAC(EVP_sha256(), secret.data(), int(secret.size()), bytes, message.size(), digest.data(), &length))
        return {};
    return {digest.begin(), digest.begin() + length};
}

// "LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET are not set."
std::string missingSettings(const LiveKitAccess &access)
{
    std::vector<std::string> names;
    for (const auto &[value, name] : {std::pair(&access.url, "LIVEKIT_URL"), std::pair(&access.key, "LIVEKIT_API_KEY"),
                                      std::pair(&access.secret, "LIVEKIT_API_SECRET")}) {
        if (value->empty())
            names.emplace_back(name);
    }
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool isLast = i + 1 == names.size();
        text += (i == 0 ? "" : isLast ? " and " : ", ") + names[i];
    }
    return text.empty() ? text : text + (names.size() == 1 ? " is not set." : " are not set.");
}

std::size_t codePoints(std::string_view utf8)
{
    return std::size_t(std::count_if(utf8.begin(), utf8.end(),
                                     [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

json payloadOf(const LiveKitAccess &access, const JoinClaims &claims, WallTime now)
{
    const auto from = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
    json payload{
        {"iss", access.key},
        {"sub", claims.identity},
        {"nbf", from.count()},
        {"exp", (from + claims.lifetime).count()},
        {"name", claims.displayName},
        {"metadata", claims.metadata},
        {"video", json{{"room", claims.roomName},
                       {"roomJoin", true},
                       {"canPublish", claims.canPublish},
                       {"canSubscribe", claims.canSubscribe},
                       {"canPublishData", claims.canPublish}}},
    };
    if (!claims.attributes.empty())
        payload["attributes"] = claims.attributes;
    return payload;
}

} // namespace

JoinTokens::JoinTokens(LiveKitAccess access)
    : m_access(std::move(access))
{
}

Result<void> JoinTokens::check(const JoinClaims &claims) const
{
    if (std::string missing = missingSettings(m_access); !missing.empty())
        return {ErrorCode::Unavailable, "Join tokens cannot be made here: " + missing};
    if (!isProperText(claims.identity))
        return {ErrorCode::InvalidArgument, improperText("user_identity")};
    if (!isProperText(claims.roomName)) // an empty one would open every room
        return {ErrorCode::InvalidArgument, improperText("room_name")};
    if (codePoints(claims.displayName) > longestName)
        return {ErrorCode::InvalidArgument, "The name in user_metadata has at most 255 characters."};
    if (claims.lifetime < minimumLifetime || claims.lifetime > maximumLifetime)
        return {ErrorCode::InvalidArgument, "A token lives from 1 to 21600 seconds (ttl_seconds)."};
    return {};
}

Result<std::string> JoinTokens::issue(const JoinClaims &claims, WallTime now) const
{
    if (Result<void> allowed = check(claims); !allowed)
        return allowed.error();
    std::string payload;
    try {
        payload = payloadOf(m_access, claims, now).dump();
    } catch (const json::exception &) { // its words would quote what people wrote
        return {ErrorCode::InvalidArgument, "The user's name or metadata is not valid UTF-8."};
    }
    std::string token = base64Url(header) + '.' + base64Url(payload);
    const std::string signature = hmacSha256(m_access.secret, token);
    if (signature.empty())
        return {ErrorCode::Internal, "The token could not be signed."};
    return token + '.' + base64Url(signature);
}

} // namespace hearth
