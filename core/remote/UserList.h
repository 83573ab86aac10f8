// SPDX-FileCopyrightText: The Hearth authors
// SPDX-License-Identifier: LGPL-3.0-or-later
#pragma once

#include "core/base/Result.h"
#include "core/node/Snapshots.h"

#include <string>
#include <vector>

// Whom a request is about, checked as a node in this process checks it, before anything is sent. Plain functions.
namespace hearth {

// As a segment of a path. Returns: InvalidArgument, also for what a path cannot name.
Result<std::string> userSegment(const std::string &identity);
Result<std::vector<std::string>> userSegments(const std::vector<std::string> &identities);

// The body of cache/expire; empty: nobody is meant. Returns: InvalidArgument.
Result<std::string> expireRequest(const EntriesTarget &target, bool isDryRun);

// The body of cache/warm, without those whose identities are none.
struct WarmWish {
    std::string body;                  // empty: nobody is meant
    std::vector<std::string> rejected; // whose identities are none
    std::string problem;               // of the first of them, with its line
};
// Returns: InvalidArgument, when all of them are none.
Result<WarmWish> warmWish(const WarmRequest &request, bool isDryRun);

} // namespace hearth
