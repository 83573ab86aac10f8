// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntryOrder.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace hearth {

namespace {

using Rows = std::vector<EntrySnapshot::Row>;
using Rank = std::uint64_t; // sorts like what it stands for

// A row to be sorted. Nearly always the two ranks decide, without a look at the row.
struct Position {
    Rank rank = 0;
    Rank identityRank = 0;
    std::size_t row = 0;
};

// Texts sort like the ranks of their first 8 bytes, as far as these tell.
Rank rankOf(std::string_view text)
{
    Rank rank = 0;
    for (std::size_t i = 0; i < sizeof(Rank); ++i)
        rank = rank << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    return rank;
}

Rank rankOf(std::int64_t number)
{
    return static_cast<Rank>(number) ^ Rank { 1 } << 63U;
}

// How many bytes the identities of all of these rows begin with in common: "user-" would tell nothing.
std::size_t commonPrefix(const Rows &rows, const std::vector<std::size_t> &chosen)
{
    if (chosen.empty())
        return 0;
    std::string_view common = rows[chosen.front()].identity;
    for (const std::size_t row : chosen) {
        const std::string_view identity = rows[row].identity;
        const auto end = std::mismatch(common.begin(), common.end(), identity.begin(), identity.end()).first;
        common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
    }
    return common.size();
}

std::string_view voiceText(const RowTexts &texts, const VoiceCatalog &voices)
{
    if (texts.voiceId.empty())
        return voices.defaultFor(texts.nativeLanguage).name;
    const Voice *voice = voices.find(texts.voiceId);
    return voice && !voice->name.empty() ? std::string_view(voice->name) : texts.voiceId;
}

// The ranks of all texts in the table, by what `shown` makes of them; the same for equal ones.
template <class Shown>
std::vector<Rank> ranksOfTexts(const ProfileTexts &texts, Shown shown)
{
    struct Text {
        std::string_view text;
        ProfileTexts::Index index = 0;
    };
    std::vector<Text> all(texts.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto index = static_cast<ProfileTexts::Index>(i);
        all[i] = {shown(texts.at(index)), index};
    }
    std::sort(all.begin(), all.end(), [](const Text &left, const Text &right) { return left.text < right.text; });
    std::vector<Rank> ranks(all.size());
    for (std::size_t i = 1; i < all.size(); ++i)
        ranks[all[i].index] = ranks[all[i - 1].index] + (all[i].text == all[i - 1].text ? 0 : 1);
    return ranks;
}

// Calls take(rank(row)) for what the rows are sorted by: the choice is made once, not for each of them.
template <class RankRows>
void withRanking(const EntryOrder &order, const ProfileTexts &texts, const VoiceCatalog &voices, RankRows rankRows)
{
    using Row = EntrySnapshot::Row;
    const MonotonicTime now = order.now;
    const auto byTexts = [&](const std::vector<Rank> &ranks) {
        rankRows([&ranks](const Row &row) { return ranks.at(row.profile.texts()); });
    };
    switch (order.sort) {
    case EntrySort::Identity:
        return rankRows([](const Row &) { return Rank{0}; });
    case EntrySort::Language:
        return byTexts(ranksOfTexts(texts, [](const RowTexts &each) { return each.nativeLanguage; }));
    case EntrySort::Voice:
        return byTexts(ranksOfTexts(texts, [&voices](const RowTexts &each) { return voiceText(each, voices); }));
    case EntrySort::State:
        return rankRows([now](const Row &row) { return isActive(row.facts, now) ? Rank{0} : Rank{1}; });
    case EntrySort::TimeToLive:
        return rankRows([now](const Row &row) {
            const MonotonicTime deadline = row.facts.deadline;
            const MonotonicTime end = row.facts.forced ? std::min(deadline, now) : deadline;
            return rankOf(std::int64_t{end.time_since_epoch().count()});
        });
    case EntrySort::Hits:
        return rankRows([](const Row &row) { return Rank{row.facts.hits}; });
    case EntrySort::Source: // names of at most 8 bytes
        return rankRows([](const Row &row) { return rankOf(toString(row.facts.source)); });
    case EntrySort::LoadTime:
        return rankRows([](const Row &row) { return rankOf(std::int64_t{row.facts.loadTime.count()}); });
    }
}

std::vector<Position> positions(const Rows &rows, const std::vector<std::size_t> &chosen, const ProfileTexts &texts,
                                const VoiceCatalog &voices, const EntryOrder &order)
{
    std::vector<Position> all;
    all.reserve(chosen.size());
    const std::size_t skipped = commonPrefix(rows, chosen);
    const bool identityDescends = order.sort == EntrySort::Identity && order.descending;
    withRanking(order, texts, voices, [&](const auto &rankOfRow) {
        for (const std::size_t row : chosen) {
            const Rank rank = rankOfRow(rows[row]);
            const Rank identity = rankOf(rows[row].identity.substr(skipped));
            all.push_back({order.descending ? ~rank : rank, identityDescends ? ~identity : identity, row});
        }
    });
    return all;
}

} // namespace

bool isActive(const EntryFacts &facts, MonotonicTime now)
{
    return !facts.forced && now <= facts.deadline;
}

std::vector<std::size_t> sortedPart(const Rows &rows, const std::vector<std::size_t> &chosen, const ProfileTexts &texts,
                                    const VoiceCatalog &voices, const EntryOrder &order, std::size_t from,
                                    std::size_t to)
{
    std::vector<Position> all = positions(rows, chosen, texts, voices, order);
    const bool identityDescends = order.sort == EntrySort::Identity && order.descending;
    const auto before = [&rows, identityDescends](const Position &left, const Position &right) {
        if (left.rank != right.rank)
            return left.rank < right.rank;
        if (left.identityRank != right.identityRank)
            return left.identityRank < right.identityRank;
        const std::string_view leftIdentity = rows[left.row].identity;
        const std::string_view rightIdentity = rows[right.row].identity;
        return identityDescends ? rightIdentity < leftIdentity : leftIdentity < rightIdentity;
    };
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(to);
    if (begin != all.begin() && begin != all.end())
        std::nth_element(all.begin(), begin, all.end(), before);
    if (end != begin && end != all.end())
        std::nth_element(begin, end, all.end(), before);
    std::sort(begin, end, before);

    std::vector<std::size_t> part;
    part.reserve(to - from);
    std::transform(begin, end, std::back_inserter(part), [](const Position &position) { return position.row; });
    return part;
}

} // namespace hearth
