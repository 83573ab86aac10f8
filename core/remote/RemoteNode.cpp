// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
// A node elsewhere: what it is, and what happens there. What is asked of it stands in RemoteLooking and RemoteActing.
#include "core/remote/RemoteNode.h"

#include "core/remote/RemoteNodeParts.h"

#include <QMetaMethod>

#include <utility>

namespace hearth {

namespace {

WallTime wallNow()
{
    return SystemClock().wallNow();
}

// Until the node has said who it is.
NodeInfo unknownNode(const HttpClient &http)
{
    NodeInfo info;
    info.name = http.shownUrl();
    info.url = http.shownUrl();
    info.embedded = false;
    info.role.clear();
    return info;
}

NodeLink firstLink(const HttpClient &http)
{
    if (!http.problem().empty())
        return {LinkState::Refused, http.problem(), wallNow()};
    return {LinkState::Connecting, "It was not asked yet.", wallNow()};
}

} // namespace

RemoteNode::Parts::Parts(const RemoteNodeOptions &nodeOptions, std::function<FollowWishes()> wishes)
    : options(nodeOptions)
    , asker(nodeOptions)
    , follower(asker, std::move(wishes))
    , info(unknownNode(asker.http()))
    , link(firstLink(asker.http()))
{
}

RemoteNode::RemoteNode(RemoteNodeOptions options, QObject *parent)
    : NodeClient(parent)
    , m_parts(std::make_unique<Parts>(options, [this] { return wishes(); }))
{
    connect(&m_parts->asker, &NodeAsker::heard, this, &RemoteNode::takeHearsay);
    connect(&m_parts->follower, &NodeFollower::introduced, this, &RemoteNode::takeInfo);
    connect(&m_parts->follower, &NodeFollower::linkFound, this, &RemoteNode::takeLink);
    connect(&m_parts->follower, &NodeFollower::advanced, this, &RemoteNode::takeAdvance);
    connect(&m_parts->follower, &NodeFollower::happened, this, [this](const std::vector<Event> &events) {
        for (const Event &event : events) {
            if (isWorthAMark(event))
                Q_EMIT eventHappened(event);
        }
    });
}

RemoteNode::~RemoteNode()
{
    m_parts->jobs.clear(); // they speak through the asker, which goes with the parts
}

NodeInfo RemoteNode::info() const
{
    return m_parts->info;
}

NodeLink RemoteNode::link() const
{
    return m_parts->link;
}

Stats RemoteNode::stats() const
{
    return m_parts->stats;
}

TrafficView RemoteNode::traffic() const
{
    return m_parts->traffic;
}

// ---- following

FollowWishes RemoteNode::wishes() const
{
    if (!m_parts || !m_parts->options.follows)
        return {};
    const bool samples = isSignalConnected(QMetaMethod::fromSignal(&NodeClient::sampled));
    const bool events = isSignalConnected(QMetaMethod::fromSignal(&NodeClient::eventHappened));
    const bool database = isSignalConnected(QMetaMethod::fromSignal(&NodeClient::databaseChanged));
    const bool link = isSignalConnected(QMetaMethod::fromSignal(&NodeClient::linkChanged));
    return {samples || events || database || link, samples, events};
}

void RemoteNode::connectNotify(const QMetaMethod & /*signal*/)
{
    if (wishes().anything)
        m_parts->follower.wake();
}

void RemoteNode::takeInfo(const NodeInfo &info)
{
    const std::string before = std::exchange(m_parts->info, info).instanceId;
    m_parts->info.url = m_parts->asker.http().shownUrl();
    m_parts->hasNewInfo = m_parts->hasNewInfo || before != info.instanceId;
    if (before != info.instanceId)
        m_parts->cursors.clear();
}

void RemoteNode::takeLink(LinkState state, const std::string &problem)
{
    NodeLink &link = m_parts->link;
    const bool isAnotherNode = state == LinkState::Connected && std::exchange(m_parts->hasNewInfo, false);
    if (link.state == state && link.problem == problem && !isAnotherNode)
        return;
    const WallTime since = link.state == state && !isAnotherNode ? link.since : wallNow();
    link = {state, problem, since};
    Q_EMIT linkChanged(NodeLink(link));
}

// While it is followed, one request that failed only makes the follower look; else there is nothing else to go by.
void RemoteNode::takeHearsay(LinkState state, const std::string &problem)
{
    if (!wishes().anything)
        takeLink(state, problem);
    else if (state == LinkState::Lost)
        m_parts->follower.doubt();
}

void RemoteNode::takeStats(const Stats &stats)
{
    const bool isOther = stats.database != m_parts->stats.database;
    m_parts->stats = stats;
    if (isOther)
        Q_EMIT databaseChanged(stats.database);
}

void RemoteNode::takeAdvance(const Stats &stats, const std::vector<Sample> &samples)
{
    takeStats(stats);
    for (const Sample &sample : samples)
        Q_EMIT sampled(sample, stats);
}

void RemoteNode::startTraffic()
{
    m_parts->traffic.problem = "A node elsewhere gets its traffic from its users; simulated traffic is for a cache in "
                               "this program.";
    Q_EMIT trafficChanged(TrafficView(m_parts->traffic));
}

void RemoteNode::stopTraffic()
{
    m_parts->traffic = {};
    Q_EMIT trafficChanged(TrafficView());
}

} // namespace hearth
