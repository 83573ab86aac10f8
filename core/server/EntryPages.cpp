// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/EntryPages.h"

#include "core/api/NodeJson.h"
#include "core/api/Problem.h"
#include "core/api/RequestBody.h"
#include "core/server/Answers.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t usualLimit = 100;
constexpr std::size_t mostRows = 1'000;  // on a page
constexpr std::size_t rowsKept = 50'000; // for a cursor; what comes behind them is asked for anew
// The same of a list that begins in the middle: who jumps there looks about and jumps on.
constexpr std::size_t rowsKeptOfJump = 5'000;
constexpr std::uint64_t oldestList = 60; // seconds
constexpr std::uint64_t farthestPlace = std::uint64_t{1} << 53;

ApiResponse badParameter(const std::string &sentence)
{
    return problemResponse(400, sentence);
}

std::optional<EntrySort> sortFromText(std::string_view text)
{
    static constexpr std::array<std::pair<std::string_view, EntrySort>, 11> names{
        {{"user_identity", EntrySort::Identity},
         {"native_language", EntrySort::Language},
         {"voice", EntrySort::Voice},
         {"state", EntrySort::State},
         {"expires_at", EntrySort::TimeToLive},
         {"ttl", EntrySort::TimeToLive},
         {"hits", EntrySort::Hits},
         {"source", EntrySort::Source},
         {"load_time", EntrySort::LoadTime},
         {"identity", EntrySort::Identity},
         {"language", EntrySort::Language}}};
    const auto found =
        std::find_if(names.begin(), names.end(), [text](const auto &name) { return name.first == text; });
    return found == names.end() ? std::nullopt : std::optional(found->second);
}

Error wrong(std::string detail)
{
    return {ErrorCode::InvalidArgument, std::move(detail)};
}

Result<EntriesQuery> queryOf(const QueryParameters &parameters)
{
    EntriesQuery query;
    query.filter.search = parameters.value("search").value_or("");
    query.filter.language = parameters.value("language").value_or("");
    if (const auto state = parameters.value("state"); state && !state->empty()) {
        query.filter.state = entryStateFromText(*state);
        if (!query.filter.state)
            return wrong("The parameter state is active or expired.");
    }
    if (const auto sort = parameters.value("sort"); sort && !sort->empty()) {
        const auto known = sortFromText(*sort);
        if (!known)
            return wrong("The parameter sort is user_identity, native_language, voice, state, expires_at, hits, "
                         "source or load_time.");
        query.sort = *known;
    }
    const std::string_view order = parameters.value("order").value_or("");
    if (!order.empty() && order != "asc" && order != "desc")
        return wrong("The parameter order is asc or desc.");
    query.descending = order == "desc";
    const Result<std::uint64_t> maxAge = parameters.number("max_age", 0, oldestList);
    if (!maxAge)
        return maxAge.error();
    query.maxAge = std::chrono::seconds(*maxAge);
    return query;
}

// What a role that may not see a person's choices could find out by asking for them.
bool asksForChoices(const EntriesQuery &query)
{
    return !query.filter.language.empty() || query.sort == EntrySort::Language || query.sort == EntrySort::Voice;
}

} // namespace

void EntryPages::handle(const ApiRequest &request, const ApiRespond &respond)
{
    const auto parameters = QueryParameters::parse(request.query);
    const auto limit =
        parameters ? parameters->number("limit", usualLimit, mostRows) : Result<std::uint64_t>(parameters.error());
    if (!limit)
        return respond(badParameter(limit.error().detail));
    if (*limit == 0)
        return respond(badParameter("The parameter limit is a whole number from 1 to 1000."));
    if (parameters->value("reveal"))
        return respond(badParameter("The parameter reveal is for one entry, not for lists."));
    const PageRequest asked{*limit, 0, request.caller->role == ApiRole::Support, request.caller->who};
    const std::string_view cursor = parameters->value("cursor").value_or("");
    if (cursor.empty())
        return listFrom(*parameters, asked, respond);
    if (parameters->value("offset"))
        return respond(badParameter("The parameter offset begins a list; a cursor knows its place."));
    nextPage(cursor, asked, respond);
}

void EntryPages::listFrom(const QueryParameters &parameters, PageRequest asked, const ApiRespond &respond)
{
    const Result<std::uint64_t> offset = parameters.number("offset", 0, farthestPlace);
    Result<EntriesQuery> query = queryOf(parameters);
    if (!offset || !query)
        return respond(badParameter(offset ? query.error().detail : offset.error().detail));
    if (asked.isMasked && asksForChoices(*query))
        return respond(problemResponse(403, "The role support may neither filter nor sort by language or voice, which "
                                            "it is not shown."));
    asked.offset = *offset;
    firstPage(*std::move(query), *offset, asked, respond);
}

void EntryPages::nextPage(std::string_view cursor, const PageRequest &asked, const ApiRespond &respond)
{
    const auto found = m_cursors.find(cursor, asked.who);
    if (!found)
        return respond(badParameter("The parameter cursor is not a cursor: take next_cursor as it is."));
    if (!found->list)
        return respond(problemResponse(410, "The list that this cursor walks through is gone; begin again without a "
                                            "cursor."));
    if (found->position < found->list->first + found->list->rows.size())
        return m_context.inBackground(
            [this, found = *found, asked, respond] { respond(page(found.list, found.name, found.position, asked)); });
    firstPage(found->list->query, found->position, asked, respond);
}

// Asks for a list from there on, keeps it if it has more than the page, and answers with the page.
void EntryPages::firstPage(EntriesQuery query, std::size_t position, const PageRequest &asked,
                           const ApiRespond &respond)
{
    query.offset = position;
    query.limit = asked.offset == 0 ? rowsKept : rowsKeptOfJump;
    m_context.ask<EntriesPage>(
        respond, [query](NodeClient &node) { return node.entries(query); },
        [this, query, asked](const EntriesPage &found) {
            auto list = std::make_shared<EntryCursors::List>();
            list->rows = found.rows;
            list->first = found.offset;
            list->total = found.matching;
            list->query = query;
            list->who = asked.who;
            const bool hasMore = found.offset + asked.limit < found.matching;
            const std::uint64_t name = hasMore ? m_cursors.keep(list) : 0;
            return page(list, name, found.offset, asked);
        });
}

ApiResponse EntryPages::page(const EntryCursors::ListPtr &list, std::uint64_t name, std::size_t position,
                             const PageRequest &asked) const
{
    const std::size_t begin = std::min(position - list->first, list->rows.size());
    const std::size_t count = std::min(asked.limit, list->rows.size() - begin);
    const std::size_t next = position + count;
    const std::string cursor = next < list->total && count > 0 ? EntryCursors::cursor(name, next) : std::string();
    const std::span<const EntryRow> rows(list->rows.data() + begin, count);
    return {200,
            entriesJson(rows, list->total, cursor, m_context.services().clock.wallNow(),
                        asked.isMasked ? Masking::Masked : Masking::Shown, list->first + begin),
            jsonContentType,
            {},
            false};
}

} // namespace hearth
