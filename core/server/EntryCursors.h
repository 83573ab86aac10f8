// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/node/Snapshots.h"

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hearth {

// The lists through which cursors walk: each is kept for a minute after it was last used. They are bounded together: if
// that is too much, whoever keeps the most loses the one that was unused for longest, so that nobody ends the cursors
// of others by asking often. A cursor is of no use to a caller of another role or name. Thread-safe.
class EntryCursors
{
public:
    static constexpr std::chrono::seconds lifetime{60};
    static constexpr std::size_t usualRows = 800'000;   // in all lists
    static constexpr std::size_t rowsOfAnyList = 1'000; // what it counts for beside its rows

    struct List {
        std::vector<EntryRow> rows; // those from the first one kept on
        std::size_t first = 0;      // where that stands in the whole list
        std::uint64_t total = 0;
        EntriesQuery query; // by which what comes behind them is asked for
        std::string who;
    };
    using ListPtr = std::shared_ptr<const List>;

    explicit EntryCursors(const Clock &clock, std::size_t mostRows = usualRows)
        : m_clock(clock)
        , m_mostRows(mostRows)
    {
    }

    // Returns: the list's name, for cursor().
    std::uint64_t keep(ListPtr list);
    static std::string cursor(std::uint64_t name, std::size_t position);

    struct Found {
        ListPtr list; // null: gone
        std::uint64_t name = 0;
        std::size_t position = 0; // of the whole list
    };
    // The lists whose time is over are gone; so that no names stay with us when nobody asks any more.
    void forgetOld();
    // Returns: nullopt for what is no cursor.
    std::optional<Found> find(std::string_view cursor, std::string_view who);
    // All lists are gone.
    void clear();

private:
    struct Kept {
        std::uint64_t name;
        MonotonicTime usedAt;
        ListPtr list;
    };

    static std::size_t weightOf(const Kept &kept) { return kept.list->rows.size() + rowsOfAnyList; }
    void takeOldLocked(MonotonicTime now, std::list<Kept> &old) HEARTH_REQUIRES(m_mutex);
    std::list<Kept>::iterator oldestOfGreediestLocked() HEARTH_REQUIRES(m_mutex);
    void takeLocked(std::list<Kept>::iterator which, std::list<Kept> &old) HEARTH_REQUIRES(m_mutex);

    const Clock &m_clock;
    const std::size_t m_mostRows;
    Mutex m_mutex;                                     // State below is protected by m_mutex.
    std::list<Kept> m_kept HEARTH_GUARDED_BY(m_mutex); // used last at the end
    std::size_t m_weight HEARTH_GUARDED_BY(m_mutex) = 0;
};

} // namespace hearth
