// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <QObject>

#include <cstddef>
#include <vector>

namespace hearth {

class NodeClient;

// The nodes that a window can show, in the order in which they were added: in this process or elsewhere.
//
// GUI thread only. Borrows the nodes; they outlive the directory and whoever shows them.
class NodeDirectory final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    void add(NodeClient &node);
    std::size_t size() const { return m_nodes.size(); }
    NodeClient &at(std::size_t index) const { return *m_nodes.at(index); }

Q_SIGNALS:
    void added(std::size_t index);

private:
    std::vector<NodeClient *> m_nodes; // never null
};

} // namespace hearth
