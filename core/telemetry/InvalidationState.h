// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace hearth {

// How changes by others become known.
enum class InvalidationMode : std::uint8_t {
    Listening, // each change is told as it happens
    Polling,   // what is in use is re-checked again and again
    Sampled,   // the same, but there is too much of it: a part each time
    Off,
};
std::string toString(InvalidationMode mode); // "listening", "polled", "sampled", "off"

struct InvalidationState {
    InvalidationMode mode = InvalidationMode::Off;
    std::string why; // a sentence, unless it is Listening: why it is not, and what to do about it
    bool triggersMissing = false; // nothing but the triggers is in the way of Listening

    friend bool operator==(const InvalidationState &, const InvalidationState &) = default;
};

} // namespace hearth
