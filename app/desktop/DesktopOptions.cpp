// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/DesktopOptions.h"

#include "core/remote/NodeAddress.h"
#include "ui/MainWindow.h"

#include <QCommandLineParser>
#include <QStandardPaths>

#include <algorithm>

namespace hearth {

namespace {

constexpr int exitWrongUsage = 2;

constexpr auto demoLatency = std::chrono::milliseconds(200);
constexpr double longestSettle = 3'600;

struct Options {
    QCommandLineOption connect{
        QStringLiteral("connect"),
        QStringLiteral("Attach to the node at this address, such as https://eu-1.example.org, instead of running a "
                       "cache in this program; several times for several nodes. The token is taken from HEARTH_TOKEN "
                       "or HEARTH_TOKEN_FILE. With --database a cache of this program's own runs beside."),
        QStringLiteral("URL")};
    QCommandLineOption page{QStringLiteral("page"),
                            QStringLiteral("Page to show: %1.").arg(MainWindow::pageNames().join(QStringLiteral(", "))),
                            QStringLiteral("name")};
    QCommandLineOption user{QStringLiteral("user"), QStringLiteral("Show the profile of this user."),
                            QStringLiteral("identity")};
    QCommandLineOption theme{QStringLiteral("theme"), QStringLiteral("system, light or dark."), QStringLiteral("name")};
    QCommandLineOption size{QStringLiteral("size"), QStringLiteral("Size of the window, such as 1280x800."),
                            QStringLiteral("WxH")};
    QCommandLineOption traffic{
        QStringLiteral("simulated-traffic"),
        QStringLiteral("Start simulated traffic. On the embedded sample database only; on any other, start it from "
                       "the Cache menu, which asks first.")};
    QCommandLineOption demo{QStringLiteral("demo"),
                            QStringLiteral("Start on the embedded sample database with simulated traffic and a "
                                           "simulated network delay of 200 ms (another with SIMULATED_LATENCY_MS).")};
    QCommandLineOption screenshot{QStringLiteral("screenshot"),
                                  QStringLiteral("Write a picture of the window to this PNG file, then end."),
                                  QStringLiteral("file")};
    QCommandLineOption after{QStringLiteral("after"),
                             QStringLiteral("Let the window settle for so many seconds before the picture (2)."),
                             QStringLiteral("seconds")};
    QCommandLineOption printStats{QStringLiteral("print-stats"),
                                  QStringLiteral("Print the cache's statistics when the program ends.")};

