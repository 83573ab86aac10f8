// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/NodeJson.h"
#include "core/api/StatsJson.h"
#include "core/remote/RemoteNode.h"
#include "tests/support/ScriptedServer.h"

#include <QTest>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace hearth {

inline constexpr int longestWait = 30'000; // ms

// Returns: Internal, when there is no answer.
template <class T>
Result<T> answerOf(const QFuture<Result<T>> &future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, longestWait) || future.resultCount() == 0)
        return Error{ErrorCode::Internal, "the future was not answered"};
    return future.resultAt(0);
}

inline QString sentenceOf(const Error &error)
{
    return QString::fromStdString(error.detail);
}

inline QByteArray bytes(const std::string &text)
{
    return QByteArray::fromStdString(text);
}

inline NodeInfo scriptedInfo(const std::string &instanceId = "one")
{
    NodeInfo info;
    info.name = "eu-1";
    info.environment = "test";
    info.version = "1.2.3";
    info.instanceId = instanceId;
    info.startedAt = WallTime(std::chrono::milliseconds(1'700'000'000'000));
    return info;
}

inline ScriptedServer::Answer nodeAnswer(const std::string &instanceId = "one")
{
    return ScriptedServer::json(bytes(nodeJson(scriptedInfo(instanceId), ApiRole::Operator, "eve", {})));
}

inline ScriptedServer::Answer statsAnswer(std::uint64_t active = 12)
{
    Stats stats;
    stats.activeEntries = active;
    stats.expiredEntries = 3;
    stats.uptime = std::chrono::seconds(1'000);
    stats.database.state = DatabaseState::Reachable;
    return ScriptedServer::json(bytes(statsJson(stats)));
}

inline std::vector<Sample> samplesAfter(std::uint64_t since, std::uint64_t newest)
{
    std::vector<Sample> samples;
    for (std::uint64_t seq = since + 1; seq <= newest; ++seq) {
        Sample sample;
        sample.seq = seq;
        sample.gets = seq * 10;
        sample.hits = seq;
        samples.push_back(sample);
    }
    return samples;
}

inline RemoteNodeOptions optionsFor(const ScriptedServer &server, bool follows = false)
{
    RemoteNodeOptions options;
    options.url = server.url();
    options.follows = follows;
    return options;
}

// Lets time pass in which another node is followed for so many rounds: what would have come by then did not.
inline void letRoundsPass(int rounds)
{
    ScriptedServer server;
    server.on("GET /api/v1/node", nodeAnswer("another"));
    server.on("GET /api/v1/rooms/cache/stats", statsAnswer());
    RemoteNode node(optionsFor(server, true));
    QObject listener;
    QObject::connect(&node, &NodeClient::linkChanged, &listener, [] {});
    if (!QTest::qWaitFor([&] { return server.count("GET /api/v1/rooms") >= rounds; }, longestWait))
        qFatal("the other node was not followed");
}

} // namespace hearth
