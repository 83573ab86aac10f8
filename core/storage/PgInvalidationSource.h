// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/service/InvalidationSource.h"
#include "core/storage/DatabaseOptions.h"

#include <chrono>
#include <memory>

namespace hearth {

// Changes in user_profiles as PostgreSQL notifies of them, by a connection and a thread of its own.
//
// Thread-safe. It is Listening when the connection stands and all triggers (ChangeTriggers) are there; both are asked
// for every aliveInterval, so that a dead connection is noticed within that and the timeout together, and triggers that
// are made later are noticed by themselves. A lost connection is opened again within retryInterval.
// Behind a pooler that gives each transaction another server connection (as DATABASE_URL says, or seen from the process
// that answers), and with SQLite, it is Off for good, and says why: polling is the service's business.
// It never creates anything in the database.
class PgInvalidationSource final : public InvalidationSource
{
public:
    static constexpr std::chrono::milliseconds defaultAliveInterval{5'000};

    explicit PgInvalidationSource(DatabaseOptions options,
                                  std::chrono::milliseconds aliveInterval = defaultAliveInterval);
    // Stops.
    ~PgInvalidationSource() override;

    void start(InvalidationHandlers handlers) override;
    // What stop() does, without waiting for it: its time runs from here.
    void beginStop();
    void stop() override;
    InvalidationState state() const override;

private:
    class Worker;
    const std::shared_ptr<Worker> m_worker; // its thread holds it, too: one may hang in a name look-up
};

} // namespace hearth
