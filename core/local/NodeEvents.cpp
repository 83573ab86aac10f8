// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#include "core/local/NodeEvents.h"

#include "core/service/CacheJournal.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace hearth {

Event triggersEvent(const std::string &who)
{
    Event event;
    event.kind = EventKind::Settings;
    event.who = who;
    event.detail = "triggers installed that tell of changes in the database";
    return event;
}

Event refreshedEvent(const std::vector<std::string> &identities, std::uint64_t count, const std::string &who)
{
    Event event;
    event.kind = EventKind::Refreshed;
    event.who = who;
    event.count = count;
    if (identities.size() == 1) {
        event.user = identities.front();
    } else if (identities.size() <= CacheJournal::mostUsersNamed) {
        auto names = std::make_shared<std::vector<std::string>>(identities);
        std::sort(names->begin(), names->end());
        event.users = std::move(names);
    }
    event.detail = "reloaded from the database";
    return event;
}

Event erasedEvent(std::uint64_t entries, std::uint64_t events, const std::string &who)
{
    Event event;
    event.kind = EventKind::Erased;
    event.who = who;
    event.count = 1;
    event.detail = std::to_string(entries) + " entries, " + std::to_string(events) + " events made nameless";
    return event;
}

} // namespace hearth
