// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// hearth, the dashboard: chooses the concrete classes, starts them in order, and stops them in the reverse one.
#include "app/desktop/DesktopOptions.h"
#include "app/desktop/HistoryPlace.h"
#include "app/desktop/PictureTaker.h"
#include "app/desktop/StatsText.h"
#include "app/wiring/Logging.h"
#include "app/wiring/NodeRuntime.h"
#include "app/wiring/PosixSignals.h"
#include "core/local/LocalNode.h"
#include "ui/MainWindow.h"

#include <QApplication>
#include <QDir>
#include <QIcon>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>
#include <QUuid>

#include <csignal>
#include <cstdio>
#include <memory>
#include <utility>

using namespace hearth;

namespace {

constexpr int exitUnreachable = 69;

// Whether a window can be shown to a person: Qt ends the program when there is no display, so it is asked before.
bool hasDisplay()
{
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY");
}

bool isOffscreen()
{
    const QByteArray platform = qgetenv("QT_QPA_PLATFORM");
    return platform.startsWith("offscreen") || platform.startsWith("minimal") || platform.startsWith("vnc");
}

// Says why the program ends: on the terminal, and in a window where a person looks at one.
int end(const DesktopExit &reason, int &argc, char **argv)
{
    std::fputs(qPrintable(reason.text.endsWith(QLatin1Char('\n')) ? reason.text : reason.text + QLatin1Char('\n')),
               reason.code == 0 ? stdout : stderr);
    if (reason.code == 78 && hasDisplay() && !isOffscreen()) {
        const QApplication application(argc, argv);
        QMessageBox box(QMessageBox::Critical, QStringLiteral("Hearth cannot start"), reason.text, QMessageBox::Close);
        box.setTextFormat(Qt::PlainText);
        box.exec();
    }
    return reason.code;
}

NodeInfo nodeInfo(const DesktopOptions &options)
{
    NodeInfo info;
    info.name = "this program's own cache";
    info.environment = options.config.databaseUrl ? "" : "sample data";
    info.version = HEARTH_VERSION;
    info.instanceId = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    info.startedAt = SystemClock().wallNow();
    info.embedded = true;
    info.sampleDatabase = !options.config.databaseUrl;
    return info;
}

// The dashboard's own memory: geometry, page, theme. A picture is taken with a fresh one, and remembers nothing.
std::unique_ptr<QSettings> openSettings(const DesktopOptions &options)
{
    const QString file =
        options.isTakingPicture()
            ? QDir::temp().filePath(QStringLiteral("hearth-%1.ini").arg(QUuid::createUuid().toString(QUuid::Id128)))
            : QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) + QStringLiteral("/dashboard.ini");
    return std::make_unique<QSettings>(file, QSettings::IniFormat);
}

// What the options ask of the window, in the order in which a person would do it.
void arrange(MainWindow &window, const DesktopOptions &options, NodeClient &node)
{
    if (options.windowSize)
        window.resize(*options.windowSize);
    if (!options.page.isEmpty())
        window.showPage(options.page);
    if (!options.user.isEmpty())
        window.showUser(options.user);
    if (options.simulatedTraffic)
        node.startTraffic();
}

int runDashboard(QApplication &application, const DesktopOptions &options)
{
    const std::unique_ptr<QSettings> settings = openSettings(options);
    ThemeController theme(application);
    theme.setMode(options.theme.value_or(themeModeFromText(settings->value(QStringLiteral("theme")).toString())));

    NodeRuntimeOptions runtimeOptions = runtimeOptionsOf(options.config, sampleDatabaseFile());
    if (!options.isTakingPicture()) // which remembers nothing
        runtimeOptions.historyFile = historyFileOf(runtimeOptions.database.url);
    NodeRuntime runtime(std::move(runtimeOptions));
    const TrafficSettings traffic{.maxQueriesPerSecond = options.config.databaseUrl ? 20.0 : 0.0};
    LocalNode node(nodeInfo(options), runtime.services(), traffic);
    QObject::connect(&runtime, &NodeRuntime::databaseStatusChanged, &node, &LocalNode::setDatabaseStatus,
                     Qt::QueuedConnection);
    node.setDatabaseStatus(runtime.databaseStatus());
    runtime.start();

    MainWindow window(node, theme, *settings);
    arrange(window, options, node);
    window.show();

    QString problem;
    std::unique_ptr<PictureTaker> pictureTaker;
    if (options.isTakingPicture()) {
        pictureTaker = std::make_unique<PictureTaker>(window, options.screenshotFile, options.screenshotAfter);
        QObject::connect(pictureTaker.get(), &PictureTaker::finished, &window, [&problem](const QString &text) {
            problem = text;
            QCoreApplication::quit();
        });
    }
    QApplication::exec();

    const Stats stats = runtime.stats();
    runtime.stop();
    if (options.isTakingPicture())
        QFile::remove(settings->fileName());
    if (options.printStats)
        std::fputs(statsText(stats).c_str(), stdout);
    if (!problem.isEmpty())
        std::fprintf(stderr, "hearth: %s\n", qPrintable(problem));
    return problem.isEmpty() ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
{
    PosixSignals::block({SIGTERM, SIGINT});
    QCoreApplication::setApplicationName(QStringLiteral("hearth"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HEARTH_VERSION));
    std::variant<DesktopOptions, DesktopExit> read;
    {
        const QCoreApplication early(argc, argv); // options are checked before a display is needed
        read = readDesktopOptions(QCoreApplication::arguments());
    }
    if (const auto *reason = std::get_if<DesktopExit>(&read))
        return end(*reason, argc, argv);
    const auto &options = std::get<DesktopOptions>(read);

    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM") && !hasDisplay())
        return end({exitUnreachable, QStringLiteral("hearth: there is no display; set DISPLAY, or use QT_QPA_PLATFORM="
                                                    "offscreen with --screenshot")},
                   argc, argv);
    installLogging(options.config.logLevel, options.config.logFormat);
    QApplication application(argc, argv);
    const PosixSignals endSignals({SIGTERM, SIGINT});
    QObject::connect(&endSignals, &PosixSignals::received, &application, &QCoreApplication::quit);
    QGuiApplication::setDesktopFileName(QStringLiteral("hearth"));
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/hearth/app/hearth.svg")));
    return runDashboard(application, options);
}
