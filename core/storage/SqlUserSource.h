// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Clock.h"
#include "core/service/UserSource.h"
#include "core/storage/DatabaseOptions.h"

#include <chrono>
#include <memory>

namespace hearth {

// Groups of users from PostgreSQL (COPY of one query) or SQLite (one query, row by row).
//
// Thread-safe. One thread, started when first needed, does one job after the other over one connection that is not of
// the pool; it is opened for a job and closed a little later. Identities that are no valid ones are left out of rows
// and counts; a limit counts them. Users whose rows were written while a stream runs come as they were when it began.
// Ownership: borrows the clock, which must outlive the source.
class SqlUserSource final : public UserSource
{
public:
    SqlUserSource(DatabaseOptions options, const Clock &clock);
    // Shuts down.
    ~SqlUserSource() override;
    SqlUserSource(const SqlUserSource &) = delete;
    SqlUserSource &operator=(const SqlUserSource &) = delete;

    // Waited before each query from now on.
    void setSimulatedLatency(std::chrono::milliseconds latency);

    void count(UserGroup group, std::size_t limit, Completion<std::uint64_t> done) override;
    void stream(UserGroup group, std::size_t limit, Taker taker, std::stop_token stop,
                Completion<StreamEnd> done) override;
    void streamIds(UserGroup group, std::size_t limit, std::function<void(const std::vector<ProfileId> &)> take,
                   std::stop_token stop, Completion<StreamEnd> done) override;

    // What waits ends with ShuttingDown, as does what is asked later; what runs is to end soon.
    void beginShutdown();
    // The same, and waits until it is over, 2 s from its beginning at most, even when the database hangs; after it
    // nobody is told anything of earlier jobs. Not from within a taker.
    void shutdown();

private:
    class Worker;
    const std::shared_ptr<Worker> m_worker; // also owned by its thread, which may hang in a system call
};

} // namespace hearth