    void addTo(QCommandLineParser &parser) const
    {
        parser.addOptions({connect, page, user, theme, size, traffic, demo, screenshot, after, printStats});
    }
};

DesktopExit usageError(const QString &text)
{
    return {exitWrongUsage, QStringLiteral("hearth: %1 (hearth --help lists the options)").arg(text)};
}

// The options that are the dashboard's own, not a node's settings. Returns: empty, or what is wrong.
QString readOwnOptions(const QCommandLineParser &parser, const Options &known, DesktopOptions &options)
{
    options.page = parser.value(known.page);
    if (parser.isSet(known.page) && !MainWindow::pageNames().contains(options.page))
        return QStringLiteral("--page %1: there is no such page; there are %2")
            .arg(options.page, MainWindow::pageNames().join(QStringLiteral(", ")));
    options.user = parser.value(known.user);
    if (parser.isSet(known.theme)) {
        const QString name = parser.value(known.theme);
        if (!QStringList{QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")}.contains(name))
            return QStringLiteral("--theme %1: must be system, light or dark").arg(name);
        options.theme = themeModeFromText(name);
    }
    if (parser.isSet(known.size)) {
        const QStringList parts = parser.value(known.size).split(QLatin1Char('x'));
        const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
        if (size.width() < 640 || size.height() < 480 || size.width() > 16'384 || size.height() > 16'384)
            return QStringLiteral("--size %1: must be WIDTHxHEIGHT, 640x480 at least").arg(parser.value(known.size));
        options.windowSize = size;
    }
    if (parser.isSet(known.after)) {
        bool isNumber = false;
        const double seconds = parser.value(known.after).toDouble(&isNumber);
        if (!isNumber || !(seconds >= 0 && seconds <= longestSettle))
            return QStringLiteral("--after %1: must be seconds, 0 to 3600").arg(parser.value(known.after));
        options.screenshotAfter = std::chrono::milliseconds(static_cast<long long>(seconds * 1'000));
    }
    options.screenshotFile = parser.value(known.screenshot);
    if (parser.isSet(known.screenshot) && options.screenshotFile.isEmpty())
        return QStringLiteral("--screenshot needs the name of a file");
    options.printStats = parser.isSet(known.printStats);
    options.simulatedTraffic = parser.isSet(known.traffic) || parser.isSet(known.demo);
    return {};
}

// The nodes to attach to. Returns: empty, or what is wrong.
QString readNodes(const QCommandLineParser &parser, const Options &known, DesktopOptions &options)
{
    for (const QString &address : parser.values(known.connect)) {
        const QUrl url(address, QUrl::StrictMode);
        const std::string problem = addressProblem(url, !options.config.clientToken.isEmpty());
        if (!problem.empty())
            return QStringLiteral("--connect: %1").arg(QString::fromStdString(problem));
        if (std::find(options.nodes.begin(), options.nodes.end(), url) == options.nodes.end())
            options.nodes.push_back(url);
    }
    options.isDatabaseNamedHere = parser.isSet(QStringLiteral("database"));
    options.ownCache = options.nodes.empty() || options.isDatabaseNamedHere;
    return {};
}

// Returns: empty, or why there can be no simulated traffic.
QString trafficProblem(const DesktopOptions &options)
{
    if (!options.simulatedTraffic)
        return {};
    if (!options.nodes.empty())
        return QStringLiteral("simulated traffic is for a cache in this program: a node elsewhere gets its traffic "
                              "from its users");
    if (options.config.databaseUrl)
        return QStringLiteral("simulated traffic is started from the command line on the embedded sample database "
                              "only; on DATABASE_URL use Cache → Simulated traffic, which asks");
    return {};
}

} // namespace

std::variant<DesktopOptions, DesktopExit> readDesktopOptions(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Hearth, the dashboard: embeds a profile cache over a database and shows what goes on in it, or "
                       "attaches to nodes (--connect).\n"
                       "With no database named it opens an embedded sample one. Exit codes: 0 done, 1 failed, 2 wrong "
                       "usage, 69 something needed is unreachable, 78 a setting is wrong."));
    const Options known;
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    known.addTo(parser);
    addSettings(parser);
    if (!parser.parse(arguments))
        return usageError(parser.errorText());
    if (parser.isSet(help) || parser.isSet(QStringLiteral("help-all")))
        return DesktopExit{0, parser.helpText()};
    if (parser.isSet(version))
        return DesktopExit{0, QStringLiteral("hearth " HEARTH_VERSION "\n")};
    if (!parser.positionalArguments().isEmpty())
        return usageError(QStringLiteral("what is \"%1\"?").arg(parser.positionalArguments().constFirst()));

    DesktopOptions options;
    if (const QString problem = readOwnOptions(parser, known, options); !problem.isEmpty())
        return usageError(problem);

    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    Result<NodeConfig> config = readNodeConfig(settingsSources(parser, userConfigFile(environment)));
    if (!config)
        return DesktopExit{exitCodeFor(config.error()),
                           QStringLiteral("hearth: %1").arg(QString::fromStdString(config.error().detail))};
    options.config = *std::move(config);
    for (const QString &problem : {readNodes(parser, known, options), trafficProblem(options)}) {
        if (!problem.isEmpty())
            return usageError(problem);
    }
    if (parser.isSet(known.demo) && options.config.simulatedLatency.count() == 0)
        options.config.simulatedLatency = demoLatency;
    return options;
}

QString sampleDatabaseFile()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QStringLiteral("/sample.db");
}

} // namespace hearth
