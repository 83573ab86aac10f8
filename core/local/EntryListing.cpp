// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntryListing.h"

#include <QString>

#include <algorithm>
#include <compare>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t exampleCount = 10;

struct Listed {
    ProfilePtr profile;
    EntryFacts facts;
    std::string_view voice; // only when it is sorted by
};

bool isActive(const EntryFacts &facts, MonotonicTime now)
{
    return !facts.forced && now <= facts.deadline;
}

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

    bool matches(const std::string &identity) const
    {
        if (m_utf8.empty())
            return true;
        if (!isAscii(identity))
            return QString::fromStdString(identity).toCaseFolded().contains(m_text);
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
    Matcher(const EntriesFilter &filter, MonotonicTime now)
        : m_filter(filter)
        , m_search(filter.search)
        , m_now(now)
    {
    }

    bool operator()(const Listed &listed) const
    {
        if (m_filter.state && (*m_filter.state == EntryState::Active) != isActive(listed.facts, m_now))
            return false;
        if (!m_filter.language.empty() && listed.profile->nativeLanguage != m_filter.language)
            return false;
        return m_search.matches(listed.profile->identity.text());
    }

private:
    const EntriesFilter &m_filter;
    const FoldedSearch m_search;
    const MonotonicTime m_now;
};

// Everything that is cached. Only pointers and facts are copied, because a shard is locked meanwhile.
std::vector<Listed> everything(const ProfileCache &cache)
{
    std::vector<Listed> all;
    // With room for those who come meanwhile: growing would move all of them under the lock of a shard.
    const std::size_t expected = cache.size().total();
    all.reserve(expected + expected / 8 + 4096);
    cache.forEach([&all](std::string_view, const ProfilePtr &profile, const EntryFacts &facts) {
        all.push_back({profile, facts, {}});
    });
    return all;
}

std::string_view voiceText(const Profile &profile, const VoiceCatalog &voices)
{
    if (profile.voiceId.empty())
        return voices.defaultFor(profile.nativeLanguage).name;
    const Voice *voice = voices.find(profile.voiceId);
    return voice && !voice->name.empty() ? std::string_view(voice->name) : std::string_view(profile.voiceId);
}

// The order that a query asks for.
class Order
{
public:
    Order(EntrySort sort, bool descending, MonotonicTime now)
        : m_sort(sort)
        , m_descending(descending)
        , m_now(now)
    {
    }

    bool operator()(const Listed &left, const Listed &right) const
    {
        const std::strong_ordering order = compare(left, right);
        if (order != 0)
            return m_descending ? order > 0 : order < 0;
        return left.profile->identity < right.profile->identity;
    }

private:
    std::strong_ordering compare(const Listed &left, const Listed &right) const
    {
        switch (m_sort) {
        case EntrySort::Identity:
            return left.profile->identity.text() <=> right.profile->identity.text();
        case EntrySort::Language:
            return left.profile->nativeLanguage <=> right.profile->nativeLanguage;
        case EntrySort::Voice:
            return left.voice <=> right.voice;
        case EntrySort::State:
            return isActive(right.facts, m_now) <=> isActive(left.facts, m_now);
        case EntrySort::TimeToLive:
            return deadline(left) <=> deadline(right);
        case EntrySort::Hits:
            return left.facts.hits <=> right.facts.hits;
        case EntrySort::Source:
            return toString(left.facts.source) <=> toString(right.facts.source);
        case EntrySort::LoadTime:
            return left.facts.loadTime.count() <=> right.facts.loadTime.count();
        }
        return std::strong_ordering::equal;
    }

    MonotonicTime::rep deadline(const Listed &listed) const
    {
        const MonotonicTime end = listed.facts.forced ? std::min(listed.facts.deadline, m_now) : listed.facts.deadline;
        return end.time_since_epoch().count();
    }

    EntrySort m_sort;
    bool m_descending;
    MonotonicTime m_now;
};

// Puts the entries of [from, to) where they would be if everything were sorted.
void sortPart(std::vector<Listed> &entries, std::size_t from, std::size_t to, const Order &order)
{
    const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = entries.begin() + static_cast<std::ptrdiff_t>(to);
    if (from > 0 && from < entries.size())
        std::nth_element(entries.begin(), begin, entries.end(), order);
    std::partial_sort(begin, end, entries.end(), order);
}

} // namespace

WallTime Moment::toWall(MonotonicTime time) const
{
    return wall + std::chrono::floor<std::chrono::milliseconds>(time - now);
}

EntryRow rowOf(const Profile &profile, const EntryFacts &facts, const Moment &moment, const VoiceCatalog &voices)
{
    const Voice voice = voices.resolve(profile.voiceId, profile.voiceProvider, profile.nativeLanguage);
    EntryRow row;
    row.identity = profile.identity.text();
    row.language = profile.nativeLanguage;
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

EntriesPage listEntries(const ProfileCache &cache, const Clock &clock, const VoiceCatalog &voices,
                        const EntriesQuery &query)
{
    std::vector<Listed> entries = everything(cache);
    const Moment moment(clock); // read after the entries were
    EntriesPage page;
    page.takenAt = moment.wall;
    page.total = entries.size();

    const Matcher matches(query.filter, moment.now);
    std::erase_if(entries, [&matches](const Listed &listed) { return !matches(listed); });
    page.matching = entries.size();
    if (query.sort == EntrySort::Voice) {
        for (Listed &listed : entries)
            listed.voice = voiceText(*listed.profile, voices);
    }
    page.offset = std::min(query.offset, entries.size());
    const std::size_t end = page.offset + std::min(query.limit, entries.size() - page.offset);
    sortPart(entries, page.offset, end, Order(query.sort, query.descending, moment.now));
    page.rows.reserve(end - page.offset);
    for (std::size_t i = page.offset; i < end; ++i)
        page.rows.push_back(rowOf(*entries[i].profile, entries[i].facts, moment, voices));
    return page;
}

std::vector<ProfileId> activeUsers(const ProfileCache &cache, const Clock &clock, const EntriesFilter &filter)
{
    const std::vector<Listed> entries = everything(cache);
    const MonotonicTime now = clock.now();
    const Matcher matches(filter, now);
    std::vector<ProfileId> users;
    for (const Listed &listed : entries) {
        if (isActive(listed.facts, now) && matches(listed))
            users.push_back(listed.profile->identity);
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

} // namespace hearth
