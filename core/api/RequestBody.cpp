// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/api/RequestBody.h"

#include "core/profiles/ProfileId.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <utility>

namespace hearth {

namespace {

using nlohmann::json;

constexpr int deepest = 16;
constexpr std::size_t mostIdentities = 1'000'000;
constexpr std::uint64_t mostRecent = 1'000'000;
constexpr std::size_t longestLanguage = 64; // bytes
constexpr std::size_t longestSearch = 1'024;

Error malformed(std::string detail)
{
    return {ErrorCode::InvalidArgument, std::move(detail)};
}

// Counts brackets outside of strings, before anything is built from them.
bool isTooDeep(std::string_view text)
{
    int depth = 0;
    bool isInString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (isInString) {
            i += c == '\\' ? 1 : 0;
            isInString = c != '"';
        } else if (c == '"') {
            isInString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > deepest)
                return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

Result<json> parsed(std::string_view body)
{
    if (isTooDeep(body))
        return malformed("The body is nested deeper than 16 levels.");
    if (const std::size_t nul = body.find('\0'); nul != std::string_view::npos)
        return malformed("The body is not valid JSON: it holds a NUL at byte " + std::to_string(nul + 1) + ".");
    try {
        json document = json::parse(body.begin(), body.end());
        if (!document.is_object())
            return malformed("The body is not a JSON object.");
        return document;
    } catch (const json::parse_error &error) {
        return malformed("The body is not valid JSON (in UTF-8): wrong at byte " + std::to_string(error.byte) + ".");
    } catch (const json::exception &) {
        return malformed("The body holds a number that is too large.");
    }
}

Error wrongField(std::string_view name, std::string_view expected)
{
    return malformed("The field \"" + std::string(name) + "\" is not " + std::string(expected) + ".");
}

Result<void> onlyKnown(const json &object, std::initializer_list<std::string_view> names)
{
    std::string list;
    for (const std::string_view name : names)
        list += (list.empty() ? "" : ", ") + std::string(name);
    for (const auto &[name, value] : object.items()) {
        if (std::find(names.begin(), names.end(), name) == names.end())
            return malformed("The body has a field that is not known here; there are " + list + ".");
    }
    return {};
}

// Exactly one of these fields. Returns: its name.
Result<std::string_view> onlyOne(const json &object, std::initializer_list<std::string_view> names)
{
    std::string list;
    std::string_view found;
    std::size_t count = 0;
    for (const std::string_view name : names) {
        list += (list.empty() ? "" : ", ") + std::string(name);
        if (!object.contains(name))
            continue;
        found = name;
        ++count;
    }
    if (count != 1)
        return malformed("The body names exactly one of " + list + ".");
    return found;
}

Result<bool> flag(const json &object, std::string_view name)
{
    const auto found = object.find(name);
    if (found == object.end())
        return false;
    if (!found->is_boolean())
        return wrongField(name, "true or false");
    return found->get<bool>();
}

Result<std::string> text(const json &object, std::string_view name, std::size_t longest)
{
    const auto found = object.find(name);
    if (found == object.end())
        return std::string();
    if (!found->is_string() || found->get_ref<const std::string &>().size() > longest)
        return wrongField(name, "a string of " + std::to_string(longest) + " bytes at most");
    return found->get<std::string>();
}

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
    auto language = text(members, "language", longestLanguage);
    auto search = text(members, "search", longestSearch);
    auto state = text(members, "state", longestLanguage);
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
    const auto which = onlyOne(document, {"user_identities", "recent", "language"});
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
    auto language = text(document, "language", longestLanguage);
    if (!language)
        return language.error();
    if (language->empty())
        return wrongField("language", "a language's code, such as es");
    return WarmRequest{UsersOfLanguage{*std::move(language)}};
}

} // namespace

Result<ExpireRequest> expireRequestFromJson(std::string_view body)
{
    const auto document = parsed(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(*document, {"user_identities", "filter", "all", "dry_run"}); !known)
        return known.error();
    const auto isDryRun = flag(*document, "dry_run");
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
    const auto document = parsed(body);
    if (!document)
        return document.error();
    if (const auto known = onlyKnown(*document, {"user_identities", "recent", "language", "dry_run"}); !known)
        return known.error();
    const auto isDryRun = flag(*document, "dry_run");
    if (!isDryRun)
        return isDryRun.error();
    Result<WarmRequest> target = warmTarget(*document);
    if (!target)
        return target.error();
    Result<WarmUpRequest> request = WarmUpRequest();
    request->target.whom.swap(target->whom); // g++ 12 believes that a moved variant may be uninitialized
    request->isDryRun = *isDryRun;
    return request;
}

Result<ConfigChanges> configChangesFromJson(std::string_view body)
{
    const auto document = parsed(body);
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
        const auto found = document->find(name);
        if (found == document->end())
            continue;
        if (!found->is_number_integer() || (found->is_number_unsigned() && found->get<std::uint64_t>() > INT64_MAX))
            return wrongField(name, "a whole number");
        *value = found->get<std::int64_t>();
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
