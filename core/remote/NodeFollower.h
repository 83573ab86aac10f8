// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/api/NodeJsonReader.h"
#include "core/api/StatsJsonReader.h"
#include "core/node/Snapshots.h"
#include "core/remote/BackOff.h"
#include "core/remote/NodeAsker.h"

#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <vector>

namespace hearth {

// What is wanted of a node by those who listen.
struct FollowWishes {
    bool anything = false;
    bool samples = false;
    bool events = false;
};

// Asks a node once a second for its counters, and for the samples and events that are new: while it is wanted.
//
// First it asks who the node is; again after a loss, and when the node seems to have started anew, which begins the
// samples and events from their start. When the node cannot be asked it tries again as BackOff says, or when the node
// said; a node that refuses us is asked rarely. One thread only.
class NodeFollower : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds interval{1'000};
    static constexpr std::chrono::milliseconds refusedInterval{30'000};

    // The wishes are asked for before each round.
    NodeFollower(NodeAsker &asker, std::function<FollowWishes()> wishes, QObject *parent = nullptr);

    // Somebody began to listen: asks now, unless it is asking or waiting for a node that failed.
    void wake();
    // A request of others did not reach the node: it is looked at now.
    void doubt();

Q_SIGNALS:
    void introduced(const hearth::NodeInfo &info);
    // The samples are those since the last time, oldest first.
    void advanced(const hearth::Stats &stats, const std::vector<hearth::Sample> &samples);
    void happened(const std::vector<hearth::Event> &events);
    void linkFound(hearth::LinkState state, const std::string &problem);

private:
    void beginRound();
    void askWho();
    void takeWho(const Reply<NodeInfo> &reply);
    void poll();
    void askSamples();
    void askEvents();
    void endPart();
    void endRound();
    void startOver();
    // Notes what failed; the round is over when all its parts are.
    template <class T>
    bool isUsable(const Reply<T> &reply);
    void fail(const Error &error, LinkState link, std::chrono::milliseconds retryAfter);

    NodeAsker &m_asker;
    const std::function<FollowWishes()> m_wishes;
    QTimer m_timer{this};
    QElapsedTimer m_sinceRound;
    BackOff m_backOff;

    std::string m_instanceId; // empty: not known, or to be asked for again
    std::string m_lastInstanceId;
    std::uint64_t m_sampleSeq = 0;
    std::uint64_t m_eventSeq = 0;
    bool m_hasSampleSeq = false; // else only the newest one is asked for: the past is for samples() to bring
    bool m_maySeeSamples = true; // the role may
    bool m_maySeeEvents = true;

    // Of the round that is under way.
    int m_parts = 0;
    bool m_isUnderWay = false;
    bool m_hasFailed = false;
    std::chrono::milliseconds m_wait{}; // for the next round, when it has
    std::optional<Stats> m_stats;
    std::chrono::seconds m_lastUptime{};
    std::vector<Sample> m_samples;
    std::vector<Event> m_events;
};

} // namespace hearth
