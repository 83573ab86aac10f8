// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/node/NodeDirectory.h"

#include "core/node/NodeClient.h"

namespace hearth {

void NodeDirectory::add(NodeClient &node)
{
    m_nodes.push_back(&node);
    Q_EMIT added(m_nodes.size() - 1);
}

} // namespace hearth
