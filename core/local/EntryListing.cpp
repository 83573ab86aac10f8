// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntryListing.h"

#include "core/local/EntryMatcher.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t exampleCount = 10;

bool isAlwaysWanted()
{
    return true;
}

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

std::vector<ProfileId> activeUsers(const ProfileCache &cache, const ProfileTexts &texts, const Clock &clock,
                                   const EntriesFilter &filter)
{
    const EntrySnapshot snapshot(cache, clock);
    std::vector<ProfileId> users;
    EntryMatcher(snapshot, filter, texts, snapshot.takenAt()).forEach(isAlwaysWanted, [&](auto number) {
        const EntrySnapshot::Row &row = snapshot.rows()[number];
        if (!isActive(row.facts, snapshot.takenAt()))
            return;
        if (Result<ProfileId> user = ProfileId::parse(row.identity))
            users.push_back(*std::move(user));
    });
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
    const EntrySnapshot snapshot(cache, clock);
    ExpiryPreview preview;
    std::vector<std::string_view> first; // a heap: the last of them in front
    EntryMatcher(snapshot, filter, texts, snapshot.takenAt()).forEach(isAlwaysWanted, [&](auto number) {
        const EntrySnapshot::Row &row = snapshot.rows()[number];
        if (!isActive(row.facts, snapshot.takenAt()))
            return;
        ++preview.count;
        first.push_back(row.identity);
        std::push_heap(first.begin(), first.end());
        if (first.size() > exampleCount) {
            std::pop_heap(first.begin(), first.end());
            first.pop_back();
        }
    });
    std::sort_heap(first.begin(), first.end());
    preview.examples.assign(first.begin(), first.end());
    return preview;
}

} // namespace hearth
