// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/storage/DatabaseUrl.h"

#include <chrono>
#include <cstddef>

namespace hearth {

// How a database is used. A value.
struct DatabaseOptions {
    DatabaseUrl url;
    int poolSize = 4;                              // connections, each with a thread of its own
    std::chrono::milliseconds timeout{5'000};      // hard limit of one job, from asking to answer
    std::size_t queueLimit = 10'000;               // jobs that wait; one more is refused as Overloaded
    std::chrono::milliseconds simulatedLatency{0}; // added to every query
    bool fillWithSamples = false;                  // the embedded sample database: made and filled where it is empty
    // The longest pause between attempts to reach a database that is away: it is found again within so long.
    std::chrono::milliseconds retryInterval{2'000};
    std::size_t batchLimit = 250; // look-ups that share one query, when they had to wait
};

} // namespace hearth
