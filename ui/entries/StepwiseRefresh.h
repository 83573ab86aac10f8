// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"

#include <QElapsedTimer>
#include <QObject>

#include <optional>
#include <string>
#include <vector>

namespace hearth {

// Reloads many users from the database, some at a time, so that there is progress to show and an end to ask for. As
// many at a time as take about half a second. When the node cannot reload any of a step, those that are left are not
// tried.
//
// One run per object. GUI thread only. Borrows the node.
class StepwiseRefresh final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::size_t firstStep = 200;
    static constexpr std::size_t largestStep = 5'000;

    StepwiseRefresh(NodeClient &node, std::vector<std::string> identities, QObject *parent = nullptr);

    void start();
    void cancel(); // after the step that is under way

    struct Outcome {
        std::size_t asked = 0; // users who were tried
        std::size_t wanted = 0;
        std::uint64_t reloaded = 0;
        std::optional<Error> error; // why it ended early, if not because of cancel()
    };

Q_SIGNALS:
    void progressed(std::size_t done, std::size_t wanted);
    void finished(const hearth::StepwiseRefresh::Outcome &outcome);

private:
    void askNext();
    void take(const Result<std::uint64_t> &reloaded);

    NodeClient &m_node;
    const std::vector<std::string> m_identities;
    Outcome m_outcome;
    std::size_t m_step = firstStep;
    bool m_isCancelled = false;
    QElapsedTimer m_sinceAsked;
};

} // namespace hearth
