// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/EventTable.h"

#include "app/ctl/Session.h"
#include "core/base/Format.h"

#include <algorithm>

namespace hearth {

std::string targetText(const Event &event)
{
    if (!event.user.empty())
        return event.user;
    if (event.concernsEveryone)
        return "everyone";
    if (!event.target.empty())
        return event.target;
    if (event.users && event.users->size() == 1)
        return event.users->front();
    return event.users ? format::count(event.users->size()) + " users" : "-";
}

Table eventTable(const Session &session, const std::vector<Event> &events)
{
    using Align = Table::Align;
    Table table({{"TIME", Align::Left, false},
                 {"EVENT", Align::Left, false},
                 {"USER", Align::Left, true},
                 {"WHO", Align::Left, true},
                 {"COUNT", Align::Right, false},
                 {"DETAIL", Align::Left, true}});
    for (const Event &event : events) {
        const bool isBad = event.kind == EventKind::Failure || event.result != EventResult::Done;
        table.add({session.timeText(event.time), Table::Cell(toString(event.kind), isBad ? Tone::Bad : Tone::Plain),
                   targetText(event), event.who.empty() ? "-" : event.who,
                   event.count > 0 ? format::count(event.count) : "-", event.detail});
    }
    return table;
}

std::string eventLine(const Session &session, const Event &event)
{
    constexpr std::size_t kindWidth = 10;
    std::string kind = toString(event.kind);
    kind.resize(std::max(kind.size(), kindWidth), ' ');
    std::string line = session.timeText(event.time) + "  " + kind + "  " + targetText(event);
    if (!event.who.empty())
        line += "  by " + event.who;
    if (event.count > 0)
        line += "  (" + format::count(event.count) + ")";
    return shownText(line + (event.detail.empty() ? "" : "  " + event.detail), session.style().charset) + "\n";
}

} // namespace hearth
