// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <chrono>

namespace hearth {

// Something that a waiting thread can be woken with. Thread-safe.
class WakeUp
{
public:
    WakeUp();
    ~WakeUp();
    WakeUp(const WakeUp &) = delete;
    WakeUp &operator=(const WakeUp &) = delete;

    void wake();
    // From now on it is not woken any more.
    void reset();
    // Sleeps until woken or until then. Returns: true when it was woken; it stays woken.
    bool wait(std::chrono::steady_clock::time_point until) const;
    int descriptor() const { return m_descriptor; }

private:
    const int m_descriptor;
};

// For poll(): 0 when it has passed.
int millisecondsUntil(std::chrono::steady_clock::time_point until);

} // namespace hearth
