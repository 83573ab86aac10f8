// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verb warm: loads users before anybody asks for them.
#include "app/ctl/CtlJson.h"
#include "app/ctl/Session.h"
#include "app/ctl/Verb.h"
#include "app/ctl/VerbArguments.h"
#include "core/api/NodeJson.h"
#include "core/base/Format.h"

#include <QFile>

#include <cstdio>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

constexpr std::uint64_t mostUsers = 10'000'000;
constexpr qint64 largestFile = 512LL << 20U;
constexpr auto longestCancel = 5s;

// One identity a line; empty lines are skipped. "-" is the standard input.
Result<std::vector<std::string>> identitiesOfFile(const QString &path)
{
    QFile file(path);
    const bool isOpen = path == u"-" ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!isOpen)
        return Error{ErrorCode::InvalidArgument, "--file " + textOf(path) + ": " + textOf(file.errorString())};
    if (file.size() > largestFile)
        return Error{ErrorCode::InvalidArgument, "--file " + textOf(path) + ": is larger than 512 MiB"};
    std::vector<std::string> identities;
    const QByteArray text = file.readAll();
    for (qsizetype begin = 0; begin < text.size();) {
        qsizetype end = text.indexOf('\n', begin);
        end = end < 0 ? text.size() : end;
        const qsizetype length = end > begin && text[end - 1] == '\r' ? end - begin - 1 : end - begin;
        if (length > 0)
            identities.emplace_back(text.constData() + begin, static_cast<std::size_t>(length));
        begin = end + 1;
    }
    if (identities.empty())
        return Error{ErrorCode::InvalidArgument, "--file " + textOf(path) + ": holds no identity"};
    return identities;
}

// Whom the arguments mean: exactly one of the five ways.
Result<WarmRequest> requestOf(const QCommandLineParser &parser)
{
    const bool namesUsers = !parser.positionalArguments().isEmpty();
    const int ways = int(namesUsers) + int(parser.isSet(u"recent"_s)) + int(parser.isSet(u"language"_s)) +
                     int(parser.isSet(u"active-rooms"_s)) + int(parser.isSet(u"file"_s));
    if (ways != 1)
        return Error{ErrorCode::InvalidArgument, "whom? Name identities, or --recent N, --language L, --active-rooms, "
                                                 "--file F: one of these"};
    WarmRequest request;
    const auto rate = numberOf(parser, "rate", 1'000'000);
    if (!rate)
        return rate.error();
    request.perSecond = rate->value_or(0);
    const auto recent = numberOf(parser, "recent", mostUsers);
    if (!recent)
        return recent.error();
    if (*recent) {
        request.whom = RecentUsers{static_cast<std::size_t>(**recent)};
    } else if (parser.isSet(u"language"_s)) {
        request.whom = UsersOfLanguage{textOf(parser.value(u"language"_s))};
    } else if (parser.isSet(u"active-rooms"_s)) {
        request.whom = ActiveRoomUsers{};
    } else {
        auto identities = namesUsers ? identitiesOf(parser) : identitiesOfFile(parser.value(u"file"_s));
        if (!identities)
            return identities.error();
        request.whom = TheseIdentities{*std::move(identities)};
    }
    return request;
}

int dryRun(Session &session, const WarmRequest &request)
{
    const Result<WarmEstimate> estimate = session.await(session.node().estimateWarmUp(request));
    if (!estimate)
        return session.fail(estimate.error());
    if (session.isJson()) {
        session.printJson(estimateJson(*estimate));
        return exitDone;
    }
    Table table = Table::ofFacts();
    table.add({"requested", format::count(estimate->requested)});
    table.add({"already cached", format::count(estimate->alreadyCached)});
    table.add({"to load", format::count(estimate->toLoad)});
    table.add({"queries", format::count(estimate->queries)});
    session.print(table);
    return exitDone;
}

// "[#########.........]  45 %  225 of 500  3 failed", drawn over itself on stderr.
void drawProgress(const WarmStatus &status)
{
    constexpr std::uint64_t columns = 30;
    const std::uint64_t filled =
        status.requested > 0 ? std::min(status.done, status.requested) * columns / status.requested : 0;
    const double share =
        status.requested > 0 ? static_cast<double>(status.done) / static_cast<double>(status.requested) : 0;
    const std::string bar = std::string(filled, '#') + std::string(columns - filled, '.');
    const std::string failed = status.failed > 0 ? "  " + format::count(status.failed) + " failed" : "";
    std::fprintf(stderr, "\r[%s]  %s  %s of %s%s\033[K", bar.c_str(), format::percent(share).c_str(),
                 format::count(status.done).c_str(), format::count(status.requested).c_str(), failed.c_str());
    std::fflush(stderr);
}

