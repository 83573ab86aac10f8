// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/local/EntryMatcher.h"
#include "core/local/EntrySnapshot.h"
#include "core/node/Snapshots.h"
#include "core/profiles/VoiceCatalog.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace hearth {

// What entries are sorted by. Equal ones come in the order of their identities.
struct EntryOrder {
    EntrySort sort = EntrySort::Identity;
    bool descending = false;
    MonotonicTime now{}; // by which they are active or expired

    bool turnsIdentities() const { return sort == EntrySort::Identity && descending; }
};

// What the numbers in a snapshot's rows stand for. Borrowed.
struct EntryTexts {
    const ProfileTexts &texts; // by which they were packed
    const VoiceCatalog &voices;
};

// A row to be sorted. Nearly always the two ranks decide, without a look at the row.
struct EntryPosition {
    using Rank = std::uint64_t; // sorts like what it stands for

    Rank rank = 0;
    Rank identityRank = 0;
    EntrySnapshot::RowNumber row = 0;
};

// Which of two positions of a snapshot comes first. Borrows the snapshot.
class EntryPrecedence
{
public:
    EntryPrecedence(const EntrySnapshot &snapshot, const EntryOrder &order)
        : m_snapshot(&snapshot)
        , m_turnsIdentities(order.turnsIdentities())
    {
    }
    bool operator()(const EntryPosition &left, const EntryPosition &right) const;

private:
    const EntrySnapshot *m_snapshot;
    bool m_turnsIdentities;
};

// The rows at the beginning of what matches, in that order, and how many match at all. One look at each row, no memory
// but for twice as many as are wanted.
// Returns: nullopt, when nobody wants it any more.
struct FirstEntries {
    std::vector<EntrySnapshot::RowNumber> rows;
    std::size_t matching = 0;
};
std::optional<FirstEntries> firstEntries(const EntrySnapshot &snapshot, const EntryMatcher &matcher,
                                         const EntryTexts &texts, const EntryOrder &order, std::size_t count,
                                         const StillWanted &isWanted);

// All rows of a snapshot that match, sorted as far as somebody looked: a part in the middle costs one or two passes
// over the rows around it that nobody has looked at yet, and nothing when it was looked at before. 24 bytes a row that
// matches. Not synchronized.
class EntryList
{
public:
    EntryList(std::shared_ptr<const EntrySnapshot> snapshot, const EntryOrder &order);

    // Before anything else. Returns: false, when nobody wants it any more; then it is to be filled again.
    bool fill(const EntryMatcher &matcher, const EntryTexts &texts, const StillWanted &isWanted);
    std::size_t size() const { return m_positions.size(); }
    // from <= to <= size().
    std::vector<EntrySnapshot::RowNumber> part(std::size_t from, std::size_t to);

private:
    static constexpr std::size_t blockRows = 1'024; // sorted together

    void cutAt(std::size_t place);

    const std::shared_ptr<const EntrySnapshot> m_snapshot;
    const EntryPrecedence m_isBefore;
    const EntryOrder m_order;
    std::vector<EntryPosition> m_positions;
    std::set<std::size_t> m_cuts; // what stands before one comes before what stands behind it
    std::vector<bool> m_isSorted; // by block
};

} // namespace hearth
