// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/EntryListings.h"

#include "core/local/EntryListing.h"

#include <algorithm>
#include <malloc.h>
#include <utility>

namespace hearth {

namespace {

constexpr std::size_t mostLists = 2;
// A page that ends before this place is found in one look at the rows; further down an order is worth keeping.
constexpr std::size_t beginningRows = 2'000;

EntryOrder orderOf(const EntriesQuery &query, const EntrySnapshot &snapshot)
{
    return {query.sort, query.descending, snapshot.takenAt()};
}

} // namespace

EntryListings::SharedList::SharedList(const SnapshotPtr &of, const EntriesQuery &query)
    : snapshot(of)
    , filter(query.filter)
    , order(orderOf(query, *of))
    , list(of, order)
{
}

bool EntryListings::SharedList::isOf(const SnapshotPtr &other, const EntriesQuery &query) const
{
    return snapshot == other && filter == query.filter && order.sort == query.sort &&
           order.descending == query.descending;
}

Result<EntriesPage> EntryListings::page(const EntriesQuery &query, const VoiceCatalog &voices,
                                        const StillWanted &isWanted)
{
    const Error cancelled{ErrorCode::Cancelled, "Nobody waits for these entries any more."};
    if (!isWanted())
        return cancelled;
    const SnapshotPtr taken = snapshot(query.maxAge);
    const EntryTexts texts{m_texts, voices};
    const bool isBeginning = query.limit <= beginningRows && query.offset <= beginningRows - query.limit;
    const ListPtr known = isBeginning ? knownList(taken, query) : list(taken, query);
    std::optional<Part> part =
        known ? middle(*known, query, texts, isWanted) : beginning(*taken, query, texts, isWanted);
    if (!part)
        return cancelled;

    const Moment moment(m_clock);
    EntriesPage page;
    page.takenAt = moment.wall;
    page.total = taken->rows().size();
    page.matching = part->matching;
    page.offset = part->offset;
    page.rows.reserve(part->rows.size());
    for (const auto number : part->rows) {
        const EntrySnapshot::Row &row = taken->rows()[number];
        page.rows.push_back(rowOf(row.identity, m_texts.at(row.profile.texts()), row.facts, moment, voices));
    }
    return page;
}

std::optional<EntryListings::Part> EntryListings::beginning(const EntrySnapshot &snapshot, const EntriesQuery &query,
                                                            const EntryTexts &texts, const StillWanted &isWanted) const
{
    const EntryMatcher matcher(snapshot, query.filter, m_texts, snapshot.takenAt());
    std::optional<FirstEntries> first =
        firstEntries(snapshot, matcher, texts, orderOf(query, snapshot), query.offset + query.limit, isWanted);
    if (!first)
        return std::nullopt;
    const std::size_t offset = std::min(query.offset, first->matching);
    first->rows.erase(first->rows.begin(), first->rows.begin() + static_cast<std::ptrdiff_t>(offset));
    return Part{std::move(first->rows), offset, first->matching};
}

std::optional<EntryListings::Part> EntryListings::middle(SharedList &shared, const EntriesQuery &query,
                                                         const EntryTexts &texts, const StillWanted &isWanted) const
{
    MutexLock lock(shared.mutex);
    if (!shared.isFilled) {
        const EntryMatcher matcher(*shared.snapshot, shared.filter, m_texts, shared.snapshot->takenAt());
        if (!shared.list.fill(matcher, texts, isWanted))
            return std::nullopt; // who comes next begins again
        shared.isFilled = true;
    }
    const std::size_t size = shared.list.size();
    const std::size_t from = std::min(query.offset, size);
    return Part{shared.list.part(from, from + std::min(query.limit, size - from)), from, size};
}

// ---- what is shared

EntryListings::SnapshotPtr EntryListings::youngSnapshot(std::chrono::milliseconds maxAge, std::uint64_t after)
{
    MutexLock lock(m_mutex);
    if (!m_snapshot)
        return nullptr;
    const bool isYoung = maxAge.count() > 0 && m_clock.now() - m_snapshot->takenAt() <= maxAge;
    return isYoung || m_number > after ? m_snapshot : nullptr;
}

EntryListings::SnapshotPtr EntryListings::snapshot(std::chrono::milliseconds maxAge)
{
    std::uint64_t begunBefore = 0;
    {
        MutexLock lock(m_mutex);
        begunBefore = m_begun;
    }
    if (SnapshotPtr young = youngSnapshot(maxAge, begunBefore))
        return young;
    MutexLock copying(m_copying);
    // One that was begun since we asked is as it is now; one that was under way then is not.
    if (SnapshotPtr young = youngSnapshot(maxAge, begunBefore))
        return young;
    std::uint64_t number = 0;
    {
        MutexLock lock(m_mutex);
        number = ++m_begun;
    }
    SnapshotPtr taken = std::make_shared<EntrySnapshot>(m_cache, m_clock);
    ++m_copies;
    SnapshotPtr before = taken;
    std::list<ListPtr> lists; // both destroyed outside of the lock
    MutexLock lock(m_mutex);
    m_snapshot.swap(before);
    m_lists.swap(lists);
    m_number = number;
    return taken;
}

EntryListings::ListPtr EntryListings::knownList(const SnapshotPtr &snapshot, const EntriesQuery &query)
{
    MutexLock lock(m_mutex);
    const auto found =
        std::find_if(m_lists.begin(), m_lists.end(), [&](const ListPtr &list) { return list->isOf(snapshot, query); });
    if (found == m_lists.end())
        return nullptr;
    m_lists.splice(m_lists.end(), m_lists, found);
    return m_lists.back();
}

EntryListings::ListPtr EntryListings::list(const SnapshotPtr &snapshot, const EntriesQuery &query)
{
    if (ListPtr known = knownList(snapshot, query))
        return known;
    const auto added = std::make_shared<SharedList>(snapshot, query);
    ListPtr old; // destroyed outside of the lock
    MutexLock lock(m_mutex);
    if (m_snapshot != snapshot)
        return added; // of a copy that a newer one has replaced: not to be kept
    m_lists.push_back(added);
    if (m_lists.size() > mostLists) {
        old = m_lists.front();
        m_lists.pop_front();
    }
    return added;
}

void EntryListings::forget()
{
    {
        SnapshotPtr before;
        std::list<ListPtr> lists; // both destroyed outside of the lock
        MutexLock lock(m_mutex);
        m_snapshot.swap(before);
        m_lists.swap(lists);
    }
    ::malloc_trim(0); // glibc keeps what is freed in pieces below 32 MiB
}

} // namespace hearth
