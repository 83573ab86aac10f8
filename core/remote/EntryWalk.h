// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/NodeJsonReader.h"
#include "core/remote/CursorBook.h"
#include "core/remote/NodeAsker.h"

#include <memory>

namespace hearth {

// Finds one page of entries: by the cursor that stands at its place, else by that place itself, a thousand rows at a
// time, to the page's end. A node that does not know how to begin in the middle is walked through from its beginning.
// When the node no longer has the list, it begins again, twice at most.
//
// One thread only. Keeps itself alive until it is done. Borrows the asker and the book, which live and end together:
// after that nobody is answered.
class EntryWalk : public std::enable_shared_from_this<EntryWalk>
{
public:
    static constexpr std::size_t mostRows = 1'000; // of one answer
    // The total of the page is what matches: the node does not say the other with the entries.
    using Done = std::function<void(Result<EntriesPage>)>;

    // Asked before each request; false: nobody waits for the page any more, and it ends as Cancelled.
    using StillWanted = std::function<bool()>;

    EntryWalk(NodeAsker &asker, CursorBook &book, const EntriesQuery &query, StillWanted isWanted, Done done);

    void start();

private:
    void ask();
    void take(Reply<EntriesAnswer> reply);
    void append(EntriesAnswer &answer);
    std::string target(std::size_t limit) const;
    std::size_t wantedRows() const;

    NodeAsker &m_asker;
    CursorBook &m_book;
    const EntriesQuery m_query;
    const StillWanted m_isWanted;
    const Done m_done;
    CursorBook::Place m_place; // what is asked for next
    EntriesPage m_page;
    int m_restarts = 0;
    int m_steps = 0;
};

} // namespace hearth
