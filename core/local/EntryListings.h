// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/local/EntryOrder.h"

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>

namespace hearth {

// The cache as pages of a table, for somebody who looks at many of them: sorts, searches, scrolls. What one page cost
// is of use to the next ones, as far as their maxAge allows: the copy of the cache, and what of an order was found.
//
// Thread-safe; for worker threads. Looking changes nothing in the cache. A million entries: a copy takes some 150 ms,
// a first page of it 10 to 30 ms. Memory: the newest copy (EntrySnapshot: some 100 bytes an entry) and two orders of it
// (24 bytes an entry that matches, each) stay until forget(); while a copy is made, or is still read, a second one.
class EntryListings
{
public:
    // Borrows all three; texts is the table by which what is in the cache was packed.
    EntryListings(const ProfileCache &cache, const ProfileTexts &texts, const Clock &clock)
        : m_cache(cache)
        , m_texts(texts)
        , m_clock(clock)
    {
    }

    // The page that the query asks for. Rows that are equal in what is sorted by come in the order of their identities.
    // Returns: Cancelled, when it is no longer wanted; that is asked every few thousand rows, on this thread.
    Result<EntriesPage> page(const EntriesQuery &query, const VoiceCatalog &voices, const StillWanted &isWanted);
    // Gives the memory back to the system.
    void forget();

    // How often the cache was copied.
    std::uint64_t copies() const { return m_copies; }

private:
    using SnapshotPtr = std::shared_ptr<const EntrySnapshot>;
    // What matches a filter, in an order.
    struct SharedList {
        SharedList(const SnapshotPtr &of, const EntriesQuery &query);
        bool isOf(const SnapshotPtr &other, const EntriesQuery &query) const;

        const SnapshotPtr snapshot;
        const EntriesFilter filter;
        const EntryOrder order;
        Mutex mutex; // State below is protected by mutex.
        EntryList list HEARTH_GUARDED_BY(mutex);
        bool isFilled HEARTH_GUARDED_BY(mutex) = false;
    };
    using ListPtr = std::shared_ptr<SharedList>;

    // Where the rows of a page are.
    struct Part {
        std::vector<EntrySnapshot::RowNumber> rows;
        std::size_t offset = 0;
        std::size_t matching = 0;
    };
    SnapshotPtr snapshot(std::chrono::milliseconds maxAge);
    SnapshotPtr youngSnapshot(std::chrono::milliseconds maxAge, std::uint64_t after);
    ListPtr knownList(const SnapshotPtr &snapshot, const EntriesQuery &query);
    ListPtr list(const SnapshotPtr &snapshot, const EntriesQuery &query);
    std::optional<Part> beginning(const EntrySnapshot &snapshot, const EntriesQuery &query, const EntryTexts &texts,
                                  const StillWanted &isWanted) const;
    std::optional<Part> middle(SharedList &shared, const EntriesQuery &query, const EntryTexts &texts,
                               const StillWanted &isWanted) const;

    const ProfileCache &m_cache;
    const ProfileTexts &m_texts;
    const Clock &m_clock;
    std::atomic<std::uint64_t> m_copies = 0;

    Mutex m_copying; // held by who copies the cache: who comes meanwhile may find the copy good enough
    Mutex m_mutex;   // State below is protected by m_mutex.
    SnapshotPtr m_snapshot HEARTH_GUARDED_BY(m_mutex);
    std::uint64_t m_number HEARTH_GUARDED_BY(m_mutex) = 0; // of that copy
    std::uint64_t m_begun HEARTH_GUARDED_BY(m_mutex) = 0;  // copies
    std::list<ListPtr> m_lists HEARTH_GUARDED_BY(m_mutex); // of that copy; used last at the end
};

} // namespace hearth
