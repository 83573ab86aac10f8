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
    case EventKind::Restored:
        return "restored";
    case EventKind::Refreshed:
        return "refreshed";
    case EventKind::Profile:
        return "profile";
    case EventKind::Room:
        return "room";
    case EventKind::Token:
        return "token";
    case EventKind::Erased:
        return "erased";
    case EventKind::Revealed:
        return "revealed";
    case EventKind::Refused:
        return "refused";
    }
    return "unknown";
}

std::optional<EventKind> eventKindFromText(std::string_view text)
{
    for (int kind = 0; kind <= static_cast<int>(EventKind::Refused); ++kind) {
        if (toString(static_cast<EventKind>(kind)) == text)
            return static_cast<EventKind>(kind);
    }
    return std::nullopt;
}

std::string_view toString(EventResult result)
{
    switch (result) {
    case EventResult::Done:
        return "done";
    case EventResult::Refused:
        return "refused";
    case EventResult::Failed:
        return "failed";
    }
    return "failed";
}

bool isWorthAMark(const Event &event)
{
    if (event.result != EventResult::Done)
        return false;
    switch (event.kind) {
    case EventKind::Expired:
    case EventKind::Removed:
        return !event.who.empty();
    case EventKind::Cleanup:
    case EventKind::Warm:
    case EventKind::Database:
    case EventKind::Settings:
    case EventKind::Traffic:
    case EventKind::Restored:
    case EventKind::Erased:
        return true;
    case EventKind::Cached:
    case EventKind::Evicted:
    case EventKind::Failure:
    case EventKind::Refreshed:
    case EventKind::Profile:
    case EventKind::Room:
    case EventKind::Token:
    case EventKind::Revealed:
    case EventKind::Refused:
        return false;
    }
    return false;
}

bool concerns(const Event &event, const std::string &user)
{
    return event.concernsEveryone || event.user == user ||
           (event.users && std::binary_search(event.users->begin(), event.users->end(), user));
}

} // namespace hearth
