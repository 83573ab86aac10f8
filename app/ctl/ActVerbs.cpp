// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs that act on entries: expire, refresh, remove, cleanup, erase.
#include "app/ctl/CtlJson.h"
#include "app/ctl/Session.h"
#include "app/ctl/Verb.h"
#include "app/ctl/VerbArguments.h"
#include "core/base/Format.h"

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

std::string entriesText(std::uint64_t count)
{
    return format::count(count) + (count == 1 ? " entry" : " entries");
}

// ---- expire

// What the arguments mean: exactly one of identities, a filter, all.
Result<EntriesTarget> targetOf(const QCommandLineParser &parser)
{
    const bool namesUsers = !parser.positionalArguments().isEmpty();
    const bool meansAll = parser.isSet(u"all"_s);
    if (int(namesUsers) + int(meansAll) + int(hasFilter(parser)) != 1)
        return Error{ErrorCode::InvalidArgument,
                     "whose? Name identities, or a filter (--state, --language, --search), or --all: one of the three"};
    if (meansAll)
        return EntriesTarget(AllUsers{});
    if (namesUsers) {
        const auto identities = identitiesOf(parser);
        if (!identities)
            return identities.error();
        return EntriesTarget(TheseUsers{*identities});
    }
    const Result<EntriesFilter> filter = filterOf(parser);
    if (!filter)
        return filter.error();
    return EntriesTarget(MatchingUsers{*filter});
}

int undo(Session &session, const std::string &undoId)
{
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<UndoOutcome> outcome = session.await(session.node().undoExpiry(undoId));
    if (!outcome)
        return session.fail(outcome.error());
    if (session.isJson())
        session.printJson(undoJson(*outcome));
    else
        session.print("Restored " + entriesText(outcome->restored) + ", skipped " + format::count(outcome->skipped) +
                      " that changed since.\n");
    return exitDone;
}

void printPreview(Session &session, const ExpiryPreview &preview)
{
    if (session.isJson())
        return session.printJson(previewJson(preview));
    session.print("Would expire " + entriesText(preview.count) + ".\n");
    Table table({{"FOR EXAMPLE", Table::Align::Left, true}});
    for (const std::string &identity : preview.examples)
        table.add({identity});
    if (!table.isEmpty())
        session.print(table);
}

int expireNow(Session &session, const EntriesTarget &target)
{
    const Result<ExpiryOutcome> outcome = session.await(session.node().expire(target));
    if (!outcome)
        return session.fail(outcome.error());
    if (session.isJson()) {
        session.printJson(expiryJson(*outcome));
    } else {
        session.print("Expired " + entriesText(outcome->expired) + ".\n");
        if (!outcome->undoId.empty())
            session.print("To take it back until " + session.timeText(outcome->undoUntil) +
                          ": hearthctl expire --undo " + shownText(outcome->undoId) + "\n");
    }
    return exitDone;
}

int runExpire(Session &session, const QCommandLineParser &parser)
{
    if (parser.isSet(u"undo"_s)) {
        const bool isMore = !parser.positionalArguments().isEmpty() || hasFilter(parser) || parser.isSet(u"all"_s);
        return isMore ? session.failUsage("--undo stands alone (hearthctl expire --help tells more)")
                      : undo(session, textOf(parser.value(u"undo"_s)));
    }
    const Result<EntriesTarget> target = targetOf(parser);
    if (!target)
        return session.failUsage(target.error().detail);
    const bool isDryRun = parser.isSet(u"dry-run"_s);
    const bool isConfirmed = parser.isSet(u"yes"_s);
    if (!isDryRun && !isConfirmed && !Terminal::canAsk())
        return session.failUsage("expire asks before it acts, but nobody can be asked here: say --yes, or --dry-run");
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<ExpiryPreview> preview = session.await(session.node().previewExpiry(*target));
    if (!preview)
        return session.fail(preview.error());
    if (isDryRun) {
        printPreview(session, *preview);
        return exitDone;
    }
    if (preview->count == 0 && std::holds_alternative<TheseUsers>(*target))
        return session.fail({ErrorCode::NotFound, "None of them is cached and active: nothing was expired."});
    const std::string question =
        "Expire " + entriesText(preview->count) + " of " + session.nodeName() + "? The next read of each loads again.";
    if (preview->count > 0) {
        if (const auto code = session.confirm(question, isConfirmed))
            return *code;
    }
    return expireNow(session, *target);
}

// ---- refresh, remove

// Says how many of those named it was done to. Returns: an exit code.
int tellCount(Session &session, const Result<std::uint64_t> &count, std::size_t asked, const char *name,
              const std::string &done, const std::string &otherwise)
{
    if (!count)
        return session.fail(count.error());
    if (session.isJson())
        session.printJson(countJson(name, *count));
    else if (*count > 0 || asked > 1)
        session.print(done + " " + format::count(*count) + " of " + format::count(asked) + ".\n");
    if (*count >= asked)
        return exitDone;
    session.note("hearthctl: " + format::count(asked - *count) + " " + otherwise + ".");
    return exitFailed;
}

