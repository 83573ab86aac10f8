// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/Percent.h"
#include "core/server/EntryCursors.h"
#include "core/server/RouteContext.h"

#include <string>
#include <string_view>

namespace hearth {

// What is cached, page by page: a list is begun at any place, and walked on by cursors. Threads: as ApiHandlers.
class EntryPages
{
public:
    explicit EntryPages(RouteContext &context)
        : m_context(context)
        , m_cursors(context.services().clock)
    {
    }

    void handle(const ApiRequest &request, const ApiRespond &respond);
    // Their cursors are of no use from here on.
    void forgetLists() { m_cursors.clear(); }
    // Those that nobody walks through any more.
    void forgetOldLists() { m_cursors.forgetOld(); }

private:
    struct PageRequest {
        std::size_t limit = 0;
        std::size_t offset = 0; // of a list that is begun
        bool isMasked = false;
        std::string who;
    };

    void listFrom(const QueryParameters &parameters, PageRequest asked, const ApiRespond &respond);
    void nextPage(std::string_view cursor, const PageRequest &asked, const ApiRespond &respond);
    void firstPage(EntriesQuery query, std::size_t position, const PageRequest &asked, const ApiRespond &respond);
    ApiResponse page(const EntryCursors::ListPtr &list, std::uint64_t name, std::size_t position,
                     const PageRequest &asked) const;

    RouteContext &m_context;
    EntryCursors m_cursors;
};

} // namespace hearth
