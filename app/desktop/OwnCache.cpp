// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/OwnCache.h"

#include "app/desktop/HistoryPlace.h"
#include "core/base/Clock.h"

#include <QUuid>

namespace hearth {

namespace {

constexpr double queriesPerSecondElsewhere = 20; // of simulated traffic, on a database of others

NodeInfo infoOf(const DesktopOptions &options)
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

NodeRuntimeOptions runtimeOptions(const DesktopOptions &options)
{
    NodeRuntimeOptions runtime = runtimeOptionsOf(options.config, sampleDatabaseFile());
    if (!options.isTakingPicture()) // which remembers nothing
        runtime.historyFile = historyFileOf(runtime.database.url);
    return runtime;
}

} // namespace

OwnCache::OwnCache(const DesktopOptions &options)
    : m_runtime(runtimeOptions(options))
    , m_node(infoOf(options), m_runtime.services(),
             TrafficSettings{.maxQueriesPerSecond = options.config.databaseUrl ? queriesPerSecondElsewhere : 0.0})
{
    QObject::connect(&m_runtime, &NodeRuntime::databaseStatusChanged, &m_node, &LocalNode::setDatabaseStatus,
                     Qt::QueuedConnection);
    m_node.setDatabaseStatus(m_runtime.databaseStatus());
    m_runtime.start();
}

} // namespace hearth
