// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/node/Snapshots.h"
#include "core/remote/BackOff.h"
#include "core/remote/NodeAsker.h"

#include <QPointer>
#include <QTimer>

namespace hearth {

// Asks how far a warm-up is, at first every tenth of a second, then every half, until it ended; a loss of the node is
// waited through. One thread only.
class JobWatch : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds shortest{100};
    static constexpr std::chrono::milliseconds longest{500};

    // Users whom the node was not asked for, because their identities are none; and why the first is none.
    struct Rejected {
        std::vector<std::string> users;
        std::string problem;
    };

    JobWatch(NodeAsker &asker, std::uint64_t jobId, Rejected rejected, QObject *parent = nullptr);

    std::uint64_t jobId() const { return m_jobId; }
    void cancel();

Q_SIGNALS:
    void progressed(const hearth::WarmStatus &status);
    void ended();

private:
    void ask();
    void take(const Reply<WarmStatus> &reply);
    void tell(WarmStatus status);
    void lose(const Error &error);
    bool isWorthWaiting(const Reply<WarmStatus> &reply) const;

    NodeAsker &m_asker;
    const std::uint64_t m_jobId;
    const Rejected m_rejected;
    QTimer m_timer;
    std::chrono::milliseconds m_wait = shortest;
    BackOff m_backOff;
    WarmStatus m_last;
    bool m_isCancelWanted = false;
};

} // namespace hearth
