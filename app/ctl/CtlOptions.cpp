// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/CtlOptions.h"

#include "app/ctl/Verb.h"
#include "core/remote/NodeAddress.h"

#include <QDir>
#include <QStandardPaths>

namespace hearth {

namespace {

using namespace Qt::StringLiterals;

const QString manual =
    u"Sees and steers a Hearth cache of user profiles from the command line.\n"
    "\n"
    "It speaks to a node (hearthd) at --node, http://127.0.0.1:8080 by default. What the node wants to know of us "
    "stands\n"
    "in HEARTH_TOKEN or HEARTH_TOKEN_FILE, never on the command line; HEARTH_CA_FILE names further authorities to "
    "trust.\n"
    "With --embedded it runs a core of its own over DATABASE_URL instead, for as long as the command takes; with\n"
    "--sample one over the embedded sample database.\n"
    "\n"
    "On a terminal it writes tables; with --json one JSON document, in the shapes of the HTTP API, or one a line where "
    "it\n"
    "goes on and on (watch, events --follow). Control, bidirectional and other invisible characters in data are made\n"
    "visible in tables. Colours are for terminals only, and NO_COLOR turns them off.\n"
    "\n"
    "Settings are read from the configuration file (--config, else ~/.config/hearth/hearth.conf), the environment and\n"
    "the command line; later ones win. Those of the cache and the database matter with --embedded only. A URL with a\n"
    "password belongs into the environment, DATABASE_URL_FILE or ~/.pgpass.\n"
    "\n"
    "Exit codes: 0 done, 1 it failed (no such user, say), 2 wrong usage, 69 the node or the database is unreachable,\n"
    "78 a setting is wrong."_s;

const QString examples = u"Examples:\n"
                         "  hearthctl stats\n"
                         "  hearthctl --node https://eu-1.example.org inspect ana\n"
                         "  hearthctl warm --recent 500 && hearthctl expire --language es --yes\n"
                         "  hearthctl watch\n"
                         "  DATABASE_URL=postgresql://hearth@db.example.org/app hearthctl selftest\n"
                         "\n"
                         "hearthctl VERB --help is the manual of one verb; man hearthctl has all of it.\n"_s;

struct CommonOptions {
    QCommandLineOption help{{u"h"_s, u"help"_s}, u"This text."_s};
    QCommandLineOption version{{u"v"_s, u"version"_s}, u"The version."_s};
    QCommandLineOption node{u"node"_s, u"The node to speak to (http://127.0.0.1:8080)."_s, u"url"_s};
    QCommandLineOption timeout{u"timeout"_s, u"How long an answer of the node may take (10)."_s, u"seconds"_s};
    QCommandLineOption embedded{u"embedded"_s, u"No node: a core of its own over DATABASE_URL."_s};
    QCommandLineOption sample{u"sample"_s, u"No node: a core of its own over the embedded sample database."_s};
    QCommandLineOption json{u"json"_s, u"JSON instead of tables."_s};
    QCommandLineOption utc{u"utc"_s, u"Times in UTC instead of local time."_s};

