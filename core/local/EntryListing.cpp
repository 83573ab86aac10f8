// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntryListing.h"

#include "core/local/EntryOrder.h"
#include "core/local/EntrySnapshot.h"

#include <QString>

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t exampleCount = 10;

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char asciiLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A text that is looked for in many others without regard to case; folded once.
class FoldedSearch
{
public:
    explicit FoldedSearch(const std::string &text)
        : m_text(QString::fromStdString(text).toCaseFolded())
        , m_utf8(m_text.toStdString())
        , m_isAscii(isAscii(m_utf8))
    {
    }

    bool matches(std::string_view identity) const
    {
        if (m_utf8.empty())
            return true;
        if (!isAscii(identity))
            return QString::fromUtf8(identity.data(), static_cast<qsizetype>(identity.size()))
                .toCaseFolded()
                .contains(m_text);
        const auto equal = [](char left, char right) { return asciiLower(left) == right; };
        return m_isAscii &&
               std::search(identity.begin(), identity.end(), m_utf8.begin(), m_utf8.end(), equal) != identity.end();
    }

private:
    QString m_text;
    std::string m_utf8;
    bool m_isAscii;
};

// Which entries a filter means.
class Matcher
{
public:
    // Made after the snapshot was: all of its texts are in the table by then.
    Matcher(const EntriesFilter &filter, const ProfileTexts &texts, MonotonicTime now)
        : m_filter(filter)
        , m_search(filter.search)
        , m_now(now)
        , m_matchesLanguage(filter.language.empty() ? 0 : texts.size())
    {
        for (std::size_t i = 0; i < m_matchesLanguage.size(); ++i)
            m_matchesLanguage[i] = texts.at(static_cast<ProfileTexts::Index>(i)).nativeLanguage == filter.language;
    }

    bool operator()(const EntrySnapshot::Row &row) const
    {
        if (m_filter.state && (*m_filter.state == EntryState::Active) != isActive(row.facts, m_now))
            return false;
        if (!m_matchesLanguage.empty() && !m_matchesLanguage.at(row.profile.texts()))
            return false;
        return m_search.matches(row.identity);
    }

private:
    const EntriesFilter &m_filter;
    const FoldedSearch m_search;
    const MonotonicTime m_now;
    std::vector<bool> m_matchesLanguage; // by number in the table of texts; empty: all do
};

} // namespace

WallTime Moment::toWall(MonotonicTime time) const
{
    return wall + std::chrono::floor<std::chrono::milliseconds>(time - now);
}

EntryRow rowOf(std::string_view identity, const RowTexts &texts, const EntryFacts &facts, const Moment &moment,
               const VoiceCatalog &voices)
{
    const Voice voice = voices.resolve(texts.voiceId, texts.voiceProvider, texts.nativeLanguage);
    EntryRow row;
    row.identity = identity;
    row.language = texts.nativeLanguage;
    row.voiceId = voice.id;
    row.voiceName = voice.name;
    row.state = isActive(facts, moment.now) ? EntryState::Active : EntryState::Expired;
    row.cachedAt = moment.toWall(facts.cachedAt);
    row.expiresAt = moment.toWall(facts.forced ? std::min(facts.deadline, moment.now) : facts.deadline);
    row.ttl = std::chrono::ceil<std::chrono::seconds>(facts.ttl);
    row.loadTime = facts.loadTime;
    row.hits = facts.hits;
    row.source = toString(facts.source);
    row.expiryForced = facts.forced;
    return row;
}

EntriesPage listEntries(const ProfileCache &cache, const ProfileTexts &texts, const Clock &clock,
                        const VoiceCatalog &voices, const EntriesQuery &query)
{
    const EntrySnapshot snapshot(cache);
    const std::vector<EntrySnapshot::Row> &rows = snapshot.rows();
    const Moment moment(clock); // read after the entries were
    EntriesPage page;
    page.takenAt = moment.wall;
    page.total = rows.size();

    const Matcher matches(query.filter, texts, moment.now);
    std::vector<std::size_t> matching;
    matching.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (matches(rows[row]))
            matching.push_back(row);
    }
    page.matching = matching.size();
    page.offset = std::min(query.offset, matching.size());
    const std::size_t end = page.offset + std::min(query.limit, matching.size() - page.offset);
    page.rows.reserve(end - page.offset);
    const EntryOrder order{query.sort, query.descending, moment.now};
    for (const std::size_t row : sortedPart(rows, matching, texts, voices, order, page.offset, end)) {
        const EntrySnapshot::Row &entry = rows[row];
        page.rows.push_back(rowOf(entry.identity, texts.at(entry.profile.texts()), entry.facts, moment, voices));
    }
    return page;
}

std::vector<ProfileId> activeUsers(const ProfileCache &cache, const ProfileTexts &texts, const Clock &clock,
                                   const EntriesFilter &filter)
{
    const EntrySnapshot snapshot(cache);
    const MonotonicTime now = clock.now();
    const Matcher matches(filter, texts, now);
    std::vector<ProfileId> users;
    for (const EntrySnapshot::Row &row : snapshot.rows()) {
        if (!isActive(row.facts, now) || !matches(row))
            continue;
        if (Result<ProfileId> user = ProfileId::parse(row.identity))
            users.push_back(*std::move(user));
    }
    return users;
}

std::vector<ProfileId> activeUsers(const ProfileCache &cache, const Clock &clock, const std::vector<ProfileId> &ids)
{
    std::unordered_set<ProfileId> seen;
    std::vector<ProfileId> users;
    for (const ProfileId &id : ids) {
        const auto entry = cache.peek(id.text());
        if (entry && isActive(entry->facts, clock.now()) && seen.insert(id).second)
            users.push_back(id);
    }
    return users;
}

ExpiryPreview previewOf(std::vector<ProfileId> users)
{
    const std::size_t shown = std::min(exampleCount, users.size());
    std::partial_sort(users.begin(), users.begin() + static_cast<std::ptrdiff_t>(shown), users.end());
    ExpiryPreview preview;
    preview.count = users.size();
    for (std::size_t i = 0; i < shown; ++i)
        preview.examples.push_back(users[i].text());
    return preview;
}

ExpiryPreview previewOf(const ProfileCache &cache, const ProfileTexts &texts, const Clock &clock,
                        const EntriesFilter &filter)
{
    const EntrySnapshot snapshot(cache);
    const MonotonicTime now = clock.now();
    const Matcher matches(filter, texts, now);
    ExpiryPreview preview;
    std::vector<std::string_view> first; // a heap: the last of them in front
    for (const EntrySnapshot::Row &row : snapshot.rows()) {
        if (!isActive(row.facts, now) || !matches(row))
            continue;
        ++preview.count;
        first.push_back(row.identity);
        std::push_heap(first.begin(), first.end());
        if (first.size() > exampleCount) {
            std::pop_heap(first.begin(), first.end());
            first.pop_back();
        }
    }
    std::sort_heap(first.begin(), first.end());
    preview.examples.assign(first.begin(), first.end());
    return preview;
}

} // namespace hearth
