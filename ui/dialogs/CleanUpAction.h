// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/node/NodeClient.h"
#include "ui/theme/Theme.h"

#include <QAction>

namespace hearth {

// "Clean up now": done at once, told in a sentence; the node notes it as an event. One at a time. Disabled, with the
// reason in its tip, for roles that may not, and while the node does not answer. GUI thread only. Borrows the node.
class CleanUpAction final : public QAction
{
    Q_OBJECT

public:
    explicit CleanUpAction(NodeClient &node, QObject *parent = nullptr);

Q_SIGNALS:
    void notify(const QString &text, hearth::Tone tone = hearth::Tone::Neutral);

private:
    void cleanUp();
    void updateState();

    NodeClient &m_node;
    bool m_isRunning = false;
};

// "Removed 3 expired, 12 remain · 0.4 ms"; where expired ones stay for an outage, that and how many.
QString cleanupText(const CleanupOutcome &outcome);

} // namespace hearth