    QList<QCommandLineOption> all() const { return {help, version, node, timeout, embedded, sample, json, utc}; }
    // Those that mean something to a verb.
    QList<QCommandLineOption> of(Way way) const
    {
        return way == Way::Database ? QList<QCommandLineOption>{help, version, sample, json, utc} : all();
    }
};

CtlExit usageError(const QString &text, const QString &verb = {})
{
    const QString where = verb.isEmpty() ? u"hearthctl"_s : u"hearthctl "_s + verb;
    return {exitWrongUsage, u"hearthctl: %1 (%2 --help tells more)"_s.arg(text, where)};
}

const Verb *verbOf(const QString &name)
{
    for (const Verb &verb : verbTable()) {
        if (name == QLatin1StringView(verb.name))
            return &verb;
    }
    return nullptr;
}

QString listOfVerbs()
{
    QString list = u"Verbs:\n"_s;
    for (const Verb &verb : verbTable()) {
        if (verb.way != Way::Later)
            list += u"  %1 %2\n"_s.arg(QLatin1StringView(verb.name), -17).arg(QString::fromUtf8(verb.summary));
    }
    return list;
}

// Lines that follow each other become one paragraph, broken at so many columns; indented ones stay as they are.
QString filled(const QString &text)
{
    constexpr qsizetype columns = 79;
    QString result;
    qsizetype column = 0;
    for (const QString &line : text.split(u'\n')) {
        const bool isProse = !line.isEmpty() && !line.startsWith(u' ');
        if (!isProse || column == 0) {
            result += (column > 0 ? u"\n"_s : QString()) + (isProse ? QString() : line + u'\n');
            column = 0;
        }
        const QStringList words = isProse ? line.split(u' ') : QStringList();
        for (const QString &word : words) {
            const bool fits = column > 0 && column + 1 + word.size() <= columns;
            if (column > 0)
                result += fits ? u' ' : u'\n';
            column = fits ? column + 1 + word.size() : word.size();
            result += word;
        }
    }
    return result.trimmed();
}

// Qt's list of options, between texts of our own.
QString helpText(const QString &usage, const QString &before, QList<QCommandLineOption> options, const QString &after,
                 bool withSettings = false)
{
    QCommandLineParser parser;
    parser.addOptions(options);
    if (withSettings)
        addSettings(parser);
    const QString all = parser.helpText();
    const QString list = all.mid(all.indexOf(u"Options:"_s)).trimmed();
    return u"Usage: %1\n\n%2\n\n%3\n\n%4\n"_s.arg(usage, filled(before), list, filled(after));
}

QString programHelp()
{
    return helpText(u"hearthctl [options] VERB [options] [arguments]"_s, manual + u"\n\n"_s + listOfVerbs().trimmed(),
                    CommonOptions().all(), examples, true);
}

QString verbHelp(const Verb &verb)
{
    const QString name = QString::fromLatin1(verb.name);
    const QString usage = u"hearthctl %1 [options] %2"_s.arg(name, QString::fromUtf8(verb.arguments)).trimmed();
    return helpText(usage, QString::fromUtf8(verb.summary) + u'.', verb.options + CommonOptions().of(verb.way),
                    QString::fromUtf8(verb.manual) + u"\nhearthctl --help lists the settings of --embedded.\n"_s);
}

// Returns: empty, or what is wrong with the URL of a node.
QString wrongWithNode(const QUrl &url)
{
    if (!url.isValid() || (url.scheme() != u"http" && url.scheme() != u"https") || url.host().isEmpty())
        return u"it must be a URL such as http://127.0.0.1:8080"_s;
    if (!url.userInfo().isEmpty())
        return u"it must not hold a name or a password, which everybody on this machine could read: use HEARTH_TOKEN "
               "or HEARTH_TOKEN_FILE"_s;
    if (url.hasQuery() || url.hasFragment())
        return u"it must end with the host, the port or a path"_s;
    return {};
}

// What is not a setting. Returns: empty, or what is wrong.
QString readCommon(const QCommandLineParser &parser, const CommonOptions &known, CtlOptions &options)
{
    options.usesSample = parser.isSet(known.sample);
    options.isEmbedded = parser.isSet(known.embedded) || options.usesSample;
    options.asJson = parser.isSet(known.json);
    options.inUtc = parser.isSet(known.utc);
    if (parser.isSet(known.node)) {
        options.node = QUrl(parser.value(known.node), QUrl::StrictMode);
        if (const QString problem = wrongWithNode(options.node); !problem.isEmpty())
            return u"--node: "_s + problem;
        if (options.isEmbedded)
            return u"--node and --embedded or --sample exclude each other"_s;
    }
    if (parser.isSet(known.timeout)) {
        bool isNumber = false;
        const double seconds = parser.value(known.timeout).toDouble(&isNumber);
        if (!isNumber || !(seconds > 0 && seconds <= 600))
            return u"--timeout %1: must be seconds, more than 0 and at most 600"_s.arg(parser.value(known.timeout));
        options.timeout = std::chrono::milliseconds(static_cast<long long>(seconds * 1'000) + 1);
    }
    return {};
}

// Whether somebody chose how much is logged; else a command line says only what it was asked.
bool choosesLog(const ConfigSources &sources)
{
    if (sources.environment.contains(u"HEARTH_LOG"_s))
        return true;
    for (const auto &[name, value] : sources.commandLine) {
        if (name == u"hearth-log")
            return true;
    }
    return false;
}

// Returns: empty, or the sentence about settings that do not fit what is wanted.
QString wrongTogether(const CtlOptions &options, Way way, bool onlyPrints)
{
    const bool needsDatabase = options.isEmbedded || (way == Way::Database && !onlyPrints);
    if (needsDatabase && !options.usesSample && !options.config.databaseUrl)
        return u"DATABASE_URL is not set; name a database such as postgresql://user@host/db or sqlite:///abs/path.db, "
               u"or "
               "use --sample for the embedded sample one"_s;
    if (!needsDatabase && way == Way::Node)
        return QString::fromStdString(addressProblem(options.node, !options.config.clientToken.isEmpty()));
    return {};
}

std::variant<Invocation, CtlExit> readVerb(const Verb &verb, const QStringList &arguments)
{
    const QString name = QString::fromLatin1(verb.name);
    Invocation invocation;
    invocation.verb = &verb;
    invocation.arguments = std::make_unique<QCommandLineParser>();
    QCommandLineParser &parser = *invocation.arguments;
    const CommonOptions known;
    parser.addOptions(known.all() + verb.options);
    addSettings(parser);
    if (!parser.parse(arguments))
        return usageError(parser.errorText(), name);
    if (parser.isSet(known.help))
        return CtlExit{exitDone, verbHelp(verb)};
    if (parser.isSet(known.version))
        return CtlExit{exitDone, u"hearthctl " HEARTH_VERSION "\n"_s};
    if (verb.way == Way::Later)
        return CtlExit{exitWrongUsage, u"hearthctl: "_s + QString::fromUtf8(verb.summary)};

    CtlOptions &options = invocation.options;
    if (const QString problem = readCommon(parser, known, options); !problem.isEmpty())
        return usageError(problem, name);
    if (verb.way == Way::Database && parser.isSet(known.node))
        return usageError(u"%1 works on DATABASE_URL itself, not through a node"_s.arg(name), name);
    const ConfigSources sources = settingsSources(parser, userConfigFile(QProcessEnvironment::systemEnvironment()));
    Result<NodeConfig> config = readNodeConfig(sources);
    if (!config)
        return CtlExit{exitCodeFor(config.error()), u"hearthctl: "_s + QString::fromStdString(config.error().detail)};
    options.config = *std::move(config);
    if (!choosesLog(sources))
        options.config.logLevel = LogLevel::Error;
    if (options.usesSample)
        options.config.databaseUrl.reset();
    if (const QString problem = wrongTogether(options, verb.way, parser.optionNames().contains(u"sql"_s));
        !problem.isEmpty())
        return CtlExit{exitWrongSetting, u"hearthctl: "_s + problem};
    return invocation;
}

} // namespace

const QList<Verb> &verbTable()
{
    static const QList<Verb> table = [] {
        const Verb load{"load",
                        "",
                        "load, generated traffic against a node, comes with a later version; the dashboard "
                        "makes some: hearth --demo",
                        "",
                        {},
                        Way::Later,
                        nullptr};
        return lookVerbs() + warmVerbs() + actVerbs() + configVerbs() + eventVerbs() + watchVerbs() + databaseVerbs() +
               QList<Verb>{load};
    }();
    return table;
}

std::variant<Invocation, CtlExit> readInvocation(const QStringList &arguments)
{
    QCommandLineParser first;
    first.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsPositionalArguments);
    const CommonOptions known;
    first.addOptions(known.all());
    addSettings(first);
    const bool isUnderstood = first.parse(arguments);
    QStringList rest = first.positionalArguments();
    if (!isUnderstood)
        return usageError(first.errorText());
    if (rest.isEmpty() && first.isSet(known.version))
        return CtlExit{exitDone, u"hearthctl " HEARTH_VERSION "\n"_s};
    if (rest.isEmpty() && first.isSet(known.help))
        return CtlExit{exitDone, programHelp()};
    if (rest.isEmpty())
        return usageError(u"what is to be done? A verb is missing"_s);

    QStringList withoutVerb = arguments;
    withoutVerb.removeAt(arguments.size() - rest.size());
    const QString name = rest.takeFirst();
    if (name == u"help")
        return readInvocation(QStringList{arguments.constFirst()} + rest.mid(0, 1) + QStringList{u"--help"_s});
    const Verb *verb = verbOf(name);
    if (!verb)
        return usageError(u"there is no verb \"%1\""_s.arg(name.left(40)));
    return readVerb(*verb, withoutVerb);
}

QString sampleDatabaseFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/hearth/sample.db"_s;
}

} // namespace hearth
