// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs that tell what happened: events, audit.
#include "app/ctl/EventTable.h"
#include "app/ctl/Session.h"
#include "app/ctl/Verb.h"
#include "app/ctl/VerbArguments.h"
#include "core/api/NodeJson.h"

#include <algorithm>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

constexpr std::uint64_t usualLimit = 50;
constexpr std::uint64_t mostEvents = 10'000; // of one answer of a node
constexpr auto followInterval = 1'000ms;

QString kindNames()
{
    QStringList names;
    for (int i = 0; i < 64; ++i) {
        const std::string name = toString(static_cast<EventKind>(i));
        if (eventKindFromText(name) == static_cast<EventKind>(i))
            names << QString::fromStdString(name);
    }
    return names.join(u", "_s);
}

Result<EventsQuery> queryOf(const QCommandLineParser &parser)
{
    EventsQuery query;
    if (const auto none = noArguments(parser); !none)
        return none.error();
    const auto since = numberOf(parser, "since", std::numeric_limits<std::int64_t>::max());
    if (!since)
        return since.error();
    const auto limit = numberOf(parser, "limit", mostEvents);
    if (!limit)
        return limit.error();
    query.since = since->value_or(0);
    query.limit = limit->value_or(usualLimit);
    query.user = textOf(parser.value(u"user"_s));
    if (parser.isSet(u"kind"_s)) {
        query.kind = eventKindFromText(textOf(parser.value(u"kind"_s)));
        if (!query.kind)
            return Error{ErrorCode::InvalidArgument,
                         "--kind " + textOf(parser.value(u"kind"_s)) + ": must be one of " + kindNames().toStdString()};
    }
    return query;
}

// Of the audit: only what somebody did.
void keepActs(std::vector<Event> &events, std::size_t limit)
{
    std::erase_if(events, [](const Event &event) { return event.who.empty(); });
    if (events.size() > limit)
        events.erase(events.begin(), events.end() - static_cast<std::ptrdiff_t>(limit));
}

// For a list that grows.
void printLines(Session &session, const std::vector<Event> &events)
{
    for (const Event &event : events) {
        if (session.isJson())
            session.printJson(eventsJson(session.node().info().instanceId, {event}, event.seq, Identities::Shown));
        else
            session.print(eventLine(session, event));
    }
}

bool mayComeBack(const Error &error)
{
    return error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout;
}

// Until it is interrupted. A node that is away for a while is waited for, and one that was started anew begins anew.
int follow(Session &session, EventsQuery query, std::uint64_t newest, bool isAudit)
{
    query.limit = mostEvents;
    std::string instance = session.node().info().instanceId;
    std::string problem;
    while (true) {
        session.waitUntil([] { return false; }, followInterval);
        if (session.wasInterrupted())
            return exitDone;
        const Result<void> there = session.introduceAgain();
        if (there && instance != session.node().info().instanceId) {
            instance = session.node().info().instanceId;
            newest = 0;
        }
        query.since = newest;
        Result<std::vector<Event>> events =
            there ? session.await(session.node().events(query)) : Result<std::vector<Event>>(there.error());
        if (session.wasInterrupted())
            return exitDone;
        if (!events && !mayComeBack(events.error()))
            return session.fail(events.error());
        if (!events) {
            if (problem != events.error().detail)
                session.note("hearthctl: " + events.error().detail);
            problem = events.error().detail;
            continue;
        }
        problem.clear();
        newest = events->empty() ? newest : events->back().seq;
        if (isAudit)
            keepActs(*events, mostEvents);
        printLines(session, *events);
    }
}

int show(Session &session, const QCommandLineParser &parser, bool isAudit)
{
    const Result<EventsQuery> asked = queryOf(parser);
    if (!asked)
        return session.failUsage(asked.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    EventsQuery query = *asked;
    if (isAudit)
        query.limit = mostEvents; // who did nothing is left out after that
    Result<std::vector<Event>> events = session.await(session.node().events(query));
    if (!events)
        return session.fail(events.error());
    const std::uint64_t newest = events->empty() ? query.since : events->back().seq;
    if (isAudit)
        keepActs(*events, asked->limit);
    const bool follows = parser.isSet(u"follow"_s);
    if (session.isJson() && !follows) {
        session.printJson(eventsJson(session.node().info().instanceId, *events, newest, Identities::Shown));
        return exitDone;
    }
    if (!follows) {
        session.print(eventTable(session, *events));
        return exitDone;
    }
    printLines(session, *events);
    return follow(session, query, newest, isAudit);
}

int runEvents(Session &session, const QCommandLineParser &parser)
{
    return show(session, parser, false);
}

int runAudit(Session &session, const QCommandLineParser &parser)
{
    if (parser.isSet(u"verify"_s))
        return session.failUsage("audit --verify comes with a later version: this one keeps no chain that could be "
                                 "verified");
    return show(session, parser, true);
}

QList<QCommandLineOption> eventOptions()
{
    return {{u"kind"_s, u"Only of this kind: %1."_s.arg(kindNames()), u"kind"_s},
            {u"user"_s, u"Only what is about this user."_s, u"identity"_s},
            {u"since"_s, u"Only events after the one of this number."_s, u"number"_s},
            {u"limit"_s, u"The newest so many of them (50)."_s, u"number"_s},
            {u"follow"_s, u"Go on with what happens from then on, until Ctrl+C."_s}};
}

} // namespace

QList<Verb> eventVerbs()
{
    QCommandLineOption verify(u"verify"_s, u"Comes with a later version."_s);
    verify.setFlags(QCommandLineOption::HiddenFromHelp);
    return {
        {"events", "", "What happened on the node",
         "The node keeps the last 100,000. With --follow and --json each event is one document a line.\n"
         "\n"
         "Examples:\n"
         "  hearthctl events --kind cleanup --limit 10\n"
         "  hearthctl events --follow\n"
         "  hearthctl events --json --user ana | jq '.events[].kind'\n",
         eventOptions(), Way::Node, runEvents},
        {"audit", "", "Who did what",
         "The events that somebody is behind, by the role and the name of the token.\n"
         "\n"
         "Example:\n"
         "  hearthctl audit --since 1200\n",
         eventOptions() + QList<QCommandLineOption>{verify}, Way::Node, runAudit},
    };
}

} // namespace hearth
