// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs that look: stats, entries, get, inspect. Only get leaves a trace, as a read of the service does.
#include "app/ctl/CtlJson.h"
#include "app/ctl/EventTable.h"
#include "app/ctl/Session.h"
#include "app/ctl/StatsTable.h"
#include "app/ctl/Verb.h"
#include "app/ctl/VerbArguments.h"
#include "core/api/NodeJson.h"
#include "core/api/StatsJson.h"
#include "core/base/Format.h"
#include "core/profiles/Language.h"

#include <algorithm>
#include <array>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

constexpr std::size_t rowsOfAQuestion = 1'000;
constexpr std::chrono::seconds listLifetime{30}; // while it is walked through
constexpr std::uint64_t usualLimit = 100;

int runStats(Session &session, const QCommandLineParser &parser)
{
    if (const auto none = noArguments(parser); !none)
        return session.failUsage(none.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<Stats> stats = session.stats();
    if (!stats)
        return session.fail(stats.error());
    if (session.isJson())
        session.printJson(statsJson(*stats));
    else
        session.print(statsTable(*stats));
    return exitDone;
}

// What the node has hidden from our role, and we must not show as if it were known.
Masking maskingOf(Session &session)
{
    return session.node().info().role == "support" ? Masking::Masked : Masking::Shown;
}

constexpr const char *maskedText = "(masked)";

// ---- entries

struct SortName {
    const char *name; // as in the API
    EntrySort sort;
};
constexpr std::array<SortName, 8> sortNames{{{"user_identity", EntrySort::Identity},
                                             {"native_language", EntrySort::Language},
                                             {"voice", EntrySort::Voice},
                                             {"state", EntrySort::State},
                                             {"expires_at", EntrySort::TimeToLive},
                                             {"hits", EntrySort::Hits},
                                             {"source", EntrySort::Source},
                                             {"load_time", EntrySort::LoadTime}}};

Result<EntriesQuery> queryOf(const QCommandLineParser &parser)
{
    EntriesQuery query;
    const Result<EntriesFilter> filter = filterOf(parser);
    if (!filter)
        return filter.error();
    query.filter = *filter;
    query.descending = parser.isSet(u"descending"_s);
    if (parser.isSet(u"sort"_s)) {
        const std::string wanted = textOf(parser.value(u"sort"_s));
        const auto known =
            std::find_if(sortNames.begin(), sortNames.end(), [&](const SortName &name) { return wanted == name.name; });
        if (known == sortNames.end())
            return Error{ErrorCode::InvalidArgument,
                         "--sort " + wanted +
                             ": must be user_identity, native_language, voice, state, expires_at, "
                             "hits, source or load_time"};
        query.sort = known->sort;
    }
    const auto limit = numberOf(parser, "limit", 100'000'000);
    if (!limit)
        return limit.error();
    query.limit = limit->value_or(usualLimit);
    if (query.limit == 0)
        query.limit = std::numeric_limits<std::size_t>::max();
    return query;
}

// As many as are wanted, question by question.
Result<EntriesPage> collect(Session &session, EntriesQuery query)
{
    const std::size_t wanted = query.limit;
    EntriesPage all;
    do {
        query.offset = all.rows.size();
        query.limit = std::min(rowsOfAQuestion, wanted - all.rows.size());
        Result<EntriesPage> page = session.await(session.node().entries(query));
        if (!page)
            return page;
        if (query.offset == 0)
            all.takenAt = page->takenAt;
        query.maxAge = listLifetime; // the pages that follow are of the same list
        all.matching = page->matching;
        all.total = page->total;
        std::move(page->rows.begin(), page->rows.end(), std::back_inserter(all.rows));
        if (page->rows.size() < query.limit)
            break;
    } while (all.rows.size() < wanted);
    return all;
}

std::string timeLeft(const EntryRow &row, WallTime now)
{
    const auto left = std::chrono::floor<std::chrono::seconds>(row.expiresAt - now);
    if (row.state == EntryState::Active)
        return format::clockTime(std::max(left, std::chrono::seconds(0)));
    return row.expiryForced ? "forced" : "-";
}

Table entriesTable(const EntriesPage &page, Masking masking)
{
    using Align = Table::Align;
    Table table({{"IDENTITY", Align::Left, true},
                 {"LANGUAGE", Align::Left, false},
                 {"VOICE", Align::Left, true},
                 {"STATE", Align::Left, false},
                 {"LEFT", Align::Right, false},
                 {"HITS", Align::Right, false},
                 {"LOADED IN", Align::Right, false},
                 {"SOURCE", Align::Left, false}});
    for (const EntryRow &row : page.rows) {
        const bool isActive = row.state == EntryState::Active;
        const bool isMasked = masking == Masking::Masked;
        const std::string voice = row.voiceName.empty() ? row.voiceId : row.voiceName;
        table.add({row.identity, isMasked ? maskedText : row.language, isMasked ? maskedText : voice,
                   Table::Cell(isActive ? "active" : "expired", isActive ? Tone::Good : Tone::Warning),
                   timeLeft(row, page.takenAt), format::count(row.hits),
                   row.loadTime.count() > 0 ? format::latency(row.loadTime) : "-", row.source});
    }
    return table;
}

int runEntries(Session &session, const QCommandLineParser &parser)
{
    if (const auto none = noArguments(parser); !none)
        return session.failUsage(none.error().detail);
    const Result<EntriesQuery> query = queryOf(parser);
    if (!query)
        return session.failUsage(query.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<EntriesPage> page = collect(session, *query);
    if (!page)
        return session.fail(page.error());
    if (session.isJson()) {
        session.printJson(entriesJson(page->rows, page->matching, {}, page->takenAt, maskingOf(session)));
        return exitDone;
    }
    session.print(entriesTable(*page, maskingOf(session)));
    if (page->rows.size() < page->matching)
        session.note(format::count(page->rows.size()) + " of " + format::count(page->matching) +
                     " entries; --limit 0 shows all.");
    return exitDone;
}

// ---- one user

std::string yesOrNo(bool value)
{
    return value ? "yes" : "no";
}

std::string languageText(const std::string &code)
{
    const Language *language = findLanguage(code);
    return language ? code + " (" + std::string(language->englishName) + ")" : code + " (not supported)";
}

std::string voiceText(const Voice &voice)
{
    std::string text = voice.id;
    for (const std::string *part : {&voice.name, &voice.provider, &voice.gender, &voice.accent})
        text += part->empty() ? "" : ", " + *part;
    return text;
}

int runGet(Session &session, const QCommandLineParser &parser)
{
    const Result<std::string> identity = identityOf(parser);
    if (!identity)
        return session.failUsage(identity.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<ProfileReading> reading = session.await(session.node().read(*identity));
    if (!reading)
        return session.fail(reading.error());
    if (session.isJson()) {
        session.printJson(readingJson(*reading));
        return exitDone;
    }
    const Profile &profile = *reading->profile;
    Table table = Table::ofFacts();
    table.add({"identity", profile.identity.text()});
    table.add({"language", languageText(profile.nativeLanguage)});
    table.add({"voice", voiceText(reading->voice)});
    table.add({"formal tone", yesOrNo(profile.formalTone)});
    table.add({"preserve emotion", yesOrNo(profile.preserveEmotion)});
    table.add({"updated at", profile.updatedAt ? session.timeText(*profile.updatedAt) : "-"});
    table.add({"served as", Table::Cell(reading->servedAs, reading->servedAs == "stale" ? Tone::Warning : Tone::Good)});
    table.add({"took", format::latency(reading->took)});
    session.print(table);
    return exitDone;
}

// A field of the cached profile beside that of the row.
void addField(Table &table, const ProfileView &view, const char *name, const char *field, std::string cached,
              std::string stored)
{
    const bool differs = std::find(view.differing.begin(), view.differing.end(), field) != view.differing.end();
    table.add({name, view.cached ? std::move(cached) : "-", view.stored ? std::move(stored) : "-",
               Table::Cell(differs ? "different" : "", Tone::Warning)});
}

Table comparisonTable(Session &session, const ProfileView &view)
{
    using Align = Table::Align;
    Table table({{"", Align::Left, false},
                 {"CACHED", Align::Left, true},
                 {"DATABASE", Align::Left, true},
                 {"", Align::Left, false}});
    const Profile none(*ProfileId::parse("-"));
    const Profile &cached = view.cached ? *view.cached : none;
    const Profile &stored = view.stored ? *view.stored : none;
    if (maskingOf(session) == Masking::Masked) {
        addField(table, view, "choices", "", maskedText, maskedText);
        return table;
    }
    const auto time = [&](const Profile &profile) {
        return profile.updatedAt ? session.timeText(*profile.updatedAt) : std::string("-");
    };
    addField(table, view, "language", "native_language", languageText(cached.nativeLanguage),
             languageText(stored.nativeLanguage));
    addField(table, view, "voice", "voice_avatar", voiceText(view.cachedVoice), voiceText(view.storedVoice));
    addField(table, view, "formal tone", "formal_tone", yesOrNo(cached.formalTone), yesOrNo(stored.formalTone));
    addField(table, view, "preserve emotion", "preserve_emotion", yesOrNo(cached.preserveEmotion),
             yesOrNo(stored.preserveEmotion));
    addField(table, view, "updated at", "", time(cached), time(stored));
    return table;
}

Table::Cell agreementCell(const ProfileView &view)
{
    switch (view.agreement) {
    case Agreement::Same:
        return {"the same as what is cached", Tone::Good};
    case Agreement::Different:
        return view.cached ? Table::Cell("different from what is cached", Tone::Warning)
                           : Table::Cell("there, but not cached", Tone::Plain);
    case Agreement::Absent:
        return {"no such row", Tone::Warning};
    case Agreement::Unreachable:
        break;
    }
    return {"cannot be read: " + view.databaseProblem, Tone::Bad};
}

void printView(Session &session, const ProfileView &view)
{
    Table table = Table::ofFacts();
    table.add({"identity", view.identity});
    if (view.entry) {
        const EntryRow &row = *view.entry;
        const bool isActive = row.state == EntryState::Active;
        table.add({"state", Table::Cell(isActive           ? "active"
                                        : row.expiryForced ? "expired (forced)"
                                                           : "expired",
                                        isActive ? Tone::Good : Tone::Warning)});
        table.add({"cached at", session.timeText(row.cachedAt)});
        table.add({"expires at", session.timeText(row.expiresAt)});
        table.add({"TTL", format::ttl(row.ttl)});
        table.add({"hits", format::count(row.hits)});
        table.add({"source", row.source});
    } else {
        table.add({"state", Table::Cell("not cached", Tone::Warning)});
    }
    table.add({"database row", agreementCell(view)});
    if (view.queryTime.count() > 0)
        table.add({"query took", format::latency(view.queryTime)});
    session.print(table);
    if (view.cached || view.stored)
        session.print("\n" + comparisonTable(session, view).text(session.style()));
    if (!view.events.empty())
        session.print("\n" + eventTable(session, view.events).text(session.style()));
}

int runInspect(Session &session, const QCommandLineParser &parser)
{
    const Result<std::string> identity = identityOf(parser);
    if (!identity)
        return session.failUsage(identity.error().detail);
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<ProfileView> view = session.await(session.node().profile(*identity));
    if (!view)
        return session.fail(view.error());
    if (session.isJson())
        session.printJson(comparisonJson(*view, VoiceCatalog({view->cachedVoice, view->storedVoice}),
                                         SystemClock().wallNow(), maskingOf(session)));
    else
        printView(session, *view);
    if (view->cached || view->stored || view->agreement == Agreement::Unreachable)
        return exitDone;
    session.note("hearthctl: there is no such user: neither cached nor in the database.");
    return exitFailed;
}

} // namespace

QList<Verb> lookVerbs()
{
    const QList<QCommandLineOption> entriesOptions =
        filterOptions() + QList<QCommandLineOption>{
                              {u"sort"_s,
                               u"By user_identity (as it is without this), native_language, voice, state, expires_at, "
                               "hits, source or load_time."_s,
                               u"column"_s},
                              {u"descending"_s, u"The other way round."_s},
                              {u"limit"_s, u"So many at most (100); 0 is all."_s, u"number"_s}};
    return {
        {"stats",
         "",
         "What the cache holds and how well it does",
         "The counters since the node started, as GET /api/v1/rooms/cache/stats answers them.\n"
         "\n"
         "Examples:\n"
         "  hearthctl stats\n"
         "  hearthctl stats --json | jq .cache_stats.hit_rate\n",
         {},
         Way::Node,
         runStats},
        {"entries", "", "What is cached, as a list",
         "Looking changes nothing: no hit is counted, no TTL moved.\n"
         "\n"
         "Examples:\n"
         "  hearthctl entries --state expired\n"
         "  hearthctl entries --language es --sort hits --descending --limit 20\n"
         "  hearthctl entries --json --limit 0 | jq -r '.entries[].user_identity'\n",
         entriesOptions, Way::Node, runEntries},
        {"get",
         "ID",
         "Read a profile as the translation service does",
         "A counted read: a hit, or a miss that loads and caches. It never creates a profile. To look without a "
         "trace,\n"
         "use inspect. Exit code 1 when there is no such user.\n"
         "\n"
         "Examples:\n"
         "  hearthctl get ana\n"
         "  hearthctl get --json ana | jq -r .native_language\n"
         "  hearthctl get -- -an-odd-name\n",
         {},
         Way::Node,
         runGet},
        {"inspect",
         "ID",
         "What is cached of a user, beside the row in the database",
         "Quiet: nothing is counted, and nothing moves. Shows the entry, the row as it is now, what differs between "
         "them,\n"
         "and the user's latest events. Exit code 1 when the user is neither cached nor in the database.\n"
         "\n"
         "Examples:\n"
         "  hearthctl inspect ana\n"
         "  hearthctl inspect --json ana | jq -r .database.state\n",
         {},
         Way::Node,
         runInspect},
    };
}

} // namespace hearth