// Waits for the end of a job. Ctrl+C cancels it; then it waits once more, but not for long.
void follow(Session &session, std::uint64_t jobId, const std::optional<WarmStatus> &last, bool isInterrupted)
{
    const auto hasEnded = [&] { return last && last->jobId == jobId && last->state != WarmState::Running; };
    if (!isInterrupted && (session.waitUntil(hasEnded) || !session.wasInterrupted()))
        return;
    session.signalsOfTerminal().forgetInterrupt();
    session.node().cancelWarmUp(jobId);
    session.waitUntil(hasEnded, longestCancel);
}

void printOutcome(Session &session, const WarmStatus &status)
{
    if (session.isJson())
        return session.printJson(jobJson(status));
    static constexpr const char *words[] = {"running", "done", "cancelled", "failed"};
    Table table = Table::ofFacts();
    table.add({"state", Table::Cell(words[static_cast<std::size_t>(status.state)],
                                    status.state == WarmState::Done ? Tone::Good : Tone::Bad)});
    table.add({"requested", format::count(status.requested)});
    table.add({"warmed", format::count(status.warmed)});
    table.add({"already cached", format::count(status.alreadyCached)});
    table.add({"not found", format::count(status.notFound)});
    table.add({"failed", format::count(status.failed)});
    table.add({"took", format::span(status.elapsed)});
    session.print(table);
}

int warm(Session &session, const WarmRequest &request)
{
    const bool isDrawn = Terminal(stderr).canDraw();
    std::optional<WarmStatus> last;
    const auto connection = QObject::connect(&session.node(), &NodeClient::warmUpProgressed, &session.node(),
                                             [&](const WarmStatus &status) {
                                                 last = status;
                                                 if (isDrawn)
                                                     drawProgress(status);
                                             });
    const QFuture<Result<std::uint64_t>> starting = session.node().warmUp(request);
    const bool isInterrupted = !session.waitUntil([&starting] { return starting.isFinished(); });
    if (isInterrupted) { // the job may have begun: it is to be cancelled when its number is known
        session.signalsOfTerminal().forgetInterrupt();
        session.waitUntil([&starting] { return starting.isFinished(); }, longestCancel);
    }
    const Result<std::uint64_t> job = session.await(starting);
    if (job)
        follow(session, *job, last, isInterrupted);
    QObject::disconnect(connection);
    if (isDrawn)
        std::fputs("\r\033[K", stderr);
    if (!job)
        return session.fail(job.error());
    if (!last)
        return session.fail({ErrorCode::Cancelled, "Interrupted before the warm-up told anything."});
    printOutcome(session, *last);
    if (!last->problem.empty())
        session.note("hearthctl: " + last->problem);
    const bool foundNobody = last->requested > 0 && last->notFound == last->requested;
    if (foundNobody)
        session.note("hearthctl: none of them is in the database");
    return last->state == WarmState::Done && last->failed == 0 && !foundNobody ? exitDone : exitFailed;
}

int runWarm(Session &session, const QCommandLineParser &parser)
{
    const Result<WarmRequest> request = requestOf(parser);
    if (!request)
        return session.failUsage(request.error().detail + " (hearthctl warm --help tells more)");
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    return parser.isSet(u"dry-run"_s) ? dryRun(session, *request) : warm(session, *request);
}

} // namespace

QList<Verb> warmVerbs()
{
    return {
        {"warm",
         "ID... | --recent N | --language L | --active-rooms | --file F",
         "Load users into the cache before anybody asks",
         "Several hundred users a query; those that are cached already are skipped. On a terminal it shows how far it\n"
         "is; Ctrl+C cancels the job on the node. Exit code 1 when it failed, was cancelled, or found nobody.\n"
         "\n"
         "Examples:\n"
         "  hearthctl warm --recent 500\n"
         "  hearthctl warm --language es --dry-run\n"
         "  psql -Atc 'select user_identity from guests' | hearthctl warm --file - --rate 200\n",
         {{u"recent"_s, u"So many users whose rows changed last."_s, u"number"_s},
          {u"language"_s, u"The users of this native language."_s, u"code"_s},
          {u"active-rooms"_s, u"Who hosts or was let into an active room."_s},
          {u"file"_s, u"The identities in this file, one a line; - is the standard input."_s, u"file"_s},
          {u"rate"_s, u"So many users a second at most, to spare the database; 0 is no limit."_s, u"number"_s},
          {u"dry-run"_s, u"Only say what it would do."_s}},
         Way::Node,
         runWarm}};
}

} // namespace hearth