int runRefresh(Session &session, const QCommandLineParser &parser)
{
    const auto identities = identitiesOf(parser);
    if (!identities)
        return session.failUsage(identities.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    return tellCount(session, session.await(session.node().refresh(*identities)), identities->size(), "refreshed",
                     "Reloaded", "not found in the database");
}

int runRemove(Session &session, const QCommandLineParser &parser)
{
    const auto identities = identitiesOf(parser);
    if (!identities)
        return session.failUsage(identities.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    return tellCount(session, session.await(session.node().remove(*identities)), identities->size(), "removed",
                     "Removed", "not cached");
}

// ---- cleanup, erase

int runCleanup(Session &session, const QCommandLineParser &parser)
{
    if (const auto none = noArguments(parser); !none)
        return session.failUsage(none.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<CleanupOutcome> outcome = session.await(session.node().cleanUp());
    if (!outcome)
        return session.fail(outcome.error());
    if (session.isJson()) {
        session.printJson(cleanupJson(*outcome));
        return exitDone;
    }
    session.print("Cleaned up " + format::count(outcome->removed) +
                  " expired cache entries: " + format::count(outcome->initialCount) + " before, " +
                  format::count(outcome->finalCount) + " after.\n");
    if (outcome->keptStale > 0)
        session.print(format::count(outcome->keptStale) +
                      " expired entries were kept, because the database cannot be asked.\n");
    return exitDone;
}

int runErase(Session &session, const QCommandLineParser &parser)
{
    const Result<std::string> identity = identityOf(parser);
    if (!identity)
        return session.failUsage(identity.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const std::string question = "Forget " + *identity + " on " + session.nodeName() +
                                 ": the entry, and the name in events and audit? This cannot be taken back.";
    const bool isConfirmed = parser.isSet(u"yes"_s) || !Terminal::canAsk(); // a script that names somebody means it
    if (const auto code = session.confirm(question, isConfirmed))
        return *code;
    const Result<void> erased = session.await(session.node().erase(*identity));
    if (!erased)
        return session.fail(erased.error());
    if (session.isJson())
        session.printJson(R"({"success":true})");
    else
        session.print("Forgotten. The row in the database is not touched.\n");
    return exitDone;
}

const char *const expireManual =
    "The entries stay visible as expired, and the next read of each loads from the database. On a terminal it says "
    "how\n"
    "many entries that concerns and asks; elsewhere --yes is needed. For a while it can be taken back.\n"
    "\n"
    "Examples:\n"
    "  hearthctl expire ana ben --yes\n"
    "  hearthctl expire --language es --dry-run\n"
    "  hearthctl expire --all\n"
    "  hearthctl expire --undo 3f2b9c01\n";

Verb expireVerb()
{
    return {"expire",
            "ID... | --all | FILTER | --undo UNDO_ID",
            "Make entries expire now",
            expireManual,
            filterOptions() + QList<QCommandLineOption>{{u"all"_s, u"All entries."_s},
                                                        {u"dry-run"_s, u"Only say what it would do."_s},
                                                        yesOption(),
                                                        {u"undo"_s, u"Take back an earlier one."_s, u"undo-id"_s}},
            Way::Node,
            runExpire};
}

} // namespace

QList<Verb> actVerbs()
{
    return {
        expireVerb(),
        {"refresh",
         "ID...",
         "Reload users from the database now, cached or not",
         "Exit code 1 when one of them is not in the database; then it is not cached any more either.\n"
         "\n"
         "Example:\n"
         "  hearthctl refresh ana ben\n",
         {},
         Way::Node,
         runRefresh},
        {"remove",
         "ID...",
         "Take entries out of the cache",
         "Exit code 1 when one of them is not cached.\n"
         "\n"
         "Example:\n"
         "  hearthctl remove ana\n",
         {},
         Way::Node,
         runRemove},
        {"cleanup",
         "",
         "Remove what has expired, now",
         "The node does so by itself on an interval; see config.\n"
         "\n"
         "Examples:\n"
         "  hearthctl cleanup\n"
         "  hearthctl cleanup --json | jq .final_count\n",
         {},
         Way::Node,
         runCleanup},
        {"erase",
         "ID",
         "Forget one person: the entry, and the name in events and audit",
         "For who asks to be forgotten. The row in the database is somebody else's business. On a terminal it asks.\n"
         "\n"
         "Example:\n"
         "  hearthctl erase ana --yes\n",
         {yesOption()},
         Way::Node,
         runErase},
    };
}

} // namespace hearth
