// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/NodeConfig.h"
#include "ui/theme/ThemeController.h"

#include <QSize>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

namespace hearth {

// What the command line, the environment and the configuration file ask of the dashboard; checked.
struct DesktopOptions {
    NodeConfig config;                // without a databaseUrl: the embedded sample database
    bool isDatabaseNamedHere = false; // on the command line
    std::vector<QUrl> nodes;          // to attach to
    bool ownCache = true; // run one in this program; where nodes are named: only if a database is named beside them
    QString page;         // empty: the one of last time
    QString user;         // whose profile to show; empty: nobody's
    std::optional<ThemeController::Mode> theme;
    std::optional<QSize> windowSize;
    QString screenshotFile; // empty: none
    std::chrono::milliseconds screenshotAfter{2'000};
    bool simulatedTraffic = false;
    bool printStats = false;

    bool isTakingPicture() const { return !screenshotFile.isEmpty(); }
};

// The program is to end at once: after --help, or because something is wrong.
struct DesktopExit {
    int code = 0;
    QString text; // one line where something is wrong
};

// Needs a QCoreApplication.
std::variant<DesktopOptions, DesktopExit> readDesktopOptions(const QStringList &arguments);

// "…/share/hearth/sample.db" in the user's data directory.
QString sampleDatabaseFile();

} // namespace hearth
