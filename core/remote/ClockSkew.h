// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"

#include <chrono>
#include <optional>

namespace hearth {

// How far a node's clock is ahead of this machine's, learned from the Date of its answers.
//
// An answer that was written in the second S and asked for and received here between two moments says that the distance
// lies between S - received and S + 1 s - asked. What all answers allow together soon is a few milliseconds wide. When
// nothing is left, one of the clocks was set: then it begins again. As long as "no distance" is allowed, or it is less
// than a second, there is none: two machines that are set by NTP are never put right by noise.
//
// Not synchronized.
class ClockSkew
{
public:
    void learn(WallTime date, WallTime asked, WallTime received);
    // To be taken off the node's times. Positive: its clock is ahead.
    std::chrono::milliseconds ahead() const;

private:
    struct Range {
        std::chrono::milliseconds from;
        std::chrono::milliseconds to;
    };
    std::optional<Range> m_range; // nullopt: nothing is known
};

} // namespace hearth
