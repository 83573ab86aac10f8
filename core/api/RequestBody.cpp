// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/RequestBody.h"

#include "core/api/BodyFields.h"
#include "core/profiles/ProfileId.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace hearth {

namespace {

using nlohmann::json;

constexpr std::size_t mostIdentities = 1'000'000;
constexpr std::uint64_t mostRecent = 1'000'000;
constexpr std::int64_t mostPerSecond = 1'000'000;
constexpr std::size_t longestLanguage = 64; // bytes
constexpr std::size_t longestSearch = 1'024;

Result<std::vector<std::string>> identities(const json &object)
{
    const json &list = object.at("user_identities");
    if (!list.is_array() || list.empty() || list.size() > mostIdentities)
        return wrongField("user_identities", "an array of 1 to 1000000 strings");
    std::vector<std::string> names;
    names.reserve(list.size());
    for (const json &item : list) {
        if (!item.is_string())
            return wrongField("user_identities",
                              "an array of strings: number " + std::to_string(names.size() + 1) + " is none");
        const auto &name = item.get_ref<const std::string &>();
        if (const auto id = ProfileId::parse(name); !id)
            return malformed("The field \"user_identities\" is wrong at number " + std::to_string(names.size() + 1) +
                             ". " + id.error().detail);
        names.push_back(name);
    }
    return names;
}

Result<EntriesFilter> filter(const json &object)
{
    const json &members = object.at("filter");
    if (!members.is_object())
        return wrongField("filter", "an object");
    if (const auto known = onlyKnown(members, {"state", "language", "search"}); !known)
        return known.error();
    EntriesFilter result;
    auto language = textField(members, "language", longestLanguage);
    auto search = textField(members, "search", longestSearch);
    auto state = textField(members, "state", longestLanguage);
    for (const auto *member : {&language, &search, &state}) {
        if (!*member)
            return member->error();
    }
    result.language = *std::move(language);
    result.search = *std::move(search);
    if (!state->empty() && !(result.state = entryStateFromText(*state)))
        return wrongField("filter.state", "active or expired");
    return result;
}

Result<EntriesTarget> expireTarget(const json &document)
{
    const auto which = onlyOne(document, {"user_identities", "filter", "all"});
    if (!which)
        return which.error();
    if (*which == "user_identities") {
        auto names = identities(document);
        return names ? Result<EntriesTarget>(TheseUsers{*std::move(names)}) : names.error();
    }
    if (*which == "filter") {
        auto members = filter(document);
        return members ? Result<EntriesTarget>(MatchingUsers{*std::move(members)}) : members.error();
    }
    if (document.at("all") != true)
        return wrongField("all", "true");
    return EntriesTarget(AllUsers{});
}

Result<WarmRequest> warmTarget(const json &document)
{
    const auto which = onlyOne(document, {"user_identities", "recent", "language", "active_rooms"});
    if (!which)
        return which.error();
    if (*which == "user_identities") {
        auto names = identities(document);
        return names ? Result<WarmRequest>(WarmRequest{TheseIdentities{*std::move(names)}}) : names.error();
    }
    if (*which == "recent") {
        const json &count = document.at("recent");
        if (!count.is_number_unsigned() || count.get<std::uint64_t>() == 0 || count.get<std::uint64_t>() > mostRecent)
            return wrongField("recent", "a whole number from 1 to 1000000");
        return WarmRequest{RecentUsers{count.get<std::size_t>()}};
    }
    if (*which == "active_rooms") {
        if (document.at("active_rooms") != true)
            return wrongField("active_rooms", "true");
        return WarmRequest{ActiveRoomUsers{}};
    }
    auto language = textField(document, "language", longestLanguage);
    if (!language)
        return language.error();
    if (language->empty())
        return wrongField("language", "a language's code, such as es");
    return WarmRequest{UsersOfLanguage{*std::move(language)}};
}

} // namespace

Result<ExpireRequest> expireRequestFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(*document, {"user_identities", "filter", "all", "dry_run"}); !known)
        return known.error();
    const auto isDryRun = flagField(*document, "dry_run", false);
    if (!isDryRun)
        return isDryRun.error();
    Result<EntriesTarget> target = expireTarget(*document);
    if (!target)
        return target.error();
    Result<ExpireRequest> request = ExpireRequest();
    request->target.swap(*target); // g++ 12 believes that a moved variant may be uninitialized
    request->isDryRun = *isDryRun;
    return request;
}

Result<WarmUpRequest> warmUpRequestFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    if (const auto known =
            onlyKnown(*document, {"user_identities", "recent", "language", "active_rooms", "rate_limit", "dry_run"});
        !known)
        return known.error();
    const auto perSecond = numberField(*document, "rate_limit");
    if (!perSecond || (*perSecond && (**perSecond < 1 || **perSecond > mostPerSecond)))
        return wrongField("rate_limit", "a whole number from 1 to 1000000: so many users a second");
    const auto isDryRun = flagField(*document, "dry_run", false);
    if (!isDryRun)
        return isDryRun.error();
    Result<WarmRequest> target = warmTarget(*document);
    if (!target)
        return target.error();
    Result<WarmUpRequest> request = WarmUpRequest();
    request->target.perSecond = static_cast<std::size_t>(perSecond->value_or(0));
    request->target.whom.swap(target->whom); // g++ 12 believes that a moved variant may be uninitialized
    request->isDryRun = *isDryRun;
    return request;
}

Result<ConfigChanges> configChangesFromJson(std::string_view body)
{
    const auto document = parsedBody(body);
    if (!document)
        return document.error();
    ConfigChanges changes;
    const std::array<std::pair<std::string_view, std::optional<std::int64_t> *>, 5> numbers{
        {{"ttl_seconds", &changes.ttlSeconds},
         {"cleanup_interval_seconds", &changes.cleanupIntervalSeconds},
         {"max_entries", &changes.maxEntries},
         {"stale_grace_seconds", &changes.staleGraceSeconds},
         {"simulated_latency_ms", &changes.simulatedLatencyMs}}};
    if (const auto known = onlyKnown(*document, {"ttl_seconds", "cleanup_interval_seconds", "max_entries",
                                                 "stale_grace_seconds", "refresh_ahead", "simulated_latency_ms"});
        !known)
        return known.error();
    if (document->empty())
        return malformed("The body names nothing to change.");
    for (const auto &[name, value] : numbers) {
        const auto number = numberField(*document, name);
        if (!number)
            return number.error();
        *value = *number;
    }
    if (const auto share = document->find("refresh_ahead"); share != document->end()) {
        if (!share->is_number())
            return wrongField("refresh_ahead", "a number");
        changes.refreshAhead = share->get<double>();
    }
    return changes;
}

std::optional<EntryState> entryStateFromText(std::string_view text)
{
    if (text == "active")
        return EntryState::Active;
    if (text == "expired")
        return EntryState::Expired;
    return std::nullopt;
}

} // namespace hearth
