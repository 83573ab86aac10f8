// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/wiring/NodeRuntime.h"
#include "core/node/NodeDirectory.h"
#include "ui/MainWindow.h"
#include "ui/theme/ThemeController.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>

#include <memory>
#include <string>
#include <utility>

namespace hearth {

// A running node in this process and its window, as the program wires them; its database is a file in a folder of its
// own, unless another one is named. GUI thread only.
class LocalDesk
{
public:
    explicit LocalDesk(NodeRuntimeOptions options)
        : runtime(std::move(options))
        , node(info(), runtime.services(), TrafficSettings{.maxQueriesPerSecond = 0})
        , settings(folder.filePath("settings.ini"), QSettings::IniFormat)
        , theme(*qApp)
    {
        QObject::connect(&runtime, &NodeRuntime::databaseStatusChanged, &node, &LocalNode::setDatabaseStatus,
                         Qt::QueuedConnection);
        node.setDatabaseStatus(runtime.databaseStatus());
        runtime.start();
        nodes.add(node);
        window = std::make_unique<MainWindow>(nodes, theme, settings);
        window->resize(1280, 800);
        window->show();
        window->activateWindow();
    }
    ~LocalDesk()
    {
        window.reset();
        runtime.stop();
    }
    LocalDesk(const LocalDesk &) = delete;
    LocalDesk &operator=(const LocalDesk &) = delete;

    // Over the sample users, in a file in this folder.
    static NodeRuntimeOptions sampleOptions(const QTemporaryDir &where)
    {
        return {.database = {.url = DatabaseUrl::sqliteFile(where.filePath("sample.db").toStdString()),
                             .timeout = std::chrono::seconds(2),
                             .fillWithSamples = true,
                             .retryInterval = std::chrono::milliseconds(200)},
                .profiles = {}};
    }
    bool isReachable() const { return runtime.databaseStatus().state == DatabaseState::Reachable; }

    QTemporaryDir folder;
    NodeRuntime runtime;
    LocalNode node;
    NodeDirectory nodes;
    QSettings settings;
    ThemeController theme;
    std::unique_ptr<MainWindow> window;

private:
    static NodeInfo info()
    {
        NodeInfo info;
        info.name = "this program's own cache";
        info.instanceId = "test";
        info.sampleDatabase = true;
        return info;
    }
};

} // namespace hearth
