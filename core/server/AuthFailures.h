// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/base/Mutex.h"
#include "core/server/PeerAddress.h"

#include <chrono>
#include <cstddef>
#include <unordered_map>

namespace hearth {

// Who guesses tokens: so many wrong ones a minute from an address, then the rest of that minute is over for it. A right
// token is never asked about here. Thread-safe. Bounded: beyond so many addresses, those of past minutes are forgotten,
// and then whoever comes first.
class AuthFailures
{
public:
    AuthFailures(const Clock &clock, std::size_t limitPerMinute, std::size_t mostAddresses = 10'000);

    // A wrong token came from there. Returns: zero, or how long it is not listened to.
    std::chrono::seconds failed(const PeerAddress &address);
    std::size_t size() const;

private:
    struct Minute {
        MonotonicTime beganAt{};
        std::size_t failures = 0;
    };
    void makeRoomLocked(MonotonicTime now) HEARTH_REQUIRES(m_mutex);

    const Clock &m_clock;
    const std::size_t m_limit;
    const std::size_t m_mostAddresses;
    mutable Mutex m_mutex;
    std::unordered_map<PeerAddress, Minute> m_minutes HEARTH_GUARDED_BY(m_mutex);
};

} // namespace hearth
