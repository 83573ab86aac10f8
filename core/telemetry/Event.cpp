// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/telemetry/Event.h"

#include <algorithm>

namespace hearth {

std::string toString(EventKind kind)
{
    switch (kind) {
    case EventKind::Cached:
        return "cached";
    case EventKind::Expired:
        return "expired";
    case EventKind::Removed:
        return "removed";
    case EventKind::Evicted:
        return "evicted";
    case EventKind::Cleanup:
        return "cleanup";
    case EventKind::Warm:
        return "warm";
    case EventKind::Failure:
        return "failure";
    case EventKind::Database:
        return "database";
    case EventKind::Settings:
        return "settings";
    case EventKind::Traffic:
        return "traffic";
    }
    return "unknown";
}

bool concerns(const Event &event, const std::string &user)
{
    return event.concernsEveryone || event.user == user ||
           (event.users && std::binary_search(event.users->begin(), event.users->end(), user));
}

} // namespace hearth
