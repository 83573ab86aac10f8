// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The verb config: what a running node works by, and how to change it.
#include "app/ctl/Session.h"
#include "app/ctl/Verb.h"
#include "app/ctl/VerbArguments.h"
#include "core/api/NodeJson.h"
#include "core/base/Format.h"

#include <array>
#include <limits>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

// A setting by its name in the API. Returns of set: whether the number is one that can be sent.
struct LiveSetting {
    const char *name;
    void (*set)(LiveSettingsChange &, std::int64_t);
};
constexpr std::array<LiveSetting, 5> wholeSettings{{
    {"ttl_seconds", [](LiveSettingsChange &c, std::int64_t n) { c.ttl = seconds(n); }},
    {"cleanup_interval_seconds", [](LiveSettingsChange &c, std::int64_t n) { c.cleanupInterval = seconds(n); }},
    {"max_entries", [](LiveSettingsChange &c, std::int64_t n) { c.maxEntries = static_cast<std::uint64_t>(n); }},
    {"stale_grace_seconds", [](LiveSettingsChange &c, std::int64_t n) { c.staleGrace = seconds(n); }},
    {"simulated_latency_ms", [](LiveSettingsChange &c, std::int64_t n) { c.simulatedLatency = milliseconds(n); }},
}};

Error usage(const QString &sentence)
{
    return {ErrorCode::InvalidArgument, sentence.toStdString()};
}

// One "key=value"; the node checks the range.
Result<void> takeAssignment(const QString &assignment, LiveSettingsChange &change)
{
    const qsizetype equals = assignment.indexOf(u'=');
    const QString key = assignment.left(std::max<qsizetype>(equals, 0)).replace(u'-', u'_');
    const QString value = assignment.mid(equals + 1);
    if (equals <= 0)
        return usage(u"\"%1\": must be KEY=VALUE"_s.arg(assignment.left(60)));
    bool isNumber = false;
    if (key == u"refresh_ahead") {
        change.refreshAhead = value.toDouble(&isNumber);
        return isNumber ? Result<void>() : usage(u"refresh_ahead=%1: must be a number from 0 to 0.9"_s.arg(value));
    }
    for (const LiveSetting &setting : wholeSettings) {
        if (key != QLatin1StringView(setting.name))
            continue;
        const std::int64_t number = value.toLongLong(&isNumber);
        if (!isNumber || number < 0 || number > std::numeric_limits<int>::max())
            return usage(u"%1=%2: must be a whole number"_s.arg(key, value));
        setting.set(change, number);
        return {};
    }
    return usage(u"\"%1\" is no setting that can be changed; there are ttl_seconds, cleanup_interval_seconds, "
                 "max_entries, stale_grace_seconds, refresh_ahead and simulated_latency_ms"_s.arg(key.left(60)));
}

// Returns: nullopt where nothing is to be changed.
Result<std::optional<LiveSettingsChange>> changeOf(const QStringList &arguments)
{
    if (arguments.isEmpty())
        return std::optional<LiveSettingsChange>();
    if (arguments.constFirst() != u"set")
        return usage(
            u"what is \"%1\"? There is: config, and config set KEY=VALUE..."_s.arg(arguments.constFirst().left(60)));
    if (arguments.size() == 1)
        return usage(u"config set: which? KEY=VALUE is missing"_s);
    LiveSettingsChange change;
    for (const QString &assignment : arguments.mid(1)) {
        if (const auto taken = takeAssignment(assignment, change); !taken)
            return taken.error();
    }
    return std::optional(change);
}

Table settingsTable(const LiveSettings &settings)
{
    Table table({{"SETTING", Table::Align::Left, false},
                 {"VALUE", Table::Align::Right, false},
                 {"", Table::Align::Left, false}});
    table.add({"ttl_seconds", std::to_string(settings.ttl.count()), format::ttl(settings.ttl)});
    table.add({"cleanup_interval_seconds", std::to_string(settings.cleanupInterval.count()),
               format::ttl(settings.cleanupInterval)});
    table.add({"max_entries", std::to_string(settings.maxEntries), format::count(settings.maxEntries)});
    table.add({"stale_grace_seconds", std::to_string(settings.staleGrace.count()), format::ttl(settings.staleGrace)});
    table.add({"refresh_ahead", QString::number(settings.refreshAhead).toStdString(),
               settings.refreshAhead > 0 ? format::percent(settings.refreshAhead) + " of the TTL" : "off"});
    table.add({"simulated_latency_ms", std::to_string(settings.simulatedLatency.count()),
               settings.latencyMayChange ? "" : "fixed since the start"});
    return table;
}

int runConfig(Session &session, const QCommandLineParser &parser)
{
    const auto change = changeOf(parser.positionalArguments());
    if (!change)
        return session.failUsage(change.error().detail + " (hearthctl config --help tells more)");
    if (const auto connected = session.connect(); !connected)
        return session.fail(connected.error());
    const Result<LiveSettings> settings =
        session.await(*change ? session.node().changeSettings(**change) : session.node().settings());
    if (!settings)
        return session.fail(settings.error());
    if (session.isJson()) {
        session.printJson(settingsJson(*settings));
        return exitDone;
    }
    session.print(settingsTable(*settings));
    if (*change && settings->lastUntilRestart)
        session.note("Changed; it lasts until the node restarts.");
    return exitDone;
}

} // namespace

QList<Verb> configVerbs()
{
    return {{"config",
             "[set KEY=VALUE...]",
             "What a running node works by; set changes it at once",
             "Changes of a node last until it restarts; for good, set them where it is started. Keys: ttl_seconds,\n"
             "cleanup_interval_seconds, max_entries, stale_grace_seconds, refresh_ahead, and simulated_latency_ms "
             "where the\n"
             "node was started with --allow-simulation. All changes of one call are made, or none.\n"
             "\n"
             "Examples:\n"
             "  hearthctl config\n"
             "  hearthctl config set ttl_seconds=900 cleanup_interval_seconds=60\n",
             {},
             Way::Node,
             runConfig}};
}

} // namespace hearth
