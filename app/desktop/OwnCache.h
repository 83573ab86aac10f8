// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/DesktopOptions.h"
#include "app/wiring/NodeRuntime.h"
#include "core/local/LocalNode.h"

namespace hearth {

// The cache that the dashboard runs itself, over the database of the options, and the node through which the window
// sees it. GUI thread only.
class OwnCache final
{
public:
    explicit OwnCache(const DesktopOptions &options);

    NodeClient &node() { return m_node; }
    // The counters of now.
    Stats stats() const { return m_runtime.stats(); }
    // Within 2 s; whoever shows the node must be gone, or not be shown any more.
    void stop() { m_runtime.stop(); }

private:
    NodeRuntime m_runtime;
    LocalNode m_node;
};

} // namespace hearth
