// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/InvalidationState.h"

namespace hearth {

std::string toString(InvalidationMode mode)
{
    switch (mode) {
    case InvalidationMode::Listening:
        return "listening";
    case InvalidationMode::Polling:
        return "polled";
    case InvalidationMode::Sampled:
        return "sampled";
    case InvalidationMode::Off:
        return "off";
    }
    return "unknown";
}

} // namespace hearth
