// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/profiles/ProfileId.h"
#include "core/telemetry/EventLog.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hearth {

// Tells what happened to cached profiles: the log lines that operators grep for, and the event log.
//
// Thread-safe. Ownership: borrows the event log.
class CacheJournal
{
public:
    // So that an event stays small however many an act was about.
    static constexpr std::size_t mostUsersNamed = 1'000;

    explicit CacheJournal(EventLog &events)
        : m_events(events)
    {
    }

    void hit(const ProfileId &id) const;   // logged only at DEBUG, no event
    void stale(const ProfileId &id) const; // an expired entry was served, because a load failed: likewise
    void cached(const ProfileId &id, std::chrono::nanoseconds ttl, const std::string &detail);
    // The same for what is cached because it was written: the line only, the event is that of the write.
    void cachedByWrite(const ProfileId &id, std::chrono::nanoseconds ttl) const;
    // Somebody created or changed a profile in the database, or could not.
    void written(const ProfileId &id, const std::string &who, const std::string &detail);
    void writeFailed(const ProfileId &id, const std::string &who, const std::string &detail);
    // An expired entry was replaced or removed. Logged only at DEBUG, no event.
    void expiredLeft(const ProfileId &id) const;
    void loadFailed(const ProfileId &id, const Error &error);
    // Somebody did something to these users: one event, which names them as long as they are not too many.
    void acted(EventKind kind, const std::vector<ProfileId> &ids, std::uint64_t count, const std::string &who,
               const std::string &detail);
    void actedOnEveryone(EventKind kind, std::uint64_t count, const std::string &who, const std::string &detail);

private:
    EventLog &m_events;
};

} // namespace hearth
