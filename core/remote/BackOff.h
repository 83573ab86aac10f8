// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <chrono>

namespace hearth {

// How long to wait before a node that failed is asked again: first a quarter of a second, then one second, twice as
// long each time, 30 s at most; each up to a fifth longer or shorter, so that those who lost a node together do not
// come back together. Not synchronized.
class BackOff
{
public:
    static constexpr std::chrono::milliseconds first{250};
    static constexpr std::chrono::milliseconds second{1'000};
    static constexpr std::chrono::milliseconds longest{30'000};

    // The chance is from 0 to 1, by a random number.
    std::chrono::milliseconds next(double chance);
    static std::chrono::milliseconds spread(std::chrono::milliseconds wait, double chance);
    void reset() { m_failures = 0; }

private:
    int m_failures = 0;
};

} // namespace hearth
