// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntryOrder.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

namespace hearth {

namespace {

using Rank = EntryPosition::Rank;
using Row = EntrySnapshot::Row;

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

// Calls rankRows(rank of a row) for what they are sorted by: the choice is made once, not for each of them.
template <class RankRows>
void withRanking(const EntryOrder &order, const EntryTexts &known, RankRows rankRows)
{
    const ProfileTexts &texts = known.texts;
    const VoiceCatalog &voices = known.voices;
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

// Makes positions of rows.
template <class RankOf>
class Placing
{
public:
    Placing(const EntrySnapshot &snapshot, const EntryOrder &order, const RankOf &rankOf)
        : m_rows(snapshot.rows())
        , m_skipped(snapshot.commonPrefix())
        , m_order(order)
        , m_rankOf(rankOf)
    {
    }
    Rank rank(EntrySnapshot::RowNumber row) const
    {
        const Rank rank = m_rankOf(m_rows[row]);
        return m_order.descending ? ~rank : rank;
    }
    EntryPosition at(EntrySnapshot::RowNumber row) const
    {
        const Rank identity = rankOf(m_rows[row].identity.substr(m_skipped));
        return {rank(row), m_order.turnsIdentities() ? ~identity : identity, row};
    }

private:
    const std::vector<Row> &m_rows;
    const std::size_t m_skipped; // "user-" would tell nothing
    const EntryOrder &m_order;
    const RankOf &m_rankOf;
};

// The first few of many positions, found while they come.
class Selection
{
public:
    Selection(const EntryPrecedence &isBefore, std::size_t count)
        : m_isBefore(isBefore)
        , m_count(count)
    {
        m_best.reserve(2 * count);
    }
    // Whether a position of this rank may be one of them.
    bool mayTake(Rank rank) const { return !m_last || rank <= m_last->rank; }
    void take(const EntryPosition &position)
    {
        if (m_count == 0 || (m_last && !m_isBefore(position, *m_last)))
            return;
        m_best.push_back(position);
        if (m_best.size() >= 2 * m_count)
            reduce();
    }
    std::vector<EntryPosition> finish()
    {
        if (m_best.size() > m_count)
            reduce();
        std::sort(m_best.begin(), m_best.end(), m_isBefore);
        return std::move(m_best);
    }

private:
    void reduce()
    {
        const auto last = m_best.begin() + static_cast<std::ptrdiff_t>(m_count - 1);
        std::nth_element(m_best.begin(), last, m_best.end(), m_isBefore);
        m_last = *last;
        m_best.resize(m_count);
    }

    const EntryPrecedence m_isBefore;
    const std::size_t m_count;
    std::vector<EntryPosition> m_best; // at most twice as many
    std::optional<EntryPosition> m_last;
};

std::vector<EntrySnapshot::RowNumber> rowsOf(std::span<const EntryPosition> positions)
{
    std::vector<EntrySnapshot::RowNumber> rows;
    rows.reserve(positions.size());
    std::transform(positions.begin(), positions.end(), std::back_inserter(rows),
                   [](const EntryPosition &position) { return position.row; });
    return rows;
}

} // namespace

bool EntryPrecedence::operator()(const EntryPosition &left, const EntryPosition &right) const
{
    if (left.rank != right.rank)
        return left.rank < right.rank;
    if (left.identityRank != right.identityRank)
        return left.identityRank < right.identityRank;
    const std::string_view leftIdentity = m_snapshot->rows()[left.row].identity;
    const std::string_view rightIdentity = m_snapshot->rows()[right.row].identity;
    return m_turnsIdentities ? rightIdentity < leftIdentity : leftIdentity < rightIdentity;
}

std::optional<FirstEntries> firstEntries(const EntrySnapshot &snapshot, const EntryMatcher &matcher,
                                         const EntryTexts &texts, const EntryOrder &order, std::size_t count,
                                         const StillWanted &isWanted)
{
    FirstEntries first;
    Selection selection(EntryPrecedence(snapshot, order), count);
    bool isComplete = false;
    withRanking(order, texts, [&](const auto &rankOfRow) {
        const Placing placing(snapshot, order, rankOfRow);
        isComplete = matcher.forEach(isWanted, [&](EntrySnapshot::RowNumber row) {
            ++first.matching;
            if (selection.mayTake(placing.rank(row)))
                selection.take(placing.at(row));
        });
    });
    if (!isComplete)
        return std::nullopt;
    first.rows = rowsOf(selection.finish());
    return first;
}

EntryList::EntryList(std::shared_ptr<const EntrySnapshot> snapshot, const EntryOrder &order)
    : m_snapshot(std::move(snapshot))
    , m_isBefore(*m_snapshot, order)
    , m_order(order)
{
}

bool EntryList::fill(const EntryMatcher &matcher, const EntryTexts &texts, const StillWanted &isWanted)
{
    bool isComplete = false;
    m_positions.clear();
    withRanking(m_order, texts, [&](const auto &rankOfRow) {
        const Placing placing(*m_snapshot, m_order, rankOfRow);
        isComplete =
            matcher.forEach(isWanted, [&](EntrySnapshot::RowNumber row) { m_positions.push_back(placing.at(row)); });
    });
    m_positions.shrink_to_fit();
    m_isSorted.assign(m_positions.size() / blockRows + 1, false);
    m_cuts = {0, m_positions.size()};
    return isComplete;
}

// Makes it so that what stands before this place comes before what stands behind it.
void EntryList::cutAt(std::size_t place)
{
    const auto next = m_cuts.lower_bound(place);
    if (*next == place)
        return;
    const auto at = [this](std::size_t i) { return m_positions.begin() + static_cast<std::ptrdiff_t>(i); };
    std::nth_element(at(*std::prev(next)), at(place), at(*next), m_isBefore);
    m_cuts.insert(place);
}

std::vector<EntrySnapshot::RowNumber> EntryList::part(std::size_t from, std::size_t to)
{
    const std::size_t firstBlock = from / blockRows;
    const std::size_t endBlock = (to + blockRows - 1) / blockRows;
    const auto placeOf = [this](std::size_t block) { return std::min(block * blockRows, m_positions.size()); };
    cutAt(placeOf(firstBlock));
    cutAt(placeOf(endBlock));
    for (std::size_t block = firstBlock; block < endBlock; ++block) {
        if (m_isSorted[block])
            continue;
        cutAt(placeOf(block + 1));
        std::sort(m_positions.begin() + static_cast<std::ptrdiff_t>(placeOf(block)),
                  m_positions.begin() + static_cast<std::ptrdiff_t>(placeOf(block + 1)), m_isBefore);
        m_isSorted[block] = true;
    }
    return rowsOf(std::span(m_positions).subspan(from, to - from));
}

} // namespace hearth
