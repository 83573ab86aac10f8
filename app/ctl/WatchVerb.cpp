// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verb watch: a node as it lives, on a terminal.
#include "app/ctl/Session.h"
#include "app/ctl/Verb.h"
#include "app/ctl/VerbArguments.h"
#include "app/ctl/Watch.h"

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

int runWatch(Session &session, const QCommandLineParser &parser)
{
    if (const auto none = noArguments(parser); !none)
        return session.failUsage(none.error().detail);
    const auto count = numberOf(parser, "count", 1'000'000'000);
    if (!count)
        return session.failUsage(count.error().detail);
    if (const auto connected = session.connect(true); !connected)
        return session.fail(connected.error());
    return Watch(session, count->value_or(0)).run();
}

} // namespace

QList<Verb> watchVerbs()
{
    return {
        {"watch",
         "",
         "A live view of the node, once a second",
         "On a terminal: tiles, charts of the hit rate and the entries, the latest events, and the database's state.\n"
         "Keys: q quits, space pauses, c cleans up after a question. Where it is no terminal: a line a second, with\n"
         "--json a document a line. Watching changes nothing on the node.\n"
         "\n"
         "Examples:\n"
         "  hearthctl watch\n"
         "  hearthctl watch --count 60 >minute.log\n"
         "  hearthctl watch --json | jq -c '.cache_stats | [.active_entries, .hit_rate]'\n",
         {{u"count"_s, u"End after so many seconds."_s, u"number"_s}},
         Way::Node,
         runWatch}};
}

} // namespace hearth
