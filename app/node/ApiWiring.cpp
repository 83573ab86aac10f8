// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/node/ApiWiring.h"

#include "core/local/ProfileViews.h"

#include <QUuid>

#include <memory>

namespace hearth {

NodeInfo nodeInfoOf(const NodeOptions &options)
{
    NodeInfo info;
    info.name = options.name.toStdString();
    info.environment = options.environment.toStdString();
    info.version = HEARTH_VERSION;
    info.instanceId = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    info.startedAt = SystemClock().wallNow();
    info.embedded = false;
    info.sampleDatabase = options.usesSample;
    const NodeConfig &config = options.config;
    if (!config.livekitUrl.isEmpty() && !config.livekitApiKey.isEmpty() && !config.livekitApiSecret.isEmpty())
        info.capabilities.emplace_back("tokens");
    if (options.allowsSimulation)
        info.capabilities.emplace_back("simulation");
    return info;
}

LocalNodeServices nodeServices(NodeRuntime &runtime, const NodeOptions &options)
{
    LocalNodeServices services = runtime.services();
    if (!options.allowsSimulation)
        services.simulation.setLatency = {};
    return services;
}

ApiServices apiServices(NodeRuntime &runtime, NodeClient &node)
{
    const LocalNodeServices services = runtime.services();
    const auto views =
        std::make_shared<const ProfileViews>(services.clock, services.cache, services.texts, services.voices);
    return {services.clock,
            node,
            services.profiles,
            runtime.rooms(),
            runtime.agents(),
            services.cleanup,
            services.sampler,
            services.events,
            services.history,
            services.voices,
            [&runtime] { return runtime.databaseStatus(); },
            [views](const ProfileId &id) { return views->cached(id); }};
}

} // namespace hearth
