// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/remote/NodeAsker.h"

namespace hearth {

NodeAsker::NodeAsker(const RemoteNodeOptions &options, QObject *parent)
    : QObject(parent)
    , m_http(options)
{
    m_pool.setMaxThreadCount(1);
}

NodeAsker::~NodeAsker()
{
    m_pool.clear();
    m_pool.waitForDone(); // at most one answer is being read
}

Error NodeAsker::unreadable(const std::string &answered, const Error &error)
{
    return {error.code, answered + " with something that cannot be read. " + error.detail};
}

} // namespace hearth
