// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/NodeRequests.h"

#include <utility>
#include <variant>

namespace hearth {

ParsedIdentities parsed(const std::vector<std::string> &identities)
{
    ParsedIdentities parsed;
    for (std::size_t i = 0; i < identities.size(); ++i) {
        if (auto id = ProfileId::parse(identities[i])) {
            parsed.ids.push_back(*std::move(id));
            continue;
        } else if (parsed.rejected.empty()) {
            parsed.problem = "Line " + std::to_string(i + 1) + ": " + id.error().detail;
        }
        parsed.rejected.push_back(identities[i]);
    }
    return parsed;
}

Result<std::vector<ProfileId>> allParsed(const std::vector<std::string> &identities)
{
    std::vector<ProfileId> ids;
    for (const std::string &identity : identities) {
        auto id = ProfileId::parse(identity);
        if (!id)
            return id.error();
        ids.push_back(*std::move(id));
    }
    return ids;
}

Result<ParsedRequest> parsed(const WarmRequest &request)
{
    if (const auto *recent = std::get_if<RecentUsers>(&request.whom))
        return ParsedRequest{WarmRecent{recent->count}, {}, request.perSecond};
    if (const auto *language = std::get_if<UsersOfLanguage>(&request.whom))
        return ParsedRequest{WarmLanguage{language->code}, {}, request.perSecond};
    if (std::holds_alternative<ActiveRoomUsers>(request.whom))
        return ParsedRequest{WarmActiveRooms{}, {}, request.perSecond};
    ParsedIdentities identities = parsed(std::get<TheseIdentities>(request.whom).identities);
    if (identities.ids.empty() && !identities.rejected.empty())
        return Error{ErrorCode::InvalidArgument, identities.problem};
    WarmUsers users{std::exchange(identities.ids, {})};
    return ParsedRequest{std::move(users), std::move(identities), request.perSecond};
}

} // namespace hearth
