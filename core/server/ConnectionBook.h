// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Mutex.h"
#include "core/server/ApiServerSettings.h"
#include "core/server/PeerAddress.h"

#include <cstdint>
#include <unordered_map>

namespace hearth {

// How many connections there are, in all and from each address that has not shown a token. Thread-safe; asked when a
// connection comes, goes or shows its first token, never for a request.
class ConnectionBook
{
public:
    explicit ConnectionBook(const ApiLimits &limits);

    // Returns: whether one more may come from there; then closed() must follow.
    bool open(const PeerAddress &address);
    // It showed a token, and counts only in all from now on.
    void becameKnown(const PeerAddress &address);
    void closed(const PeerAddress &address, bool isKnown);

    struct Counts {
        std::uint64_t openNow = 0;
        std::uint64_t accepted = 0;
        std::uint64_t refused = 0;
    };
    Counts counts() const;

private:
    bool isCounted(const PeerAddress &address) const { return !(m_exemptsLoopback && address.isLoopback()); }
    void forgetLocked(const PeerAddress &address) HEARTH_REQUIRES(m_mutex);

    const std::size_t m_most;
    const std::size_t m_mostOfUnknown;
    const bool m_exemptsLoopback;
    mutable Mutex m_mutex; // State below is protected by m_mutex.
    std::unordered_map<PeerAddress, std::size_t> m_unknown HEARTH_GUARDED_BY(m_mutex);
    Counts m_counts HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
