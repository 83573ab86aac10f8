// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
// hearth, the dashboard: chooses the concrete classes, starts them in order, and stops them in the reverse one.
#include "app/desktop/DesktopOptions.h"
#include "app/desktop/OwnCache.h"
#include "app/desktop/PictureTaker.h"
#include "app/desktop/StartChoice.h"
#include "app/desktop/StatsText.h"
#include "app/wiring/Logging.h"
#include "app/wiring/PosixSignals.h"
#include "core/remote/RemoteNode.h"
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
#include <vector>

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

std::vector<std::unique_ptr<RemoteNode>> attachTo(const DesktopOptions &options)
{
    std::vector<std::unique_ptr<RemoteNode>> nodes;
    for (const QUrl &url : options.nodes) {
        RemoteNodeOptions remote;
        remote.url = url;
        remote.token = options.config.clientToken.toStdString();
        remote.caFile = options.config.caFile;
        nodes.push_back(std::make_unique<RemoteNode>(std::move(remote)));
    }
    return nodes;
}

// Shows the window until the person ends it. Returns: empty, or what went wrong.
QString show(MainWindow &window, const DesktopOptions &options)
{
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
    return problem;
}

int runDashboard(QApplication &application, DesktopOptions options)
{
    const std::unique_ptr<QSettings> settings = openSettings(options);
    ThemeController theme(application);
    theme.setMode(options.theme.value_or(themeModeFromText(settings->value(QStringLiteral("theme")).toString())));
    if (!chooseStart(options, *settings, !options.isTakingPicture() && !isOffscreen()))
        return 0;

    std::unique_ptr<OwnCache> ownCache;
    const auto remoteNodes = attachTo(options);
    NodeDirectory nodes;
    for (const auto &node : remoteNodes)
        nodes.add(*node);
    if (options.ownCache) {
        ownCache = std::make_unique<OwnCache>(options);
        nodes.add(ownCache->node());
    }

    MainWindow window(nodes, theme, *settings);
    arrange(window, options, nodes.at(0));
    const QString problem = show(window, options);

    const Stats stats = ownCache ? ownCache->stats() : nodes.at(0).stats();
    if (ownCache)
        ownCache->stop();
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
