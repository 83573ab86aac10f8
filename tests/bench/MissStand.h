// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/profiles/ProfileTexts.h"
#include "core/service/CachedProfiles.h"
#include "core/service/ProfileService.h"
#include "core/storage/SqlExecutorPool.h"
#include "core/storage/SqlProfileRepository.h"
#include "core/telemetry/EventLog.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>

namespace hearth::bench {

// The users of the table, as rows know them: "user-0000001" and so on.
std::string identityOf(std::size_t number);

// Where PostgreSQL is and what may be done to it, as tests/support/postgres says it in the environment.
struct MissServer {
    std::string url;      // owns the tables
    std::string adminUrl; // a superuser
    std::string tool;
    std::string dataDirectory;

    static MissServer fromEnvironment();
    // start, kill, …; ends the program when it fails.
    void tell(const char *command) const;
};

// Somebody who waits until it was counted down so often. Thread-safe.
class Countdown
{
public:
    explicit Countdown(std::size_t count)
        : m_count(count)
    {
    }
    void count()
    {
        const std::lock_guard lock(m_mutex);
        if (m_count > 0 && --m_count == 0)
            m_isOver.notify_all();
    }
    void wait()
    {
        std::unique_lock lock(m_mutex);
        m_isOver.wait(lock, [this] { return m_count == 0; });
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_isOver;
    std::size_t m_count;
};

// What lies between a get and the server, wired as in a node. Connected once constructed.
class MissStand
{
public:
    MissStand(DatabaseOptions options, std::size_t maxEntries);
    ~MissStand();

    static DatabaseOptions optionsOf(const MissServer &server, int poolSize);
    // A get that waits. Returns: whether there is a profile.
    bool get(const ProfileId &id);

    SystemClock clock;
    ProfileCache cache;
    ProfileTexts texts;
    EventLog events;
    SqlExecutorPool pool;
    SqlProfileRepository repository;
    ProfileService profiles;
};

} // namespace hearth::bench
