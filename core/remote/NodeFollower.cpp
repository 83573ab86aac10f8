// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/NodeFollower.h"

#include <QRandomGenerator>

#include <algorithm>
#include <utility>

namespace hearth {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t mostSamples = 3'600; // that were missed; of more the newest
constexpr std::size_t mostEvents = 1'000;
constexpr std::int64_t samplesBytes = 16 * 1024 * 1024;
constexpr std::int64_t eventsBytes = 32 * 1024 * 1024;

std::string since(const char *route, std::uint64_t seq, std::size_t limit)
{
    return std::string(route) + "?since=" + std::to_string(seq) + "&limit=" + std::to_string(limit);
}

} // namespace

NodeFollower::NodeFollower(NodeAsker &asker, std::function<FollowWishes()> wishes, QObject *parent)
    : QObject(parent)
    , m_asker(asker)
    , m_wishes(std::move(wishes))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &NodeFollower::beginRound);
}

void NodeFollower::wake()
{
    if (!m_isUnderWay && !m_timer.isActive())
        m_timer.start(0ms);
}

void NodeFollower::doubt()
{
    if (!m_isUnderWay && m_timer.isActive() && !m_instanceId.empty())
        m_timer.start(0ms);
}

void NodeFollower::beginRound()
{
    if (!m_wishes().anything)
        return; // until somebody listens again
    m_isUnderWay = true;
    m_hasFailed = false;
    m_sinceRound.start();
    m_stats.reset();
    m_samples.clear();
    m_events.clear();
    if (m_instanceId.empty())
        askWho();
    else
        poll();
}

void NodeFollower::askWho()
{
    m_parts = 1;
    m_asker.ask<NodeInfo>({"GET", "/api/v1/node"}, nodeInfoFromJson,
                          [this](const Reply<NodeInfo> &reply) { takeWho(reply); });
}

void NodeFollower::takeWho(const Reply<NodeInfo> &reply)
{
    if (!isUsable(reply))
        return endPart();
    m_instanceId = reply.result->instanceId;
    if (m_instanceId != m_lastInstanceId)
        startOver();
    Q_EMIT introduced(*reply.result);
    poll();
}

// Another node answers there, or the same one after a restart: its numbers begin anew.
void NodeFollower::startOver()
{
    m_hasSampleSeq = !m_lastInstanceId.empty();
    m_lastInstanceId = m_instanceId;
    m_sampleSeq = 0;
    m_eventSeq = 0;
    m_lastUptime = 0s;
    m_maySeeSamples = true;
    m_maySeeEvents = true;
}

void NodeFollower::poll()
{
    const FollowWishes wishes = m_wishes();
    const bool wantsSamples = wishes.samples && m_maySeeSamples;
    const bool wantsEvents = wishes.events && m_maySeeEvents;
    m_parts = 1 + int(wantsSamples) + int(wantsEvents);
    m_asker.ask<Stats>(
        {"GET", "/api/v1/rooms/cache/stats"}, [](std::string_view json, auto) { return statsFromJson(json); },
        [this](const Reply<Stats> &reply) {
            if (isUsable(reply))
                m_stats = *reply.result;
            endPart();
        });
    if (wantsSamples)
        askSamples();
    if (wantsEvents)
        askEvents();
}

void NodeFollower::askSamples()
{
    const HttpRequest request{
        "GET", since("/api/v1/samples", m_sampleSeq, m_hasSampleSeq ? mostSamples : 1), {}, samplesBytes};
    m_asker.ask<SamplesAnswer>(request, samplesFromJson, [this](Reply<SamplesAnswer> reply) {
        if (!reply.result && reply.result.error().code == ErrorCode::PermissionDenied &&
            reply.link == LinkState::Connected)
            m_maySeeSamples = false;
        else if (isUsable(reply)) {
            if (reply.result->instanceId != m_instanceId)
                m_instanceId.clear();
            m_samples = std::move(reply.result->samples);
        }
        endPart();
    });
}

void NodeFollower::askEvents()
{
    const HttpRequest request{"GET", since("/api/v1/events", m_eventSeq, mostEvents), {}, eventsBytes};
    m_asker.ask<EventsAnswer>(request, eventsFromJson, [this](Reply<EventsAnswer> reply) {
        if (!reply.result && reply.result.error().code == ErrorCode::PermissionDenied &&
            reply.link == LinkState::Connected)
            m_maySeeEvents = false;
        else if (isUsable(reply)) {
            if (reply.result->instanceId != m_instanceId)
                m_instanceId.clear();
            m_events = std::move(reply.result->events);
        }
        endPart();
    });
}

void NodeFollower::endPart()
{
    if (--m_parts == 0)
        endRound();
}

void NodeFollower::endRound()
{
    m_isUnderWay = false;
    if (m_hasFailed) {
        m_instanceId.clear(); // it may be another one when it is found again
        m_timer.start(m_wait);
        return;
    }
    m_backOff.reset();
    m_timer.start(std::max(interval - std::chrono::milliseconds(m_sinceRound.elapsed()), interval / 10));
    if (m_stats && m_stats->uptime < m_lastUptime)
        m_instanceId.clear(); // it was started again
    if (m_instanceId.empty()) {
        m_timer.start(0ms);
        return;
    }
    m_lastUptime = m_stats->uptime;
    // What was seen before is not told twice, whatever the node answers.
    std::erase_if(m_samples, [this](const Sample &sample) { return sample.seq <= m_sampleSeq; });
    std::erase_if(m_events, [this](const Event &event) { return event.seq <= m_eventSeq; });
    m_hasSampleSeq = m_hasSampleSeq || !m_samples.empty();
    for (const Sample &sample : m_samples)
        m_sampleSeq = std::max(m_sampleSeq, sample.seq);
    for (const Event &event : m_events)
        m_eventSeq = std::max(m_eventSeq, event.seq);
    Q_EMIT linkFound(LinkState::Connected, {});
    Q_EMIT advanced(*m_stats, m_samples);
    if (!m_events.empty())
        Q_EMIT happened(m_events);
}

template <class T>
bool NodeFollower::isUsable(const Reply<T> &reply)
{
    if (reply.result)
        return !m_hasFailed;
    if (!std::exchange(m_hasFailed, true))
        fail(reply.result.error(), reply.link, reply.retryAfter);
    return false;
}

// What any role may ask for was refused, or did not come.
void NodeFollower::fail(const Error &error, LinkState link, std::chrono::milliseconds retryAfter)
{
    const bool failsForNow = error.code == ErrorCode::Unavailable || error.code == ErrorCode::Timeout ||
                             error.code == ErrorCode::Overloaded || error.code == ErrorCode::Internal;
    if (link == LinkState::Connected)
        link = failsForNow ? LinkState::Lost : LinkState::Refused;
    const double chance = QRandomGenerator::global()->generateDouble();
    const std::chrono::milliseconds wait =
        link == LinkState::Refused ? BackOff::spread(refusedInterval, chance) : m_backOff.next(chance);
    m_wait = std::max(wait, retryAfter);
    Q_EMIT linkFound(link, error.detail);
}

} // namespace hearth
