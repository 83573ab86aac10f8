// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/server/ConnectionBook.h"

namespace hearth {

ConnectionBook::ConnectionBook(const ApiLimits &limits)
    : m_most(limits.connections)
    , m_mostOfUnknown(limits.connectionsOfUnknown)
    , m_exemptsLoopback(limits.exemptsLoopback)
{
}

bool ConnectionBook::open(const PeerAddress &address)
{
    MutexLock lock(m_mutex);
    bool mayCome = m_counts.openNow < m_most;
    if (mayCome && isCounted(address)) {
        std::size_t &unknown = m_unknown[address]; // there are no more of these than connections
        mayCome = unknown < m_mostOfUnknown;
        unknown += mayCome ? 1 : 0;
    }
    m_counts.openNow += mayCome ? 1 : 0;
    m_counts.accepted += mayCome ? 1 : 0;
    m_counts.refused += mayCome ? 0 : 1;
    return mayCome;
}

void ConnectionBook::becameKnown(const PeerAddress &address)
{
    MutexLock lock(m_mutex);
    forgetLocked(address);
}

void ConnectionBook::closed(const PeerAddress &address, bool isKnown)
{
    MutexLock lock(m_mutex);
    --m_counts.openNow;
    if (!isKnown)
        forgetLocked(address);
}

ConnectionBook::Counts ConnectionBook::counts() const
{
    MutexLock lock(m_mutex);
    return m_counts;
}

void ConnectionBook::forgetLocked(const PeerAddress &address)
{
    const auto found = m_unknown.find(address);
    if (found != m_unknown.end() && --found->second == 0)
        m_unknown.erase(found);
}

} // namespace hearth
