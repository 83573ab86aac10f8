// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/EntryWalk.h"

#include "core/api/Percent.h"

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

constexpr int mostRestarts = 2;
constexpr int mostSteps = 20'000;
constexpr std::chrono::seconds oldestList{60}; // that a node lets us ask for
constexpr std::int64_t mostBytes = 16 * 1024 * 1024;

const char *nameOf(EntrySort sort)
{
    switch (sort) {
    case EntrySort::Identity:
        return "user_identity";
    case EntrySort::Language:
        return "native_language";
    case EntrySort::Voice:
        return "voice";
    case EntrySort::State:
        return "state";
    case EntrySort::TimeToLive:
        return "expires_at";
    case EntrySort::Hits:
        return "hits";
    case EntrySort::Source:
        return "source";
    case EntrySort::LoadTime:
        return "load_time";
    }
    return "user_identity";
}

MonotonicTime now()
{
    return SystemClock().now();
}

} // namespace

EntryWalk::EntryWalk(NodeAsker &asker, CursorBook &book, const EntriesQuery &query, StillWanted isWanted, Done done)
    : m_asker(asker)
    , m_book(book)
    , m_query(query)
    , m_isWanted(std::move(isWanted))
    , m_done(std::move(done))
{
}

void EntryWalk::start()
{
    m_place = m_book.begin(m_query, now());
    ask();
}

// From the place that is asked for on, to the page's end.
std::size_t EntryWalk::wantedRows() const
{
    const std::size_t begin = std::max(m_query.offset, m_place.offset);
    const std::size_t left = m_query.limit - std::min(m_query.limit, begin - m_query.offset);
    return m_query.offset > m_place.offset ? m_query.offset - m_place.offset : left;
}

std::string EntryWalk::target(std::size_t limit) const
{
    std::string text = "/api/v1/cache/entries?limit=" + std::to_string(limit);
    if (!m_place.cursor.empty())
        return text + "&cursor=" + percentEncoded(m_place.cursor);
    const EntriesFilter &filter = m_query.filter;
    text += std::string("&sort=") + nameOf(m_query.sort) + "&order=" + (m_query.descending ? "desc" : "asc");
    if (filter.state)
        text += std::string("&state=") + (*filter.state == EntryState::Active ? "active" : "expired");
    if (!filter.language.empty())
        text += "&language=" + percentEncoded(filter.language);
    if (!filter.search.empty())
        text += "&search=" + percentEncoded(filter.search);
    if (m_query.offset > 0) // a node that knows this goes there at once, and says so; others are walked through
        text += "&offset=" + std::to_string(m_query.offset);
    if (const auto seconds = std::chrono::floor<std::chrono::seconds>(m_query.maxAge); seconds.count() > 0)
        text += "&max_age=" + std::to_string(std::min(seconds, oldestList).count());
    return text;
}

void EntryWalk::ask()
{
    if (!m_isWanted())
        return m_done(Error{ErrorCode::Cancelled, "Nobody waits for these entries any more."});
    const std::size_t limit = std::clamp<std::size_t>(wantedRows(), 1, mostRows);
    m_asker.ask<EntriesAnswer>(
        {"GET", target(limit), {}, mostBytes}, entriesFromJson,
        [self = shared_from_this()](Reply<EntriesAnswer> reply) { self->take(std::move(reply)); });
}

void EntryWalk::take(Reply<EntriesAnswer> reply)
{
    if (!reply.result) {
        const ErrorCode code = reply.result.error().code;
        const bool isCursorGone = !m_place.cursor.empty() && reply.link == LinkState::Connected &&
                                  (code == ErrorCode::NotFound || code == ErrorCode::InvalidArgument);
        if (!isCursorGone || ++m_restarts > mostRestarts)
            return m_done(reply.result.error());
        m_book.forget(m_query);
        m_place = {m_query.offset, {}};
        m_page = {};
        return ask();
    }
    EntriesAnswer &answer = *reply.result;
    if (m_place.cursor.empty()) {
        m_book.startList(m_query, now());
        m_place.offset = answer.offset.value_or(0);
    }
    append(answer);
    const bool isComplete = m_page.rows.size() >= m_query.limit || answer.nextCursor.empty() || answer.rows.empty();
    if (!isComplete && ++m_steps < mostSteps)
        return ask();
    m_page.offset = m_query.offset;
    m_page.total = m_page.matching;
    m_done(std::move(m_page));
}

// What of an answer belongs to the page; and the place behind it.
void EntryWalk::append(EntriesAnswer &answer)
{
    const std::size_t count = std::min(answer.rows.size(), mostRows); // of a node that answers more than was asked for
    const std::size_t end = m_query.offset + m_query.limit;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t offset = m_place.offset + i;
        if (offset >= m_query.offset && offset < end)
            m_page.rows.push_back(std::move(answer.rows[i]));
    }
    m_page.matching = answer.matching;
    m_page.takenAt = SystemClock().wallNow();
    m_place.offset += count;
    m_place.cursor = answer.nextCursor;
    if (!answer.nextCursor.empty())
        m_book.keep(m_query, m_place);
}

} // namespace hearth
