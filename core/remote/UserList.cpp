// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/UserList.h"

#include "core/api/ActionJson.h"
#include "core/profiles/ProfileId.h"
#include "core/remote/NodeAddress.h"

#include <utility>

namespace hearth {

namespace {

constexpr std::size_t largestBody = 8 * 1024 * 1024; // that the routes for many users take

Result<std::string> fitting(std::string body)
{
    if (body.size() > largestBody)
        return Error{ErrorCode::InvalidArgument,
                     "These are more users than one request to a node can name (8 MiB): take them in several parts, or "
                     "a filter."};
    return body;
}

} // namespace

Result<std::string> userSegment(const std::string &identity)
{
    if (const Result<ProfileId> id = ProfileId::parse(identity); !id)
        return id.error();
    std::string segment = identitySegment(identity);
    if (segment.empty())
        return Error{ErrorCode::InvalidArgument,
                     "A user whose identity is . or .. cannot be named in the path of a request."};
    return segment;
}

Result<std::vector<std::string>> userSegments(const std::vector<std::string> &identities)
{
    std::vector<std::string> segments;
    for (const std::string &identity : identities) {
        Result<std::string> segment = userSegment(identity);
        if (!segment)
            return segment.error();
        segments.push_back(*std::move(segment));
    }
    return segments;
}

Result<std::string> expireRequest(const EntriesTarget &target, bool isDryRun)
{
    if (const auto *users = std::get_if<TheseUsers>(&target)) {
        for (const std::string &identity : users->identities) {
            if (const Result<ProfileId> id = ProfileId::parse(identity); !id)
                return id.error();
        }
        if (users->identities.empty())
            return std::string();
    }
    return fitting(expireBody(target, isDryRun));
}

Result<WarmWish> warmWish(const WarmRequest &request, bool isDryRun)
{
    WarmWish wish;
    WarmRequest usable{request.whom, request.perSecond};
    if (auto *users = std::get_if<TheseIdentities>(&usable.whom)) {
        std::vector<std::string> all = std::exchange(users->identities, {});
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (const Result<ProfileId> id = ProfileId::parse(all[i])) {
                users->identities.push_back(std::move(all[i]));
                continue;
            } else if (wish.rejected.empty()) {
                wish.problem = "Line " + std::to_string(i + 1) + ": " + id.error().detail;
            }
            wish.rejected.push_back(std::move(all[i]));
        }
        if (users->identities.empty())
            return wish.rejected.empty() ? Result<WarmWish>(wish) : Error{ErrorCode::InvalidArgument, wish.problem};
    }
    Result<std::string> body = fitting(warmBody(usable, isDryRun));
    if (!body)
        return body.error();
    wish.body = *std::move(body);
    return wish;
}

} // namespace hearth
