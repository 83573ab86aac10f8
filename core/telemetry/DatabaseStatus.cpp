// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/DatabaseStatus.h"

namespace hearth {

std::string toString(DatabaseState state)
{
    switch (state) {
    case DatabaseState::Connecting:
        return "connecting";
    case DatabaseState::Reachable:
        return "reachable";
    case DatabaseState::Unreachable:
        return "unreachable";
    case DatabaseState::Unusable:
        return "unusable";
    }
    return "unknown";
}

std::string toString(CircuitState state)
{
    switch (state) {
    case CircuitState::Closed:
        return "closed";
    case CircuitState::Open:
        return "open";
    case CircuitState::HalfOpen:
        return "half-open";
    }
    return "unknown";
}

} // namespace hearth
