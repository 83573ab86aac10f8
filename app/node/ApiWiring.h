// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/node/NodeOptions.h"
#include "app/wiring/NodeRuntime.h"
#include "core/node/NodeClient.h"
#include "core/server/ApiServices.h"

namespace hearth {

// What the node tells of itself; its capabilities are those that depend on how it was started.
NodeInfo nodeInfoOf(const NodeOptions &options);
// The node's services, as its clients over HTTP may use them.
LocalNodeServices nodeServices(NodeRuntime &runtime, const NodeOptions &options);
// What the HTTP API answers from. Borrows both.
ApiServices apiServices(NodeRuntime &runtime, NodeClient &node);

} // namespace hearth
